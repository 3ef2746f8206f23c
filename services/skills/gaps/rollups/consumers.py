"""Keeps the roll-ups true: follows the service's own facts, and the calendar."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's too

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.rollups.dues import DueRepository
from services.skills.gaps.rollups.service import (
    SLICE,
    Changes,
    carry_out,
    count_snapshot,
    plan,
    plan_slice,
    renew,
)
from services.skills.gaps.rollups.snapshots import CountedSnapshots
from shared.clock import Clock
from shared.contracts.skills.events import (
    FrameworkScaleMigrated,
    ImportFinished,
    LevelChanged,
    PersonCreated,
    PersonDeleted,
    PersonLeft,
    PersonUpdated,
    RatingPolicyChanged,
    RatingRecorded,
    RatingRevoked,
    RoleChanged,
    RoleRequirementsChanged,
    SetAsideChanged,
)
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.events.consumer import Consumer, Effect, Handler
from shared.events.facts import Event
from shared.events.feed import LocalFeed
from shared.events.outbox import newest
from shared.observability.logging import get_logger

NAME = "gap-sheets"
RENEWALS = f"{NAME}.renewals"
"""Under this name the place of a cursor counts renewals."""
READ_AT_ONCE = 1_000
SECONDS_BETWEEN_REPORTS = 5.0
TOLD_ONE_BY_ONE = frozenset({"people_csv", "people_ndjson", "ratings_csv"})
log = get_logger(__name__)


def _person(event: Event) -> Changes:
    return Changes(people={UUID(event.data["person_id"])})


def _rated(event: Event) -> Changes:
    return Changes(rated={UUID(event.data["person_id"])})


def _role(event: Event) -> Changes:
    return Changes(roles={UUID(event.data["role_id"])})


def _everything(_: Event) -> Changes:
    return Changes(everything=True)


def _import(event: Event) -> Changes:
    """An import stands for its changes to roles; those to people and ratings have facts of their own."""
    return Changes(everything=event.data["format"] not in TOLD_ONE_BY_ONE)


CHANGES: dict[str, Callable[[Event], Changes]] = {
    RatingRecorded.type: _rated,
    RatingRevoked.type: _rated,
    LevelChanged.type: _person,
    SetAsideChanged.type: _person,
    PersonCreated.type: _person,
    PersonUpdated.type: _person,
    PersonLeft.type: _person,
    PersonDeleted.type: _person,
    RoleChanged.type: _role,
    RoleRequirementsChanged.type: _role,
    RatingPolicyChanged.type: _everything,
    FrameworkScaleMigrated.type: _everything,
    ImportFinished.type: _import,
}


class Overtaken(Exception):
    """Another replica has renewed something meanwhile: what was worked out may be out of date."""


class RollUpConsumer(Consumer):
    """Takes facts in batches: what a batch changed is worked out once, and its cursor moves with it.

    Where very many people are concerned they are marked, and looked at again some hundred at a time between the facts
    that go on arriving. Everything is worked out beside the transaction, which others wait for. What changes meanwhile
    is told by a later fact. Each renewal is numbered, and the next one is kept only if it began after it, so that of
    two replicas the slower one does not bring back old figures.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        feed = LocalFeed(database, frozenset(CHANGES))
        super().__init__(NAME, database, feed, {name: self._handler(changes) for name, changes in CHANGES.items()})
        self.clock = clock
        self._is_behind = False
        self._reported_at = 0.0

    async def work(self, wait: float = 0) -> int:
        """Take in one batch, and look at some of those who are due. A batch that fails is taken fact by fact."""
        cursor = await self.cursor()
        if not cursor and (head := await self._head()):  # nobody has ever been counted
            await self._take_in(Changes(everything=True), head)
            cursor = head
        events = await self.feed.pull(cursor, READ_AT_ONCE, 0 if self._is_behind else wait)
        if events:
            await self._take_batch(events)
        # While many facts are waiting they come first: among them are those of who was rated just now.
        renewed = await self.follow_the_calendar() if len(events) < READ_AT_ONCE else 0
        self._is_behind = bool(events or renewed)
        if not self._is_behind:
            await self.follow_the_cycles()
        return len(events)

    async def _head(self) -> int:
        async with self.database.reading() as session:
            return await newest(session)

    async def _take_batch(self, events: Sequence[Event]) -> None:
        changes = Changes()
        for event in events:
            changes.add(CHANGES[event.type](event))
        try:
            await self._take_in(changes, events[-1].seq)
        except Overtaken:
            return  # the next look begins where the other replica has come to
        except Exception:
            for event in events:
                await self.take(event)

    async def _take_in(self, changes: Changes, seq: int) -> None:
        now, renewals = self.clock(), await self._count_renewals()
        async with self.database.scanning() as reader:
            planned = await plan(reader, changes, now)
        async with self.database.writing() as session:
            if await self._move(session, seq):
                await self._claim(session, renewals)
                await carry_out(session, planned, now)

    async def follow_the_calendar(self) -> int:
        """Look at some of those who are due. Returns how many that were."""
        now, renewals = self.clock(), await self._count_renewals()
        async with self.database.scanning() as reader:
            renewal = await plan_slice(reader, now)
        if renewal is None or renewal.people is None:
            return 0
        with suppress(Overtaken):
            async with self.database.writing() as session:
                await self._claim(session, renewals)
                await renew(session, renewal)
            await self._report(len(renewal.people))
        return len(renewal.people)

    async def _report(self, renewed: int) -> None:
        """Tell now and then how many are left, while there are many."""
        time = asyncio.get_running_loop().time()
        if renewed == SLICE and time - self._reported_at > SECONDS_BETWEEN_REPORTS:
            self._reported_at = time
            async with self.database.reading() as session:
                left = await DueRepository(session).pending(self.clock().date())
            log.info("gaps.counting", people_left=left)

    async def follow_the_cycles(self) -> int:
        """Count a closed cycle that is not counted yet, or on other scales than those in force now.

        Returns how many are left.
        """
        renewals = await self._count_renewals()
        async with self.database.scanning() as reader:
            snapshots = CountedSnapshots(reader)
            counted, migrations = await snapshots.counted(), await snapshots.migrations()
            due = [c for c in await MemberRepository(reader).closed_cycles() if c.snapshot_id not in counted]
            renewal = await count_snapshot(reader, due[0]) if due else None
        if renewal is not None:
            with suppress(Overtaken):
                async with self.database.writing() as session:
                    await self._claim(session, renewals)
                    await renew(session, renewal)
                    await CountedSnapshots(session).keep(renewal.snapshot_id, migrations)
        return max(0, len(due) - 1)

    async def _count_renewals(self) -> int:
        """How many renewals there have been."""
        cursors = self.database.kernel.cursors
        async with self.database.reading() as session:
            found = await session.execute(select(cursors.c.seq).where(cursors.c.consumer == RENEWALS))
            return found.scalar_one_or_none() or 0

    async def _claim(self, session: UnitOfWork, renewals: int | None = None) -> None:
        """Make this the next renewal, and hold back others until the transaction ends. Raises Overtaken when there has
        been another one since so many were counted.
        """
        cursors = self.database.kernel.cursors
        unchanged = None if renewals is None else cursors.c.seq == renewals
        statement = (
            insert(cursors)
            .values(consumer=RENEWALS, seq=1)
            .on_conflict_do_update(index_elements=["consumer"], set_={"seq": cursors.c.seq + 1}, where=unchanged)
            .returning(cursors.c.seq)
        )
        if (await session.execute(statement)).scalar_one_or_none() is None:
            raise Overtaken

    def _handler(self, changes: Callable[[Event], Changes]) -> Handler:
        async def handle(event: Event) -> Effect:
            async def effect(session: UnitOfWork) -> None:
                now = self.clock()
                await self._claim(session)
                await carry_out(session, await plan(session, changes(event), now), now)

            return effect

        return handle
