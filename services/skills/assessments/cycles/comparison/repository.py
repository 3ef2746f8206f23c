"""Queries of two snapshots side by side."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.assessments.cycles.comparison.rules import Movement, Step
from services.skills.assessments.cycles.models import SnapshotLevel
from services.skills.people.repository import below_manager
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession


class MovementRepository:
    """Two snapshots side by side, over the people whom both know a level of; `led_by` keeps those below a person."""

    def __init__(self, session: AnySession, before: UUID, after: UUID, led_by: UUID | None) -> None:
        self.session = session
        self.old, self.new = aliased(SnapshotLevel), aliased(SnapshotLevel)
        old, new = self.old, self.new
        self.pairs = [
            col(old.snapshot_id) == before,
            col(new.snapshot_id) == after,
            col(new.person_id) == col(old.person_id),
            col(new.skill_id) == col(old.skill_id),
            col(old.level).is_not(None),
            col(new.level).is_not(None),
            *([col(old.person_id).in_(below_manager(led_by))] if led_by is not None else []),
        ]

    async def by_skill(self, moved: Collection[UUID]) -> list[Movement]:
        """The skills of all frameworks but those that have moved to another scale."""
        before, after = col(self.old.level), col(self.new.level)
        statement = select(
            col(self.old.skill_id),
            func.count(),
            func.avg(before),
            func.avg(after),
            func.sum(case((after > before, 1), else_=0)),
            func.sum(case((after < before, 1), else_=0)),
        ).where(*self.pairs)
        if moved:
            statement = statement.where(col(self.old.skill_id).not_in(_skills_of(moved)))
        rows = await self.session.execute(statement.group_by(col(self.old.skill_id)))
        return [Movement(*row) for row in rows]

    async def by_levels(self, framework_id: UUID) -> list[Step]:
        """The skills of one framework: how many people went from which level to which."""
        columns = (col(self.old.skill_id), col(self.old.level), col(self.new.level))
        statement: Any = (
            select(*columns, func.count())
            .where(*self.pairs, col(self.old.skill_id).in_(_skills_of([framework_id])))
            .group_by(*columns)
        )
        return [Step(*row) for row in await self.session.execute(statement)]


def _skills_of(framework_ids: Collection[UUID]) -> Any:
    return select(col(Skill.id)).where(col(Skill.framework_id).in_(framework_ids))
