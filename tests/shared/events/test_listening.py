"""Listeners are woken for what concerns them, and look at nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pytest

from services.skills.models import SkillsTable
from shared.database.engines import Database
from shared.events import feed as feeds
from shared.events.doorbell import Doorbell
from shared.events.facts import Fact
from shared.events.feed import LocalFeed
from shared.events.outbox import read_after, record, settle
from shared.events.sequencer import Sequencer
from tests.conftest import FreshDatabase

LONG = 30.0


class Common(Fact):
    type: ClassVar[str] = "tests.common.v1"

    def subject(self) -> str:
        return "note:common"


class Rare(Common):
    type: ClassVar[str] = "tests.rare.v1"


RARE = frozenset({Rare.type})


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    database = Database(fresh_database("services.skills"), SkillsTable.metadata)
    sequencing = asyncio.create_task(Sequencer(database).run())
    yield database
    sequencing.cancel()
    await asyncio.gather(sequencing, return_exceptions=True)
    await database.dispose()


async def tell(database: Database, *facts: Fact) -> None:
    async with database.writing() as session:
        await record(session, *facts)
    await settle(database)


async def listening(doorbell: Doorbell, types: frozenset[str]) -> "asyncio.Task[None]":
    task = asyncio.create_task(doorbell.wait(LONG, types))
    await asyncio.sleep(0)
    return task


async def test_a_ring_wakes_those_whom_it_concerns() -> None:
    doorbell = Doorbell()
    rare, common, all_ears = [await listening(doorbell, types) for types in (RARE, frozenset({"a", "b"}), frozenset())]
    doorbell.ring(["b", "c"])
    await asyncio.wait({rare, common, all_ears}, timeout=0.01)
    assert (rare.done(), common.done(), all_ears.done()) == (False, True, True)
    doorbell.ring()
    await rare


async def test_nobody_who_has_stopped_waiting_is_kept() -> None:
    doorbell = Doorbell()
    await doorbell.wait(0, RARE)
    waiting = await listening(doorbell, RARE)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not doorbell._waiting


async def test_a_fact_ends_the_waiting_for_it(database: Database) -> None:
    feed = LocalFeed(database, RARE)
    waiting = asyncio.create_task(feed.pull(0, 10, LONG))
    await asyncio.sleep(0.05)
    await tell(database, Common())
    assert not waiting.done()
    await tell(database, Rare())
    assert [event.type for event in await waiting] == [Rare.type]


async def test_what_concerns_nobody_is_looked_through_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []

    async def noting(session: Any, after: int, *more: Any) -> Any:
        starts.append(after)
        return await read_after(session, after, *more)

    monkeypatch.setattr(feeds, "read_after", noting)
    feed = LocalFeed(database, RARE)
    await tell(database, *[Common()] * 20)
    assert [await feed.pull(0, 10, 0) for _ in range(3)] == [[], [], []]
    assert starts == [0]
    await tell(database, Common(), Rare(), Common())
    assert [event.seq for event in await feed.pull(0, 10, 0)] == [22]
    assert starts == [0, 20]
    assert await feed.pull(22, 10, 0) == []
    assert starts == [0, 20, 22]


async def test_every_place_of_the_log_can_be_read_from_at_any_time(database: Database) -> None:
    feed = LocalFeed(database, RARE)
    for _ in range(4):
        await tell(database, *[Common()] * 3, Rare(), *[Common()] * 2)
        for after in (23, 0, 3, 4, 5, 10, 12, 18, 22, 0):
            async with database.reading() as session:
                wanted = await read_after(session, after, 2, RARE)
            assert await feed.pull(after, 2, 0) == wanted
