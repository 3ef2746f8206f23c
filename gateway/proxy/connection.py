"""One HTTP/1.1 connection to a service: raw heads and bodies in, raw heads and bodies out.

The gateway forwards what it has: header pairs and bodies as bytes. General clients decode, normalise and
encode them again, which costs most of their processor time, and rewrite paths (`/a/..%2F`) on the way. This
one only frames and parses, with the parser that uvicorn uses too.
"""

import asyncio
from collections.abc import Iterable
from typing import cast

import httptools

from gateway.proxy.headers import Header

PATIENCE_SECONDS = 120.0
HIGH_WATER = 256 * 1024
"""Bytes of an answer that may wait for a slow caller before the service is made to wait."""
_NO_BODY = frozenset({204, 304})


class ConnectionLost(Exception):
    """The service hung up before its answer was complete, or sent what is no HTTP."""


class Connection(asyncio.Protocol):
    """One exchange at a time: `send`, then `head`, then `read` until `is_complete`. HEAD is not for it.

    A cancelled or failed exchange leaves bytes that nobody knows the meaning of: `close` it, never reuse it.
    Every wait raises TimeoutError when nothing has come for `PATIENCE_SECONDS`.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.is_open = False
        self.idle_since = 0.0
        self._lost: Exception | None = None
        self._is_full = False
        self._waiter: asyncio.Future[None] | None = None
        self._give_up_at = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._begin()

    def _begin(self) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self.has_begun = False
        self.is_complete = False
        self._keep_alive = False
        self._is_spoilt = False
        self._ends_with_connection = False
        self._body: list[bytes] = []
        self._buffered = 0

    # what the gateway does

    def send(self, method: bytes, target: bytes, headers: Iterable[Header], body: bytes = b"") -> None:
        """Start an exchange. Raises ConnectionLost when the service has hung up meanwhile."""
        self._begin()
        self._raise_if_lost()
        lines = [b"%b: %b\r\n" % header for header in headers]
        head = b"%b %b HTTP/1.1\r\n%b\r\n" % (method, target, b"".join(lines))
        if not head.count(b"\r") == head.count(b"\n") == len(lines) + 2 or b" " in target:
            raise ValueError("a header or the target holds what would end it early")
        self._transport.write(head + body)

    async def write(self, chunk: bytes) -> None:
        """Send more of the body, no faster than the service reads."""
        self._raise_if_lost()
        self._transport.write(chunk)
        while self._is_full:
            await self._wait()

    async def head(self) -> None:
        """Wait until `status` and `headers` are there. Raises ConnectionLost."""
        while not self.has_begun:
            await self._wait()

    async def read(self) -> bytes:
        """What has come of the body since; b"" when there is no more. Raises ConnectionLost."""
        while not self._body and not self.is_complete:
            await self._wait()
        chunk = b"".join(self._body)
        self._body.clear()
        if self._buffered > HIGH_WATER and self.is_open:
            self._transport.resume_reading()
        self._buffered = 0
        return chunk

    @property
    def is_reusable(self) -> bool:
        """Whether the exchange is over and the service keeps the connection."""
        return self.is_open and self.is_complete and self._keep_alive and not self._is_spoilt

    def spoil(self) -> None:
        """Let this be the last exchange: the service has not read all that was said to come."""
        self._is_spoilt = True

    def close(self) -> None:
        """Hang up at once, whatever is on its way."""
        if self.is_open:
            self.is_open = False
            self._transport.abort()

    async def _wait(self) -> None:
        """Until something happens on this connection."""
        self._raise_if_lost()
        self._waiter = self._loop.create_future()
        self._give_up_at = self._loop.time() + PATIENCE_SECONDS
        if self._watch is None:
            self._look_again_at(self._give_up_at)
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _look_again_at(self, moment: float) -> None:
        """One timer for many waits: setting one and taking it back for each costs more than the wait."""
        self._watch = self._loop.call_at(moment, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        self._watch = None
        if self._waiter is None:
            return  # the next wait sets a timer
        if self._loop.time() < self._give_up_at:
            self._look_again_at(self._give_up_at)
        else:
            self._wake(TimeoutError("nothing came"))

    def _raise_if_lost(self) -> None:
        if self._lost is not None and not self.is_complete:
            raise ConnectionLost("the service hung up") from self._lost

    def _wake(self, error: Exception | None = None) -> None:
        if self._waiter is None or self._waiter.done():
            return
        if error is None:
            self._waiter.set_result(None)
        else:
            self._waiter.set_exception(error)

    # what the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        if self.is_complete:  # nobody has asked
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._lost = error
            self.close()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self.has_begun and self._ends_with_connection and exc is None:
            self.is_complete = True
        self._lost = self._lost or exc or ConnectionError("end of stream")
        if self._watch is not None:
            self._watch.cancel()
        self._wake()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._wake()

    # what the parser tells

    def on_message_begin(self) -> None:
        if self.is_complete:  # a second answer to one request: nobody gets it
            self.spoil()

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.is_complete:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self.is_complete:
            return
        status = self._parser.get_status_code()
        if status < 200:  # an interim answer; the real one follows
            self.headers = []
            return
        self.status = status
        self.has_begun = True
        self._keep_alive = self._parser.should_keep_alive()
        framed = any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
        self._ends_with_connection = not framed and status not in _NO_BODY

    def on_body(self, body: bytes) -> None:
        if self.is_complete:
            return
        self._body.append(body)
        before = self._buffered
        self._buffered += len(body)
        if before <= HIGH_WATER < self._buffered:
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        if self.has_begun:
            self.is_complete = True
