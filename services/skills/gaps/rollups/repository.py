"""Queries of kept figures: replaced by scope, read as sums."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, or_, select
from sqlmodel import col

from services.skills.assessments.exemptions.models import Exemption, Suspension
from services.skills.gaps.members import Member
from services.skills.gaps.rollups.models import GapCell, PersonGapTotals
from services.skills.gaps.rollups.rules import Group, GroupKind, day_after
from services.skills.gaps.totals import Totals
from services.skills.people.models import Person
from services.skills.people.repository import here_on
from shared.database.sessions import AnySession

CHUNK = 500
_people: Any = PersonGapTotals.__table__  # type: ignore[attr-defined]
_cells: Any = GapCell.__table__  # type: ignore[attr-defined]
SUMS = Totals._fields
PLACE: Mapping[GroupKind, str] = {
    GroupKind.ORG_UNIT: "org_unit_id",
    GroupKind.ROLE: "role_id",
    GroupKind.MANAGER: "manager_id",
}


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """Where a person stood when their figures were worked out."""

    role_id: UUID | None
    org_unit_id: UUID | None
    manager_id: UUID | None


class RollUpRepository:
    """The kept figures of people and of groups."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def places(self, person_ids: Collection[UUID]) -> dict[UUID, KeptPlace]:
        """Where people stood when they were last counted; who was not is absent."""
        found: dict[UUID, KeptPlace] = {}
        for part in _parts(person_ids):
            rows = await self.session.execute(
                select(_people.c.person_id, _people.c.role_id, _people.c.org_unit_id, _people.c.manager_id).where(
                    _people.c.person_id.in_(part)
                )
            )
            found.update({person_id: KeptPlace(*place) for person_id, *place in rows})
        return found

    async def due(self, today: date, limit: int) -> list[UUID]:
        """People whose figures may differ today although nothing was recorded."""
        statement = select(_people.c.person_id).where(_people.c.next_change_on <= today).distinct().limit(limit)
        return list((await self.session.execute(statement)).scalars())

    async def forget_people(self, person_ids: Collection[UUID]) -> None:
        for part in _parts(person_ids):
            await self.session.execute(delete(_people).where(_people.c.person_id.in_(part)))

    async def keep_people(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self.session.execute(insert(_people), rows)

    async def forget_cells(self, group: Group, skill_ids: Collection[UUID] | None) -> None:
        """Forget a group's cells: of some skills, or all."""
        condition = (_cells.c.kind == group.kind) & (_cells.c.group_id == group.id)
        if skill_ids is not None:
            condition &= _cells.c.skill_id.in_(skill_ids)
        await self.session.execute(delete(_cells).where(condition))

    async def keep_cells(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self.session.execute(insert(_cells), rows)

    async def clear(self) -> None:
        """Forget everything."""
        await self.session.execute(delete(_people))
        await self.session.execute(delete(_cells))

    async def members(self, today: date, person_ids: Collection[UUID]) -> dict[UUID, tuple[Member, date | None]]:
        """Where people stand today, and the day on which they leave; who is not here is absent."""
        found: dict[UUID, tuple[Member, date | None]] = {}
        for part in _parts(person_ids):
            rows = await self.session.execute(_standing().where(here_on(today), col(Person.id).in_(part)))
            found.update({id: (Member(id, *place), left_on) for id, *place, left_on in rows})
        return found

    async def everybody(self, today: date) -> list[UUID]:
        """Everybody who is here today."""
        return list((await self.session.execute(select(col(Person.id)).where(here_on(today)))).scalars())

    async def set_aside(self, today: date, person_ids: Collection[UUID]) -> dict[UUID, list[date | None]]:
        """The days on which exemptions and suspensions of people begin, and after which they end."""
        found: dict[UUID, list[date | None]] = {}
        tables: tuple[type[Exemption] | type[Suspension], ...] = (Exemption, Suspension)
        for table in tables:
            ends_on = col(table.ends_on)
            ahead = and_(col(table.deleted_at).is_(None), or_(ends_on.is_(None), ends_on >= today))
            for part in _parts(person_ids):
                rows = await self.session.execute(
                    select(col(table.person_id), col(table.starts_on), ends_on).where(
                        ahead, col(table.person_id).in_(part)
                    )
                )
                for person_id, starts_on, last_day in rows:
                    found.setdefault(person_id, []).extend((starts_on, day_after(last_day)))
        return found

    async def members_of(self, group: Group, today: date) -> list[Member]:
        """Who is right in a group today."""
        column = getattr(Person, PLACE[group.kind])
        rows = await self.session.execute(_standing().where(here_on(today), col(column) == group.id))
        return [Member(id, *place) for id, *place, _ in rows]

    async def sums_by_group(
        self, kind: GroupKind, bit: int, org_unit_ids: Collection[UUID] | None, role_id: UUID | None
    ) -> dict[UUID | None, Totals]:
        """Figures of the people right in each group, narrowed to some org units and to a role."""
        column = _people.c[PLACE[kind]]
        statement = select(column, *(func.sum(_people.c[name]) for name in SUMS)).where(_has(_people, bit))
        if org_unit_ids is not None:
            statement = statement.where(_people.c.org_unit_id.in_(org_unit_ids))
        if role_id is not None:
            statement = statement.where(_people.c.role_id == role_id)
        rows = await self.session.execute(statement.group_by(column))
        return {group_id: _totals(sums) for group_id, *sums in rows}

    async def sums_by_skill(self, kind: GroupKind, bit: int, group_ids: Collection[UUID] | None) -> dict[UUID, Totals]:
        """Figures of each skill over all groups of a kind, or over some of them."""
        statement = select(_cells.c.skill_id, *(func.sum(_cells.c[name]) for name in SUMS)).where(
            _cells.c.kind == kind, _has(_cells, bit)
        )
        if group_ids is not None:
            statement = statement.where(_cells.c.group_id.in_(group_ids))
        rows = await self.session.execute(statement.group_by(_cells.c.skill_id))
        return {skill_id: _totals(sums) for skill_id, *sums in rows}

    async def cells(
        self, kind: GroupKind, bit: int, skill_ids: Collection[UUID], group_ids: Collection[UUID] | None
    ) -> dict[UUID, dict[UUID, Totals]]:
        """Figures by group and skill, of those right in the group."""
        statement = select(_cells.c.group_id, _cells.c.skill_id, *(func.sum(_cells.c[name]) for name in SUMS)).where(
            _cells.c.kind == kind, _has(_cells, bit), _cells.c.skill_id.in_(skill_ids)
        )
        if group_ids is not None:
            statement = statement.where(_cells.c.group_id.in_(group_ids))
        found: dict[UUID, dict[UUID, Totals]] = {}
        rows = await self.session.execute(statement.group_by(_cells.c.group_id, _cells.c.skill_id))
        for group_id, skill_id, *sums in rows:
            found.setdefault(group_id, {})[skill_id] = _totals(sums)
        return found


def person_row(member: Member, horizons: int, totals: Totals, next_change_on: date | None) -> dict[str, Any]:
    return {
        "person_id": member.person_id,
        "horizons": horizons,
        "role_id": member.role_id,
        "org_unit_id": member.org_unit_id,
        "manager_id": member.manager_id,
        "next_change_on": next_change_on,
        **totals._asdict(),
    }


def cell_row(group: Group, skill_id: UUID, horizons: int, totals: Totals) -> dict[str, Any]:
    return {"kind": group.kind, "group_id": group.id, "skill_id": skill_id, "horizons": horizons, **totals._asdict()}


def _standing() -> Any:
    return select(
        col(Person.id), col(Person.role_id), col(Person.org_unit_id), col(Person.manager_id), col(Person.left_on)
    )


def _has(table: Any, bit: int) -> Any:
    return table.c.horizons.bitwise_and(bit) != 0


def _totals(sums: Sequence[Any]) -> Totals:
    # PostgreSQL sums bigints as numeric.
    return Totals(*(int(figure) for figure in sums))


def _parts(ids: Collection[UUID]) -> list[list[UUID]]:
    every = list(ids)
    return [every[start : start + CHUNK] for start in range(0, len(every), CHUNK)]
