"""Plain reads answer as FastAPI's own handler would; what needs more is left to it."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from shared.errors import Forbidden, Problem
from shared.frame import Router
from shared.plain_reads import is_plain_read
from shared.problem_handlers import on_invalid_request, on_problem


class Thing(BaseModel):
    number: int
    words: list[str]


async def window(limit: Annotated[int, Query(ge=1, le=9)] = 5, after: str | None = None) -> tuple[int, str | None]:
    return limit, after


async def guard(request: Request, x_name: Annotated[str | None, Header()] = None) -> str:
    if x_name == "nobody":
        raise Forbidden("not you")
    return x_name or request.url.path


async def cleaned() -> AsyncIterator[str]:
    yield "made"


async def read_thing(
    number: Annotated[int, Path(ge=1)],
    name: Annotated[str, Depends(guard)],
    page: Annotated[Any, Depends(window)],
    response: Response,
    words: Annotated[list[str] | None, Query()] = None,
) -> Thing:
    response.headers["X-Told"] = "yes"
    return Thing(number=number, words=[name, *map(str, page), *(words or [])])


async def read_bytes(number: int) -> Thing:
    return Response(b"drawn", media_type="image/svg+xml")  # type: ignore[return-value]


async def read_wrongly(number: int) -> Thing:
    return {"number": "none"}  # type: ignore[return-value]


async def read_with_status(response: Response) -> Thing:
    response.status_code = 203
    return Thing(number=1, words=[])


async def read_cleaned(made: Annotated[str, Depends(cleaned)]) -> Thing:
    return Thing(number=1, words=[made])


ENDPOINTS: dict[str, Callable[..., Any]] = {
    "/things/{number}": read_thing,
    "/drawings/{number}": read_bytes,
    "/wrong/{number}": read_wrongly,
    "/status": read_with_status,
    "/cleaned": read_cleaned,
}


def app_with(router: APIRouter) -> FastAPI:
    for path, endpoint in ENDPOINTS.items():
        router.add_api_route(path, endpoint, methods=["GET"])
    app = FastAPI()
    app.router.routes.extend(router.routes)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(Problem, on_problem)
    return app


async def answer(app: FastAPI, path: str, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path, headers=headers)


def test_which_endpoints_are_plain() -> None:
    routes: dict[str, Any] = {route.path: route for route in app_with(Router()).router.routes if hasattr(route, "path")}
    assert {path for path in ENDPOINTS if is_plain_read(routes[path])} == set(ENDPOINTS) - {"/cleaned"}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/things/3?words=a&words=b&limit=2&after=z", {"X-Name": "somebody"}),
        ("/things/3", {}),
        ("/things/0?limit=10&after=x", {}),
        ("/things/three?limit=many", {}),
        ("/things/3", {"X-Name": "nobody"}),
        ("/drawings/3", {}),
        ("/wrong/3", {}),
        ("/status", {}),
        ("/cleaned", {}),
    ],
)
async def test_answers_are_those_of_fastapi(path: str, headers: dict[str, str]) -> None:
    ours = await answer(app_with(Router()), path, headers)
    theirs = await answer(app_with(APIRouter()), path, headers)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    assert _told(ours) == _told(theirs)


def _told(answer: httpx.Response) -> dict[str, str]:
    """The headers, without those that the frame adds."""
    return {name: value for name, value in answer.headers.items() if name not in ("etag", "cache-control")}
