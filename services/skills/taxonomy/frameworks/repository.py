"""Queries of frameworks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.skills.models import Skill
from shared.database.repository import Repository
from shared.pagination import Paging, paginate


class FrameworkRepository(Repository[Framework]):
    table, noun = Framework, "framework"

    async def find_by_uri(self, uri: str) -> Framework | None:
        return (await self.session.execute(select(Framework).where(col(Framework.uri) == uri))).scalar_one_or_none()

    async def list_page(
        self, paging: Paging, ids: Sequence[UUID] | None, updated_since: datetime | None
    ) -> tuple[Sequence[Framework], str | None]:
        """Frameworks in order of creation; with `updated_since` also the deleted ones, for delta sync."""
        statement = select(Framework)
        if updated_since is None:
            statement = statement.where(col(Framework.deleted_at).is_(None))
        else:
            statement = statement.where(col(Framework.updated_at) >= updated_since)
        if ids is not None:
            statement = statement.where(col(Framework.id).in_(ids))
        return await paginate(self.session, statement, paging, col(Framework.id))

    async def has_skills(self, framework_id: UUID) -> bool:
        """Whether the framework has any live skill."""
        found = await self.session.execute(
            select(col(Skill.id))
            .where(col(Skill.framework_id) == framework_id, col(Skill.deleted_at).is_(None))
            .limit(1)
        )
        return found.first() is not None
