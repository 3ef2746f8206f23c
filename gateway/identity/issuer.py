"""The keys of the users' OpenID Connect issuer: fetched when needed, kept, and never fetched per request."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from shared.errors import Unauthenticated, Unavailable
from shared.observability.logging import get_logger

REFRESH_SECONDS = 3600.0
PAUSE_SECONDS = 60.0
"""An unknown key id asks the issuer at most this often: anybody can invent key ids."""
RETRY_SECONDS = 2.0
PATIENCE_SECONDS = 5.0

log = get_logger(__name__)


class IssuerKeys:
    """The published keys of `issuer`, found by its discovery document (OpenID Connect Discovery 1.0)."""

    def __init__(self, issuer: str, http: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._http = http
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._asked_at = float("-inf")
        self._is_silent = False
        self._lock = asyncio.Lock()

    async def get(self, kid: str) -> Key:
        """The key with this id. Raises Unauthenticated when there is none, Unavailable when nobody can tell."""
        if self._is_due(kid):
            async with self._lock:
                if self._is_due(kid):  # nobody else has asked while we waited
                    await self._renew()
        if kid in self._keys:
            return self._keys[kid]
        if self._is_silent:
            raise Unavailable("The issuer of users' tokens does not answer.")
        raise Unauthenticated("The token names a key that its issuer does not publish.")

    def _is_due(self, kid: str) -> bool:
        age = self._clock() - self._asked_at
        pause = RETRY_SECONDS if self._is_silent else PAUSE_SECONDS
        return age > REFRESH_SECONDS or (kid not in self._keys and age > pause)

    async def _renew(self) -> None:
        try:
            self._keys = await self._fetch()
            self._is_silent = False
        except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
            log.warning("issuer.silent", issuer=self._issuer, error=str(error))
            self._is_silent = True
        self._asked_at = self._clock()

    async def _fetch(self) -> dict[str, Key]:
        described = await self._read(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if str(described["issuer"]).rstrip("/") != self._issuer.rstrip("/"):
            raise ValueError("the discovery document is of another issuer")
        published = await self._read(str(described["jwks_uri"]))
        return {str(key.kid): key for key in KeySet.import_key_set(published).keys if key.kid}

    async def _read(self, url: str) -> Any:
        answer = await self._http.get(url, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        document = answer.json()
        if not isinstance(document, dict):
            raise TypeError("not an object")
        return document
