"""Queries behind the atlas of roles: everything that their likeness needs, in a few statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.skills.roles.models import Role, RoleMove
from services.skills.taxonomy.relations.models import SkillRelation
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession


@dataclass(frozen=True, slots=True)
class RoleNames:
    """A live role and what it is called."""

    id: UUID
    title: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """A role's title and its grade, as text."""

    title: str
    grade: str | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Changes whenever a role, its requirements, its moves, a skill or its relations change."""

    roles: int
    role_changed_at: datetime | None
    skills: int
    skill_changed_at: datetime | None
    moves: int


class AtlasRepository:
    """Reads all roles at once, for the atlas."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def stamp(self) -> Stamp:
        roles = (await self.session.execute(select(func.count(), func.max(col(Role.updated_at))))).one()
        skills = (await self.session.execute(select(func.count(), func.max(col(Skill.updated_at))))).one()
        moves = (await self.session.execute(select(func.count()).select_from(RoleMove))).scalar_one()
        return Stamp(roles[0], roles[1], skills[0], skills[1], moves)

    async def roles(self) -> list[RoleNames]:
        """Every live role, oldest first."""
        rows = await self.session.execute(
            select(col(Role.id), col(Role.title), col(Role.aliases))
            .where(col(Role.deleted_at).is_(None))
            .order_by(col(Role.id))
        )
        return [RoleNames(id, title, tuple(aliases or ())) for id, title, aliases in rows]

    async def known(self, ids: Collection[UUID]) -> dict[UUID, RoleStanding]:
        """Titles and grades by id, of deleted roles too: somebody may still hold one."""
        rows = await self.session.execute(
            select(col(Role.id), col(Role.title), col(Role.grade)).where(col(Role.id).in_(ids))
        )
        return {id: RoleStanding(title, grade) for id, title, grade in rows}

    async def frameworks(self) -> dict[UUID, UUID]:
        """The framework of every skill."""
        rows = await self.session.execute(select(col(Skill.id), col(Skill.framework_id)))
        return dict(rows.all())

    async def broader(self) -> dict[UUID, list[UUID]]:
        """The next broader skills of every skill that has any."""
        found: dict[UUID, list[UUID]] = {}
        rows = await self.session.execute(
            select(col(SkillRelation.skill_id), col(SkillRelation.related_skill_id)).where(
                col(SkillRelation.kind) == "broader"
            )
        )
        for skill_id, broader_id in rows:
            found.setdefault(skill_id, []).append(broader_id)
        return found
