"""Use case: how gaps moved from one closed cycle to the next, and where they stand now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository, as_policy
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.horizons import Horizon, read_horizon
from services.skills.gaps.members import ClosedCycle, Member, MemberRepository
from services.skills.gaps.reports.schemas import Trend, TrendPointRead
from services.skills.gaps.reports.scopes import find_scope
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.gaps.repository import Held, HoldingRepository
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rules import HeldSkill, RoleProfile, find_gaps
from services.skills.gaps.service import horizon_of
from services.skills.gaps.totals import Totals, figures_of, sum_up, total_of
from services.skills.people.repository import PersonRepository
from services.skills.people.service import PersonService
from services.skills.roles.repository import RequirementRepository, RoleRepository
from shared.database.sessions import AnySession
from shared.errors import Forbidden
from shared.identity.principal import Principal
from shared.identity.scopes import Scope as ScopeName
from shared.references import References

DIGITS = 4


@dataclass(frozen=True, slots=True)
class TrendOf:
    """Whose trend: one person (against `target_role_id`, or else their own role), or everybody who is in
    `org_unit_ids`, holds `role_id` and is among `person_ids`; of one skill, or of all.
    """

    person_id: UUID | None = None
    target_role_id: UUID | None = None
    org_unit_ids: Collection[UUID] | None = None
    role_id: UUID | None = None
    skill_id: UUID | None = None
    person_ids: Collection[UUID] | None = None

    def covers(self, member: Member) -> bool:
        if self.person_id is not None:
            return member.person_id == self.person_id
        return (
            (self.org_unit_ids is None or member.org_unit_id in self.org_unit_ids)
            and (self.role_id is None or member.role_id == self.role_id)
            and (self.person_ids is None or member.person_id in self.person_ids)
        )


class TrendService:
    """Points of a trend, each by the requirements and the policy that were in force then."""

    def __init__(self, session: AnySession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.members = MemberRepository(session)
        self.policies = PolicyRepository(session)

    async def ask(
        self,
        caller: Principal,
        person: str | None,
        role: str | None,
        org_unit: str | None,
        skill: str | None,
        horizon: str,
    ) -> Trend:
        """The trend that a caller may see. Raises NotFound, TooFewPeople, Unprocessable."""
        horizon_of(horizon, self.now)
        skill_id = await References(self.session, "skill").demand(skill, "query/skill_id") if skill else None
        if person is not None:
            return await self._ask_of_person(caller, person, role, skill_id, horizon)
        scope = await find_scope(self.session, caller, org_unit, role, RollUpRepository(self.session).headcount)
        led = await PersonRepository(self.session).reports_of(scope.leader_id) if scope.led and scope.leader_id else []
        whose = TrendOf(
            org_unit_ids=scope.org_unit_ids,
            role_id=scope.role_id,
            skill_id=skill_id,
            person_ids=frozenset(led) if scope.led else None,
        )
        return await self.of(whose, horizon, suppress=scope.suppress)

    async def _ask_of_person(
        self, caller: Principal, person: str, role: str | None, skill_id: UUID | None, horizon: str
    ) -> Trend:
        if caller.kind == "client" and not caller.has(ScopeName.PEOPLE_READ):
            raise Forbidden("One person's trend needs the scope people:read.")
        found = await PersonService(self.session).readable(person, caller)
        role_id = await References(self.session, "role").demand(role, "query/role_id") if role else None
        whose = TrendOf(person_id=found.id, target_role_id=role_id, skill_id=skill_id)
        return await self.of(whose, horizon, suppress=False)

    async def of(self, whose: TrendOf, horizon: str, *, suppress: bool) -> Trend:
        """A point per closed cycle that has figures, then the live one. `suppress` hides small groups."""
        points = []
        for cycle in await self.members.closed_cycles(whose.person_id):
            figures = await self._closed(cycle, whose, horizon)
            if figures.people:
                points.append(_point(figures, cycle, suppress))
        return Trend(data=[*points, _point(await self._live(whose, horizon), None, suppress)])

    async def _closed(self, cycle: ClosedCycle, whose: TrendOf, horizon: str) -> Totals:
        members = [member for member in await self.members.of_snapshot(cycle.snapshot_id) if whose.covers(member)]
        held = await self.members.frozen(cycle.snapshot_id, [member.person_id for member in members])
        version = cycle.policy_version
        policy = as_policy(await self.policies.get(version)) if version else await self.policies.in_force()
        profiles = await self._profiles(members, whose, cycle.closed_at)
        return _figures(members, profiles, held, policy, read_horizon(horizon, cycle.closed_at.date()), whose)

    async def _live(self, whose: TrendOf, horizon: str) -> Totals:
        members = [member for member in await self.members.today(self.now.date()) if whose.covers(member)]
        policy = await self.policies.in_force()
        roles = {member.person_id: whose.target_role_id or member.role_id for member in members}
        held = await HoldingRepository(self.session).of_people(roles, policy, self.now, past=False)
        profiles = await self._profiles(members, whose, None)
        return _figures(members, profiles, held, policy, read_horizon(horizon, self.now.date()), whose)

    async def _profiles(self, members: list[Member], whose: TrendOf, at: datetime | None) -> dict[UUID, RoleProfile]:
        wanted = {member.role_id for member in members} | {whose.target_role_id}
        titles = await RoleRepository(self.session).titles_of(wanted)
        requirements = await RequirementRepository(self.session).of_roles(list(titles), at)
        return {id: RoleProfile(id, title, tuple(requirements.get(id, ()))) for id, title in titles.items()}


def _figures(
    members: list[Member],
    profiles: Mapping[UUID, RoleProfile],
    held: Mapping[UUID, Held],
    policy: Policy,
    horizon: Horizon,
    whose: TrendOf,
) -> Totals:
    return sum_up(
        _person(member, profiles, held.get(member.person_id, {}), policy, horizon, whose) for member in members
    )


def _person(
    member: Member,
    profiles: Mapping[UUID, RoleProfile],
    held: Mapping[UUID, HeldSkill],
    policy: Policy,
    horizon: Horizon,
    whose: TrendOf,
) -> Totals:
    current = profiles.get(member.role_id) if member.role_id else None
    target = profiles.get(whose.target_role_id) if whose.target_role_id else current
    if target is None:
        return Totals()
    gaps = find_gaps(target, current, held, horizon, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet)
    return total_of(figures_of(gap) for gap in gaps if whose.skill_id in (None, gap.skill_id))


def _point(figures: Totals, cycle: ClosedCycle | None, suppress: bool) -> TrendPointRead:
    hidden = suppress and 0 < figures.people < MINIMUM_GROUP
    return TrendPointRead(
        cycle_id=cycle.id if cycle else None,
        closed_at=cycle.closed_at if cycle else None,
        people=None if hidden else figures.people,
        readiness=None if hidden or figures.readiness is None else round(figures.readiness, DIGITS),
        weighted_gap=None if hidden or figures.weighted_gap is None else round(figures.weighted_gap, DIGITS),
        suppressed=hidden,
    )
