"""Short reads that go straight to the driver: by key, and a page at a time.

They are made all day by every portal. On SQLite one connection answers them where the caller is, because they never
wait; on PostgreSQL a pool of psycopg's own does, without a greenlet and a session for each.
"""

import asyncio
import sqlite3
from typing import Any, Protocol

import msgspec
import psycopg
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import URL, Connection, Dialect, Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import OperationalError

from shared.database.prepared import Form, Prepared
from shared.errors import Unavailable

CONNECTIONS = 8
WAIT_FOR_CONNECTION_SECONDS = 5.0
Rows = list[dict[str, Any]]


class LookUps(Protocol):
    """What runs prepared statements."""

    async def rows(self, prepared: Prepared, parameters: dict[str, Any]) -> Rows:
        """The rows, by the names of their columns. Raises OperationalError, Unavailable."""

    async def close(self) -> None: ...


class SqliteLookUps:
    """One connection that only reads, used on the event loop's own thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    async def rows(self, prepared: Prepared, parameters: dict[str, Any]) -> Rows:
        connection = self.connection
        form = prepared.form(connection.dialect)
        driver: Any = connection.connection.driver_connection
        values = form.bind(parameters)
        try:
            cursor = driver.execute(form.text, values)
            return form.rows(cursor, cursor.fetchall())
        except sqlite3.Error as error:
            raise OperationalError(form.text, values, error) from error

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


async def _prepare(connection: psycopg.AsyncConnection[Any]) -> None:
    set_json_loads(msgspec.json.decode, connection)


class PostgresLookUps:
    """A few connections of psycopg's own pool, each statement its own transaction."""

    def __init__(self, url: URL) -> None:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._dialect: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
        self._pool = AsyncConnectionPool(
            address,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=WAIT_FOR_CONNECTION_SECONDS,
            kwargs={"autocommit": True},
            configure=_prepare,
            open=False,
        )
        # Who has to wait waits here: in the pool each would have a clock of its own, which costs as much as a read.
        self._free = asyncio.Semaphore(CONNECTIONS)

    async def rows(self, prepared: Prepared, parameters: dict[str, Any]) -> Rows:
        form = prepared.form(self._dialect)
        values = form.bind(parameters)
        if self._pool.closed:
            await self._pool.open()
        async with self._free:
            try:
                found = await self._ask(form, values)
                if found is None:  # the server hung up meanwhile, as when it was started anew
                    await self._pool.check()
                    found = await self._ask(form, values, last=True)
            except PoolTimeout as error:
                raise Unavailable("The database is busy.") from error
        assert found is not None
        return found

    async def _ask(self, form: Form, values: Any, *, last: bool = False) -> Rows | None:
        """The rows, or None when the connection turned out to be dead."""
        connection = await self._pool.getconn()
        try:
            # Binary: bytes as hexadecimal digits take twice as long to send and to read.
            cursor = await connection.execute(form.text, values, binary=True)
            return form.rows(cursor, await cursor.fetchall())
        except psycopg.OperationalError as error:
            if connection.closed and not last:
                return None
            raise OperationalError(form.text, values, error) from error
        finally:
            await self._pool.putconn(connection)

    async def close(self) -> None:
        if not self._pool.closed:
            await self._pool.close()
