"""Hands ignored follow-ups to the next manager. Acts on what is due, so it can be stopped, repeated, run twice."""

from uuid import UUID

from services.enrollment.followups.models import FollowUp
from services.enrollment.followups.repository import FollowUpRepository
from services.enrollment.followups.rules import Manager, next_leader
from services.enrollment.followups.service import FollowUpService
from shared.clock import Clock
from shared.clockwork import BATCH, Clockwork
from shared.contracts.skills.client import SkillsClient
from shared.database.engines import Database
from shared.errors import NotFound


class FollowUpClockwork(Clockwork):
    """Looks for what has become escalated, once a minute: it is a matter of days."""

    seconds = 60.0

    def __init__(self, database: Database, skills: SkillsClient, clock: Clock) -> None:
        self.database = database
        self.skills = skills
        self.clock = clock

    async def work(self) -> int:
        """Hand up what is due now, asking for each reporting line before its transaction. Returns how many."""
        now = self.clock()
        async with self.database.reading() as session:
            due = await FollowUpRepository(session).due_for_escalation(now.date(), BATCH)
        for follow_up in due:
            leader_id = await self._next_leader(follow_up)
            async with self.database.writing() as unit:
                await FollowUpService(unit).escalate(follow_up, leader_id, now)
        return len(due)

    async def _next_leader(self, follow_up: FollowUp) -> UUID | None:
        """The next active manager; None = the administrators, who also have what nobody leads."""
        if follow_up.leader_id is None:
            return None
        try:
            line = await self.skills.get_reporting_line(follow_up.person_id)
        except NotFound:
            return None
        managers = [Manager(manager.person.id, manager.person.active) for manager in line.managers]
        return next_leader(follow_up.leader_id, follow_up.person_id, managers)
