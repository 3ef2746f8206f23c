"""Facts by the thousand are written as single ones are, on both databases."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import select

from services.skills.models import SkillsTable
from shared.database.engines import Database
from shared.events.facts import Fact
from shared.events.outbox import record, record_many
from shared.ids import new_id
from tests.conftest import FreshDatabase


class Moved(Fact):
    type: ClassVar[str] = "tests.desk.moved.v1"

    desk_id: UUID
    room: str | None
    on: date
    loud: bool
    changed: list[str]

    def subject(self) -> str:
        return f"desk:{self.desk_id}"


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    database = Database(fresh_database("services.skills"), SkillsTable.metadata)
    yield database
    await database.dispose()


async def told(database: Database) -> list[tuple[Any, ...]]:
    outbox = database.kernel.outbox
    async with database.reading() as session:
        rows = await session.execute(select(outbox.c.type, outbox.c.subject, outbox.c.data).order_by(outbox.c.id))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("number", [1, 200])
async def test_many_facts_are_told_as_one_is(database: Database, number: int) -> None:
    rooms = [None, 'the "blue" room\t\\', "Ærø"]
    facts = [
        Moved(desk_id=new_id(), room=rooms[n % 3], on=date(2026, 2, 1 + n % 28), loud=n % 2 == 0, changed=["room"] * n)
        for n in range(number)
    ]
    async with database.writing() as session:
        await record(session, *facts)
    columns = {name: [getattr(fact, name) for fact in facts] for name in Moved.model_fields}
    async with database.writing() as session:
        await record_many(session, Moved, [fact.subject() for fact in facts], columns)
    rows = await told(database)
    assert rows[:number] == rows[number:]
    assert [Moved.model_validate(data) for _, _, data in rows[number:]] == facts


async def test_no_facts_are_no_rows(database: Database) -> None:
    async with database.writing() as session:
        await record(session)
        await record_many(session, Moved, [], {name: [] for name in Moved.model_fields})
    assert await told(database) == []
