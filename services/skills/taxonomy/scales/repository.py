"""Queries of scales."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.skills.taxonomy.scales.models import Scale
from shared.database.repository import Repository
from shared.pagination import Paging, paginate


class ScaleRepository(Repository[Scale]):
    table, noun = Scale, "scale"

    async def get_default(self) -> Scale:
        """The built-in scale that every installation has."""
        return (await self.session.execute(select(Scale).where(col(Scale.is_default).is_(True)))).scalar_one()

    async def list_page(
        self, paging: Paging, ids: Sequence[UUID] | None, updated_since: datetime | None
    ) -> tuple[Sequence[Scale], str | None]:
        """Scales in order of creation. None is ever deleted."""
        statement = select(Scale).where(col(Scale.deleted_at).is_(None))
        if ids is not None:
            statement = statement.where(col(Scale.id).in_(ids))
        if updated_since is not None:
            statement = statement.where(col(Scale.updated_at) >= updated_since)
        return await paginate(self.session, statement, paging, col(Scale.id))
