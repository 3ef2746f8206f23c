"""Connections to one service, kept for the next request."""

import asyncio
import ssl
from urllib.parse import urlsplit

from gateway.proxy.connection import Connection

CONNECT_SECONDS = 2.0
CONNECTIONS = 128
"""At once, to one service; further requests wait for one to become free."""
IDLE_SECONDS = 15.0
"""Idle connections are closed before the services (after 75 s) would close them under a request."""


class ConnectFailed(Exception):
    """No connection could be made, so nothing was sent."""


class Pool:
    """Connections to the host and port of `base_url`, at most CONNECTIONS of them."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._secure = ssl.create_default_context() if parts.scheme == "https" else None
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if self._secure else 80)
        self.authority = parts.netloc.rpartition("@")[2].encode()
        self._free = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[Connection] = []

    async def acquire(self, *, fresh: bool = False) -> Connection:
        """A connection for one exchange, to be given back in any case by `release`. Raises ConnectFailed."""
        await self._free.acquire()
        try:
            return (None if fresh else self._take()) or await self._connect()
        except BaseException:
            self._free.release()
            raise

    def release(self, connection: Connection) -> None:
        """Keep the connection when its exchange ended well, else hang up: so no cancellation costs a place."""
        self._free.release()
        if connection.is_reusable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            connection.close()

    def _take(self) -> Connection | None:
        """The connection used last, if it is not too old; the older ones before it are closed in passing."""
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        if self._idle and self._idle[0].idle_since < oldest:
            self._idle.pop(0).close()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open and connection.idle_since >= oldest:
                return connection
            connection.close()
        return None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await loop.create_connection(Connection, self._host, self._port, ssl=self._secure)
        except (OSError, TimeoutError) as error:
            raise ConnectFailed(str(error)) from error
        return connection

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
