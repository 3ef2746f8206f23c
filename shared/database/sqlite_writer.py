"""The one connection that writes a SQLite file: a request's statements run where the request is, commits in a thread.

A row of a request is written in microseconds; handing each driver call to aiosqlite's thread and back takes many times
as long. What waits for the disk is the commit. Transactions that write very much (imports, closing a cycle) stay in the
thread with every statement, so that nobody else waits for them.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import aiosqlite
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.database.pragmas import prepare

_CHUNK = 64
# Pages of indexes that many rows are spread over stay in memory: 16 MiB where SQLite would take 2.
_CACHE = "cache_size=-16384"
IN_PLACE = "upskill_in_place"
"""The execution option of connections whose statements are short."""


class WriterConnection(aiosqlite.Connection):
    """A connection of aiosqlite's that can also be used without its thread, one transaction at a time."""

    in_place = False
    _is_committing = False

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if fn.__name__ == "commit":
            self._is_committing = True
            fn = partial(self._commit, fn)
        elif self.in_place and not self._is_committing:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _commit(self, commit: Callable[[], None]) -> None:
        """In the thread. Whoever waits for it may have been cancelled: what they do next must come after it."""
        try:
            commit()
        finally:
            self._is_committing = False


def create_writer(url: str, wait_seconds: float) -> AsyncEngine:
    """An engine with one connection. Writers begin at once, so that read-then-write cannot lose an update."""
    engine = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=wait_seconds, async_creator=lambda: _connect(make_url(url))
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


async def _connect(url: URL) -> WriterConnection:
    file = str(url.database)
    connection = WriterConnection(lambda: sqlite3.connect(file, check_same_thread=False), _CHUNK)
    connection._thread.daemon = True  # as SQLAlchemy does for connections that it makes itself
    return cast(WriterConnection, await connection)


def _prepare(connection: Any, _record: object) -> None:
    prepare(connection, "journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL", _CACHE)


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.in_place = connection.get_execution_options().get(IN_PLACE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE")
