"""Queries of skills."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlmodel import col

from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.skills.models import Skill
from shared.database.repository import Named, Repository
from shared.pagination import Paging


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

    async def labels_of(self, ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
        """What skills are called in each language, by id; of deleted ones too: history stays readable."""
        wanted, found = list(ids), dict[UUID, dict[str, str]]()
        for start in range(0, len(wanted), 500):
            rows = await self.session.execute(
                select(col(Skill.id), col(Skill.labels)).where(col(Skill.id).in_(wanted[start : start + 500]))
            )
            found.update((id, labels) for id, labels in rows)
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
        uri: str | None,
        updated_since: datetime | None,
    ) -> tuple[list[Named], str | None]:
        """Skills in order of creation; with `updated_since` also the deleted ones, for delta sync.

        Groups are no skills that anybody has: they are listed only when asked for, by kind, id or URI.
        """
        asked = {
            "framework_id": framework_id,
            "status": status,
            "kind": kind,
            "ids": ids,
            "uri": uri,
            "updated_since": updated_since,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        always = ["no groups"] if kind is None and ids is None and uri is None else []
        always += [] if updated_since is not None else ["live"]
        return await self.read_page(paging, tuple(_FILTERS[name] for name in (*given, *always)), **given)


_COLUMNS: Any = Skill.__table__.c  # type: ignore[attr-defined]
_FILTERS: dict[str, ColumnElement[bool]] = {
    "framework_id": _COLUMNS.framework_id == bindparam("framework_id"),
    "status": _COLUMNS.status == bindparam("status"),
    "kind": _COLUMNS.kind == bindparam("kind"),
    "ids": _COLUMNS.id.in_(bindparam("ids", expanding=True)),
    "uri": _COLUMNS.uri == bindparam("uri"),
    "updated_since": _COLUMNS.updated_at >= bindparam("updated_since"),
    "no groups": _COLUMNS.kind != "group",
    "live": _COLUMNS.deleted_at.is_(None),
}
