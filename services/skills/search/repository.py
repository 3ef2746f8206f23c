"""Queries of the search: every label there is, and what has changed since."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.skills.roles.models import RoleRequirement
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession


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
        columns: Any = Skill.__table__.c  # type: ignore[attr-defined]
        counted = (
            select(col(RoleRequirement.skill_id), func.count(col(RoleRequirement.role_id).distinct()).label("uses"))
            .where(col(RoleRequirement.replaced_at).is_(None))
            .group_by(col(RoleRequirement.skill_id))
        )
        if ids is not None:
            counted = counted.where(col(RoleRequirement.skill_id).in_(ids))
        uses = counted.subquery()
        statement = (
            select(
                columns.id,
                columns.framework_id,
                columns.uri,
                columns.kind,
                columns.status,
                columns.labels,
                columns.alternative_labels,
                func.coalesce(uses.c.uses, 0),
            )
            .outerjoin(uses, uses.c.skill_id == columns.id)
            .where(columns.deleted_at.is_(None), columns.status != "draft", columns.kind != "group")
            .order_by(columns.id)
        )
        if ids is not None:
            statement = statement.where(columns.id.in_(ids))
        return [SkillLabels(*row) for row in await self.session.execute(statement)]
