"""Whom a report covers, by what was asked for and by who asks."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.gaps.rollups.repository import within
from shared.database.sessions import AnySession
from shared.errors import Forbidden
from shared.identity.principal import Principal
from shared.references import References


class TooFewPeople(Forbidden):
    code, title = "too-few-people", "Too few people stand behind this view"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a report covers. `led`: only the people below `leader_id`, whose small groups are no secret to them.

    `org_unit_ids` are a unit and everything under it.
    """

    org_unit_ids: frozenset[UUID] | None = None
    role_id: UUID | None = None
    led: bool = False
    leader_id: UUID | None = None

    @property
    def suppress(self) -> bool:
        return not self.led

    def conditions(self) -> list[Any]:
        """The same as conditions on kept standings."""
        return within(self.org_unit_ids, self.role_id, led=self.led, leader_id=self.leader_id)


Headcount = Callable[[Collection[UUID] | None, UUID | None], Awaitable[int]]
"""How many people are in some units (None: anywhere) and in a role (None: any)."""


async def find_scope(
    session: AnySession, caller: Principal, org_unit: str | None, role: str | None, headcount: Headcount
) -> Scope:
    """The scope that a caller may see. Raises Unprocessable for an unknown unit or role, and TooFewPeople when a
    wider scope and this one differ by one to four people.

    `headcount` counts what the report is made of, kept figures or people themselves: then the check speaks of the
    very figures that are shown.
    """
    unit_id, units = None, None
    if org_unit is not None:
        unit_id = await References(session, "org unit").demand(org_unit, "query/org_unit_id")
        units = await MemberRepository(session).units_below(unit_id)
    role_id = await References(session, "role").demand(role, "query/role_id") if role is not None else None
    scope = Scope(units, role_id, is_leader(caller), caller.person_id)
    if scope.suppress and (units is not None or role_id is not None):
        people = await headcount(units, role_id)
        for by_role in {role_id, None}:
            wider = _wider_views(MemberRepository(session), scope, unit_id, by_role)
            await _refuse_small_difference(people, wider, by_role, headcount)
    return scope


def is_leader(caller: Principal) -> bool:
    """Whether somebody sees those below them only: not so clients and administrators, who see everybody."""
    return caller.kind == "user" and not caller.is_admin


async def refuse_small_scope(scope: Scope, headcount: Headcount) -> None:
    """Raises TooFewPeople when fewer than five people are in scope."""
    if 0 < await headcount(scope.org_unit_ids, scope.role_id) < MINIMUM_GROUP:
        raise TooFewPeople("Fewer than five people stand behind this view.")


async def _wider_views(
    members: MemberRepository, scope: Scope, unit_id: UUID | None, by_role: UUID | None
) -> AsyncIterator[Collection[UUID] | None]:
    """The units of each wider view, from the nearest on: without the scope's role the scope's own are the first."""
    if scope.org_unit_ids is not None and by_role != scope.role_id:
        yield scope.org_unit_ids
    async for units in members.wider_than(unit_id):
        if (units, by_role) != (scope.org_unit_ids, scope.role_id):
            yield units


async def _refuse_small_difference(
    people: int, wider: AsyncIterator[Collection[UUID] | None], by_role: UUID | None, headcount: Headcount
) -> None:
    """Each view has the people of those before it, so that the first that has many more is the last that need be
    looked at.
    """
    async for units in wider:
        difference = await headcount(units, by_role) - people
        if 0 < difference < MINIMUM_GROUP:
            raise TooFewPeople("This view differs from a wider one by fewer than five people.")
        if difference:
            return
