"""Tells when an exemption or a suspension begins or ends because its day has come."""

from typing import Any, Literal

from services.skills.assessments.exemptions.repository import ExemptionRepository, SuspensionRepository
from services.skills.assessments.exemptions.rules import phase_on
from services.skills.assessments.exemptions.service import tell
from shared.clock import Clock
from shared.clockwork import Clockwork
from shared.database.engines import Database

KINDS: tuple[tuple[Literal["exemption", "suspension"], type[Any]], ...] = (
    ("exemption", ExemptionRepository),
    ("suspension", SuspensionRepository),
)


class SetAsideWatch(Clockwork):
    """Looks for days that have come. Nothing counts differently by it: reading decides by the dates alone."""

    seconds = 5.0
    batch = 200

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def work(self) -> int:
        """Tell one batch. Returns how many were told."""
        today = self.clock().date()
        async with self.database.reading() as session:
            waiting = any([await repository(session).turned(today, 1) for _, repository in KINDS])
        if not waiting:
            return 0
        told = 0
        async with self.database.writing() as session:
            for kind, repository in KINDS:
                rows = repository(session)
                for row in await rows.turned(today, self.batch):
                    phase = phase_on(today, row.starts_on, row.ends_on)
                    await rows.change(row.id, None, phase=phase)
                    await tell(session, kind, row, phase)
                    told += 1
        return told
