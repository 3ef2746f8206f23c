"""Engines for SQLite and PostgreSQL, and the two context managers that give sessions.

SQLite: one writer connection per file (versions before 3.51.3 can corrupt a WAL that two connections
write), `BEGIN IMMEDIATE` so that read-then-write cannot lose an update, readers that cannot write.
PostgreSQL: two pools; readers run in autocommit, which saves a BEGIN and a COMMIT per request.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from shared.database import inline_sqlite
from shared.database.kernel import KernelTables
from shared.database.look_ups import LookUps, PostgresLookUps, SqliteLookUps
from shared.database.pragmas import prepare
from shared.database.sessions import ReadOnlySession, UnitOfWork
from shared.database.sqlite_writer import IN_PLACE, create_writer
from shared.errors import Unavailable
from shared.events.doorbell import UNNUMBERED, Doorbell

READER_CONNECTIONS = 4
POSTGRES_CONNECTIONS = 16
WAIT_FOR_CONNECTION_SECONDS = 30


class Database:
    """A service's own database. `reading()` and `writing()` are the only ways to a session."""

    def __init__(self, url: str, metadata: MetaData) -> None:
        self.url = make_url(url)
        self.metadata = metadata
        self.kernel = KernelTables.of(metadata)
        self.doorbell = Doorbell()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.look_ups: LookUps
        if self.is_sqlite:
            assert self.url.database is not None
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self.writer = create_writer(url, WAIT_FOR_CONNECTION_SECONDS)
            self.reader = _sqlite_reader(make_url(url).set(drivername=inline_sqlite.NAME))
            self.scanner = _sqlite_reader(make_url(url))
            self.look_ups = SqliteLookUps(_sqlite_inline(make_url(url)))
        else:
            self.look_ups = PostgresLookUps(make_url(url))
            self.writer = _postgres_pool(url)
            # A pool of its own: a request that has looked something up and now wants to write must not wait
            # for connections that others hold who do the same.
            self.reader = self.scanner = _postgres_pool(url, isolation_level="AUTOCOMMIT")
        self._short_writer = self.writer.execution_options(**{IN_PLACE: True})

    @property
    def inline(self) -> Connection | None:
        """On SQLite a connection for single short reads, which never wait and so can share it."""
        return self.look_ups.connection if isinstance(self.look_ups, SqliteLookUps) else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadOnlySession]:
        """A session for short reads. It takes a connection at its first statement. Raises Unavailable when none
        is free.
        """
        async with self._session(self.reader) as session:
            yield session

    @asynccontextmanager
    async def scanning(self) -> AsyncIterator[ReadOnlySession]:
        """A session for reads of many rows, which on SQLite must not hold up the event loop."""
        async with self._session(self.scanner) as session:
            yield session

    def reader_session(self) -> ReadOnlySession:
        """A session for short reads that its user closes, for the frame."""
        session = ReadOnlySession(self.reader, expire_on_commit=False, autoflush=False)
        session.info["database"] = self
        return session

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[ReadOnlySession]:
        async with ReadOnlySession(engine, expire_on_commit=False, autoflush=False) as session:
            session.info["database"] = self
            try:
                yield session
            except PoolTimeout as error:
                raise Unavailable("The database is busy.") from error

    @asynccontextmanager
    async def writing(self, *, is_short: bool = False) -> AsyncIterator[UnitOfWork]:
        """One transaction: committed when the block ends well, undone when it raises; then the doorbell rings.

        The connection is taken at the first statement, so remote calls made before it hold no transaction. With
        `is_short` SQLite runs the statements on the event loop's own thread: for work that writes a few rows.
        """
        engine = self._short_writer if is_short else self.writer
        async with UnitOfWork(engine, expire_on_commit=False, autoflush=False) as session:
            session.info["database"] = self
            try:
                yield session
                await session.commit()
            except PoolTimeout as error:
                raise Unavailable("The database is busy.") from error
        if facts := session.info.get("facts"):
            self.doorbell.ring(facts if self.is_sqlite else UNNUMBERED)

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self.reader.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def dispose(self) -> None:
        """Close every connection; aiosqlite threads are not daemons and would keep the process alive."""
        await self.look_ups.close()
        await self.reader.dispose()
        await self.scanner.dispose()
        await self.writer.dispose()


def _postgres_pool(url: str, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION_SECONDS,
        **options,
    )


def _sqlite_reader(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=READER_CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION_SECONDS,
        pool_reset_on_return=None,  # readers open no transaction: there is nothing to undo
    )
    event.listen(engine.sync_engine, "connect", _prepare_reader)
    return engine


def _sqlite_inline(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine, "connect", _prepare_reader)
    return engine


def _prepare_reader(connection: Any, _record: object) -> None:
    prepare(connection, "query_only=ON", "wal_autocheckpoint=0", "busy_timeout=10000", "mmap_size=268435456")
