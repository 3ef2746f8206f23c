"""Whom a report covers, by what was asked for and by who asks."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.skills.gaps.reports.groups import Forest, places_of
from services.skills.gaps.reports.members import Member, MemberRepository
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.people.repository import PersonRepository
from shared.database.sessions import AnySession
from shared.errors import Forbidden
from shared.identity.principal import Principal
from shared.references import References


class TooFewPeople(Forbidden):
    code, title = "too-few-people", "Too few people stand behind this view"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a report covers. `among`: only these people, a leader's own, whose small groups are no secret."""

    org_unit_id: UUID | None = None
    role_id: UUID | None = None
    among: frozenset[UUID] | None = None

    @property
    def suppress(self) -> bool:
        return self.among is None


async def find_scope(session: AnySession, caller: Principal, org_unit_id: str | None, role_id: str | None) -> Scope:
    """The scope that a caller may see. Raises Unprocessable for an unknown unit or role."""
    return Scope(
        await References(session, "org unit").demand(org_unit_id, "query/org_unit_id") if org_unit_id else None,
        await References(session, "role").demand(role_id, "query/role_id") if role_id else None,
        await led_by(session, caller),
    )


async def led_by(session: AnySession, caller: Principal) -> frozenset[UUID] | None:
    """The people below a user, all levels down; None for clients and administrators: everybody."""
    if caller.kind != "user" or caller.is_admin:
        return None
    if caller.person_id is None:
        return frozenset()
    return frozenset(await PersonRepository(session).reports_of(caller.person_id))


async def covered(members: MemberRepository, scope: Scope, today: date) -> list[Member]:
    """The members in scope. Raises TooFewPeople when a wider view and this one differ by one to four people."""
    everybody = await members.today(today)
    if scope.among is not None:
        everybody = [member for member in everybody if member.person_id in scope.among]
    units = await units_below(members, scope.org_unit_id)
    in_unit = [member for member in everybody if units is None or member.org_unit_id in units]
    in_role = [member for member in everybody if scope.role_id in (None, member.role_id)]
    both = [member for member in in_unit if scope.role_id in (None, member.role_id)]
    if scope.suppress:
        refuse_small_difference(len(both), len(everybody), len(in_unit), len(in_role))
    return both


def refuse_small_difference(people: int, *wider: int) -> None:
    """Raises TooFewPeople when a view leaves out one to four people of a wider one."""
    if any(0 < count - people < MINIMUM_GROUP for count in wider):
        raise TooFewPeople("This view differs from a wider one by fewer than five people.")


async def units_below(members: MemberRepository, org_unit_id: UUID | None) -> set[UUID] | None:
    """A unit and everything under it; None when no unit was asked for."""
    if org_unit_id is None:
        return None
    return Forest(places_of(await members.org_units())).below(org_unit_id)
