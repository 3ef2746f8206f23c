"""The frame around every endpoint: strict JSON in, replay of repeated POSTs, 304 for what has not changed.

Use `Router` for every feature's endpoints. The request's transaction is opened by the `WriteSession`
dependency and committed when the endpoint is done and before the answer is sent; the stored answer of an
Idempotency-Key is part of that transaction.
"""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared import idempotency
from shared.database.sessions import close_readers
from shared.errors import Forbidden, Unauthenticated, problems
from shared.injection import provide, take_plain
from shared.languages import vary
from shared.plain_reads import is_plain_read, plain_read
from shared.strict_json import parse_json

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


class FramedRoute(APIRoute):
    """An endpoint inside the frame. Its OpenAPI operation says who may call, as its signature does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (required := find_access(self.dependant)) is not None:
            self.responses = {**problems(Unauthenticated, Forbidden), **self.responses}
            self.openapi_extra = {**(self.openapi_extra or {}), "x-access": required}
        self._injections = take_plain(self.dependant)
        if is_plain_read(self):
            self.app = _answering(self._frame(plain_read(self)))

    def get_route_handler(self) -> Handler:
        return self._frame(super().get_route_handler())

    def _frame(self, handle: Handler) -> Handler:
        async def framed(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            try:
                await provide(strict, self._injections)
                return await answer(strict, handle)
            finally:
                await close_readers(request.scope)

        return framed


def _answering(handle: Handler) -> ASGIApp:
    """The application of a route; what its handler raises goes up to the app's own exception handlers."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


async def answer(request: Request, handle: Handler) -> Response:
    """What the endpoint answers, or answered before, or that nothing has changed."""
    if request.method == "POST" and (key := idempotency.key_of(request)) is not None:
        return await idempotency.answer(request, key, _tagging(handle))
    response = await _tagging(handle)(request)
    vary(request, response)
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        return unless_known(request, response)
    return response


def _tagging(handle: Handler) -> Handler:
    """A new resource's answer carries the ETag with which reading it answers (RFC 9110 section 15.3.2)."""

    async def tagged(request: Request) -> Response:
        response = await handle(request)
        if response.status_code == 201 and "location" in response.headers and "etag" not in response.headers:
            response.headers["ETag"] = _digest(response.body)
        return response

    return tagged


def find_access(dependant: Dependant) -> dict[str, Any] | None:
    """What `allow(…)` demands somewhere in an endpoint's signature, or None."""
    demanded: dict[str, Any] | None = getattr(dependant.call, "required", None)
    return demanded or next(filter(None, map(find_access, dependant.dependencies)), None)


def operation_id(route: APIRoute) -> str:
    """An operation goes by the name of its endpoint."""
    return route.name


class Router(APIRouter):
    """An APIRouter whose routes are framed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("route_class", FramedRoute)
        kwargs.setdefault("generate_unique_id_function", operation_id)
        super().__init__(**kwargs)


def unless_known(request: Request, response: Response) -> Response:
    """Give every answer an ETag (that of its resource, or of its bytes) and answer 304 to If-None-Match."""
    body = getattr(response, "body", None)
    if body is None:  # streamed: its bytes are not known yet
        return response
    response.headers.setdefault("Cache-Control", "private, no-cache")
    etag = response.headers.get("etag")
    if etag is None:
        response.headers["ETag"] = etag = _digest(body)
    known = request.headers.get("if-none-match")
    if known is None or not matches(known, etag):
        return response
    kept = {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}
    return Response(status_code=304, headers=kept)


def _digest(body: bytes | memoryview) -> str:
    """The ETag of an answer that no revision stands behind."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(condition: str, etag: str) -> bool:
    """Whether an If-None-Match value names this ETag (weak comparison, RFC 9110 section 13.1.2)."""
    if condition.strip() == "*":
        return True
    return etag.removeprefix("W/") in {part.strip().removeprefix("W/") for part in condition.split(",")}
