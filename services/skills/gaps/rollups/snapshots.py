"""Queries of which closed cycles are counted already."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.skills.assessments.scale_migrations.models import ScaleMigration
from services.skills.gaps.rollups.models import CountedSnapshot
from shared.database.sessions import AnySession
from shared.database.upserts import upsert

_migrations = select(func.count()).select_from(ScaleMigration)


class CountedSnapshots:
    """Snapshots whose sheets are kept on the scales in force now: another migration, and they are counted again."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def migrations(self) -> int:
        """How many there have been."""
        return int((await self.session.execute(_migrations)).scalar_one())

    async def counted(self) -> set[UUID]:
        up_to_date = col(CountedSnapshot.migrations) == _migrations.scalar_subquery()
        statement = select(col(CountedSnapshot.snapshot_id)).where(up_to_date)
        return set((await self.session.execute(statement)).scalars())

    async def keep(self, snapshot_id: UUID, migrations: int) -> None:
        row: dict[str, Any] = {"snapshot_id": snapshot_id, "migrations": migrations}
        await self.session.execute(upsert(CountedSnapshot, row, update=["migrations"]))
