"""Queries of scales."""

from collections.abc import Sequence

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

    async def list_page(self, paging: Paging) -> tuple[Sequence[Scale], str | None]:
        statement = select(Scale).where(col(Scale.deleted_at).is_(None))
        return await paginate(self.session, statement, paging, col(Scale.id))
