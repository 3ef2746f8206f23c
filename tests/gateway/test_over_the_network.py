"""The gateway as a server process would run it, in front of services that listen on ports of their own."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from gateway.app import Gateway
from shared.identity.keys import Keyring
from shared.settings import SERVICES
from tests.conftest import DatabaseKind
from tests.gateway.conftest import ADMIN, StartGateway, echo_service, listening


@pytest.fixture
def database_kind() -> DatabaseKind:
    """What this file is about is the network: one kind of database is enough."""
    return "sqlite"


MEBIBYTE = 1024 * 1024


@pytest.fixture(params=["embedded", "processes"])
async def address(request: pytest.FixtureRequest, start_gateway: StartGateway, keyring: Keyring) -> AsyncIterator[str]:
    """Where a running gateway listens, in both shapes."""
    async with listening(_Services(keyring)) as url:
        remote = {name: f"{url}/{name}" for name in SERVICES} if request.param == "processes" else {}
        gateway: Gateway = await start_gateway(upstreams=remote)
        async with listening(gateway) as public:
            yield public


class _Services:
    """The three services behind one port, told apart by the first segment of the path."""

    def __init__(self, keyring: Keyring) -> None:
        self._apps: dict[str, FastAPI] = {name: echo_service(name, keyring) for name in SERVICES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, _, rest = scope["path"].removeprefix("/").partition("/")
        await self._apps[name]({**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}, receive, send)


@pytest.fixture
async def admin(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, headers=ADMIN) as client:
        yield client


async def test_both_shapes_answer_alike(admin: httpx.AsyncClient) -> None:
    seen = (await admin.post("/v1/programs/echo?q=1", json={"a": 1})).json()
    assert (seen["service"], seen["method"], seen["query"], seen["body_bytes"]) == ("programs", "POST", "q=1", 7)
    assert seen["principal"]["id"] == "administrator"


async def test_a_body_without_a_length_streams_through(admin: httpx.AsyncClient) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 50_000

    assert (await admin.post("/v1/skills/echo", content=body())).json()["body_bytes"] == 500_000


async def test_an_import_may_be_large(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/v1/imports/echo", content=b"x" * (3 * MEBIBYTE))
    assert answer.json()["body_bytes"] == 3 * MEBIBYTE


async def test_whoever_sends_too_much_reads_the_413(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/v1/skills/echo", content=b"x" * (20 * MEBIBYTE))
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert answer.json()["status"] == 413


async def test_whoever_sends_too_much_without_saying_so_reads_it_too(admin: httpx.AsyncClient) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * MEBIBYTE

    assert (await admin.post("/v1/skills/echo", content=body())).status_code == 413


async def test_an_answer_streams_through(admin: httpx.AsyncClient) -> None:
    async with admin.stream("GET", "/v1/skills/stream") as answer:
        assert b"".join([chunk async for chunk in answer.aiter_bytes()]) == b"x" * 100_000


async def test_head_has_no_body(admin: httpx.AsyncClient) -> None:
    answer = await admin.head("/v1/skills/stream")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_dot_segments_reach_nothing_inside(address: str) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    for path in ("/v1/skills/../../internal/secrets", "/v1/skills/..\\..\\internal\\secrets", "/internal/secrets"):
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {ADMIN['Authorization']}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.read()
        writer.close()
        assert b"inside" not in answer
        assert answer.split(b" ")[1] in {b"404", b"400"}


async def test_the_parts_are_ready_and_described(admin: httpx.AsyncClient) -> None:
    ready = await admin.get("/readyz")
    assert (ready.status_code, set(ready.json()["parts"])) == (200, {*SERVICES, "gateway"})
    paths = (await admin.get("/openapi.json")).json()["paths"]
    assert {"/v1/skills/echo", "/v1/programs/echo", "/v1/enrollments/echo", "/v1/me", "/healthz"} <= set(paths)
    assert not any(path.startswith("/internal") for path in paths)
