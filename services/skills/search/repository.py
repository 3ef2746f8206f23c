"""Queries of the search: every label there is, and what has changed since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from services.skills.roles.models import RoleRequirement
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession

_skills: Any = Skill.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class SkillLabels:
    """What the search knows of a skill."""

    id: UUID
    framework_id: UUID
    uri: str
    kind: str
    status: str
    labels: dict[str, str]
    alternative_labels: dict[str, list[str]]
    uses: int


class SearchRepository:
    """Reads skills that can be found: no groups, no drafts, nothing deleted."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def list_labels(self, ids: Collection[UUID] | None = None) -> list[SkillLabels]:
        """The labels of all skills, or of some, with the number of roles that require each."""
        if ids is None:
            rows = await self.session.execute(_labels(of_some=False))
        else:
            rows = await self.session.execute(_labels(of_some=True), {"ids": list(ids)})
        return [SkillLabels(*row) for row in rows]

    async def newest_change(self) -> datetime | None:
        """When a skill was last changed; None where there is none."""
        found: datetime | None = (await self.session.execute(select(func.max(_skills.updated_at)))).scalar_one()
        return found

    async def count_changed(self, since: datetime | None) -> int:
        """How many skills were written at that moment or later."""
        return int((await self.session.execute(select(func.count()).where(*_written(since)))).scalar_one())

    async def list_changed(self, since: datetime | None, limit: int) -> list[UUID]:
        """Skills that were written at that moment or later, whether they can be found or not."""
        rows = await self.session.execute(select(_skills.id).where(*_written(since)).limit(limit))
        return list(rows.scalars())


def _written(since: datetime | None) -> list[Any]:
    return [_skills.id.is_not(None)] if since is None else [_skills.updated_at >= since]


@cache
def _labels(*, of_some: bool) -> Select[Any]:
    """Built once: this is asked after every change of a skill."""
    skills = _skills
    required = RoleRequirement.__table__.c  # type: ignore[attr-defined]
    ids: Any = bindparam("ids", expanding=True)
    counted = select(required.skill_id, func.count(required.role_id.distinct()).label("uses"))
    counted = counted.where(required.replaced_at.is_(None), *([required.skill_id.in_(ids)] if of_some else []))
    uses = counted.group_by(required.skill_id).subquery()
    return (
        select(
            skills.id,
            skills.framework_id,
            skills.uri,
            skills.kind,
            skills.status,
            skills.labels,
            skills.alternative_labels,
            func.coalesce(uses.c.uses, 0),
        )
        .outerjoin(uses, uses.c.skill_id == skills.id)
        .where(skills.deleted_at.is_(None), skills.status != "draft", skills.kind != "group")
        .where(*([skills.id.in_(ids)] if of_some else []))
        .order_by(skills.id)
    )
