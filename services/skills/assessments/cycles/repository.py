"""Queries of assessment cycles, their audience and their snapshots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, false, func, insert, literal, or_, select
from sqlmodel import col

from services.skills.assessments.cycles.models import AssessmentCycle, SnapshotLevel, SnapshotPerson
from services.skills.assessments.cycles.rules import Status
from services.skills.assessments.exemptions.models import Exemption, Suspension
from services.skills.assessments.exemptions.repository import standing
from services.skills.assessments.levels.models import SkillLevel
from services.skills.people.models import OrgUnit, Person
from services.skills.people.org_units.repository import units_below
from services.skills.people.repository import here_on
from services.skills.roles.models import Role
from shared.database.repository import Repository
from shared.database.sessions import AnySession, UnitOfWork
from shared.database.upserts import upsert
from shared.pagination import Paging, paginate

MEMBER_TABLES = {"person_ids": Person, "org_unit_ids": OrgUnit, "role_ids": Role}
Audience = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CycleFilter:
    """The natural keys by which cycles are listed."""

    kind: str | None = None
    status: Status | None = None
    closed: bool | None = None
    ids: Sequence[UUID] | None = None
    updated_since: datetime | None = None


class CycleRepository(Repository[AssessmentCycle]):
    """Cycles in order of creation."""

    table = AssessmentCycle
    noun = "assessment cycle"

    async def list_page(
        self, paging: Paging, wanted: CycleFilter, today: date
    ) -> tuple[list[AssessmentCycle], str | None]:
        conditions: list[Any] = []
        if wanted.updated_since is None:
            conditions.append(col(AssessmentCycle.deleted_at).is_(None))
        else:
            conditions.append(col(AssessmentCycle.updated_at) >= wanted.updated_since)
        if wanted.kind is not None:
            conditions.append(col(AssessmentCycle.kind) == wanted.kind)
        if wanted.closed is not None:
            closed_at = col(AssessmentCycle.closed_at)
            conditions.append(closed_at.is_not(None) if wanted.closed else closed_at.is_(None))
        if wanted.status is not None:
            conditions += _stands(wanted.status, today)
        if wanted.ids is not None:
            conditions.append(col(AssessmentCycle.id).in_(wanted.ids))
        statement = select(AssessmentCycle).where(*conditions)
        return await paginate(self.session, statement, paging, col(AssessmentCycle.id))

    async def running(self, today: date, closed_since: datetime) -> list[AssessmentCycle]:
        """Cycles that have begun and are not closed, or were closed since a moment."""
        closed_at = col(AssessmentCycle.closed_at)
        statement = select(AssessmentCycle).where(
            col(AssessmentCycle.deleted_at).is_(None),
            col(AssessmentCycle.opens_on) <= today,
            or_(closed_at.is_(None), closed_at >= closed_since),
        )
        return list((await self.session.execute(statement)).scalars())

    async def known_members(self, kind: str, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that are live people, org units or roles, by the name of the audience's list."""
        table: Any = MEMBER_TABLES[kind]
        wanted, found = list(ids), set[UUID]()
        for start in range(0, len(wanted), 500):
            rows = await self.session.execute(
                select(table.id).where(table.id.in_(wanted[start : start + 500]), table.deleted_at.is_(None))
            )
            found.update(rows.scalars())
        return found


