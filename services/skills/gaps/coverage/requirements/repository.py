"""Queries of coverage requirements: which there are, which a leader may see, and who is in their groups."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Float, Integer, Select, Uuid, and_, column, func, or_, select, tuple_, values
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.assessments.levels.models import SkillLevel
from services.skills.gaps.coverage.repository import NOISE, counting
from services.skills.gaps.coverage.requirements.models import CoverageRequirement
from services.skills.people.models import OrgUnit, Person
from services.skills.people.repository import below_manager, here_on
from shared.database.repository import Repository
from shared.database.sessions import AnySession
from shared.pagination import Paging, paginate

_levels: Any = SkillLevel.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Group:
    """The people of an org unit and everything under it, or those below a manager; of neither: everybody."""

    org_unit_id: UUID | None = None
    manager_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A skill that people of a group shall hold, at a level on the scale in force or above."""

    group: Group
    skill_id: UUID
    level: float


class Kind(NamedTuple):
    """How a kind of group is found: a query of `root` and `member`, and what of a person a member is."""

    members: Callable[[Collection[UUID]], Any]
    of_person: str


@dataclass(frozen=True, slots=True)
class RequirementFilter:
    """The natural keys by which requirements are listed. `leader_id`: only of groups that this person leads whole."""

    org_unit_id: UUID | None = None
    manager_id: UUID | None = None
    skill_id: UUID | None = None
    leader_id: UUID | None = None
    ids: Collection[UUID] | None = None
    updated_since: datetime | None = None


class CoverageRequirementRepository(Repository[CoverageRequirement]):
    """Requirements in order of creation."""

    table = CoverageRequirement
    noun = "coverage requirement"

    async def list_page(
        self, paging: Paging, wanted: RequirementFilter, now: datetime
    ) -> tuple[list[CoverageRequirement], str | None]:
        return await paginate(self.session, _wanted(wanted, now), paging, col(CoverageRequirement.id))

    async def list_after(
        self, id: UUID | None, wanted: RequirementFilter, now: datetime, limit: int
    ) -> list[CoverageRequirement]:
        """The next ones after one of them."""
        statement = _wanted(wanted, now).order_by(col(CoverageRequirement.id)).limit(limit)
        if id is not None:
            statement = statement.where(col(CoverageRequirement.id) > id)
        return list((await self.session.execute(statement)).scalars())

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


