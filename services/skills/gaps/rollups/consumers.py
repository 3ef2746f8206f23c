"""Keeps the roll-ups true: follows the service's own facts, and the calendar."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.service import Changes, count_snapshot, plan_renewal, renew
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
    RoleChanged,
    RoleRequirementsChanged,
    SetAsideChanged,
)
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.events.consumer import BATCH, Consumer, Effect, Handler
from shared.events.facts import Event
from shared.events.feed import LocalFeed

NAME = "gap-sheets"
DUE_AT_ONCE = 500
# Counting everybody costs about as much as taking in this many facts.
FAR_BEHIND = 3_000
TOLD_ONE_BY_ONE = frozenset({"people_csv", "people_ndjson", "ratings_csv"})


def _person(event: Event) -> Changes:
    return Changes(people={UUID(event.data["person_id"])})


def _role(event: Event) -> Changes:
    return Changes(roles={UUID(event.data["role_id"])})


def _everything(_: Event) -> Changes:
    return Changes(everything=True)


def _import(event: Event) -> Changes:
    """An import stands for its changes to roles; those to people and ratings have facts of their own."""
    return Changes(everything=event.data["format"] not in TOLD_ONE_BY_ONE)


CHANGES: dict[str, Callable[[Event], Changes]] = {
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


class RollUpConsumer(Consumer):
    """Takes facts in batches: what a batch changed is worked out once, and its cursor moves with it.

    Everything is worked out beside the transaction, which others wait for. What changes meanwhile is told by a later
    fact. Only who moves the cursor may write, so that of two replicas the slower one does not bring back old figures.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        feed = LocalFeed(database, frozenset(CHANGES))
        super().__init__(NAME, database, feed, {name: self._handler(changes) for name, changes in CHANGES.items()})
        self.clock = clock

    async def work(self, wait: float = 0) -> int:
        """Handle one batch, or what fell due meanwhile. A batch that fails is taken fact by fact."""
        cursor = await self.cursor()
        events = await self.feed.pull(cursor, BATCH, wait)
        if not events:
            await self.follow_the_calendar()
            await self.follow_the_cycles()
            return 0
        if (head := await self._head(cursor, len(events))) is not None:
            await self._take_in(Changes(everything=True), head)
            return len(events)
        changes = Changes()
        for event in events:
            changes.add(CHANGES[event.type](event))
        try:
            await self._take_in(changes, events[-1].seq)
        except Exception:
            for event in events:
                await self.take(event)
        return len(events)

    async def _head(self, cursor: int, pulled: int) -> int | None:
        """The newest fact, where so many are waiting that counting everybody is quicker, or where nobody has ever
        been counted.
        """
        if cursor and pulled < BATCH:
            return None
        outbox = self.database.kernel.outbox
        statement = select(func.count(), func.max(outbox.c.seq)).where(
            outbox.c.seq > cursor, outbox.c.type.in_(list(CHANGES))
        )
        async with self.database.reading() as session:
            waiting, newest = (await session.execute(statement)).one()
        return newest if waiting > FAR_BEHIND or not cursor else None

    async def _take_in(self, changes: Changes, seq: int) -> None:
        now = self.clock()
        async with self.database.scanning() as reader:
            renewal = await plan_renewal(reader, changes, now)
        async with self.database.writing() as session:
            if await self._move(session, seq):
                await renew(session, renewal)

    async def follow_the_calendar(self) -> int:
        """Work out again whose figures may differ today. Returns how many people that were."""
        now, cursor = self.clock(), await self.cursor()
        async with self.database.scanning() as reader:
            due = await RollUpRepository(reader).due(now.date(), DUE_AT_ONCE)
            renewal = await plan_renewal(reader, Changes(people=set(due)), now)
        if due:
            async with self.database.writing() as session:
                if await self._stands_at(session, cursor):
                    await renew(session, renewal)
        return len(due)

    async def follow_the_cycles(self) -> int:
        """Count a closed cycle that is not counted yet, or on other scales than those in force now.

        Returns how many are left.
        """
        cursor = await self.cursor()
        async with self.database.scanning() as reader:
            snapshots = CountedSnapshots(reader)
            counted, migrations = await snapshots.counted(), await snapshots.migrations()
            due = [c for c in await MemberRepository(reader).closed_cycles() if c.snapshot_id not in counted]
            renewal = await count_snapshot(reader, due[0]) if due else None
        if renewal is not None:
            async with self.database.writing() as session:
                if await self._stands_at(session, cursor):
                    await renew(session, renewal)
                    await CountedSnapshots(session).keep(renewal.snapshot_id, migrations)
        return max(0, len(due) - 1)

    async def _stands_at(self, session: UnitOfWork, seq: int) -> bool:
        """Whether nobody has moved the cursor since, and hold it until the transaction ends."""
        cursors = self.database.kernel.cursors
        found = await session.execute(select(cursors.c.seq).where(cursors.c.consumer == self.name).with_for_update())
        return (found.scalar_one_or_none() or 0) == seq

    def _handler(self, changes: Callable[[Event], Changes]) -> Handler:
        async def handle(event: Event) -> Effect:
            async def effect(session: UnitOfWork) -> None:
                await renew(session, await plan_renewal(session, changes(event), self.clock()))

            return effect

        return handle
