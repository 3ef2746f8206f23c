"""Use case: how gaps moved from one closed cycle to the next, and where they stand now."""

from datetime import datetime
from uuid import UUID

from services.skills.gaps.horizons import Horizon, read_horizon
from services.skills.gaps.members import ClosedCycle, MemberRepository, SnapshotMembers
from services.skills.gaps.reports.figures import everybody_of, find_figures
from services.skills.gaps.reports.schemas import Trend, TrendPointRead
from services.skills.gaps.reports.scopes import Asked, Scope, find_scope
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.gaps.repository import HoldingRepository
from services.skills.gaps.rollups.dues import DueRepository
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.service import policy_of
from services.skills.gaps.rules import HeldSkill, RoleProfile, find_gaps
from services.skills.gaps.service import horizon_of, rounded
from services.skills.gaps.totals import Totals, figures_of, total_of
from services.skills.people.models import Person
from services.skills.people.rules import has_left
from services.skills.people.service import PersonService
from services.skills.roles.repository import RequirementRepository
from services.skills.roles.rules import Requirement
from shared.database.sessions import AnySession
from shared.errors import Forbidden
from shared.identity.principal import Principal
from shared.identity.scopes import Scope as ScopeName
from shared.references import References


class TrendService:
    """Points of a trend, each by the requirements and the policy that were in force then, on the scales of now."""

    def __init__(self, session: AnySession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.members = MemberRepository(session)

    async def ask(
        self,
        caller: Principal,
        asked: Asked,
        person: str | None,
        skill: str | None,
        horizon: str,
    ) -> Trend:
        """The trend that a caller may see. Raises NotFound, TooFewPeople, Unprocessable."""
        horizon_of(horizon, self.now)
        skill_id = await References(self.session, "skill").demand(skill, "query/skill_id") if skill else None
        if person is not None:
            return await self._ask_of_person(caller, person, asked.role, skill_id, horizon)
        scope = await find_scope(self.session, caller, asked, RollUpRepository(self.session))
        return await self._of_group(scope, skill_id, horizon)

    async def _of_group(self, scope: Scope, skill_id: UUID | None, horizon: str) -> Trend:
        """A point per closed cycle that has figures, then the live one."""
        points = []
        for cycle in await self.members.closed_cycles():
            reach = read_horizon(horizon, cycle.closed_at.date())
            totals = await self._total(scope, skill_id, reach, cycle)
            if totals.people:
                points.append(_point(totals, cycle, suppress=scope.suppress))
        live = await self._total(scope, skill_id, read_horizon(horizon, self.now.date()), None)
        pending = await DueRepository(self.session).pending(self.now.date())
        return Trend(data=[*points, _point(live, None, suppress=scope.suppress)], pending=pending)

    async def _total(self, scope: Scope, skill_id: UUID | None, horizon: Horizon, cycle: ClosedCycle | None) -> Totals:
        figures = await find_figures(self.session, scope, horizon, None, cycle)
        if skill_id is None:
            return await everybody_of(figures)
        number = (await RollUpRepository(self.session).numbers([skill_id])).get(skill_id)
        return await everybody_of(figures, number) if number is not None else Totals()

    async def _ask_of_person(
        self, caller: Principal, person: str, role: str | None, skill_id: UUID | None, horizon: str
    ) -> Trend:
        if caller.kind == "client" and not caller.has(ScopeName.PEOPLE_READ):
            raise Forbidden("One person's trend needs the scope people:read.")
        found = await PersonService(self.session).readable(person, caller)
        role_id = await References(self.session, "role").demand(role, "query/role_id") if role else None
        return await PersonTrend(self.session, self.now, found, role_id, skill_id).draw(horizon)


class PersonTrend:
    """One person against a role, or else against the one that they held each time; in one skill, or in all."""

    def __init__(
        self, session: AnySession, now: datetime, person: Person, role_id: UUID | None, skill_id: UUID | None
    ) -> None:
        self.session = session
        self.now = now
        self.person = person
        self.role_id = role_id
        self.skill_id = skill_id

    async def draw(self, horizon: str) -> Trend:
        points = []
        for cycle in await MemberRepository(self.session).closed_cycles(self.person.id):
            totals = await self._closed(cycle, read_horizon(horizon, cycle.closed_at.date()))
            if totals.people:
                points.append(_point(totals, cycle, suppress=False))
        live = await self._live(read_horizon(horizon, self.now.date()))
        return Trend(data=[*points, _point(live, None, suppress=False)], pending=0)

    async def _closed(self, cycle: ClosedCycle, horizon: Horizon) -> Totals:
        snapshot = SnapshotMembers(self.session, cycle)
        [member] = await snapshot.among([self.person.id])
        held = (await snapshot.held([self.person.id]))[self.person.id]
        asked = await snapshot.requirements([id for id in (member.role_id, self.role_id) if id])
        return await self._total(member.role_id, asked, held, horizon, cycle)

    async def _live(self, horizon: Horizon) -> Totals:
        if has_left(self.person.left_on, self.now.date()):
            return Totals()
        current = self.person.role_id
        roles = {self.person.id: self.role_id or current}
        policy = await policy_of(self.session, None)
        held = await HoldingRepository(self.session).of_people(roles, policy, self.now, past=False)
        asked = await RequirementRepository(self.session).of_roles([id for id in (current, self.role_id) if id])
        return await self._total(current, asked, held[self.person.id], horizon, None)

    async def _total(
        self,
        current_id: UUID | None,
        asked: dict[UUID, list[Requirement]],
        held: dict[UUID, HeldSkill],
        horizon: Horizon,
        cycle: ClosedCycle | None,
    ) -> Totals:
        policy = await policy_of(self.session, cycle)
        profiles = {id: RoleProfile(id, "", tuple(asked.get(id, ()))) for id in (current_id, self.role_id) if id}
        current = profiles.get(current_id) if current_id else None
        target = profiles[self.role_id] if self.role_id else current
        if target is None:
            return Totals()
        gaps = find_gaps(target, current, held, horizon, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet)
        return total_of(figures_of(gap) for gap in gaps if self.skill_id in (None, gap.skill_id))


def _point(figures: Totals, cycle: ClosedCycle | None, *, suppress: bool) -> TrendPointRead:
    hidden = suppress and 0 < figures.people < MINIMUM_GROUP
    return TrendPointRead(
        cycle_id=cycle.id if cycle else None,
        closed_at=cycle.closed_at if cycle else None,
        people=None if hidden else figures.people,
        readiness=None if hidden else rounded(figures.readiness),
        weighted_gap=None if hidden else rounded(figures.weighted_gap),
        suppressed=hidden,
    )
