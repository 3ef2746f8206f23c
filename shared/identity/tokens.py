"""The internal token: 60 seconds, Ed25519, for one service only. Services accept nothing else."""

import time
from collections import OrderedDict
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.errors import Unauthenticated
from shared.identity.keys import ISSUERS, Keyring
from shared.identity.principal import Principal

LIFETIME_SECONDS = 60
LEEWAY_SECONDS = 5
CACHED = 4096
_ALGORITHM = "Ed25519"
_CLAIMS = jwt.JWTClaimsRegistry(
    leeway=LEEWAY_SECONDS,
    iss={"essential": True},
    aud={"essential": True},
    sub={"essential": True},
    exp={"essential": True},
    iat={"essential": True},
)


class TokenSigner:
    """Signs for one issuer. A token is reused per principal and audience until it is half expired."""

    def __init__(self, issuer: str, keyring: Keyring) -> None:
        self.issuer = issuer
        self._key = keyring.private(issuer)
        self._cache: OrderedDict[tuple[Principal, str], tuple[float, str]] = OrderedDict()

    def token(self, principal: Principal, audience: str) -> str:
        """A compact JWT that tells `audience` who calls."""
        now = time.time()
        cached = self._cache.get((principal, audience))
        if cached is not None and cached[0] > now:
            return cached[1]
        token = self._sign(principal, audience, int(now))
        self._cache[(principal, audience)] = (now + LIFETIME_SECONDS / 2, token)
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return token

    def _sign(self, principal: Principal, audience: str, now: int) -> str:
        claims = {
            "iss": self.issuer,
            "aud": audience,
            "sub": principal.id,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "kind": principal.kind,
            "scope": " ".join(sorted(principal.scopes)),
        }
        if principal.person_id is not None:
            claims["person_id"] = str(principal.person_id)
        return jwt.encode({"alg": _ALGORITHM, "kid": self.issuer}, claims, self._key, algorithms=[_ALGORITHM])


class TokenVerifier:
    """Checks tokens meant for `audience`; a verified token is remembered by its text until it expires."""

    def __init__(self, audience: str, keyring: Keyring) -> None:
        self.audience = audience
        self._keys = {issuer: keyring.private(issuer) for issuer in ISSUERS}
        self._cache: OrderedDict[str, tuple[float, Principal]] = OrderedDict()

    def verify(self, token: str) -> Principal:
        """The caller that the token names. Raises Unauthenticated."""
        cached = self._cache.get(token)
        if cached is not None and cached[0] > time.time():
            return cached[1]
        expires, principal = self._check(token)
        self._cache[token] = (expires, principal)
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return principal

    def _check(self, token: str) -> tuple[float, Principal]:
        try:
            decoded = jwt.decode(token, self._find_key, algorithms=[_ALGORITHM])
            _CLAIMS.validate(decoded.claims)
            claims = decoded.claims
            if claims["aud"] != self.audience or claims["iss"] != decoded.header["kid"]:
                raise ValueError("meant for somebody else")
            if claims["kind"] == "user" and claims["iss"] != "gateway":
                raise ValueError("only the gateway vouches for users")
            return float(claims["exp"]), _principal(claims)
        except (JoseError, ValueError, KeyError) as error:
            raise Unauthenticated("The internal token is not valid.") from error

    def _find_key(self, holder: object) -> OKPKey:
        kid = holder.headers()["kid"]  # type: ignore[attr-defined]
        key = self._keys[kid]
        assert isinstance(key, OKPKey)
        return key


def _principal(claims: dict[str, object]) -> Principal:
    person_id = claims.get("person_id")
    return Principal(
        kind=claims["kind"],  # type: ignore[arg-type]
        id=str(claims["sub"]),
        scopes=frozenset(str(claims["scope"]).split()),
        person_id=UUID(str(person_id)) if person_id else None,
    )
