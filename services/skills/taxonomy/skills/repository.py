"""Queries of skills."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.skills.models import Skill
from shared.database.repository import Repository
from shared.database.sessions import ReadOnlySession
from shared.pagination import Paging, paginate_rows


class SkillRepository(Repository[Skill]):
    table, noun = Skill, "skill"

    async def find_by_uri(self, framework_id: UUID, uri: str) -> Skill | None:
        found = await self.session.execute(
            select(Skill).where(col(Skill.framework_id) == framework_id, col(Skill.uri) == uri)
        )
        return found.scalar_one_or_none()

    async def find_many(self, ids: Iterable[UUID]) -> dict[UUID, Skill]:
        """Live skills by id; unknown ones are absent."""
        wanted, found = list(ids), dict[UUID, Skill]()
        for start in range(0, len(wanted), 500):
            rows = await self.session.execute(
                select(Skill).where(col(Skill.id).in_(wanted[start : start + 500]), col(Skill.deleted_at).is_(None))
            )
            found.update({skill.id: skill for skill in rows.scalars()})
        return found

    async def scales_of(self, ids: Iterable[UUID]) -> dict[UUID, Scale]:
        """The scale of each skill, by way of its framework."""
        rows = await self.session.execute(
            select(col(Skill.id), Scale)
            .join(Framework, col(Framework.id) == Skill.framework_id)
            .join(Scale, col(Scale.id) == Framework.scale_id)
            .where(col(Skill.id).in_(list(ids)))
        )
        return {skill_id: scale for skill_id, scale in rows}  # noqa: C416 - rows are not pairs to mypy

    async def list_page(
        self,
        paging: Paging,
        *,
        framework_id: UUID | None,
        status: str | None,
        kind: str | None,
        ids: Sequence[UUID] | None,
        updated_since: datetime | None,
    ) -> tuple[Sequence[Any], str | None]:
        """Rows of skills in order of creation; with `updated_since` also the deleted ones, for delta sync.

        Groups are no skills that anybody has: they are listed only when asked for, by kind or by id.
        """
        filters: list[Any] = []
        if framework_id is not None:
            filters.append(col(Skill.framework_id) == framework_id)
        if status is not None:
            filters.append(col(Skill.status) == status)
        if kind is not None:
            filters.append(col(Skill.kind) == kind)
        elif ids is None:
            filters.append(col(Skill.kind) != "group")
        if ids is not None:
            filters.append(col(Skill.id).in_(ids))
        filters.append(
            col(Skill.deleted_at).is_(None) if updated_since is None else col(Skill.updated_at) >= updated_since
        )
        assert isinstance(self.session, ReadOnlySession)
        columns = Skill.__table__.c  # type: ignore[attr-defined]
        return await paginate_rows(self.session, select(*columns).where(*filters), paging, columns.id)
