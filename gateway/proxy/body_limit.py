"""A body over its route's limit is refused with 413 before it is read whole."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.proxy.headers import find_header
from gateway.scope import route_of
from shared.errors import REQUEST_ID, BadRequest, Problem, TooLarge

# After an early answer the rest of the body is read and dropped for a while: a connection closed with
# unread bytes in it is reset by the kernel, and the caller would never see the 413.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 5.0


class BodyLimit:
    """Pure ASGI middleware inside the router: the limit is the route's `max_body`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = route_of(scope).max_body
        declared = find_header(scope["headers"], b"content-length")
        if declared is None and find_header(scope["headers"], b"transfer-encoding") is None:
            await self._app(scope, receive, send)
        elif declared is not None and not declared.isdigit():
            await refuse(BadRequest("Content-Length is not a number."), scope, receive, send)
        elif declared is not None and int(declared) > limit:
            await refuse(_too_large(limit), scope, receive, send)
        else:
            await _Counted(self._app, limit, scope, receive, send).run()


class _Counted:
    """One request whose body is counted while it streams through."""

    def __init__(self, app: ASGIApp, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        self._app, self._limit = app, limit
        self._scope, self._receive, self._send = scope, receive, send
        self._read = 0
        self._exceeded = False
        self._started = False

    async def run(self) -> None:
        await self._app(self._scope, self._receive_counted, self._send_unless_refused)

    async def _receive_counted(self) -> Message:
        if self._exceeded:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read <= self._limit:
            return message
        self._exceeded = True
        if not self._started:
            await refuse(_too_large(self._limit), self._scope, self._receive, self._send)
        return {"type": "http.disconnect"}  # to the service it looks as if the caller had gone

    async def _send_unless_refused(self, message: Message) -> None:
        self._started = self._started or not self._exceeded
        if self._started:
            await self._send(message)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than {limit // (1024 * 1024)} MiB.", limit_bytes=limit)


async def refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, then let the caller finish sending, within bounds, so that it reads the answer."""
    problem.headers["Connection"] = "close"
    response = problem.response(scope.get(REQUEST_ID))
    body = bytes(response.body)
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await _drain(receive)
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    dropped = 0
    while dropped < DRAIN_BYTES:
        message = await receive()
        dropped += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return
