"""A service in another process, as an ASGI application: requests and answers stream through."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send

from gateway.proxy.connection import Connection, ConnectionLost
from gateway.proxy.errors import BadGateway, GatewayTimeout, ServiceUnavailable
from gateway.proxy.headers import Header, find_header
from gateway.proxy.pool import ConnectFailed, Pool
from gateway.proxy.rules import IDEMPOTENT, REPLAYABLE_BODY, Failure, may_repeat, pause_before
from shared.errors import REQUEST_ID, Problem
from shared.observability.logging import get_logger

# Our connection's own: its host, and how the body is framed on it.
_OURS = frozenset({b"host", b"transfer-encoding"})
Body = bytes | AsyncIterator[bytes] | None

log = get_logger(__name__)


class CallerLeft(Exception):
    """The caller went away in the middle of its own request body."""


class NetworkUpstream:
    """Forwards to `base_url`; a path in it is put before every request's. What headers pass in either
    direction is decided by `Forward`, in front of every kind of upstream.
    """

    def __init__(self, name: str, base_url: str) -> None:
        self.name = name
        self._pool = Pool(base_url)
        self._prefix = urlsplit(base_url).path.rstrip("/").encode()

    def close(self) -> None:
        self._pool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Raises nothing: what goes wrong with the service is answered as a problem."""
        try:
            body = await _read_body(scope["headers"], receive)
            await self._exchange(scope, body, send)
        except CallerLeft:
            return
        except Problem as problem:
            await problem.response(scope.get(REQUEST_ID))(scope, receive, send)

    async def _exchange(self, scope: Scope, body: Body, send: Send) -> None:
        """Ask until there is the head of an answer or no more attempt is allowed; then pass the answer on."""
        method, body_kept = scope["method"], body is None or isinstance(body, bytes)
        attempt = 0
        while True:
            attempt += 1
            if pause := pause_before(attempt):
                await asyncio.sleep(pause)
            try:
                await self._attempt(scope, body, send, fresh=attempt > 1)
                return
            except (ConnectFailed, ConnectionLost, TimeoutError) as error:
                failure = _classify(error)
                log.warning("upstream.failed", service=self.name, failure=failure, error=str(error))
                if not may_repeat(failure, method, body_kept=body_kept, attempt=attempt):
                    raise self._problem(failure, method) from error

    async def _attempt(self, scope: Scope, body: Body, send: Send, *, fresh: bool) -> None:
        connection = await self._pool.acquire(fresh=fresh)
        try:
            await self._ask(connection, scope, body)
            await self._pass_on(connection, send)
        finally:
            self._pool.release(connection)

    async def _ask(self, connection: Connection, scope: Scope, body: Body) -> None:
        """Send the request and wait for the head of the answer."""
        query = scope["query_string"]
        target = self._prefix + scope["raw_path"] + (b"?" + query if query else b"")
        method = scope["method"].encode()
        headers = [header for header in scope["headers"] if header[0] not in _OURS]
        headers.append((b"host", self._pool.authority))
        if body is None or isinstance(body, bytes):
            connection.send(method, target, headers, body or b"")
        else:
            await _upload(connection, method, target, headers, body)
        await connection.head()

    async def _pass_on(self, connection: Connection, send: Send) -> None:
        """Pass the answer on as it comes. When the service dies in the middle of it, the answer stays
        incomplete: the server then closes the connection, and the caller sees that bytes are missing.
        """
        await send({"type": "http.response.start", "status": connection.status, "headers": connection.headers})
        try:
            while True:
                chunk = await connection.read()
                more = not connection.is_complete
                await send({"type": "http.response.body", "body": chunk, "more_body": more})
                if not more:
                    return
        except (ConnectionLost, TimeoutError) as error:
            log.warning("upstream.died", service=self.name, error=str(error.__cause__ or error))

    def _problem(self, failure: Failure, method: str) -> Problem:
        if failure is Failure.TIMED_OUT:
            return GatewayTimeout(f"The {self.name} service took too long to answer.")
        if failure is Failure.NOT_CONNECTED or method in IDEMPOTENT:
            return ServiceUnavailable(f"The {self.name} service does not answer at the moment.")
        return BadGateway(
            f"The {self.name} service broke off before it answered, so the change may have been made or not. "
            "Repeat the request with the same Idempotency-Key."
        )


async def _upload(
    connection: Connection, method: bytes, target: bytes, headers: list[Header], body: AsyncIterator[bytes]
) -> None:
    """Stream a body, chunked when its length is not known; stop when the service answers before it has it all."""
    is_framed = find_header(headers, b"content-length") is not None
    if not is_framed:
        headers = [*headers, (b"transfer-encoding", b"chunked")]
    connection.send(method, target, headers)
    async for chunk in body:
        if connection.has_begun:
            connection.spoil()
            return
        await connection.write(chunk if is_framed else b"%x\r\n%b\r\n" % (len(chunk), chunk))
    if not is_framed:
        await connection.write(b"0\r\n\r\n")


async def _read_body(headers: list[Header], receive: Receive) -> Body:
    """None without a body, bytes when it is small or complete already, else a stream."""
    declared = find_header(headers, b"content-length")
    body, more = b"", True
    while more and not body:  # some servers announce a body that turns out to be none
        message = await _receive(receive)
        body, more = message.get("body", b""), message.get("more_body", False)
    if more and declared is not None and int(declared) <= REPLAYABLE_BODY:
        return b"".join([body, *[chunk async for chunk in _chunks(receive)]])
    if more:
        return _continue(body, receive)
    return body if body or declared is not None else None


async def _continue(first: bytes, receive: Receive) -> AsyncIterator[bytes]:
    yield first
    async for chunk in _chunks(receive):
        yield chunk


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await _receive(receive)
        more = message.get("more_body", False)
        if body := message.get("body", b""):
            yield body


async def _receive(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise CallerLeft
    return message


def _classify(error: Exception) -> Failure:
    if isinstance(error, ConnectFailed):
        return Failure.NOT_CONNECTED
    return Failure.TIMED_OUT if isinstance(error, TimeoutError) else Failure.NO_ANSWER
