"""Pure ASGI middleware around everything: request id, one log line, metrics, and the last net for errors."""

import re
import time
from typing import Any

from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import REQUEST_ID, BadRequest, InternalError
from shared.ids import new_text_id
from shared.observability.logging import CURRENT_REQUEST, get_logger
from shared.observability.metrics import DURATION, REQUESTS

_ID = re.compile(rb"^[A-Za-z0-9._-]{1,64}$")
_HEADER = b"x-request-id"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/internal/events"})
log = get_logger(__name__)


class RequestContext:
    """Gives each request its id and tells of it when it is answered. An unforeseen error is 500 and a log line."""

    def __init__(self, app: ASGIApp, part: str) -> None:
        self.app = app
        self.part = part
        # The gateway's line tells of every request; a service's own is for whoever follows one through the suite.
        self._log = log.info if part == "gateway" else log.debug
        self._duration = DURATION.labels(part)
        self._counters: dict[tuple[str, int], Counter] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope[REQUEST_ID] = _request_id(scope)
        status = 0
        began = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [pair for pair in message["headers"] if pair[0] != _HEADER]
                message = {**message, "headers": [*headers, (_HEADER, request_id.encode())]}
            await send(message)

        token = CURRENT_REQUEST.set((request_id, self.part))
        try:
            await self._answer(scope, receive, send_with_id, lambda: status != 0)
        finally:
            self._tell(scope, status, time.perf_counter() - began)
            CURRENT_REQUEST.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, started: Any) -> None:
        if b"%00" in scope.get("raw_path", b"") or b"%00" in scope["query_string"]:
            await BadRequest("The address holds a NUL character.").response(scope[REQUEST_ID])(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        except Exception:
            log.exception("request.failed", path=scope["path"])
            if started():
                raise
            await InternalError().response(scope[REQUEST_ID])(scope, receive, send)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        self._count(scope["method"], status).inc()
        self._duration.observe(seconds)
        if scope["path"] not in QUIET:
            self._log(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=int(seconds * 10_000) / 10,
            )

    def _count(self, method: str, status: int) -> Counter:
        """The counter of such answers; looking one up by its labels costs more than counting."""
        method = method if method in METHODS else "other"
        counter = self._counters.get((method, status))
        if counter is None:
            counter = self._counters[method, status] = REQUESTS.labels(self.part, method, str(status))
        return counter


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _HEADER and _ID.match(value):
            return str(value.decode())
    return new_text_id()
