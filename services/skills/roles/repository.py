"""Queries of roles, their requirements (with history) and moves."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, exists, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.roles.models import Role, RoleMove, RoleName, RoleRequirement
from services.skills.roles.rules import Difference, Requirement
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.ids import new_id
from shared.pagination import Paging, paginate

_columns = RoleRequirement.__table__.c  # type: ignore[attr-defined]
REQUIREMENT_COLUMNS = tuple(_columns[field.name] for field in fields(Requirement))
"""What a `Requirement` is made of, in its order."""


@dataclass(frozen=True, slots=True)
class RoleFilter:
    """The natural keys by which roles are listed. With `updated_since` deleted ones are listed too."""

    family: str | None = None
    grade: str | None = None
    skill_id: UUID | None = None
    ids: Sequence[UUID] | None = None
    updated_since: datetime | None = None


class RoleRepository(Repository[Role]):
    """Roles by id, by title and by their natural keys."""

    table = Role
    noun = "role"

    async def list_page(self, paging: Paging, wanted: RoleFilter) -> tuple[list[Role], str | None]:
        """Roles in order of creation."""
        conditions: list[Any] = []
        if wanted.updated_since is None:
            conditions.append(col(Role.deleted_at).is_(None))
        else:
            conditions.append(col(Role.updated_at) >= wanted.updated_since)
        if wanted.family is not None:
            conditions.append(col(Role.family) == wanted.family)
        if wanted.grade is not None:
            conditions.append(col(Role.grade) == wanted.grade)
        if wanted.ids is not None:
            conditions.append(col(Role.id).in_(wanted.ids))
        if wanted.skill_id is not None:
            conditions.append(col(Role.id).in_(_requiring(wanted.skill_id)))
        return await paginate(self.session, select(Role).where(*conditions), paging, col(Role.id))

    async def titles_of(self, ids: Iterable[UUID | None]) -> dict[UUID, str]:
        """Titles by id, of deleted roles too: history stays readable."""
        wanted = {id for id in ids if id is not None}
        if not wanted:
            return {}
        rows = await self.session.execute(select(col(Role.id), col(Role.title)).where(col(Role.id).in_(wanted)))
        return {key: value for key, value in rows}  # noqa: C416 - a Row is not a pair to mypy

    async def live_among(self, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that are live roles."""
        wanted, found = list(ids), set[UUID]()
        for start in range(0, len(wanted), 500):
            rows = await self.session.execute(
                select(col(Role.id)).where(
                    col(Role.id).in_(wanted[start : start + 500]), col(Role.deleted_at).is_(None)
                )
            )
            found.update(rows.scalars())
        return found

    async def find_by_title(self, title: str) -> UUID | None:
        """The oldest live role that has this title or alias, whatever the case."""
        found = await self.session.execute(
            select(col(RoleName.role_id))
            .join(Role, col(Role.id) == col(RoleName.role_id))
            .where(col(RoleName.key) == name_key(title), col(Role.deleted_at).is_(None))
            .order_by(col(RoleName.role_id))
            .limit(1)
        )
        return found.scalar_one_or_none()

    async def name(self, role_id: UUID, names: Iterable[str]) -> None:
        """Make these the title and aliases by which the role is found."""
        await self.session.execute(delete(RoleName).where(col(RoleName.role_id) == role_id))
        if keys := sorted({name_key(name) for name in names}):
            await self.session.execute(insert(RoleName), [{"key": key, "role_id": role_id} for key in keys])


