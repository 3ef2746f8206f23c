"""Faults point into the body as it was sent, whatever forms the body may have."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from shared.frame import Router
from shared.problem_handlers import on_invalid_request
from shared.schemas import RequestBody


class Thing(RequestBody):
    name: str
    size: int = 0


router = Router()


@router.put("/one")
async def put_one(body: Thing) -> None: ...


@router.put("/one-or-many")
async def put_one_or_many(body: Thing | list[Thing]) -> None: ...


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    return app


@pytest.mark.parametrize(
    ("path", "body", "pointers"),
    [
        ("/one", {"name": 1}, ["/name"]),
        ("/one", {}, ["/name"]),
        ("/one", {"name": "a", "colour": "red"}, ["/colour"]),
        ("/one", [], ["/"]),
        ("/one-or-many", {"name": "a", "size": "big"}, ["/size"]),
        ("/one-or-many", {"size": 1}, ["/name"]),
        ("/one-or-many", {"name": "a", "colour": "red"}, ["/colour"]),
        ("/one-or-many", [{"name": "a"}, {"name": 1}], ["/1/name"]),
    ],
)
async def test_pointers(app: FastAPI, path: str, body: Any, pointers: list[str]) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        answer = await http.put(path, json=body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers
