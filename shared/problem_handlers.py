"""One place where every error becomes a problem document."""

import re
from functools import cache
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from shared.errors import (
    BadRequest,
    Conflict,
    Fault,
    NotFound,
    Problem,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
    request_id_of,
)
from shared.merge_patch import pointer_of
from shared.observability.logging import get_logger

log = get_logger(__name__)
_PLACES = {"query": "query", "header": "header", "path": "path", "cookie": "cookie"}


class MethodNotAllowed(Problem):
    status, code, title = 405, "method-not-allowed", "Method not allowed"


async def on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response(request_id_of(request))


async def on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _invalid(request, error).response(request_id_of(request))


def _invalid(request: Request, error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return BadRequest("The body is not JSON.")
    if found and found[0]["loc"] == ("body",) and isinstance(error.body, bytes):
        return UnsupportedMediaType("Send the body as application/json.")
    told = (fault for e in found[:100] if (fault := _fault(e, error.body)) is not None)
    # What two dependencies read is told once.
    faults = list({(fault.pointer, fault.detail): fault for fault in told}.values())
    return Unprocessable("The request has invalid fields.", errors=faults)


def _fault(error: Any, body: Any) -> Fault | None:
    """The fault as the caller sees it, or None when it is of a form of the body that the caller did not use."""
    place, *rest = error["loc"]
    detail = str(error["msg"]).removeprefix("Value error, ")
    if place in _PLACES:
        return Fault(pointer="/".join([_PLACES[place], *map(str, rest)]), detail=detail)
    if _begins_with_a_form(rest, body):
        form, *rest = rest
        if not rest and error["type"] != "missing":
            return None
        rest = rest or [form]
    return Fault(pointer=pointer_of(tuple(rest)), detail=detail)


def _begins_with_a_form(location: list[int | str], body: Any) -> bool:
    """Where a body may have several forms (one thing or a list of them), pydantic names the form first."""
    if not location or not isinstance(location[0], str):
        return False
    return isinstance(body, list) or (isinstance(body, dict) and location[0] not in body)


async def on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem: Problem
    if error.status_code == 404:
        problem = NotFound("There is nothing at this address.")
    elif error.status_code == 405:
        allowed = ", ".join(allowed_methods(request.app, request.url.path))
        problem = MethodNotAllowed(f"This address takes {allowed or 'no method'}.", headers={"Allow": allowed})
    elif isinstance(error.__cause__, Problem):
        # FastAPI turns whatever reading the body raised into a 400 of its own; the cause says more.
        problem = error.__cause__
    else:
        problem = BadRequest(str(error.detail))
    return problem.response(request_id_of(request))


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """Every method that some route has at this path; Starlette names only the first route's.

    Where a route names the path as it is, those with a parameter there have no say.
    """
    found = [(pattern.pattern.count("[^/]+"), methods) for pattern, methods in _paths(app) if pattern.fullmatch(path)]
    fewest = min((parameters for parameters, _ in found), default=0)
    return sorted({method for parameters, methods in found if parameters == fewest for method in methods})


@cache
def _paths(app: FastAPI) -> list[tuple[re.Pattern[str], set[str]]]:
    return [
        (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), {method.upper() for method in item})
        for path, item in app.openapi()["paths"].items()
    ]


async def on_integrity_error(request: Request, error: Exception) -> Response:
    """What the checks before did not see because somebody else was faster: the constraint is the last word."""
    assert isinstance(error, IntegrityError)
    log.warning("database.constraint", error=str(error.orig)[:300])
    problem = Conflict("Another request changed the same thing at the same time.")
    return problem.response(request_id_of(request))


async def on_operational_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)
    log.error("database.unavailable", error=str(error.orig)[:300])
    return Unavailable("The database does not answer.").response(request_id_of(request))


async def on_pool_timeout(request: Request, error: Exception) -> Response:
    log.warning("database.busy")
    return Unavailable("The database is busy.").response(request_id_of(request))
