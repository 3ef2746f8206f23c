"""Pure ASGI middleware: a body over the limit is 413 before it is read whole."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import REQUEST_ID, BadRequest, Problem, TooLarge

MIB = 1024 * 1024
DEFAULT_LIMIT = MIB


class BodyLimit:
    """Counts the body as it comes. `limits` maps path prefixes to other limits, in bytes."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.limits = dict(limits or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        try:
            declared = _declared_length(scope)
            if declared is not None and declared > limit:
                raise _too_large(limit)
        except Problem as problem:
            await problem.response(scope.get(REQUEST_ID))(scope, receive, send)
            return
        if declared is None and not _is_chunked(scope):
            await self.app(scope, receive, send)  # most requests have no body
        else:
            await self._count(limit, scope, receive, send)

    async def _count(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0
        started = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise _Exceeded
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except _Exceeded:
            if started:
                raise
            await _too_large(limit).response(scope.get(REQUEST_ID))(scope, receive, send)

    def _limit(self, path: str) -> int:
        return next((limit for prefix, limit in self.limits.items() if path.startswith(prefix)), DEFAULT_LIMIT)


class _Exceeded(BaseException):
    """Passes through `except Exception` of the frameworks in between, on its way to this middleware."""


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have at most {limit // MIB} MiB here.", headers={"Connection": "close"})


def _declared_length(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise BadRequest("Content-Length is not a number.")
            return int(value)
    return None


def _is_chunked(scope: Scope) -> bool:
    return any(name == b"transfer-encoding" for name, _ in scope["headers"])
