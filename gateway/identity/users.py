"""Users of portals: people who are signed in at the organisation's own OpenID Connect issuer."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from gateway.identity.caller import Caller
from gateway.identity.issuer import IssuerKeys
from gateway.oauth.tokens import issuer_of
from shared.errors import Forbidden, Unauthenticated
from shared.identity.principal import Principal
from shared.identity.scopes import Scope

# Signatures by public keys only: never `none`, never a shared secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
LEEWAY_SECONDS = 30
REMEMBERED = 4096

FindPerson = Callable[[str], Awaitable[UUID | None]]


@dataclass(frozen=True, slots=True)
class UserClaims:
    """Which issuer and audience are trusted, and which claims say who somebody is."""

    issuer: str
    audience: str
    person: str = "sub"
    admin: str | None = None


class UserTokens:
    """A scheme of credentials: tokens of the configured issuer. `find_person` knows whom the claim names."""

    def __init__(self, claims: UserClaims, keys: IssuerKeys, find_person: FindPerson) -> None:
        self._claims = claims
        self._keys = keys
        self._find_person = find_person
        self._verified: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._required = jwt.JWTClaimsRegistry(
            None,
            LEEWAY_SECONDS,
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            aud={"essential": True, "value": claims.audience},
        )

    async def recognise(self, token: str) -> Caller | None:
        if (issuer_of(token) or "").rstrip("/") != self._claims.issuer.rstrip("/"):
            return None
        found = await self._verify(token)
        return Caller(await self._principal(found))

    async def _verify(self, token: str) -> dict[str, Any]:
        claims = self._verified.get(token)
        if claims is None:
            claims = self._verified[token] = await self._check(token)
            while len(self._verified) > REMEMBERED:
                self._verified.popitem(last=False)
        if claims["exp"] + LEEWAY_SECONDS < time.time():
            raise Unauthenticated("The token has expired.")
        return claims

    async def _check(self, token: str) -> dict[str, Any]:
        try:
            kid = extract_compact(token.encode()).headers()["kid"]
            key = await self._keys.get(str(kid))
            decoded = jwt.decode(token, key, algorithms=ALGORITHMS)
            self._required.validate(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated("The token is not valid.") from error
        claims: dict[str, Any] = decoded.claims
        return claims

    async def _principal(self, claims: dict[str, Any]) -> Principal:
        is_admin = self._claims.admin is not None and claims.get(self._claims.admin) in (True, "true")
        person_id = await self._person(claims)
        if person_id is None and not is_admin:
            raise Forbidden(f"The claim {self._claims.person} of your token names nobody in this organisation.")
        return Principal(
            kind="user",
            id=str(person_id) if person_id is not None else f"issuer:{claims['sub']}",
            scopes=frozenset({Scope.ADMIN}) if is_admin else frozenset(),
            person_id=person_id,
        )

    async def _person(self, claims: dict[str, Any]) -> UUID | None:
        named = claims.get(self._claims.person)
        return await self._find_person(named) if isinstance(named, str) and named else None
