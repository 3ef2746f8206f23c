"""GET /v1/events: three logs as one feed."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from shared.identity.authentication import PRINCIPAL, Authentication
from shared.identity.keys import Keyring
from shared.identity.tokens import TokenVerifier
from shared.ids import new_id
from shared.settings import SERVICES
from tests.conftest import DatabaseKind
from tests.gateway.conftest import ADMIN, StartGateway, open_http

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TYPES = {
    "skills": "skills.level.changed.v1",
    "programs": "programs.program.published.v1",
    "enrollment": "enrollment.enrollment.completed.v1",
}


@pytest.fixture
def database_kind() -> DatabaseKind:
    """The feed reads the services' logs, no table of the gateway: one kind is enough here."""
    return "sqlite"


class Log:
    """A service with a log and nothing else."""

    def __init__(self, name: str, keyring: Keyring) -> None:
        self.name = name
        self.events: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.add_middleware(Authentication, verifier=TokenVerifier(name, keyring))

        @self.app.get("/internal/events")
        async def read(request: Request, after: int, limit: int) -> dict[str, Any]:
            assert request.scope[PRINCIPAL].kind == "service"
            return {"data": [event for event in self.events if event["seq"] > after][:limit]}

    def add(self, seconds: float, **data: Any) -> None:
        self.events.append(
            {
                "id": str(new_id()),
                "seq": len(self.events) + 1,
                "type": TYPES[self.name],
                "subject": "person:1",
                "occurred_at": (NOON + timedelta(seconds=seconds)).isoformat(),
                "data": data,
            }
        )


@pytest.fixture
def logs(keyring: Keyring) -> dict[str, Log]:
    made: dict[str, Log] = {name: Log(name, keyring) for name in SERVICES}
    for number in range(9):
        list(made.values())[number % 3].add(number, number=number)
    return made


@pytest.fixture
async def upstreams(logs: dict[str, Log]) -> dict[str, Any]:
    return {name: log.app for name, log in logs.items()}


async def read_all(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = []
    after = "0"
    while True:
        page = (await client.get("/v1/events", params={**query, "after": after})).json()
        read += page["data"]
        if page["next_cursor"] == after:
            return read
        after = page["next_cursor"]


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_everything_is_told_once_and_in_order_whatever_the_page(
    start_gateway: StartGateway, upstreams: dict[str, Any], limit: int
) -> None:
    async with open_http(await start_gateway(upstreams), ADMIN) as client:
        read = await read_all(client, limit=limit)
    assert [event["data"]["number"] for event in read] == list(range(9))
    assert {event["specversion"] for event in read} == {"1.0"}
    assert read[0]["source"] == "urn:upskill:skills"


async def test_any_event_can_be_gone_on_from(start_gateway: StartGateway, upstreams: dict[str, Any]) -> None:
    async with open_http(await start_gateway(upstreams), ADMIN) as client:
        whole = await read_all(client)
        rest = (await client.get("/v1/events", params={"after": whole[4]["cursor"]})).json()["data"]
    assert [event["id"] for event in rest] == [event["id"] for event in whole[5:]]


async def test_types_are_filtered_and_the_place_moves_on_all_the_same(
    start_gateway: StartGateway, upstreams: dict[str, Any]
) -> None:
    async with open_http(await start_gateway(upstreams), ADMIN) as client:
        page = (await client.get("/v1/events", params={"types": TYPES["programs"]})).json()
        assert [event["data"]["number"] for event in page["data"]] == [1, 4, 7]
        again = (await client.get("/v1/events", params={"after": page["next_cursor"]})).json()
    assert again["data"] == []


async def test_a_client_hears_only_of_what_it_may_read(start_gateway: StartGateway, upstreams: dict[str, Any]) -> None:
    async with open_http(await start_gateway(upstreams), ADMIN) as admin:
        for scopes, expected in (
            (["people:read"], {"skills"}),
            (["enrollments:read", "programs:read"], {"enrollment", "programs"}),
        ):
            made = (await admin.post("/v1/clients", json={"title": "x", "scopes": scopes})).json()
            shown = {"Authorization": f"Bearer {made['api_key']}"}
            read = (await admin.get("/v1/events", headers=shown)).json()["data"]
            assert {event["type"].partition(".")[0] for event in read} == expected
        nothing = (await admin.post("/v1/clients", json={"title": "x", "scopes": ["xapi:write"]})).json()
        refused = await admin.get("/v1/events", headers={"Authorization": f"Bearer {nothing['api_key']}"})
    assert refused.status_code == 403


async def test_who_waits_is_told_as_soon_as_something_happens(
    start_gateway: StartGateway, upstreams: dict[str, Any], logs: dict[str, Log]
) -> None:
    async with open_http(await start_gateway(upstreams), ADMIN) as client:
        end = (await client.get("/v1/events")).json()["next_cursor"]
        waiting = asyncio.create_task(client.get("/v1/events", params={"after": end, "wait": 20}))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        logs["enrollment"].add(100, number=99)
        page = (await asyncio.wait_for(waiting, 10)).json()
    assert [event["data"]["number"] for event in page["data"]] == [99]


async def test_a_service_that_is_away_is_read_later(start_gateway: StartGateway, upstreams: dict[str, Any]) -> None:
    async with open_http(await start_gateway({**upstreams, "programs": "http://127.0.0.1:9"}), ADMIN) as client:
        page = (await client.get("/v1/events")).json()
    assert [event["data"]["number"] for event in page["data"]] == [0, 2, 3, 5, 6, 8]
    async with open_http(await start_gateway(upstreams), ADMIN) as client:
        later = (await client.get("/v1/events", params={"after": page["next_cursor"]})).json()
    assert [event["data"]["number"] for event in later["data"]] == [1, 4, 7]


async def test_when_no_service_answers_it_is_503(start_gateway: StartGateway) -> None:
    nowhere: dict[str, Any] = dict.fromkeys(SERVICES, "http://127.0.0.1:9")
    async with open_http(await start_gateway(nowhere), ADMIN) as client:
        answer = await client.get("/v1/events")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"after": "nonsense"}, 400),
        ({"limit": 0}, 422),
        ({"limit": 201}, 422),
        ({"wait": 26}, 422),
        ({"wait": "nan"}, 422),
    ],
)
async def test_bad_parameters_are_named(
    start_gateway: StartGateway, upstreams: dict[str, Any], query: dict[str, Any], status: int
) -> None:
    async with open_http(await start_gateway(upstreams), ADMIN) as client:
        assert (await client.get("/v1/events", params=query)).status_code == status
