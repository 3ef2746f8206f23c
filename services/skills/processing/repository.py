"""Queries of the processing settings."""

from uuid import UUID

from sqlalchemy import ScalarSelect, select
from sqlmodel import col

from services.skills.processing.models import ProcessingSettings
from services.skills.processing.rules import Processing
from shared.database.repository import Repository

THE_ROW = UUID("0198c0de-0000-7000-8000-000000000005")
"""What the migration calls the one row."""


class ProcessingRepository(Repository[ProcessingSettings]):
    table, noun = ProcessingSettings, "processing settings"

    async def current(self) -> ProcessingSettings:
        return await self.get(THE_ROW)

    async def allows(self, processing: Processing) -> bool:
        """Whether this is switched on."""
        return bool((await self.session.execute(select(is_on(processing)))).scalar_one())


def is_on(processing: Processing) -> ScalarSelect[bool]:
    """The switch as a part of another query."""
    switch = col(getattr(ProcessingSettings, processing))
    return select(switch).where(col(ProcessingSettings.id) == THE_ROW).scalar_subquery()