class RequirementRepository:
    """Requirements as the ledger has them now, and as it had them at any moment."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def of_role(self, role_id: UUID, at: datetime | None = None) -> list[Requirement]:
        return (await self.of_roles([role_id], at)).get(role_id, [])

    async def of_roles(
        self, role_ids: Collection[UUID] | None, at: datetime | None = None
    ) -> dict[UUID, list[Requirement]]:
        """All requirements by role, with every `effective_from`; of all roles when `role_ids` is None.

        `at` asks for the ledger as it was at that moment. Before a role's first entry, what was entered with
        an earlier `effective_from` counts: that is what the entry says.
        """
        recorded = await self._read(role_ids, _in_ledger(at))
        if at is None:
            return recorded
        backdated = and_(col(RoleRequirement.recorded_at) > at, col(RoleRequirement.effective_from) <= at.date())
        for role_id, requirements in (await self._read(role_ids, backdated)).items():
            recorded.setdefault(role_id, requirements)
        return recorded

    async def replace(self, role_id: UUID, changes: Difference, now: datetime) -> None:
        """Enter a change: what is changed or removed ends now, what is changed or added begins."""
        ended = [*changes.changed, *changes.removed]
        for requirement in ended:
            effective_from = col(RoleRequirement.effective_from)
            same_day = (
                effective_from.is_(None)
                if requirement.effective_from is None
                else effective_from == requirement.effective_from
            )
            await self.session.execute(
                update(RoleRequirement)
                .where(
                    col(RoleRequirement.role_id) == role_id,
                    col(RoleRequirement.skill_id) == requirement.skill_id,
                    same_day,
                    col(RoleRequirement.replaced_at).is_(None),
                )
                .values(replaced_at=now)
                .execution_options(synchronize_session=False)
            )
        rows = [requirement_row(role_id, r, now) for r in (*changes.changed, *changes.added)]
        if rows:
            await self.session.execute(insert(RoleRequirement), rows)

    async def _read(self, role_ids: Collection[UUID] | None, condition: Any) -> dict[UUID, list[Requirement]]:
        statement = select(_columns.role_id, *REQUIREMENT_COLUMNS).where(condition)
        if role_ids is not None:
            statement = statement.where(_columns.role_id.in_(role_ids))
        found: dict[UUID, list[Requirement]] = {}
        for role_id, *values in await self.session.execute(statement.order_by(_columns.role_id, _columns.id)):
            found.setdefault(role_id, []).append(Requirement(*values))
        return found


class MoveRepository:
    """Typed steps between roles."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def of_role(self, role_id: UUID) -> list[RoleMove]:
        """The steps out of a role."""
        statement = select(RoleMove).where(col(RoleMove.from_role_id) == role_id).order_by(col(RoleMove.to_role_id))
        return list((await self.session.execute(statement)).scalars())

    async def all(self) -> list[RoleMove]:
        return list((await self.session.execute(select(RoleMove))).scalars())

    async def replace(self, role_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
        await self.session.execute(delete(RoleMove).where(col(RoleMove.from_role_id) == role_id))
        if rows:
            await self.session.execute(insert(RoleMove), rows)


def name_key(title: str) -> str:
    return " ".join(title.split()).casefold()


def requirement_row(role_id: UUID, requirement: Requirement, now: datetime) -> dict[str, Any]:
    """A new row of the ledger, for single and bulk inserts."""
    return {
        "id": new_id(),
        "role_id": role_id,
        "skill_id": requirement.skill_id,
        "level": requirement.level,
        "importance": requirement.importance,
        "essential": requirement.essential,
        "redesign": requirement.redesign,
        "low_precision": requirement.low_precision,
        "effective_from": requirement.effective_from,
        "recorded_at": now,
        "replaced_at": None,
    }


def _requiring(skill_id: UUID) -> Select[UUID]:
    return select(col(RoleRequirement.role_id)).where(
        col(RoleRequirement.skill_id) == skill_id, col(RoleRequirement.replaced_at).is_(None)
    )


def needed_on(day: date, at: datetime | None = None) -> Select[UUID, UUID]:
    """A query of role and skill: what roles require on a day, by the ledger now or as it was at a moment.

    It finds what `rules.effective` finds: of each skill the latest requirement that has begun, unless its level is 0.
    """
    later = aliased(RoleRequirement)
    begins, later_begins = col(RoleRequirement.effective_from), col(later.effective_from)
    overtaken = exists().where(
        col(later.role_id) == col(RoleRequirement.role_id),
        col(later.skill_id) == col(RoleRequirement.skill_id),
        _in_ledger(at, later),
        later_begins <= day,
        or_(begins.is_(None), later_begins > begins),
    )
    return select(col(RoleRequirement.role_id), col(RoleRequirement.skill_id)).where(
        _in_ledger(at), col(RoleRequirement.level) > 0, or_(begins.is_(None), begins <= day), ~overtaken
    )


def _in_ledger(at: datetime | None, table: Any = RoleRequirement) -> Any:
    replaced_at = col(table.replaced_at)
    if at is None:
        return replaced_at.is_(None)
    return and_(col(table.recorded_at) <= at, or_(replaced_at.is_(None), replaced_at > at))
