"""Queries of groups: who belongs where, today and when a cycle closed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, false, func, select, type_coerce
from sqlmodel import col

from services.skills.assessments.cycles.models import AssessmentCycle, SnapshotLevel, SnapshotPerson
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository
from services.skills.gaps.repository import Held, fetch
from services.skills.gaps.rollups.rules import PLACE, GroupKind
from services.skills.gaps.rules import HeldSkill
from services.skills.people.models import OrgUnit, Person
from services.skills.people.org_units.repository import units_below
from services.skills.people.repository import below_manager, here_on
from services.skills.roles.repository import RequirementRepository
from services.skills.roles.rules import Requirement
from shared.database.prepared import Prepared, one_of
from shared.database.sessions import AnySession

CHUNK = 500
_units: Any = OrgUnit.__table__  # type: ignore[attr-defined]
_UNITS = select(_units.c.id, _units.c.title, _units.c.parent_id).where(_units.c.deleted_at.is_(None))
_ALL_UNITS = Prepared(_UNITS)
_SOME_UNITS = Prepared(_UNITS.where(one_of(_units.c.id, "ids")))
_people: Any = Person.__table__  # type: ignore[attr-defined]
_NAMED = (_people.c[name] for name in ("id", "manager_id", "given_name", "family_name", "user_name"))
_MANAGERS = Prepared(select(*_NAMED).where(one_of(_people.c.id, "ids")))
_UNIT: Any = bindparam("unit", type_=Uuid())
_BELOW = Prepared(units_below(_UNIT))
_CHART = Prepared(
    select(
        type_coerce(_units.c.id, String).label("id"),
        _units.c.title,
        type_coerce(_units.c.parent_id, String).label("parent_id"),
        func.coalesce(_units.c.id == _UNIT, false()).label("is_asked"),
    ).where(_units.c.deleted_at.is_(None))
)


class HereToday:
    """Counts the people who have not left."""

    def __init__(self, session: AnySession, day: date) -> None:
        self.session = session
        self.day = day

    async def people_by(
        self,
        kind: GroupKind,
        org_unit_ids: Collection[UUID] | None = None,
        role_id: UUID | None = None,
        leaders: Collection[UUID | None] = (),
    ) -> dict[Any, int]:
        """How many people are right in each group, by bare id; None is no group."""
        group: Any = col(getattr(Person, PLACE[kind]))
        below = [col(Person.id).in_(below_manager(leader)) if leader else false() for leader in leaders]
        conditions = (here_on(self.day), *_within(org_unit_ids, role_id), *below)
        bare = type_coerce(group, String)
        rows = await self.session.execute(select(bare, func.count()).where(*conditions).group_by(group))
        return {id: count for id, count in rows}  # noqa: C416 - a Row is not a pair to mypy

    async def any_below(self, kind: GroupKind, minimum: int) -> bool:
        """Whether in some group, or in none, are fewer people than `minimum`, and not nobody."""
        return any(people < minimum for people in (await self.people_by(kind)).values())


@dataclass(frozen=True, slots=True)
class Member:
    """A person and where they stand."""

    person_id: UUID
    role_id: UUID | None
    org_unit_id: UUID | None
    manager_id: UUID | None


@dataclass(frozen=True, slots=True)
class ClosedCycle:
    """A closed cycle and what its snapshot was frozen with."""

    id: UUID
    snapshot_id: UUID
    closed_at: datetime
    policy_version: int | None


class MemberRepository:
    """Everybody who is here, and everybody who was in a snapshot."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def today(
        self,
        day: date,
        *,
        org_unit_ids: Collection[UUID] | None = None,
        role_id: UUID | None = None,
        person_ids: Collection[UUID] | None = None,
    ) -> list[Member]:
        """Everybody who has not left, narrowed to some units, to a role, to some people."""
        statement = _standing_of(Person, Person.id).where(here_on(day), *_within(org_unit_ids, role_id))
        members = [Member(*row) for row in await self.session.execute(statement)]
        return members if person_ids is None else [member for member in members if member.person_id in person_ids]

    async def holders_of(self, role_ids: Collection[UUID], day: date) -> list[UUID]:
        """Who holds one of these roles and has not left."""
        statement = select(col(Person.id)).where(here_on(day), col(Person.role_id).in_(role_ids))
        return list((await self.session.execute(statement)).scalars()) if role_ids else []

    async def chart(self, asked_id: UUID | None) -> list[dict[str, Any]]:
        """`id`, `title` and `parent_id` of all org units, by bare id: there may be very many. `is_asked` tells which
        of them is the one in question.
        """
        return await fetch(self.session, _CHART, unit=asked_id)

    async def closed_cycles(self, person_id: UUID | None = None) -> list[ClosedCycle]:
        """Cycles in order of closing; with `person_id` those in whose snapshot the person is."""
        columns = AssessmentCycle.__table__.c  # type: ignore[attr-defined]
        statement = (
            select(columns.id, columns.snapshot_id, columns.closed_at, columns.policy_version)
            .where(col(AssessmentCycle.closed_at).is_not(None), col(AssessmentCycle.snapshot_id).is_not(None))
            .order_by(col(AssessmentCycle.closed_at), col(AssessmentCycle.id))
        )
        if person_id is not None:
            there = select(col(SnapshotPerson.snapshot_id)).where(col(SnapshotPerson.person_id) == person_id)
            statement = statement.where(col(AssessmentCycle.snapshot_id).in_(there))
        rows = await self.session.execute(statement)
        return [ClosedCycle(*row) for row in rows]

    async def org_units(self, ids: Collection[UUID] | None = None) -> dict[UUID, tuple[str, UUID | None]]:
        """Title and parent of org units, of all when `ids` is None."""
        if ids is None:
            rows = await fetch(self.session, _ALL_UNITS)
        else:
            rows = await fetch(self.session, _SOME_UNITS, ids=ids)
        return {row["id"]: (row["title"], row["parent_id"]) for row in rows}

    async def units_below(self, org_unit_id: UUID) -> frozenset[UUID]:
        """A unit and everything under it."""
        return frozenset(row["id"] for row in await fetch(self.session, _BELOW, unit=org_unit_id))

    async def managers(self, person_ids: Collection[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
        """What managers are called, and who is above them."""
        return {
            row["id"]: (
                " ".join(part for part in (row["given_name"], row["family_name"]) if part) or row["user_name"],
                row["manager_id"],
            )
            for row in await fetch(self.session, _MANAGERS, ids=person_ids)
        }


class SnapshotMembers:
    """Who was in the snapshot of a closed cycle, what they held, and what their roles asked for.

    Levels are on the scales in force now: those of a framework that has another scale since are read across.
    """

    def __init__(self, session: AnySession, cycle: ClosedCycle) -> None:
        self.session = session
        self.cycle = cycle
        self.migrations = ScaleMigrationRepository(session)

    async def everybody(self) -> list[Member]:
        return [Member(*row) for row in await self.session.execute(self._statement())]

    async def among(self, person_ids: Collection[UUID]) -> list[Member]:
        """Those of some people, few enough for one statement."""
        statement = self._statement().where(col(SnapshotPerson.person_id).in_(person_ids))
        return [Member(*row) for row in await self.session.execute(statement)]

    def _statement(self) -> Any:
        standing = _standing_of(SnapshotPerson, SnapshotPerson.person_id)
        return standing.where(col(SnapshotPerson.snapshot_id) == self.cycle.snapshot_id)

    async def held(self, person_ids: Collection[UUID]) -> dict[UUID, Held]:
        """What people held when the cycle closed."""
        wanted = list(person_ids)
        rows: list[Any] = []
        columns = SnapshotLevel.__table__.c  # type: ignore[attr-defined]
        names = ("person_id", "skill_id", "level", "verified", "exempt", "suspended")
        statement = select(*(columns[name] for name in names)).where(columns.snapshot_id == self.cycle.snapshot_id)
        for start in range(0, len(wanted), CHUNK):
            part = columns.person_id.in_(wanted[start : start + CHUNK])
            rows += (await self.session.execute(statement.where(part))).all()
        across = await self._across({row.skill_id for row in rows})
        found: dict[UUID, Held] = {person_id: {} for person_id in wanted}
        for person_id, skill_id, level, verified, exempt, suspended in rows:
            self_only = level is not None and not verified
            on_scale = None if level is None else across(skill_id, level)
            found[person_id][skill_id] = HeldSkill(on_scale, self_only, exempt, suspended)
        return found

    async def requirements(self, role_ids: Collection[UUID]) -> dict[UUID, list[Requirement]]:
        """What roles asked for when the cycle closed."""
        found = await RequirementRepository(self.session).of_roles(role_ids, self.cycle.closed_at)
        across = await self._across({r.skill_id for requirements in found.values() for r in requirements})
        return {
            role_id: [replace(r, level=across(r.skill_id, r.level)) for r in requirements]
            for role_id, requirements in found.items()
        }

    async def _across(self, skill_ids: Collection[UUID]) -> Callable[[UUID, float], float]:
        scales = await self.migrations.scales_in_force(skill_ids, self.cycle.closed_at)
        history = await self.migrations.history(list(scales))
        return lambda skill_id, level: history.read(skill_id, scales.get(skill_id), level)


def _within(org_unit_ids: Collection[UUID] | None, role_id: UUID | None) -> list[Any]:
    conditions: list[Any] = []
    if org_unit_ids is not None:
        conditions.append(col(Person.org_unit_id).in_(org_unit_ids))
    if role_id is not None:
        conditions.append(col(Person.role_id) == role_id)
    return conditions


def _standing_of(table: Any, person_id: Any) -> Any:
    return select(col(person_id), col(table.role_id), col(table.org_unit_id), col(table.manager_id))
