"""A service in another process, as an ASGI application: requests and answers stream through.

The client is aiohttp, not httpx: httpx 0.28 loses a connection of its pool whenever a request is cancelled
while it waits for one (encode/httpcore issue 1093), and costs several times the processor time.
"""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from gateway.proxy.errors import BadGateway, GatewayTimeout, ServiceUnavailable
from gateway.proxy.headers import Header, find_header, response_headers
from gateway.proxy.rules import IDEMPOTENT, REPLAYABLE_BODY, Failure, may_repeat, pause_before
from shared.errors import REQUEST_ID, Problem
from shared.observability.logging import get_logger

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 120.0
CONNECTIONS = 128
IDLE_SECONDS = 15.0
"""Idle connections are closed before the services (75 s) would close them under a request."""

# Our client writes these two itself, for its own connection.
_OURS = frozenset({b"host", b"transfer-encoding"})

log = get_logger(__name__)


class CallerLeftError(Exception):
    """The caller went away in the middle of its own request body."""


class NetworkUpstream:
    """Forwards to `base_url`. Open and close it with the application that uses it."""

    def __init__(self, name: str, base_url: str) -> None:
        self.name = name
        self._base = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=ANSWER_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("accept", "accept-encoding", "user-agent", "content-type"),
            trust_env=False,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Raises nothing: what goes wrong with the service is answered as a problem."""
        try:
            answer = await self._ask(scope, receive)
        except CallerLeftError:
            return
        except Problem as problem:
            await problem.response(scope.get(REQUEST_ID))(scope, receive, send)
            return
        async with answer:
            await self._stream(answer, send)

    async def _ask(self, scope: Scope, receive: Receive) -> aiohttp.ClientResponse:
        body = await _read_body(scope["headers"], receive)
        body_kept = body is None or isinstance(body, bytes)
        attempt = 0
        while True:
            attempt += 1
            await asyncio.sleep(pause_before(attempt))
            try:
                return await self._send(scope, body)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if isinstance(error.__cause__ or error, CallerLeftError):
                    raise CallerLeftError from error
                failure = _classify(error)
                if not may_repeat(failure, scope["method"], body_kept=body_kept, attempt=attempt):
                    raise self._problem(failure, scope["method"]) from error

    async def _send(self, scope: Scope, body: bytes | AsyncIterator[bytes] | None) -> aiohttp.ClientResponse:
        assert self._session is not None, "the upstream is not open"
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        return await self._session.request(
            scope["method"],
            URL(self._base + target.decode("ascii"), encoded=True),
            headers=[(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"] if k not in _OURS],
            data=body,
            allow_redirects=False,
        )

    def _problem(self, failure: Failure, method: str) -> Problem:
        log.warning("upstream.failed", service=self.name, failure=failure)
        if failure is Failure.TIMED_OUT:
            return GatewayTimeout(f"The {self.name} service took too long to answer.")
        if failure is Failure.NOT_CONNECTED or method in IDEMPOTENT:
            return ServiceUnavailable(f"The {self.name} service does not answer at the moment.")
        return BadGateway(
            f"The {self.name} service broke off before it answered, so the change may have been made or not. "
            "Repeat the request with the same Idempotency-Key."
        )

    async def _stream(self, answer: aiohttp.ClientResponse, send: Send) -> None:
        """Pass the answer on as it comes. When the service dies in the middle of it, the answer stays
        incomplete: the server then closes the connection, and the caller sees that bytes are missing.
        """
        headers = response_headers(((name.lower(), value) for name, value in answer.raw_headers), ())
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        try:
            async for chunk in answer.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("upstream.died", service=self.name, error=str(error))
            return
        await send({"type": "http.response.body", "body": b""})


async def _read_body(headers: list[Header], receive: Receive) -> bytes | AsyncIterator[bytes] | None:
    """None without a body, bytes when it is small or complete already, else a stream."""
    declared = find_header(headers, b"content-length")
    first = await _receive(receive)
    body = first.get("body", b"")
    more = first.get("more_body", False)
    if more and declared is not None and int(declared) <= REPLAYABLE_BODY:
        return b"".join([body, *[chunk async for chunk in _chunks(receive)]])
    if more:
        return _continue(body, receive)
    return body if body or declared is not None else None


async def _continue(first: bytes, receive: Receive) -> AsyncIterator[bytes]:
    if first:
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
        raise CallerLeftError
    return message


def _classify(error: Exception) -> Failure:
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Failure.NOT_CONNECTED
    return Failure.TIMED_OUT if isinstance(error, TimeoutError) else Failure.NO_ANSWER
