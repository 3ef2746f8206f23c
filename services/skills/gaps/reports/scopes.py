"""Whom a report covers, by what was asked for and by who asks."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.people.org_units.repository import OrgUnitRepository
from services.skills.people.repository import PersonRepository
from shared.database.sessions import AnySession
from shared.errors import Forbidden
from shared.identity.principal import Principal
from shared.references import References


class TooFewPeople(Forbidden):
    code, title = "too-few-people", "Too few people stand behind this view"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a report covers. `among`: only the people below `leader_id`, whose small groups are no secret to them.

    `org_unit_ids` are a unit and everything under it.
    """

    org_unit_ids: frozenset[UUID] | None = None
    role_id: UUID | None = None
    among: frozenset[UUID] | None = None
    leader_id: UUID | None = None

    @property
    def suppress(self) -> bool:
        return self.among is None


async def find_scope(
    session: AnySession, caller: Principal, org_unit: str | None, role: str | None, today: date
) -> Scope:
    """The scope that a caller may see. Raises Unprocessable for an unknown unit or role, and TooFewPeople when a
    wider scope and this one differ by one to four people.
    """
    units = None
    if org_unit is not None:
        unit_id = await References(session, "org unit").demand(org_unit, "query/org_unit_id")
        units = frozenset(await OrgUnitRepository(session).below(unit_id))
    role_id = await References(session, "role").demand(role, "query/role_id") if role is not None else None
    scope = Scope(units, role_id, await led_by(session, caller), caller.person_id)
    if scope.suppress:
        await _refuse_small_difference(MemberRepository(session), scope, today)
    return scope


async def led_by(session: AnySession, caller: Principal) -> frozenset[UUID] | None:
    """The people below a user, all levels down; None for clients and administrators: everybody."""
    if caller.kind != "user" or caller.is_admin:
        return None
    if caller.person_id is None:
        return frozenset()
    return frozenset(await PersonRepository(session).reports_of(caller.person_id))


async def refuse_small_scope(session: AnySession, scope: Scope, today: date) -> None:
    """Raises TooFewPeople when fewer than five people are in scope."""
    if 0 < await MemberRepository(session).count(today, scope.org_unit_ids, scope.role_id) < MINIMUM_GROUP:
        raise TooFewPeople("Fewer than five people stand behind this view.")


async def _refuse_small_difference(members: MemberRepository, scope: Scope, today: date) -> None:
    units, role_id = scope.org_unit_ids, scope.role_id
    people = await members.count(today, units, role_id)
    for wider in {(None, None), (units, None), (None, role_id)} - {(units, role_id)}:
        if 0 < await members.count(today, *wider) - people < MINIMUM_GROUP:
            raise TooFewPeople("This view differs from a wider one by fewer than five people.")