class GroupRepository:
    """People of groups, for any number of groups at once. A unit or a manager is a `root`."""

    def __init__(self, session: AnySession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.here = here_on(now.date())

    async def count_holders(self, wanted: Sequence[Asked]) -> list[int]:
        """How many people hold each skill at its level, in the order of `wanted`."""
        found = [0] * len(wanted)
        for name, kind in KINDS.items():
            rows = [
                (place, root, asked.skill_id, asked.level - NOISE)
                for place, asked in enumerate(wanted)
                if (root := getattr(asked.group, name)) is not None
            ]
            if rows:
                for place, count in await self.session.execute(self._holders(kind, rows)):
                    found[place] = count
        return found

    async def count_people(self, groups: Collection[Group]) -> dict[Group, int]:
        """How many people are in each group."""
        found = dict.fromkeys(groups, 0)
        for name, kind in KINDS.items():
            roots = {root for group in groups if (root := getattr(group, name)) is not None}
            if roots:
                members, person = kind.members(roots), Person.__table__.c[kind.of_person]  # type: ignore[attr-defined]
                statement = select(members.c.root, func.count()).join(Person, person == members.c.member)
                for root, count in await self.session.execute(statement.where(self.here).group_by(members.c.root)):
                    found[Group(**{name: root})] = count
        if Group() in found:
            everybody = select(func.count()).select_from(Person).where(self.here)
            found[Group()] = int((await self.session.execute(everybody)).scalar_one())
        return found

    async def wider(self, groups: Collection[Group]) -> dict[Group, list[Group]]:
        """The units that each unit is in, the teams that each team is part of, and everybody."""
        found = {group: [Group()] for group in groups}
        for kind, table, parent in (
            ("org_unit_id", OrgUnit, OrgUnit.parent_id),
            ("manager_id", Person, Person.manager_id),
        ):
            roots = {root for group in groups if (root := getattr(group, kind)) is not None}
            for root, above in await self._above(table, col(parent), roots) if roots else ():
                found[Group(**{kind: root})].append(Group(**{kind: above}))
        return found

    async def _above(self, table: Any, parent: Any, roots: Collection[UUID]) -> Sequence[Any]:
        start = select(table.id.label("root"), parent.label("above")).where(table.id.in_(roots))
        line = start.cte("line", recursive=True)
        line = line.union(select(line.c.root, parent).join(line, line.c.above == table.id))
        statement = select(line.c.root, line.c.above).where(line.c.above.is_not(None), line.c.above != line.c.root)
        return (await self.session.execute(statement)).all()

    def _holders(self, kind: Kind, rows: Sequence[tuple[int, UUID, UUID, float]]) -> Select[Any]:
        """Begins with those who hold the skills, however many groups ask for them and however large these are. What
        is worked out first is said to the databases, which would begin with everybody in the groups.
        """
        place, root, skill_id = column("place", Integer()), column("root", Uuid()), column("skill_id", Uuid())
        threshold = column("threshold", Float())
        wanted = values(place, root, skill_id, threshold, name="wanted").data(rows).cte()
        lowest: dict[UUID, float] = {}
        for _, _, skill, level in rows:
            lowest[skill] = min(level, lowest.get(skill, level))
        asked = values(skill_id, threshold, name="asked").data([*lowest.items()]).cte()
        held = (
            select(_levels.c.skill_id, _levels.c.level, col(Person.id), col(Person.org_unit_id))
            .select_from(asked)
            .join(_levels, and_(_levels.c.skill_id == asked.c.skill_id, _levels.c.level >= asked.c.threshold))
            .join(Person, col(Person.id) == _levels.c.person_id)
            .where(self.here, counting(self.now))
            .cte("held")
            .prefix_with("MATERIALIZED")
        )
        group = kind.members({root for _, root, *_ in rows})
        might = (
            select(wanted.c.place, wanted.c.root, held.c[kind.of_person].label("member"))
            .join(held, and_(held.c.skill_id == wanted.c.skill_id, held.c.level >= wanted.c.threshold))
            .cte("might")
            .prefix_with("MATERIALIZED")
        )
        belongs = tuple_(might.c.root, might.c.member).in_(select(group.c.root, group.c.member))
        return select(might.c.place, func.count()).where(belongs).group_by(might.c.place)


def _units_under(roots: Collection[UUID]) -> Any:
    """Some units and everything under them, each with its root."""
    start: Any = select(col(OrgUnit.id).label("root"), col(OrgUnit.id).label("member"))
    units = start.where(col(OrgUnit.id).in_(roots)).cte("units", recursive=True)
    child = aliased(OrgUnit)
    return units.union(select(units.c.root, col(child.id)).join(units, col(child.parent_id) == units.c.member))


def _people_below(roots: Collection[UUID]) -> Any:
    """Everybody below some managers, each with theirs, all levels down, also past those who are gone."""
    start: Any = select(col(Person.manager_id).label("root"), col(Person.id).label("member"))
    team = start.where(col(Person.manager_id).in_(roots)).cte("team", recursive=True)
    report = aliased(Person)
    team = team.union(select(team.c.root, col(report.id)).join(team, col(report.manager_id) == team.c.member))
    return select(team).where(team.c.member != team.c.root).cte("members").prefix_with("MATERIALIZED")


KINDS: Mapping[str, Kind] = {
    "org_unit_id": Kind(_units_under, "org_unit_id"),
    "manager_id": Kind(_people_below, "id"),
}
"""By which of the ids of a group is set."""


def _wanted(wanted: RequirementFilter, now: datetime) -> Select[CoverageRequirement]:
    conditions: list[Any] = []
    if wanted.updated_since is None:
        conditions.append(col(CoverageRequirement.deleted_at).is_(None))
    else:
        conditions.append(col(CoverageRequirement.updated_at) >= wanted.updated_since)
    for key, value in (
        (CoverageRequirement.org_unit_id, wanted.org_unit_id),
        (CoverageRequirement.manager_id, wanted.manager_id),
        (CoverageRequirement.skill_id, wanted.skill_id),
    ):
        if value is not None:
            conditions.append(col(key) == value)
    if wanted.ids is not None:
        conditions.append(col(CoverageRequirement.id).in_(wanted.ids))
    if wanted.leader_id is not None:
        conditions.append(_led_by(wanted.leader_id, now))
    return select(CoverageRequirement).where(*conditions)


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
