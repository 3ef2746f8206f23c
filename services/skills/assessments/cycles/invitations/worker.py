"""What is done about cycles beside requests: keeping tallies, and telling reminders a few at a time."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from services.skills.assessments.cycles.invitations.models import ReminderRound
from services.skills.assessments.cycles.invitations.reckoning import Reckoning, reminders_of, tallies_of
from services.skills.assessments.cycles.invitations.rounds import RoundRepository
from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.cycles.repository import CycleRepository
from services.skills.assessments.levels.repository import LevelRepository
from shared.clock import Clock
from shared.clockwork import Clockwork
from shared.contracts.skills.events import ReminderDue
from shared.database.engines import Database
from shared.errors import PreconditionFailed
from shared.events.outbox import record

# A cycle that has closed changes no more: it is looked after for a while, and then left.
AFTERWARDS = timedelta(days=1)


class TallyWatch(Clockwork):
    """Counts whomever nothing true is kept about, in transactions that others need not wait long for."""

    seconds = 30.0
    batch = 200

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def work(self) -> int:
        """Look through all cycles that may still change. Returns 0: whoever is rated meanwhile can wait."""
        now = self.clock()
        async with self.database.reading() as reader:
            cycles = await CycleRepository(reader).running(now.date(), now - AFTERWARDS)
        for cycle in cycles:
            await self._tally(cycle, now)
        return 0

    async def _tally(self, cycle: AssessmentCycle, now: datetime) -> None:
        async with self.database.scanning() as reader:
            members, asked = await Reckoning(await tallies_of(reader, cycle, now)).untallied()
        for start in range(0, len(members), self.batch):
            some = members[start : start + self.batch]
            async with self.database.writing() as session:
                await LevelRepository(session).lock(member.person_id for member in some)
                await (await tallies_of(session, cycle, now)).keep(some, asked)


class ReminderTeller(Clockwork):
    """Tells the reminders that were asked for, each once. A round that was interrupted goes on after the last one."""

    batch = 1_000

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def work(self) -> int:
        """Work off the oldest round. Returns 0 when there is none."""
        now = self.clock()
        async with self.database.reading() as reader:
            wanted = await RoundRepository(reader).next()
        if wanted is None:
            return 0
        async with self.database.scanning() as reader:
            cycle = await CycleRepository(reader).find(wanted.cycle_id)
            owed = await reminders_of(reader, cycle, now) if cycle is not None and cycle.closed_at is None else {}
        with suppress(PreconditionFailed):  # another process has gone on with the round, and tells the rest
            await self._tell(wanted, cycle, owed, now)
        return self.batch

    async def _tell(
        self, wanted: ReminderRound, cycle: AssessmentCycle | None, owed: Mapping[UUID, int], now: datetime
    ) -> None:
        revision, until = wanted.revision, wanted.told_until
        waiting = sorted(id for id in owed if until is None or id > until)
        for start in range(0, max(1, len(waiting)), self.batch):
            some = waiting[start : start + self.batch]
            until = some[-1] if some else until
            finished_at = now if start + self.batch >= len(waiting) else None
            async with self.database.writing() as session:
                rounds = RoundRepository(session)
                revision = await rounds.change(wanted.id, revision, told_until=until, finished_at=finished_at)
                if cycle is not None:
                    await record(session, *(_reminder(cycle, id, owed[id]) for id in some))


def _reminder(cycle: AssessmentCycle, assessor_id: UUID, count: int) -> ReminderDue:
    return ReminderDue(cycle_id=cycle.id, assessor_id=assessor_id, owed=count, closes_on=cycle.closes_on)
