"""Statements of short work run where the request is; a commit runs in the thread, and nothing overtakes it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData, make_url, text

from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.database.sqlite_writer import WriterConnection, _connect


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'written.db'}", MetaData())
    yield database
    await database.dispose()


async def thread_of(session: UnitOfWork) -> str:
    """The name of the thread that SQLite calls us back in."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, WriterConnection)
    driver._conn.create_function("thread", 0, lambda: threading.current_thread().name)
    return str((await session.execute(text("SELECT thread()"))).scalar_one())


async def test_short_work_stays_on_this_thread(database: Database) -> None:
    here = threading.current_thread().name
    async with database.writing(is_short=True) as session:
        assert await thread_of(session) == here
    async with database.writing() as session:
        assert await thread_of(session) != here
    async with database.writing(is_short=True) as session:
        assert await thread_of(session) == here


async def fail_after_writing(database: Database, is_short: bool) -> None:
    async with database.writing(is_short=is_short) as session:
        await session.execute(text("INSERT INTO things VALUES ('dropped')"))
        raise RuntimeError("changed my mind")


@pytest.mark.parametrize("is_short", [True, False])
async def test_what_is_committed_is_there_and_what_failed_is_not(database: Database, is_short: bool) -> None:
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE things (name TEXT)"))
    async with database.writing(is_short=is_short) as session:
        await session.execute(text("INSERT INTO things VALUES ('kept')"))
    with pytest.raises(RuntimeError, match="changed my mind"):
        await fail_after_writing(database, is_short)
    async with database.reading() as reading:
        assert list((await reading.execute(text("SELECT name FROM things"))).scalars()) == ["kept"]


async def test_nothing_overtakes_a_commit_that_nobody_waits_for_any_more(tmp_path: Path) -> None:
    connection = await _connect(make_url(f"sqlite+aiosqlite:///{tmp_path / 'slow.db'}"))
    connection.in_place = True
    done: list[str] = []

    def commit() -> None:
        time.sleep(0.2)
        done.append("commit")

    def rollback() -> None:
        done.append("rollback")

    waiting = asyncio.create_task(connection._execute(commit))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await connection._execute(rollback)
    assert done == ["commit", "rollback"]
    await connection.close()
