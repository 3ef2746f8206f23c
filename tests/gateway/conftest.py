"""A gateway in front of three small services of the tests' own, on every database."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp

from gateway.app import Gateway, create_gateway
from gateway.upstreams import Upstream
from shared.identity.authentication import PRINCIPAL, Authentication
from shared.identity.keys import Keyring
from shared.identity.tokens import TokenVerifier
from shared.settings import SERVICES, ServiceName, Settings
from tests.conftest import FreshDatabase

ADMIN_KEY = "upk_admin_0123456789abcdef0123456789abcdef"
ADMIN = {"Authorization": f"Bearer {ADMIN_KEY}"}
PREFIXES: dict[str, str] = {"skills": "/v1/skills", "programs": "/v1/programs", "enrollment": "/v1/enrollments"}

StartGateway = Callable[..., Any]


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.generate()


def echo_service(name: str, keyring: Keyring) -> FastAPI:
    """A service that tells what reached it. It believes only the gateway's token, like the real ones."""
    app = FastAPI(title=name, generate_unique_id_function=lambda route: route.name)
    app.add_middleware(Authentication, verifier=TokenVerifier(name, keyring))

    @app.post("/v1/imports/echo", include_in_schema=False)
    @app.get(PREFIXES[name] + "/echo")
    @app.post(PREFIXES[name] + "/echo", include_in_schema=False)
    @app.put(PREFIXES[name] + "/echo", include_in_schema=False)
    async def echo(request: Request) -> dict[str, Any]:
        principal = request.scope[PRINCIPAL]
        return {
            "service": name,
            "method": request.method,
            "query": request.url.query,
            "headers": [[key.decode(), value.decode("latin-1")] for key, value in request.headers.raw],
            "body_bytes": len(await request.body()),
            "principal": {"kind": principal.kind, "id": principal.id, "scopes": sorted(principal.scopes)},
        }

    @app.get(PREFIXES[name] + "/odd-headers")
    async def odd_headers() -> Response:
        headers = {"Connection": "X-Hop", "Keep-Alive": "timeout=5", "X-Upskill-Inside": "1", "ETag": '"7"'}
        return Response(b"ok", headers=headers)

    @app.get(PREFIXES[name] + "/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse((b"x" * 1000 for _ in range(100)), media_type="text/plain")

    @app.get(PREFIXES[name] + "/broken")
    async def broken() -> None:
        raise RuntimeError("a secret that nobody outside may read")

    @app.get("/internal/secrets")
    async def secrets() -> str:
        return "inside"

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> dict[str, Any]:
        return {"status": "ok", "parked_events": 0}

    return app


@pytest.fixture
async def start_gateway(
    tmp_path: Path, fresh_database: FreshDatabase, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StartGateway]:
    """Call it with settings, and upstreams where the test has its own: a running gateway."""
    url = fresh_database("gateway")
    monkeypatch.setattr(Settings, "database_for", lambda _self, _owner: url)
    async with AsyncExitStack() as stack:

        async def start(upstreams: dict[ServiceName, Upstream] | None = None, **overrides: Any) -> Gateway:
            settings = Settings(data_dir=tmp_path, **{"admin_key": ADMIN_KEY, **overrides})
            services: dict[ServiceName, Upstream] = {name: echo_service(name, keyring) for name in SERVICES}
            gateway = create_gateway(settings, keyring, {**services, **(upstreams or {})})
            await stack.enter_async_context(gateway.running())
            return gateway

        yield start


@pytest.fixture
async def gateway(start_gateway: StartGateway) -> Gateway:
    started: Gateway = await start_gateway()
    return started


@pytest.fixture
async def http(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody outside, who has not shown who they are."""
    async with open_http(gateway) as client:
        yield client


@pytest.fixture
async def admin(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """The administrator."""
    async with open_http(gateway, ADMIN) as client:
        yield client


def open_http(gateway: Gateway, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(gateway, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve `app` on loopback; its address."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        server = uvicorn.Server(
            uvicorn.Config(app, http="httptools", lifespan="off", log_config=None, access_log=False)
        )
        task = asyncio.create_task(server.serve([listener]))
        try:
            while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
                await asyncio.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
