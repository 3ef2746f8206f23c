"""Rebuilds levels that nothing arrives for: a rating expired, or another policy is in force."""

import asyncio

from services.skills.assessments.levels.repository import LevelRepository
from services.skills.assessments.levels.service import LevelKeeper
from services.skills.assessments.policies.repository import PolicyRepository
from shared.clock import Clock
from shared.clockwork import Clockwork
from shared.database.engines import Database
from shared.observability.logging import get_logger

SECONDS_BETWEEN_REPORTS = 5.0
log = get_logger(__name__)


class LevelWatch(Clockwork):
    """Looks each second for what fell due, and rebuilds it in transactions that others need not wait long for."""

    batch = 500

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._reported_at = 0.0

    async def work(self) -> int:
        """Rebuild one batch. Returns how many levels were rebuilt."""
        now = self.clock()
        async with self.database.reading() as session:
            policy = await PolicyRepository(session).in_force()
            due = await LevelRepository(session).due(now, policy.version, self.batch)
        if due:
            async with self.database.writing() as session:
                await LevelKeeper(session, now).rebuild_many(due)
        rebuilt = sum(len(skills) for skills in due.values())
        await self._report(rebuilt, policy.version)
        return rebuilt

    async def _report(self, rebuilt: int, policy_version: int) -> None:
        """Tell now and then how many are left, while there are many."""
        time = asyncio.get_running_loop().time()
        if rebuilt >= self.batch and time - self._reported_at > SECONDS_BETWEEN_REPORTS:
            self._reported_at = time
            async with self.database.scanning() as session:
                left = await LevelRepository(session).count_due(policy_version)
            log.info("levels.rebuilding", levels_left=left)
