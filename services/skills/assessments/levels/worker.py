"""Rebuilds levels that nothing arrives for: a rating expired, or another policy is in force."""

from services.skills.assessments.levels.repository import LevelRepository
from services.skills.assessments.levels.service import LevelKeeper
from services.skills.assessments.policies.repository import PolicyRepository
from shared.clock import Clock
from shared.clockwork import Clockwork
from shared.database.engines import Database


class LevelWatch(Clockwork):
    """Looks each second for what fell due, and rebuilds it in transactions that others need not wait long for."""

    batch = 500

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def work(self) -> int:
        """Rebuild one batch. Returns how many levels were rebuilt."""
        now = self.clock()
        async with self.database.reading() as session:
            policy = await PolicyRepository(session).in_force()
            due = await LevelRepository(session).due(now, policy.version, self.batch)
        if due:
            async with self.database.writing() as session:
                await LevelKeeper(session, now).rebuild_many(due)
        return sum(len(skills) for skills in due.values())