class AudienceRepository:
    """Who belongs to an audience of people, org units (with all below them) and roles; without any: everybody."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def includes(self, audience: Audience, person_id: UUID) -> bool:
        statement = select(exists().where(col(Person.id) == person_id, member(audience)))
        return bool((await self.session.execute(statement)).scalar_one())

    def ids(self, audience: Audience, day: date) -> Select[UUID]:
        """A query of the members who are here on a day."""
        return select(col(Person.id)).where(member(audience), here_on(day))


class SnapshotRepository:
    """What closing a cycle froze."""

    def __init__(self, session: UnitOfWork) -> None:
        self.session = session

    async def freeze_people(self, snapshot_id: UUID, audience: Audience, day: date) -> int:
        """Copy where the members stand. Returns how many they are."""
        source = select(
            literal(snapshot_id, type_=SnapshotPerson.__table__.c.snapshot_id.type),  # type: ignore[attr-defined]
            col(Person.id),
            col(Person.role_id),
            col(Person.manager_id),
            col(Person.org_unit_id),
        ).where(member(audience), here_on(day))
        names = ["snapshot_id", "person_id", "role_id", "manager_id", "org_unit_id"]
        await self.session.execute(insert(SnapshotPerson).from_select(names, source))
        count = select(func.count()).select_from(SnapshotPerson)
        found = await self.session.execute(count.where(col(SnapshotPerson.snapshot_id) == snapshot_id))
        return int(found.scalar_one())

    async def freeze_levels(self, snapshot_id: UUID, audience: Audience, day: date) -> None:
        """Copy the members' levels as they are kept."""
        source = select(
            literal(snapshot_id, type_=SnapshotLevel.__table__.c.snapshot_id.type),  # type: ignore[attr-defined]
            col(SkillLevel.person_id),
            col(SkillLevel.skill_id),
            col(SkillLevel.level),
            col(SkillLevel.verified),
            false(),
            false(),
        ).where(
            col(SkillLevel.person_id).in_(select(col(Person.id)).where(member(audience), here_on(day))),
        )
        names = ["snapshot_id", "person_id", "skill_id", "level", "verified", "exempt", "suspended"]
        await self.session.execute(insert(SnapshotLevel).from_select(names, source))

    async def freeze_set_aside(self, snapshot_id: UUID, now: datetime) -> None:
        """Mark what the members are exempt from in their own role, and what is suspended."""
        for table, mark in ((Exemption, "exempt"), (Suspension, "suspended")):
            blank = {"level": None, "verified": False, "exempt": False, "suspended": False}
            rows = [
                {"snapshot_id": snapshot_id, "person_id": person_id, "skill_id": skill_id, **blank, mark: True}
                for person_id, skill_id in await self._set_aside(table, snapshot_id, now)
            ]
            if rows:
                await self.session.execute(upsert(SnapshotLevel, update=[mark]), rows)

    async def _set_aside(
        self, table: type[Exemption] | type[Suspension], snapshot_id: UUID, now: datetime
    ) -> list[tuple[UUID, UUID]]:
        statement = (
            select(col(table.person_id), col(table.skill_id))
            .join(SnapshotPerson, col(SnapshotPerson.person_id) == col(table.person_id))
            .where(col(SnapshotPerson.snapshot_id) == snapshot_id, standing(table, now))
            .distinct()
        )
        if table is Exemption:
            role_id = col(Exemption.role_id)
            statement = statement.where(or_(role_id.is_(None), role_id == col(SnapshotPerson.role_id)))
        return [(person_id, skill_id) for person_id, skill_id in await self.session.execute(statement)]


def _stands(status: Status, today: date) -> list[Any]:
    """What `rules.status_on` calls this on a day, as conditions."""
    closed_at, opens_on = col(AssessmentCycle.closed_at), col(AssessmentCycle.opens_on)
    closes_on = col(AssessmentCycle.closes_on)
    found: dict[Status, list[Any]] = {
        Status.CLOSED: [closed_at.is_not(None)],
        Status.SCHEDULED: [closed_at.is_(None), opens_on > today],
        Status.OPEN: [closed_at.is_(None), opens_on <= today, closes_on >= today],
        Status.LATE: [closed_at.is_(None), closes_on < today],
    }
    return found[status]


def member(audience: Audience) -> Any:
    """Live people of an audience, as a condition."""
    people, units, roles = (_ids(audience, name) for name in ("person_ids", "org_unit_ids", "role_ids"))
    conditions = [
        *([col(Person.id).in_(people)] if people else []),
        *([col(Person.org_unit_id).in_(units_below(*units))] if units else []),
        *([col(Person.role_id).in_(roles)] if roles else []),
    ]
    live = col(Person.deleted_at).is_(None)
    return and_(live, or_(*conditions)) if conditions else live


def _ids(audience: Audience, name: str) -> list[UUID]:
    return [UUID(id) for id in audience.get(name, ())]
