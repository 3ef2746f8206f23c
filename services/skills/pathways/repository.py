"""Queries behind the atlas of roles: everything that their likeness needs, in a few statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import col

from services.skills.roles.models import Role, RoleMove, RoleRequirement
from services.skills.taxonomy.relations.models import SkillRelation
from services.skills.taxonomy.skills.models import Skill
from shared.database.sessions import AnySession

Key = Any
"""An id as the database stores it. Making 300,000 UUIDs takes longer than everything else about the atlas."""

_roles: Any = Role.__table__  # type: ignore[attr-defined]
_requirements: Any = RoleRequirement.__table__  # type: ignore[attr-defined]
_skills: Any = Skill.__table__  # type: ignore[attr-defined]
_relations: Any = SkillRelation.__table__  # type: ignore[attr-defined]


class Requirement(NamedTuple):
    """As much of a requirement as likeness needs."""

    skill: Key
    level: float
    importance: float
    effective_from: date | None


@dataclass(frozen=True, slots=True)
class RoleNames:
    """A live role, what it is called and what is said of it."""

    id: UUID
    key: Key
    title: str
    aliases: tuple[str, ...]
    family: str | None
    description: str | None


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
            select(
                _roles.c.id, _key(_roles.c.id), _roles.c.title, _roles.c.aliases, _roles.c.family, _roles.c.description
            )
            .where(_roles.c.deleted_at.is_(None))
            .order_by(_roles.c.id)
        )
        return [RoleNames(id, key, title, tuple(aliases or ()), *texts) for id, key, title, aliases, *texts in rows]

    async def requirements(self) -> dict[Key, list[Requirement]]:
        """What roles require now and later, by the key of the role."""
        found: dict[Key, list[Requirement]] = {}
        columns = _requirements.c
        rows = await self.session.execute(
            select(
                _key(columns.role_id),
                _key(columns.skill_id),
                columns.level,
                columns.importance,
                columns.effective_from,
            ).where(columns.replaced_at.is_(None))
        )
        for role, *requirement in rows:
            found.setdefault(role, []).append(Requirement(*requirement))
        return found

    async def known(self, ids: Collection[UUID]) -> dict[UUID, RoleStanding]:
        """Titles and grades by id, of deleted roles too: somebody may still hold one."""
        rows = await self.session.execute(
            select(col(Role.id), col(Role.title), col(Role.grade)).where(col(Role.id).in_(ids))
        )
        return {id: RoleStanding(title, grade) for id, title, grade in rows}

    async def skills(self) -> tuple[dict[Key, Key], dict[Key, str]]:
        """The framework and the kind of every skill."""
        columns = _skills.c
        rows = (await self.session.execute(select(_key(columns.id), _key(columns.framework_id), columns.kind))).all()
        return {id: framework for id, framework, _ in rows}, {id: kind for id, _, kind in rows}

    async def broader(self) -> dict[Key, list[Key]]:
        """The next broader skills of every skill that has any."""
        found: dict[Key, list[Key]] = {}
        columns = _relations.c
        rows = await self.session.execute(
            select(_key(columns.skill_id), _key(columns.related_skill_id)).where(columns.kind == "broader")
        )
        for skill, broader in rows:
            found.setdefault(skill, []).append(broader)
        return found


def _key(column: Any) -> Any:
    return type_coerce(column, NullType())
