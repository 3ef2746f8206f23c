"""Rate limits as callers meet them."""

import httpx
import pytest

from tests.conftest import DatabaseKind
from tests.gateway.conftest import StartGateway, open_http


@pytest.fixture
def database_kind() -> DatabaseKind:
    """Calls are counted in memory: one kind of database is enough here."""
    return "sqlite"


async def test_every_answer_tells_what_is_left(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/v1/me")
    assert answer.headers["ratelimit-policy"] == '"default";q=60000;w=60'
    assert answer.headers["ratelimit"].startswith('"default";r=9999;t=')


async def test_whoever_goes_too_fast_is_told_how_long_to_wait(
    start_gateway: StartGateway, admin: httpx.AsyncClient
) -> None:
    made = await admin.post("/v1/clients", json={"title": "Slow", "scopes": [], "requests_per_minute": 12})
    key = {"Authorization": f"Bearer {made.json()['api_key']}"}
    answers = [await admin.get("/v1/me", headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] in {"4", "5"}
    assert answers[2].headers["ratelimit"].startswith('"default";r=0;')
    assert answers[2].json()["type"] == "urn:upskill:problem:too-many-requests"


async def test_one_caller_does_not_use_up_what_is_anothers(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(requests_per_minute=6)
    async with open_http(gateway, {"Authorization": "Bearer upk_admin_0123456789abcdef0123456789abcdef"}) as admin:
        assert (await admin.get("/v1/me")).status_code == 200
        assert (await admin.get("/v1/me")).status_code == 429
        assert (await admin.get("/healthz")).status_code == 200


async def test_zero_means_no_limit(start_gateway: StartGateway) -> None:
    async with open_http(await start_gateway(requests_per_minute=0)) as client:
        assert "ratelimit" not in (await client.get("/healthz")).headers
