"""Whom a report covers, by what was asked for and by who asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Query

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.reports.suppression import MINIMUM_GROUP, Branch, Breakdown, tells_team_apart
from services.skills.gaps.rollups.repository import as_uuid, within
from services.skills.gaps.rollups.rules import NONE, GroupKind
from services.skills.roles.repository import RoleRepository
from shared.database.sessions import AnySession
from shared.errors import Forbidden, Unprocessable
from shared.identity.principal import Principal
from shared.references import Reference, References

OrgUnitQuery = Annotated[Reference | None, Query(description="Only people of this unit and those below it.")]
RoleQuery = Annotated[Reference | None, Query(description="Only people who hold this role.")]
ManagerQuery = Annotated[
    Reference | None,
    Query(description="Only people below this manager, all levels down. Not with `org_unit_id` or `role_id`."),
]


class TooFewPeople(Forbidden):
    code, title = "too-few-people", "Too few people stand behind this view"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a report covers. `led`: only the people below `leader_id`, whose small groups are no secret to them.

    `org_unit_ids` are a unit and everything under it, `manager_id` leads the team that was asked for.
    """

    org_unit_ids: frozenset[UUID] | None = None
    role_id: UUID | None = None
    led: bool = False
    leader_id: UUID | None = None
    manager_id: UUID | None = None

    @property
    def suppress(self) -> bool:
        return not self.led

    @property
    def leaders(self) -> list[UUID | None]:
        """Everybody covered is below all of these; below None is nobody."""
        led = [self.leader_id] if self.led else []
        return [*led, self.manager_id] if self.manager_id is not None else led

    def conditions(self) -> list[Any]:
        """The same as conditions on kept standings."""
        return within(self.org_unit_ids, self.role_id, self.leaders)


class Headcounts(Protocol):
    """Counts what a report is made of, kept figures or people themselves: then what is refused speaks of the very
    figures that are shown.
    """

    async def people_by(
        self,
        kind: GroupKind,
        org_unit_ids: Collection[UUID] | None = None,
        role_id: UUID | None = None,
        leaders: Collection[UUID | None] = (),
    ) -> Mapping[Any, int]:
        """People right in each group of a kind, by bare id; `NONE` or nothing stands for no group."""

    async def any_below(self, kind: GroupKind, minimum: int) -> bool:
        """Whether some group of a kind, or those in none, are fewer people than `minimum`, and not nobody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller narrows a report to, by reference."""

    org_unit: str | None = None
    role: str | None = None
    manager: str | None = None


async def find_scope(session: AnySession, caller: Principal, asked: Asked, headcounts: Headcounts) -> Scope:
    """The scope that a caller may see. Raises Unprocessable for an unknown unit, role or manager, and TooFewPeople
    for a group that is hidden in a list of all groups.
    """
    if asked.manager is not None and (asked.org_unit is not None or asked.role is not None):
        raise Unprocessable("Name a manager, or an org unit and a role.", pointer="query/manager_id")
    unit_id = await _demand(session, "org unit", asked.org_unit, "query/org_unit_id")
    role_id = await _demand(session, "role", asked.role, "query/role_id")
    manager_id = await _demand(session, "person", asked.manager, "query/manager_id")
    units = None if unit_id is None else await MemberRepository(session).units_below(unit_id)
    scope = Scope(units, role_id, is_leader(caller), caller.person_id, manager_id)
    if scope.suppress and not await Breakdowns(session, headcounts).show(scope, unit_id):
        raise TooFewPeople("Fewer than five people stand behind this view, or behind what it leaves of a wider one.")
    return scope


def is_leader(caller: Principal) -> bool:
    """Whether somebody sees those below them only: not so clients and administrators, who see everybody."""
    return caller.kind == "user" and not caller.is_admin


async def refuse_small_scope(scope: Scope, headcounts: Headcounts) -> None:
    """Raises TooFewPeople when one to four people are in scope, be it everybody."""
    people = await headcounts.people_by(GroupKind.ROLE, scope.org_unit_ids, scope.role_id, scope.leaders)
    if 0 < sum(people.values()) < MINIMUM_GROUP:
        raise TooFewPeople("Fewer than five people stand behind this view.")


class Breakdowns:
    """The lists that a scope is a line of: it is shown when every one of them shows it."""

    def __init__(self, session: AnySession, headcounts: Headcounts) -> None:
        self.session = session
        self.members = MemberRepository(session)
        self.headcounts = headcounts

    async def show(self, scope: Scope, unit_id: UUID | None) -> bool:
        """A role in a unit is a line of the unit's roles and of the role's units, both of which must be shown too."""
        for by_role in {None, scope.role_id} if unit_id is not None else ():
            if not await self._shows_unit(unit_id, by_role):
                return False
        for by_units in {None, scope.org_unit_ids} if scope.role_id is not None else ():
            if not await self._shows_role(scope.role_id, by_units):
                return False
        return scope.manager_id is None or await self._shows_team(scope.manager_id)

    async def _shows_unit(self, unit_id: UUID | None, role_id: UUID | None) -> bool:
        # Where no unit is small, neither is a sum of units: that is cheaper to ask than all of them.
        if role_id is None and not await self.headcounts.any_below(GroupKind.ORG_UNIT, MINIMUM_GROUP):
            return True
        people = await self.headcounts.people_by(GroupKind.ORG_UNIT, role_id=role_id)
        units = await self.members.chart(unit_id)
        asked = [unit["id"] for unit in units if unit["is_asked"]]
        breakdown = Breakdown(_branches(units, people), sum(people.values()))
        return all(map(breakdown.shows, asked))

    async def _shows_role(self, role_id: UUID | None, units: Collection[UUID] | None) -> bool:
        people = await self.headcounts.people_by(GroupKind.ROLE, org_unit_ids=units)
        by_id = {as_uuid(id): count for id, count in people.items() if id is not None}
        titles = await RoleRepository(self.session).titles_of([id for id in by_id if id != NONE])
        roles = [Branch(id, titles.get(id, ""), None, count) for id, count in by_id.items() if id != NONE]
        return Breakdown(roles, sum(people.values())).shows(role_id)

    async def _shows_team(self, manager_id: UUID) -> bool:
        people = await self.headcounts.people_by(GroupKind.MANAGER)
        by_id = {as_uuid(id): count for id, count in people.items() if id is not None}
        managers = await self.members.managers({*by_id, manager_id} - {NONE})
        teams = [Branch(id, title, above, by_id.get(id, 0)) for id, (title, above) in managers.items()]
        if not Breakdown(teams, sum(people.values())).shows(manager_id):
            return False
        units = await self.members.chart(None)
        everybody = await self.headcounts.people_by(GroupKind.ORG_UNIT)
        team = await self.headcounts.people_by(GroupKind.ORG_UNIT, leaders=[manager_id])
        return not tells_team_apart(
            Breakdown(_branches(units, everybody), sum(everybody.values())),
            Breakdown(_branches(units, team), sum(team.values())),
        )


def _branches(units: Sequence[Mapping[str, Any]], people: Mapping[Any, int]) -> list[Branch]:
    return [Branch(unit["id"], unit["title"], unit["parent_id"], people.get(unit["id"], 0)) for unit in units]


async def _demand(session: AnySession, kind: str, reference: str | None, pointer: str) -> UUID | None:
    return None if reference is None else await References(session, kind).demand(reference, pointer)
