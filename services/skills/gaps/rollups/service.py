"""Use cases of what is kept: renew what changed, or all of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository, as_policy
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.members import ClosedCycle, MemberRepository
from services.skills.gaps.rollups.counting import Renewal, RollUpCounter
from services.skills.gaps.rollups.dues import DueRepository
from services.skills.gaps.rollups.holdings import PresentHoldings, SnapshotHoldings
from services.skills.gaps.rollups.repository import RollUpRepository
from shared.database.sessions import AnySession, UnitOfWork

# So many people are looked at again at once, with their groups: others wait a few tenths of a second.
AT_ONCE = 50
SLICE = 250


@dataclass(slots=True)
class Changes:
    """What happened, reduced to who must be looked at again."""

    everything: bool = False
    people: set[UUID] = field(default_factory=set)
    """Who came, moved, left, or is known to be able to do something else."""
    roles: set[UUID] = field(default_factory=set)
    """Roles that ask for something else now."""
    rated: set[UUID] = field(default_factory=set)
    """Whom somebody has just rated: these go first."""

    def add(self, other: "Changes") -> None:
        self.everything |= other.everything
        self.people |= other.people
        self.roles |= other.roles
        self.rated |= other.rated


@dataclass(frozen=True, slots=True)
class Plan:
    """What to keep at once, and who is to be looked at again later: everybody where `later` is None."""

    renewal: Renewal | None
    later: frozenset[UUID] | None = frozenset()


async def plan(session: AnySession, changes: Changes, now: datetime) -> Plan:
    """What follows from changes. Of many people those who were rated come first, so that a rating shows soon whatever
    else is being worked out; all others wait until they are due. Reads only.
    """
    people = changes.people | changes.rated
    if not changes.everything:
        people |= set(await MemberRepository(session).holders_of(changes.roles, now.date()))
    if not changes.everything and len(people) <= AT_ONCE:
        return Plan(await plan_renewal(session, people, now))
    first = set(sorted(changes.rated)[:AT_ONCE])
    later = None if changes.everything else frozenset(people - first)
    return Plan(await plan_renewal(session, first, now), later)


async def plan_renewal(session: AnySession, people: Collection[UUID], now: datetime) -> Renewal | None:
    """What is to be kept of people and their groups; None where nothing is. Reads only."""
    return await (await _counter(session, now)).some(people) if people else None


async def plan_slice(session: AnySession, now: datetime) -> Renewal | None:
    """The same for some of those who are due; None where nobody is."""
    due = await DueRepository(session).due(now.date(), SLICE)
    return await (await _counter(session, now)).slice(due) if due else None


async def count_everybody(session: AnySession, now: datetime) -> Renewal:
    """What is to be kept, worked out from nothing in one pass. Reads only."""
    return await (await _counter(session, now)).everybody()


async def _counter(session: AnySession, now: datetime) -> RollUpCounter:
    return RollUpCounter(session, PresentHoldings(session, await policy_of(session, None), now), now.date())


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


async def carry_out(session: UnitOfWork, planned: Plan, now: datetime) -> None:
    """Keep what is planned. Who is to be looked at later is marked first: whoever goes first is not."""
    if planned.later is None or planned.later:
        await DueRepository(session).mark(planned.later, now.date())
    await renew(session, planned.renewal)


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
