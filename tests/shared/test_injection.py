"""Dependencies that read only the request are provided by the frame, and behave as FastAPI's own."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Query, Request

from shared.errors import Forbidden
from shared.frame import Router
from shared.problem_handlers import on_problem

calls: list[str] = []


async def plain(request: Request) -> str:
    calls.append("plain")
    return request.headers.get("x-name", "nobody")


async def guard(request: Request) -> str:
    if "x-name" not in request.headers:
        raise Forbidden("no name")
    return "in"


async def queried(size: Annotated[int, Query()] = 1) -> int:
    return size


async def nested(name: Annotated[str, Depends(plain)]) -> str:
    return f"nested {name}"


router = Router()


@router.get("/both")
async def both(
    request: Request, name: Annotated[str, Depends(plain)], size: Annotated[int, Depends(queried)], tail: str = "-"
) -> dict[str, Any]:
    return {"name": name, "size": size, "tail": tail, "path": request.url.path}


@router.get("/shared")
async def used_twice(name: Annotated[str, Depends(plain)], more: Annotated[str, Depends(nested)]) -> list[str]:
    return [name, more]


@router.put("/guarded")
async def guarded(guard: Annotated[str, Depends(guard)], body: dict[str, int]) -> str:
    return guard


@pytest.fixture
async def http() -> Any:
    app = FastAPI()
    app.router.routes.extend(router.routes)
    app.add_exception_handler(Forbidden, on_problem)
    calls.clear()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def test_values_of_both_kinds_meet_in_the_call(http: httpx.AsyncClient) -> None:
    answer = await http.get("/both?size=3&tail=t", headers={"X-Name": "mia"})
    assert answer.json() == {"name": "mia", "size": 3, "tail": "t", "path": "/both"}


async def test_one_that_others_need_too_is_made_once(http: httpx.AsyncClient) -> None:
    assert (await http.get("/shared", headers={"X-Name": "mia"})).json() == ["mia", "nested mia"]
    assert calls == ["plain"]


async def test_who_may_not_is_told_before_the_body_is_read(http: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert (await http.put("/guarded", content=b"{", headers=headers)).status_code == 403
    assert (await http.put("/guarded", json={"a": 1}, headers={"X-Name": "mia"})).json() == "in"
