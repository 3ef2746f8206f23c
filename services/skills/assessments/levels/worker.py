"""Rebuilds levels that nothing arrives for: a rating expired, or another policy is in force."""

import asyncio

from services.skills.assessments.levels.repository import LevelRepository
from services.skills.assessments.levels.service import LevelKeeper
from services.skills.assessments.policies.repository import PolicyRepository
from shared.clock import Clock
from shared.database.engines import Database
from shared.observability.logging import get_logger

BATCH = 200
POLL_SECONDS = 1.0
log = get_logger(__name__)


class LevelWatch:
    """Looks each second for what fell due, and rebuilds it in transactions that others need not wait long for."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                while await self.work():
                    pass
            except Exception:  # the database may be away for a while; what is due stays due
                log.exception("levels.failed")
            await asyncio.sleep(POLL_SECONDS)

    async def work(self) -> int:
        """Rebuild one batch. Returns how many people were rebuilt."""
        now = self.clock()
        async with self.database.reading() as session:
            policy = await PolicyRepository(session).in_force()
            due = await LevelRepository(session).due(now, policy.version, BATCH)
        if due:
            async with self.database.writing() as session:
                await LevelKeeper(session, now).rebuild_many(due)
        return len(due)
