"""Access tokens for clients: JWTs as RFC 9068 has them, ES256, good for an hour."""

import base64
import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.errors import Unauthenticated
from shared.identity.keys import API_TOKENS, Keyring
from shared.ids import new_id

LIFETIME_SECONDS = 3600
LEEWAY_SECONDS = 30
REMEMBERED = 4096
_ALGORITHM = "ES256"
_TYPE = "at+jwt"
_NEEDED: dict[str, jwt.ClaimsOption] = {
    name: {"essential": True} for name in ("iss", "aud", "sub", "client_id", "exp", "iat", "jti", "scope")
}
_REQUIRED = jwt.JWTClaimsRegistry(None, LEEWAY_SECONDS, **_NEEDED)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a verified token says. `expires_at` is in seconds since 1970."""

    client_id: UUID
    scopes: frozenset[str]
    expires_at: float


class AccessTokens:
    """Issues and verifies tokens of this installation; `issuer` is its public address, and the audience too."""

    def __init__(self, keyring: Keyring, issuer: str) -> None:
        key = keyring.private(API_TOKENS)
        assert isinstance(key, ECKey)
        self._key = key
        self._issuer = issuer
        self._verified: OrderedDict[str, AccessToken] = OrderedDict()

    def issue(self, client_id: UUID, scopes: frozenset[str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": str(client_id),
            "client_id": str(client_id),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "jti": str(new_id()),
            "scope": " ".join(sorted(scopes)),
        }
        header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": API_TOKENS}
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM])

    def are_issuer_of(self, text: str) -> bool:
        """Whether the token says that it is from here; whether that is true, `verify` tells."""
        return issuer_of(text) == self._issuer

    def verify(self, text: str) -> AccessToken:
        """What the token says; its signature is checked once. Raises Unauthenticated."""
        token = self._verified.get(text)
        if token is None:
            token = self._verified[text] = self._check(text)
            while len(self._verified) > REMEMBERED:
                self._verified.popitem(last=False)
        if token.expires_at + LEEWAY_SECONDS < time.time():
            raise Unauthenticated("The access token has expired.")
        return token

    def _check(self, text: str) -> AccessToken:
        try:
            decoded = jwt.decode(text, self._key, algorithms=[_ALGORITHM])
            _REQUIRED.validate(decoded.claims)
            claims: dict[str, Any] = decoded.claims
            if decoded.header.get("typ") != _TYPE or claims["iss"] != self._issuer or claims["aud"] != self._issuer:
                raise ValueError("meant for somebody else")
            return AccessToken(UUID(claims["client_id"]), frozenset(claims["scope"].split()), float(claims["exp"]))
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise Unauthenticated("The access token is not valid.") from error

    def public_keys(self) -> dict[str, Any]:
        """The JWKS by which others verify these tokens."""
        return {"keys": [self._key.as_dict(private=False)]}


def issuer_of(text: str) -> str | None:
    """The issuer that an unverified token names; None when it is no JWT."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else None
