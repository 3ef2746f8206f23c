"""The kinds of credentials that callers may show, each a class with one method.

`recognise` answers None when the credentials are of another kind, and raises Unauthenticated when they
are of this kind and not good.
"""

import hashlib
import hmac
from typing import Protocol

from gateway.clients.directory import ClientDirectory
from gateway.clients.rules import PREFIX
from gateway.identity.caller import Caller, caller_of
from gateway.oauth.tokens import AccessTokens
from shared.errors import Unauthenticated
from shared.identity.principal import Principal
from shared.identity.scopes import ALL_SCOPES

ADMINISTRATOR = Principal(kind="client", id="administrator", scopes=ALL_SCOPES)


class Scheme(Protocol):
    """A kind of credentials."""

    async def recognise(self, token: str) -> Caller | None: ...


class AdministratorKey:
    """The key of UPSKILL_ADMIN_KEY: any text, compared as digests so that time tells nothing."""

    def __init__(self, key: str) -> None:
        self._digest = _digest(key)

    async def recognise(self, token: str) -> Caller | None:
        return Caller(ADMINISTRATOR) if hmac.compare_digest(_digest(token), self._digest) else None


class ApiKeys:
    """`upk_<id>_<secret>`."""

    def __init__(self, directory: ClientDirectory) -> None:
        self._directory = directory

    async def recognise(self, token: str) -> Caller | None:
        if not token.startswith(f"{PREFIX}_"):
            return None
        client = await self._directory.find_by_key(token)
        if client is None:
            raise Unauthenticated("This API key is unknown, revoked or expired.")
        return caller_of(client)


class OwnTokens:
    """Access tokens of `/oauth/token`: good as long as their client is, and for no more than it still has."""

    def __init__(self, tokens: AccessTokens, directory: ClientDirectory) -> None:
        self._tokens = tokens
        self._directory = directory

    async def recognise(self, token: str) -> Caller | None:
        if not self._tokens.are_issuer_of(token):
            return None
        verified = self._tokens.verify(token)
        client = await self._directory.find_active(verified.client_id)
        if client is None:
            raise Unauthenticated("The client of this token is revoked or expired.")
        return caller_of(client, verified.scopes)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
