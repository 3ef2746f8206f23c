"""Use cases of what is kept: renew what changed, or all of it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository, as_policy
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.members import ClosedCycle, MemberRepository
from services.skills.gaps.rollups.counting import Renewal, RollUpCounter
from services.skills.gaps.rollups.holdings import PresentHoldings, SnapshotHoldings
from services.skills.gaps.rollups.repository import RollUpRepository
from shared.database.sessions import AnySession, UnitOfWork

# From so many changed people on, one pass over everybody is quicker than group by group.
MANY = 10_000


@dataclass(slots=True)
class Changes:
    """What happened, reduced to who must be looked at again."""

    everything: bool = False
    people: set[UUID] = field(default_factory=set)
    """Who came, moved, left, or is known to be able to do something else."""
    roles: set[UUID] = field(default_factory=set)
    """Roles that ask for something else now."""

    def add(self, other: "Changes") -> None:
        self.everything |= other.everything
        self.people |= other.people
        self.roles |= other.roles


async def plan_renewal(session: AnySession, changes: Changes, now: datetime) -> Renewal | None:
    """What must be kept after these changes; None where nothing must. Reads only."""
    people = set(changes.people)
    if not changes.everything:
        people.update(await MemberRepository(session).holders_of(changes.roles, now.date()))
    holdings = PresentHoldings(session, await policy_of(session, None), now)
    counter = RollUpCounter(session, holdings, now.date())
    if changes.everything or len(people) > MANY:
        return await counter.everybody()
    return await counter.some(people) if people else None


async def count_snapshot(session: AnySession, cycle: ClosedCycle) -> Renewal:
    """What is to be kept of a closed cycle. Reads only."""
    holdings = SnapshotHoldings(session, cycle, await policy_of(session, cycle))
    return await RollUpCounter(session, holdings, cycle.closed_at.date()).everybody()


async def policy_of(session: AnySession, cycle: ClosedCycle | None) -> Policy:
    """The rating policy that was in force when a cycle closed, or that is now."""
    policies = PolicyRepository(session)
    if cycle is None or cycle.policy_version is None:
        return await policies.in_force()
    return as_policy(await policies.get(cycle.policy_version))


async def renew(session: UnitOfWork, renewal: Renewal | None) -> None:
    """Keep it. Doing it twice changes nothing."""
    if renewal is None:
        return
    rollups = RollUpRepository(session, renewal.snapshot_id)
    if renewal.people is None or renewal.groups is None:
        await rollups.forget_everybody()
        await rollups.forget_unused_profiles()
    else:
        await rollups.forget_people(renewal.people)
        for kind, group_ids in renewal.groups.items():
            await rollups.forget_sheets(kind, group_ids)
    await rollups.keep_numbers(renewal.numbers)
    await rollups.keep_profiles(renewal.profiles)
    await rollups.keep_people(renewal.standings)
    for kind, sheets in renewal.sheets.items():
        await rollups.keep_sheets(kind, sheets)
