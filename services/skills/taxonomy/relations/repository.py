"""Queries of relations."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, Uuid, delete, insert, literal, or_, select, union_all
from sqlmodel import col

from services.skills.taxonomy.relations.models import SkillRelation
from shared.database.sessions import AnySession


class RelationRepository:
    """Relations have no identity of their own: they are rows of their two skills."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def touching(self, skill_id: UUID) -> Sequence[SkillRelation]:
        """Relations that start or end at the skill."""
        statement = select(SkillRelation).where(
            or_(col(SkillRelation.skill_id) == skill_id, col(SkillRelation.related_skill_id) == skill_id)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def is_below(self, narrow: UUID, broad: UUID) -> bool:
        """Whether `broad` is `narrow` itself or lies above it, over any number of steps."""
        upward = _upward()
        above = select(literal(narrow, Uuid()).label("id")).cte("above", recursive=True)
        above = above.union(select(upward.c.broad).join(above, upward.c.narrow == above.c.id))
        found = await self.session.execute(select(above.c.id).where(above.c.id == broad).limit(1))
        return found.first() is not None

    async def replace(self, skill_id: UUID, relations: Iterable[tuple[str, UUID]]) -> None:
        """Make these the relations that start at the skill."""
        await self.session.execute(delete(SkillRelation).where(col(SkillRelation.skill_id) == skill_id))
        rows = [{"skill_id": skill_id, "kind": kind, "related_skill_id": other} for kind, other in relations]
        if rows:
            await self.session.execute(insert(SkillRelation), rows)


def _upward() -> Subquery:
    """Each step from a narrower to a broader skill, whichever end it was told from."""
    table: Any = SkillRelation
    told_below = select(table.skill_id.label("narrow"), table.related_skill_id.label("broad")).where(
        table.kind == "broader"
    )
    told_above = select(table.related_skill_id.label("narrow"), table.skill_id.label("broad")).where(
        table.kind == "narrower"
    )
    return union_all(told_below, told_above).subquery()
