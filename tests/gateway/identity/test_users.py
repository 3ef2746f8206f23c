"""Users who are signed in at an OpenID Connect issuer, by token and outcome."""

import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from gateway.identity.issuer import PAUSE_SECONDS, REFRESH_SECONDS, IssuerKeys
from gateway.identity.users import UserClaims, UserTokens
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.settings import ConfigurationError
from tests.gateway.conftest import StartGateway

ISSUER = "https://login.example"
MIA = UUID("0198c0de-1111-7000-8000-000000000002")
KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})


class Issuer:
    """An identity provider: its documents, and how often they were asked for."""

    def __init__(self) -> None:
        self.keys = [KEY]
        self.fetched = 0
        self.is_up = True
        self.app = FastAPI()

        @self.app.get("/.well-known/openid-configuration")
        async def describe() -> Any:
            return {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"} if self.is_up else JSONResponse({}, 500)

        @self.app.get("/keys")
        async def publish() -> dict[str, Any]:
            self.fetched += 1
            return {"keys": [key.as_dict(private=False) for key in self.keys]}


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def keys(issuer: Issuer) -> AsyncIterator[IssuerKeys]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer.app)) as outside:
        yield IssuerKeys(f"{ISSUER}/", outside, lambda: clock[0])


clock = [1000.0]


async def find_person(name: str) -> UUID | None:
    return MIA if name in ("E2", "mia@shop.example") else None


@pytest.fixture
def users(keys: IssuerKeys) -> UserTokens:
    return UserTokens(UserClaims(f"{ISSUER}/", "upskill", "employee", "learning_admin"), keys, find_person)


def token(key: Any = KEY, *, alg: str = "RS256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "upskill", "sub": "42", "iat": now, "exp": now + 300, "employee": "E2"}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "k1", **(header or {})}, claims, key, algorithms=[alg])


async def test_a_signed_in_person_is_a_user(users: UserTokens) -> None:
    caller = await users.recognise(token())
    assert caller is not None
    assert (caller.principal.kind, caller.principal.person_id) == ("user", MIA)
    assert caller.principal.scopes == frozenset()
    assert not caller.principal.is_admin


async def test_the_audience_may_be_one_of_several(users: UserTokens) -> None:
    assert await users.recognise(token(aud=["other", "upskill"])) is not None


@pytest.mark.parametrize(
    ("claim", "expected"), [(True, True), ("true", True), ("yes", False), (1, True), (False, False)]
)
async def test_the_admin_claim_makes_an_administrator(users: UserTokens, claim: object, expected: bool) -> None:
    caller = await users.recognise(token(learning_admin=claim))
    assert caller is not None
    assert caller.principal.is_admin is expected


async def test_an_administrator_need_not_be_a_person_here(users: UserTokens) -> None:
    caller = await users.recognise(token(learning_admin=True, employee=None))
    assert caller is not None
    assert (caller.principal.id, caller.principal.person_id) == ("issuer:42", None)


@pytest.mark.parametrize("person", ["nobody", "", None, 42, ["E2"]])
async def test_a_stranger_with_a_good_token_is_refused(users: UserTokens, person: object) -> None:
    with pytest.raises(Forbidden):
        await users.recognise(token(employee=person))


async def test_tokens_of_other_issuers_are_left_to_other_schemes(users: UserTokens) -> None:
    assert await users.recognise(token(iss="https://elsewhere.example")) is None
    assert await users.recognise("upk_abc_def") is None
    assert await users.recognise("a.b.c") is None


@pytest.mark.parametrize(
    "bad",
    [
        {"aud": "another-application"},
        {"aud": None},
        {"exp": None},
        {"exp": 1},
        {"iat": None},
        {"sub": None},
        {"nbf": int(time.time()) + 3600},
        {"exp": "tomorrow"},
    ],
)
async def test_claims_that_do_not_hold_are_refused(users: UserTokens, bad: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        await users.recognise(token(**bad))


async def test_signatures_of_others_are_refused(users: UserTokens) -> None:
    shared_secret = OctKey.import_key(str(KEY.as_dict(private=False)["n"]))
    forged = [
        token(STRANGERS_KEY),
        token(STRANGERS_KEY, header={"jwk": STRANGERS_KEY.as_dict(private=False)}),
        token(STRANGERS_KEY, header={"jku": "https://evil.example/keys"}),
        token(shared_secret, alg="HS256"),
        token()[:-8] + "AAAAAAAA",
        "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ." + token().split(".")[1] + ".",
    ]
    for text in forged:
        with pytest.raises(Unauthenticated):
            await users.recognise(text)


async def test_keys_are_fetched_once_and_an_unknown_one_asks_at_most_once_a_minute(
    issuer: Issuer, users: UserTokens
) -> None:
    for _ in range(5):
        await users.recognise(token())
    assert issuer.fetched == 1
    for number in range(5):
        with pytest.raises(Unauthenticated):
            await users.recognise(token(header={"kid": f"invented-{number}"}))
    assert issuer.fetched == 1
    clock[0] += PAUSE_SECONDS + 1
    newer = RSAKey.generate_key(2048, {"kid": "k2", "alg": "RS256", "use": "sig"})
    issuer.keys = [KEY, newer]
    assert await users.recognise(token(newer, header={"kid": "k2"})) is not None
    assert issuer.fetched == 2


async def test_known_keys_go_on_while_the_issuer_is_away(issuer: Issuer, users: UserTokens) -> None:
    await users.recognise(token())
    issuer.is_up = False
    clock[0] += REFRESH_SECONDS + 1
    assert await users.recognise(token(sub="43")) is not None


async def test_without_any_key_it_is_503_and_not_401(issuer: Issuer, users: UserTokens) -> None:
    issuer.is_up = False
    with pytest.raises(Unavailable):
        await users.recognise(token())


async def test_an_issuer_without_an_audience_stops_the_start(start_gateway: StartGateway) -> None:
    with pytest.raises(ConfigurationError, match="UPSKILL_OIDC_AUDIENCE"):
        await start_gateway(oidc_issuer="https://login.example")
