"""Queries of coverage requirements: which there are, and which a leader may see."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlmodel import col

from services.skills.gaps.coverage.requirements.models import CoverageRequirement
from services.skills.people.models import OrgUnit, Person
from services.skills.people.org_units.repository import units_below
from services.skills.people.repository import below_manager, here_on
from shared.database.repository import Repository
from shared.pagination import Paging, paginate


@dataclass(frozen=True, slots=True)
class Group:
    """The people of an org unit and everything under it, or those below a manager; of neither: everybody."""

    org_unit_id: UUID | None = None
    manager_id: UUID | None = None

    def people(self, today: date) -> list[Any]:
        """Those who are here, as conditions."""
        conditions = [here_on(today)]
        if self.org_unit_id is not None:
            conditions.append(col(Person.org_unit_id).in_(units_below(self.org_unit_id)))
        if self.manager_id is not None:
            conditions.append(col(Person.id).in_(below_manager(self.manager_id)))
        return conditions


@dataclass(frozen=True, slots=True)
class RequirementFilter:
    """The natural keys by which requirements are listed. `leader_id`: only of groups that this person leads whole."""

    org_unit_id: UUID | None = None
    manager_id: UUID | None = None
    skill_id: UUID | None = None
    leader_id: UUID | None = None
    updated_since: datetime | None = None


class CoverageRequirementRepository(Repository[CoverageRequirement]):
    """Requirements in order of creation."""

    table = CoverageRequirement
    noun = "coverage requirement"

    async def list_page(
        self, paging: Paging, wanted: RequirementFilter, now: datetime
    ) -> tuple[list[CoverageRequirement], str | None]:
        conditions: list[Any] = []
        if wanted.updated_since is None:
            conditions.append(col(CoverageRequirement.deleted_at).is_(None))
        else:
            conditions.append(col(CoverageRequirement.updated_at) >= wanted.updated_since)
        for column, value in (
            (CoverageRequirement.org_unit_id, wanted.org_unit_id),
            (CoverageRequirement.manager_id, wanted.manager_id),
            (CoverageRequirement.skill_id, wanted.skill_id),
        ):
            if value is not None:
                conditions.append(col(column) == value)
        if wanted.leader_id is not None:
            conditions.append(_led_by(wanted.leader_id, now))
        statement = select(CoverageRequirement).where(*conditions)
        return await paginate(self.session, statement, paging, col(CoverageRequirement.id))

    async def says(self, group: Group, skill_id: UUID, level: float, but: UUID | None) -> bool:
        """Whether a requirement other than `but` asks the same of the group."""
        statement = select(col(CoverageRequirement.id)).where(
            col(CoverageRequirement.org_unit_id) == group.org_unit_id,
            col(CoverageRequirement.manager_id) == group.manager_id,
            col(CoverageRequirement.skill_id) == skill_id,
            col(CoverageRequirement.level) == level,
            col(CoverageRequirement.deleted_at).is_(None),
        )
        return bool(set((await self.session.execute(statement)).scalars()) - {but})

    async def is_led_by(self, id: UUID, leader_id: UUID, now: datetime) -> bool:
        """Whether a person leads the whole group of a requirement."""
        statement = select(col(CoverageRequirement.id)).where(
            col(CoverageRequirement.id) == id, _led_by(leader_id, now)
        )
        return (await self.session.execute(statement)).first() is not None


def _led_by(leader_id: UUID, now: datetime) -> Any:
    """Requirements of a leader's team and of those below it, and of units in which nobody else's people are."""
    below = below_manager(leader_id)
    person_id, manager_id = col(Person.id), col(CoverageRequirement.manager_id)
    unit_id = col(CoverageRequirement.org_unit_id)
    here = here_on(now.date())
    led = _units_with(and_(here, person_id.in_(below)))
    others = _units_with(and_(here, person_id.not_in(below), person_id != leader_id))
    whole = and_(unit_id.in_(led), unit_id.not_in(others))
    return or_(manager_id == leader_id, manager_id.in_(below), whole)


def _units_with(people: Any) -> Select[UUID]:
    """Units in which some of these people are, and every unit above."""
    units: Any = select(col(Person.org_unit_id).label("id")).where(people, col(Person.org_unit_id).is_not(None))
    found = units.distinct().cte(recursive=True)
    above = select(col(OrgUnit.parent_id)).join(found, found.c.id == col(OrgUnit.id))
    found = found.union(above.where(col(OrgUnit.parent_id).is_not(None)))
    return select(found.c.id)
