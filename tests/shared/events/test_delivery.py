"""Facts: none lost, none twice, in order, whatever dies in between; on both databases."""

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
from sqlalchemy import func, select, update

from services.skills.models import SkillsTable
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.errors import Conflict, Unavailable
from shared.events.consumer import Consumer, Effect
from shared.events.facts import Event, Fact
from shared.events.feed import LocalFeed
from shared.events.outbox import read_after, record
from shared.events.sequencer import Sequencer
from tests.conftest import FreshDatabase


class Noted(Fact):
    type: ClassVar[str] = "tests.note.taken.v1"

    about: str
    number: int

    def subject(self) -> str:
        return f"note:{self.about}"


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    database = Database(fresh_database("services.skills"), SkillsTable.metadata)
    yield database
    await database.dispose()


async def note(database: Database, *facts: Noted) -> None:
    async with database.writing() as session:
        await record(session, *facts)


async def number(database: Database) -> None:
    if not database.is_sqlite:
        await Sequencer(database).number()


class Counting:
    """A handler whose effect adds to a row, so that doing it twice would show."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.fail: Exception | None = None

    async def __call__(self, event: Event) -> Effect | None:
        self.calls.append(event.data["number"])
        if self.fail is not None:
            raise self.fail

        async def effect(session: UnitOfWork) -> None:
            cursors = session.info["database"].kernel.cursors
            await session.execute(update(cursors).where(cursors.c.consumer == "sum").values(seq=cursors.c.seq + 1))

        return effect


async def counter(database: Database) -> int:
    cursors = database.kernel.cursors
    async with database.reading() as session:
        return int(
            (await session.execute(select(func.sum(cursors.c.seq)).where(cursors.c.consumer == "sum"))).scalar_one()
        )


async def consumer(database: Database, handler: Counting) -> Consumer:
    async with database.writing() as session:
        await session.execute(database.kernel.cursors.insert().values(consumer="sum", seq=0))
    return Consumer("notes", database, LocalFeed(database), {Noted.type: handler})


async def test_a_fact_of_an_undone_change_is_never_told(database: Database) -> None:
    async def fail_half_way() -> None:
        async with database.writing() as session:
            await record(session, Noted(about="a", number=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()
    await number(database)
    async with database.reading() as session:
        assert await read_after(session, 0, 10) == []


async def test_each_fact_has_its_effect_once(database: Database) -> None:
    handler = Counting()
    notes = await consumer(database, handler)
    await note(database, *(Noted(about=str(n % 3), number=n) for n in range(20)))
    await number(database)
    assert await notes.work() == 20
    assert await notes.work() == 0
    assert handler.calls == list(range(20))
    assert await counter(database) == 20


async def test_a_death_between_call_and_commit_repeats_the_call_and_not_the_effect(database: Database) -> None:
    handler = Counting()
    notes = await consumer(database, handler)
    await note(database, Noted(about="a", number=1))
    await number(database)
    event = (await LocalFeed(database).pull(0, 1, 0))[0]
    await handler(event)  # the remote call happened, then the process died before the transaction
    await notes.work()
    await notes.work()
    assert handler.calls == [1, 1]
    assert await counter(database) == 1


async def test_a_neighbour_that_is_away_stops_the_cursor(database: Database) -> None:
    handler = Counting()
    notes = await consumer(database, handler)
    await note(database, Noted(about="a", number=1))
    await number(database)
    handler.fail = Unavailable("skills does not answer")
    with pytest.raises(Unavailable):
        await notes.work()
    assert (await notes.cursor(), await notes.count_parked()) == (0, 0)
    handler.fail = None
    await notes.work()
    assert await counter(database) == 1


async def test_poison_blocks_its_subject_and_not_the_stream(database: Database) -> None:
    handler = Counting()
    notes = await consumer(database, handler)
    await note(database, Noted(about="bad", number=1))
    await number(database)
    handler.fail = Conflict("never")
    await notes.work()
    handler.fail = None
    await note(database, Noted(about="bad", number=2), Noted(about="good", number=3))
    await number(database)
    await notes.work()
    assert await notes.count_parked() == 2
    assert await counter(database) == 1
    assert await notes.retry_parked() == 0
    assert await counter(database) == 3
    assert handler.calls == [1, 3, 1, 2]


async def test_an_effect_that_cannot_be_written_is_poison_too(database: Database) -> None:
    handler = Counting()
    notes = await consumer(database, handler)

    async def broken(event: Event) -> Effect | None:
        async def effect(session: UnitOfWork) -> None:
            await (await handler(event))(session)  # type: ignore[misc]
            raise Conflict("what it was about is gone")

        return effect if event.data["about"] == "bad" else await handler(event)

    notes.handlers = {Noted.type: broken}
    await note(database, Noted(about="bad", number=1), Noted(about="good", number=2))
    await number(database)
    assert await notes.work() == 2
    assert (await notes.cursor(), await notes.count_parked()) == (2, 1)
    assert await counter(database) == 1, "what the broken effect had written is undone"
    assert await notes.retry_parked() == 1
    assert await counter(database) == 1


async def test_what_is_parked_is_tried_again_by_itself(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.events.consumer.RETRY_PARKED_SECONDS", -1.0)
    monkeypatch.setattr("shared.events.consumer.WAIT_SECONDS", 0.05)
    handler = Counting()
    notes = await consumer(database, handler)
    await note(database, Noted(about="a", number=1))
    await number(database)
    handler.fail = Conflict("not yet")
    await notes.work()
    handler.fail = None
    following = asyncio.create_task(notes.run())
    async with asyncio.timeout(30):
        while await notes.count_parked():  # noqa: ASYNC110 - the consumer has no event to wait for
            await asyncio.sleep(0.01)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert await counter(database) == 1


async def test_many_writers_lose_nothing_and_numbers_have_no_holes(database: Database) -> None:
    handler = Counting()
    notes = await consumer(database, handler)
    sequencer = asyncio.create_task(Sequencer(database).run())
    following = asyncio.create_task(notes.run())
    await asyncio.gather(*(note(database, Noted(about=str(n), number=n)) for n in range(60)))
    async with asyncio.timeout(30):
        while len(handler.calls) < 60:  # noqa: ASYNC110 - the consumer has no event to wait for
            await asyncio.sleep(0.05)
    for task in (sequencer, following):
        task.cancel()
    await asyncio.gather(sequencer, following, return_exceptions=True)
    assert sorted(handler.calls) == list(range(60))
    async with database.reading() as session:
        assert [event.seq for event in await read_after(session, 0, 100)] == list(range(1, 61))
