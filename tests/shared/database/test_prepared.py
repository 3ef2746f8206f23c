"""A prepared statement gives what the same statement gives through a session."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Date, DateTime, Float, MetaData, Select, Uuid, bindparam, column, literal, select, text
from sqlalchemy.exc import OperationalError

from shared.database.engines import Database
from shared.database.kernel import KernelTables
from shared.database.prepared import Prepared, one_of
from shared.ids import new_id
from tests.conftest import FreshDatabase

ID = new_id()
VALUES: Select[Any] = select(
    bindparam("id", type_=Uuid()).label("id"),
    literal({"en": "Sales"}, JSON).label("labels"),
    literal(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), DateTime(timezone=True)).label("made"),
    literal(date(2026, 1, 2), Date).label("day"),
    literal(0.25, Float).label("share"),
    literal(None, JSON(none_as_null=True)).label("absent"),
).where(bindparam("wanted", type_=Float()) > 1)


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    metadata = MetaData()
    KernelTables.of(metadata)
    database = Database(fresh_database("services.skills"), metadata)
    yield database
    await database.dispose()


@pytest.mark.parametrize("wanted", [2.0, 1.0])
async def test_rows_are_those_of_the_session(database: Database, wanted: float) -> None:
    prepared, parameters = Prepared(VALUES), {"id": ID, "wanted": wanted}
    async with database.reading() as session:
        found = [await session.look_up(prepared, parameters) for _ in range(2)]
        expected = [dict(row._mapping) for row in await session.execute(VALUES, parameters)]
    assert found == [expected, expected]
    assert len(expected) == (1 if wanted > 1 else 0)


async def test_many_at_once_get_what_each_asked_for(database: Database) -> None:
    prepared, ids = Prepared(VALUES), [new_id() for _ in range(40)]
    async with database.reading() as session:
        found = await asyncio.gather(*(session.look_up(prepared, {"id": id, "wanted": 2.0}) for id in ids))
    assert [rows[0]["id"] for rows in found] == ids


async def test_a_server_that_hung_up_is_asked_again(database: Database) -> None:
    prepared, parameters = Prepared(VALUES), {"id": ID, "wanted": 2.0}
    async with database.reading() as session:
        before = await session.look_up(prepared, parameters)
        if not database.is_sqlite:  # which is in this process and cannot hang up
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            await session.execute(text(f"{others} AND datname = current_database()"))
        assert await session.look_up(prepared, parameters) == before


async def test_what_sqlite_refuses_is_an_operational_error(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}", MetaData())
    async with database.reading() as session:
        with pytest.raises(OperationalError, match="no such column"):
            await session.look_up(Prepared(select(column("unheard_of"))), {})
    await database.dispose()


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_one_parameter_carries_any_number_of_values(database: Database, count: int) -> None:
    """Of ids and of plain values, by name and as they are; the text of the statement stays the same."""
    ids, seqs = [new_id() for _ in range(3)], [1, 2, 3]
    outbox = database.kernel.outbox
    async with database.writing() as session:
        rows = zip(ids, seqs, strict=True)
        made = {"type": "made.v1", "subject": "x", "data": {}, "occurred_at": datetime(2026, 1, 2, tzinfo=UTC)}
        await session.execute(outbox.insert(), [{**made, "id": id, "seq": seq} for id, seq in rows])
    by_id = Prepared(select(outbox.c.seq).where(one_of(outbox.c.id, "ids")).order_by(outbox.c.seq))
    by_seq = select(outbox.c.seq).where(one_of(outbox.c.seq, seqs[:count])).order_by(outbox.c.seq)
    assert by_id.is_fixed
    async with database.reading() as session:
        assert [row["seq"] for row in await session.look_up(by_id, {"ids": ids[:count]})] == seqs[:count]
        assert list((await session.execute(by_seq)).scalars()) == seqs[:count]
        assert [row["seq"] for row in await session.look_up(Prepared(by_seq), {})] == seqs[:count]
