"""The index of routes finds what the router would find, and leaves to the router what it answers itself."""

from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from shared.dispatch import Dispatch


def router_with_routes() -> APIRouter:
    router = APIRouter()
    for method, path in [
        ("GET", "/v1/things"),
        ("POST", "/v1/things"),
        ("GET", "/v1/things/newest"),
        ("GET", "/v1/things/{id}"),
        ("DELETE", "/v1/things/{id}"),
        ("PUT", "/v1/things/{source}/{id}"),
        ("GET", "/healthz"),
        ("GET", "/{any}/place"),
        ("GET", "/v1/files/{path:path}"),
    ]:
        router.add_api_route(path, _teller(f"{method} {path}"), methods=[method])
    return router


def _teller(name: str) -> Any:
    async def tell() -> str:
        return name

    return tell


async def ask(dispatch: bool, method: str, path: str) -> tuple[int, str]:
    router = router_with_routes()
    app: ASGIApp = Dispatch(router) if dispatch else router
    transport = httpx.ASGITransport(ExceptionMiddleware(AsyncExitStackMiddleware(app)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.request(method, path)
        return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/things"),
        ("POST", "/v1/things"),
        ("GET", "/v1/things/newest"),
        ("GET", "/v1/things/7"),
        ("GET", "/v1/things/hris:7"),
        ("DELETE", "/v1/things/7"),
        ("PUT", "/v1/things/7"),
        ("PUT", "/v1/things/hris/7"),
        ("GET", "/v1/things/"),
        ("GET", "/v1/things/7/parts"),
        ("GET", "/healthz"),
        ("GET", "/some/place"),
        ("GET", "/v1/files/a/b/c"),
        ("GET", "/"),
        ("PATCH", "/nowhere"),
    ],
)
async def test_finds_what_the_router_finds(method: str, path: str) -> None:
    assert await ask(True, method, path) == await ask(False, method, path)
