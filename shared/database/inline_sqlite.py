"""SQLite reads on the event loop's own thread.

A read by key takes microseconds; handing each of its driver calls to another thread and back takes ten times
as long (aiosqlite hops once for each of cursor, execute, fetch and close). So readers call the driver where
they are. Writers keep a thread, because a commit waits for the disk, and so do long reads: `Database.scanning`.
"""

import sqlite3
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_

NAME = "sqlite+inline"


class InlineCursor(sqlite3.Cursor):
    """A cursor with the hook by which SQLAlchemy's async result gives back a cursor of another thread."""

    async def _async_soft_close(self) -> None:
        """Nothing to hand to another thread."""


class InlineConnection(sqlite3.Connection):
    """A connection that gives such cursors."""

    def cursor(self, factory: Any = InlineCursor) -> Any:
        return super().cursor(factory)


class InlineSQLiteDialect(SQLiteDialect_pysqlite):
    """pysqlite for SQLAlchemy's async engine. Its calls return at once, so there is nothing to await."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": InlineConnection}

    def get_driver_connection(self, connection: Any) -> Any:
        return connection

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        await_(_nothing())  # the async engine takes a call that awaited nothing for a mistake
        cursor.execute(statement, parameters)


async def _nothing() -> None:
    """Done already."""


registry.register(NAME.replace("+", "."), __name__, InlineSQLiteDialect.__name__)
