"""Keeps the roll-ups true: follows the service's own facts, and the calendar."""

from collections.abc import Callable
from uuid import UUID

from services.skills.gaps.rollups.counting import RollUpCounter
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.service import Changes, RollUpService
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

NAME = "gap-roll-ups"
DUE_AT_ONCE = 500


def _person(event: Event) -> Changes:
    return Changes(people={UUID(event.data["person_id"])})


def _level(event: Event) -> Changes:
    return Changes(skills={UUID(event.data["person_id"]): {UUID(event.data["skill_id"])}})


def _role(event: Event) -> Changes:
    return Changes(roles={UUID(event.data["role_id"])})


def _everything(_: Event) -> Changes:
    return Changes(everything=True)


CHANGES: dict[str, Callable[[Event], Changes]] = {
    LevelChanged.type: _level,
    SetAsideChanged.type: _level,
    PersonCreated.type: _person,
    PersonUpdated.type: _person,
    PersonLeft.type: _person,
    PersonDeleted.type: _person,
    RoleChanged.type: _role,
    RoleRequirementsChanged.type: _role,
    RatingPolicyChanged.type: _everything,
    FrameworkScaleMigrated.type: _everything,
    ImportFinished.type: _everything,
}


class RollUpConsumer(Consumer):
    """Takes facts in batches: what a batch changed is worked out once, and its cursor moves with it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        feed = LocalFeed(database, frozenset(CHANGES))
        super().__init__(NAME, database, feed, {name: self._handler(changes) for name, changes in CHANGES.items()})
        self.clock = clock

    async def work(self, wait: float = 0) -> int:
        """Handle one batch, or what fell due meanwhile. A batch that fails is taken fact by fact."""
        events = await self.feed.pull(await self.cursor(), BATCH, wait)
        if not events:
            await self.follow_the_calendar()
            return 0
        changes = Changes()
        for event in events:
            changes.add(CHANGES[event.type](event))
        try:
            await self._take_in(changes, events[-1].seq)
        except Exception:
            for event in events:
                await self.take(event)
        return len(events)

    async def _take_in(self, changes: Changes, seq: int) -> None:
        """A count of everybody is made beside the transaction, which must not wait for it. What changes meanwhile
        is told by a later fact, and worked out then.
        """
        now = self.clock()
        counted = None
        if changes.everything:
            async with self.database.reading() as reader:
                counted = await RollUpCounter(reader, now).everybody()
        async with self.database.writing() as session:
            service = RollUpService(session, now)
            await (service.refresh(changes) if counted is None else service.keep_only(counted))
            await self._move(session, seq)

    async def follow_the_calendar(self) -> int:
        """Work out again whose figures may differ today. Returns how many people that were."""
        now = self.clock()
        async with self.database.reading() as session:
            due = await RollUpRepository(session).due(now.date(), DUE_AT_ONCE)
        if due:
            async with self.database.writing() as session:
                await RollUpService(session, now).refresh(Changes(people=set(due)))
        return len(due)

    def _handler(self, changes: Callable[[Event], Changes]) -> Handler:
        async def handle(event: Event) -> Effect:
            async def effect(session: UnitOfWork) -> None:
                await RollUpService(session, self.clock()).refresh(changes(event))

            return effect

        return handle
