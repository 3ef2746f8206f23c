"""Everybody's gaps against their own role, added up: the figures behind every report on groups."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.horizons import Horizon
from services.skills.gaps.reports.members import Member
from services.skills.gaps.reports.totals import Totals, total_of
from services.skills.gaps.repository import Held, HoldingRepository
from services.skills.gaps.rules import Gap, RoleProfile, find_gaps
from services.skills.roles.repository import RequirementRepository, RoleRepository
from shared.database.sessions import AnySession

Key = UUID | None


@dataclass(slots=True)
class Figures:
    """Sums by group, and by group and skill. The key None holds those who are in no group."""

    groups: dict[Key, Totals] = field(default_factory=dict)
    cells: dict[Key, dict[UUID, Totals]] = field(default_factory=dict)

    def add(self, key: Key, gaps: list[Gap]) -> None:
        self.groups[key] = self.groups.get(key, Totals()) + total_of(gaps)
        cells = self.cells.setdefault(key, {})
        for gap in gaps:
            cells[gap.skill_id] = cells.get(gap.skill_id, Totals()) + total_of([gap])

    @property
    def everybody(self) -> int:
        """How many people stand behind the figures."""
        return sum(totals.people for totals in self.groups.values())


def find_own_gaps(
    member: Member, profiles: Mapping[UUID, RoleProfile], held: Held, policy: Policy, horizon: Horizon
) -> list[Gap]:
    """A person against their own role; who has none has no gaps."""
    role = profiles.get(member.role_id) if member.role_id else None
    if role is None:
        return []
    return find_gaps(role, role, held, horizon, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet)


class Population:
    """Works out the figures of any set of people from the levels as they are now."""

    def __init__(self, session: AnySession, now: datetime) -> None:
        self.session = session
        self.now = now

    async def figures(self, members: Iterable[Member], group_of: Callable[[Member], Key], horizon: Horizon) -> Figures:
        """Sums of the members' gaps by the group that `group_of` puts them in."""
        people = list(members)
        policy = await PolicyRepository(self.session).in_force()
        roles = {member.person_id: member.role_id for member in people}
        held = await HoldingRepository(self.session).of_people(roles, policy, self.now, past=False)
        titles = await RoleRepository(self.session).titles_of(set(roles.values()))
        requirements = await RequirementRepository(self.session).of_roles(list(titles))
        profiles = {id: RoleProfile(id, title, tuple(requirements.get(id, ()))) for id, title in titles.items()}
        found = Figures()
        for member in people:
            found.add(group_of(member), find_own_gaps(member, profiles, held[member.person_id], policy, horizon))
        return found
