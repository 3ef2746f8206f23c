"""Use cases: the gaps of a person, now or at a moment, against a role."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.horizons import Horizon, InvalidHorizon, read_horizon
from services.skills.gaps.repository import Held, HoldingRepository, LabelRepository
from services.skills.gaps.rules import (
    NO_ROLE,
    Gap,
    GapSummary,
    Reason,
    RoleProfile,
    find_gaps,
    most_weighted_first,
    summarize,
)
from services.skills.gaps.schemas import GapRead, PersonGaps, ReasonRead
from services.skills.people.assignments.repository import AssignmentRepository
from services.skills.people.models import Person
from services.skills.roles.repository import RequirementRepository, RoleRepository
from services.skills.roles.schemas import RoleBrief, SkillBrief
from shared.contracts.skills.messages import GapItem, GapList
from shared.database.sessions import AnySession
from shared.errors import Unprocessable
from shared.references import References

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Standpoint:
    """From where a person is looked at: the moment, their role and the rating policy of that moment.

    `past`: the caller asked for the moment, so the ledgers are read as they were then.
    """

    person_id: UUID
    role_id: UUID | None
    policy: Policy
    moment: datetime
    past: bool

    @property
    def ledger_at(self) -> datetime | None:
        return self.moment if self.past else None


class GapService:
    """Gaps of people, with labels in the caller's languages."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.now = now
        self.labels = LabelRepository(session, list(languages))
        self.roles = RoleRepository(session)

    async def of_person(
        self, person: Person, role: str | None, horizon: str, as_of: datetime | date | None
    ) -> PersonGaps:
        """Gaps against `role`, or else the current one. Raises Unprocessable for what cannot be asked."""
        standpoint = await self.standpoint(person, moment_of(as_of, self.now))
        role_id = await self.find_role(role, "query/role_id") if role is not None else standpoint.role_id
        reach = horizon_of(horizon, standpoint.moment)
        profiles = await self.profiles([role_id, standpoint.role_id], standpoint)
        target = profiles.get(role_id) if role_id else None
        current = profiles.get(standpoint.role_id) if standpoint.role_id else None
        gaps = await self.find(standpoint, target, current, reach) if target else []
        summary = summarize(gaps) if target else GapSummary(None, None, 0, 0.0, NO_ROLE)
        return PersonGaps(
            person_id=person.id,
            role=brief(target),
            current_role=brief(current),
            horizon=reach.name,
            as_of=standpoint.ledger_at,
            policy_version=standpoint.policy.version,
            readiness=rounded(summary.readiness),
            assessed_share=rounded(summary.assessed_share),
            essential_open=summary.essential_open,
            reason=read_reason(summary.reason) if summary.reason else None,
            data=await self.read(gaps),
        )

    async def list_for_neighbours(self, person: Person, role: str | None, horizon: str) -> GapList:
        """The same in the form that neighbouring services read."""
        gaps = await self.of_person(person, role, horizon, None)
        return GapList(
            person_id=gaps.person_id,
            role_id=gaps.role.id if gaps.role else None,
            data=[_item(gap) for gap in gaps.data],
        )

    async def standpoint(self, person: Person, at: datetime | None = None) -> Standpoint:
        """Where a person stands; `at` a moment when it is given, else now."""
        policy = await PolicyRepository(self.session).in_force(at)
        if at is None:
            return Standpoint(person.id, person.role_id, policy, self.now, past=False)
        assignment = await AssignmentRepository(self.session).at(person.id, at)
        return Standpoint(person.id, assignment.role_id if assignment else None, policy, at, past=True)

    async def find(
        self, standpoint: Standpoint, target: RoleProfile, current: RoleProfile | None, horizon: Horizon
    ) -> list[Gap]:
        """The gaps of a person against a role, in no special order."""
        held = await self.held(standpoint, target.id)
        policy = standpoint.policy
        return find_gaps(target, current, held, horizon, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet)

    async def held(self, standpoint: Standpoint, role_id: UUID) -> Held:
        """What the person holds, as a requirement of this role sees it."""
        holdings = await HoldingRepository(self.session).of_people(
            {standpoint.person_id: role_id}, standpoint.policy, standpoint.moment, past=standpoint.past
        )
        return holdings[standpoint.person_id]

    async def profiles(self, role_ids: Collection[UUID | None], standpoint: Standpoint) -> dict[UUID, RoleProfile]:
        """Roles with their requirements, as the ledger had them."""
        titles = await self.roles.titles_of(role_ids)
        requirements = await RequirementRepository(self.session).of_roles(list(titles), standpoint.ledger_at)
        return {id: RoleProfile(id, title, tuple(requirements.get(id, ()))) for id, title in titles.items()}

    async def find_role(self, reference: str, pointer: str) -> UUID:
        """The live role behind a reference. Raises Unprocessable naming the place."""
        role_id = await References(self.session, "role").demand(reference, pointer)
        if await self.roles.find(role_id) is None:
            raise Unprocessable(f"There is no role {reference}.", pointer=pointer)
        return role_id

    async def read(self, gaps: Sequence[Gap]) -> list[GapRead]:
        """Gaps as they are answered: sorted and labelled."""
        labels = await self.labels.of([gap.skill_id for gap in gaps])
        return [read_gap(gap, labels) for gap in most_weighted_first(gaps, labels)]


def moment_of(as_of: datetime | date | None, now: datetime) -> datetime | None:
    """A day means its end. Raises Unprocessable for the future: nobody has rated it yet."""
    if as_of is None:
        return None
    if not isinstance(as_of, datetime):
        if as_of == now.date():
            return now
        as_of = datetime.combine(as_of, time.max, UTC)
    if as_of > now:
        raise Unprocessable("as_of lies in the future.", pointer="query/as_of")
    return as_of.astimezone(UTC)


def horizon_of(text: str, moment: datetime) -> Horizon:
    """Counted from the moment in question. Raises Unprocessable."""
    try:
        return read_horizon(text, moment.date())
    except InvalidHorizon as error:
        raise Unprocessable(str(error), pointer="query/horizon") from error


def read_gap(gap: Gap, labels: Mapping[UUID, str]) -> GapRead:
    return GapRead(
        skill=SkillBrief(id=gap.skill_id, label=labels.get(gap.skill_id, "")),
        target_level=gap.target_level,
        level=rounded(gap.level),
        gap=round(gap.gap, DIGITS),
        importance=gap.importance,
        weighted_gap=round(gap.weighted_gap, DIGITS),
        essential=gap.essential,
        status=gap.status,
        kind=gap.kind,
        reason=read_reason(gap.reason),
        horizon=gap.horizon,
    )


def read_reason(reason: Reason) -> ReasonRead:
    return ReasonRead(code=reason.code, text=reason.text)


def brief(role: RoleProfile | None) -> RoleBrief | None:
    return RoleBrief(id=role.id, title=role.title) if role else None


def rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, DIGITS)


def _item(gap: GapRead) -> GapItem:
    return GapItem(
        skill_id=gap.skill.id,
        label=gap.skill.label,
        target_level=gap.target_level,
        level=gap.level,
        gap=gap.gap,
        importance=gap.importance,
        weighted_gap=gap.weighted_gap,
        status=gap.status,
        kind=gap.kind.value,
        essential=gap.essential,
    )
