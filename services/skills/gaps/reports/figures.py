"""Where the figures of a report come from: kept sums where there are any, else worked out on the spot."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.rules import Policy
from services.skills.gaps.horizons import Horizon
from services.skills.gaps.members import Member, MemberRepository
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.repository import Held, HoldingRepository
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.rules import BITS, GroupKind
from services.skills.gaps.rules import Gap, RoleProfile, find_gaps
from services.skills.gaps.totals import Totals, add_up, figures_of, total_of
from services.skills.roles.repository import RequirementRepository, RoleRepository
from shared.database.sessions import AnySession

Key = UUID | None
"""A group; None holds those who are in no group of the kind."""
Cells = Mapping[UUID, Mapping[UUID, Totals]] | Mapping[Key, Mapping[UUID, Totals]]

GROUP_OF: Mapping[GroupKind, Callable[[Member], Key]] = {
    GroupKind.ORG_UNIT: lambda member: member.org_unit_id,
    GroupKind.ROLE: lambda member: member.role_id,
    GroupKind.MANAGER: lambda member: member.manager_id,
}


class Figures(Protocol):
    """Sums over the people in a scope, each person right in their own group."""

    async def by_group(self, kind: GroupKind) -> Mapping[Key, Totals]: ...

    async def by_skill(self) -> Mapping[UUID, Totals]: ...

    async def cells(self, kind: GroupKind, skill_ids: Collection[UUID]) -> Cells: ...


class KeptFigures:
    """Reads the roll-ups. They hold the horizons now, short and long; cells are kept by one kind of group."""

    def __init__(self, session: AnySession, scope: Scope, horizon: Horizon) -> None:
        self.rollups = RollUpRepository(session)
        self.scope = scope
        self.bit = BITS[horizon.name]

    @staticmethod
    def holds(scope: Scope, horizon: Horizon, kind: GroupKind | None) -> bool:
        """Whether the roll-ups can answer: cells narrowed by a unit or a role are kept by that kind only."""
        narrowed = {
            GroupKind.ORG_UNIT: scope.org_unit_ids is not None,
            GroupKind.ROLE: scope.role_id is not None,
        }
        foreign = [by for by, is_narrowed in narrowed.items() if is_narrowed and by is not kind]
        return scope.among is None and horizon.name in BITS and not (foreign if kind else all(narrowed.values()))

    async def by_group(self, kind: GroupKind) -> Mapping[Key, Totals]:
        return await self.rollups.sums_by_group(kind, self.bit, self.scope.org_unit_ids, self.scope.role_id)

    async def by_skill(self) -> Mapping[UUID, Totals]:
        if self.scope.org_unit_ids is not None:
            return await self.rollups.sums_by_skill(GroupKind.ORG_UNIT, self.bit, self.scope.org_unit_ids)
        # Everybody of whom anything is asked has a role.
        roles = None if self.scope.role_id is None else [self.scope.role_id]
        return await self.rollups.sums_by_skill(GroupKind.ROLE, self.bit, roles)

    async def cells(self, kind: GroupKind, skill_ids: Collection[UUID]) -> Cells:
        groups: Collection[UUID] | None = self.scope.org_unit_ids if kind is GroupKind.ORG_UNIT else None
        if kind is GroupKind.ROLE and self.scope.role_id is not None:
            groups = [self.scope.role_id]
        return await self.rollups.cells(kind, self.bit, skill_ids, groups)


class LiveFigures:
    """Works the figures of a scope out from the levels as they are now."""

    def __init__(self, members: list[Member], gaps: Mapping[UUID, list[Gap]]) -> None:
        self.members = members
        self.gaps = gaps

    @classmethod
    async def work_out(cls, session: AnySession, scope: Scope, horizon: Horizon, now: datetime) -> "LiveFigures":
        members = await MemberRepository(session).today(
            now.date(), org_unit_ids=scope.org_unit_ids, role_id=scope.role_id, person_ids=scope.among
        )
        policy = await PolicyRepository(session).in_force()
        roles = {member.person_id: member.role_id for member in members}
        held = await HoldingRepository(session).of_people(roles, policy, now, past=False)
        titles = await RoleRepository(session).titles_of(set(roles.values()))
        requirements = await RequirementRepository(session).of_roles(list(titles))
        profiles = {id: RoleProfile(id, title, tuple(requirements.get(id, ()))) for id, title in titles.items()}
        return cls(
            members, {m.person_id: find_own_gaps(m, profiles, held[m.person_id], policy, horizon) for m in members}
        )

    async def by_group(self, kind: GroupKind) -> Mapping[Key, Totals]:
        return add_up(
            (GROUP_OF[kind](member), total_of(map(figures_of, self.gaps[member.person_id]))) for member in self.members
        )

    async def by_skill(self) -> Mapping[UUID, Totals]:
        return add_up((gap.skill_id, figures_of(gap)) for gaps in self.gaps.values() for gap in gaps)

    async def cells(self, kind: GroupKind, skill_ids: Collection[UUID]) -> Cells:
        wanted = set(skill_ids)
        sums = add_up(
            ((GROUP_OF[kind](member), gap.skill_id), figures_of(gap))
            for member in self.members
            for gap in self.gaps[member.person_id]
            if gap.skill_id in wanted
        )
        found: dict[Key, dict[UUID, Totals]] = {}
        for (group, skill_id), totals in sums.items():
            found.setdefault(group, {})[skill_id] = totals
        return found


async def find_figures(
    session: AnySession, scope: Scope, horizon: Horizon, kind: GroupKind | None, now: datetime
) -> Figures:
    """The figures of a scope; `kind` is what cells will be asked by, None when none will."""
    if KeptFigures.holds(scope, horizon, kind):
        return KeptFigures(session, scope, horizon)
    return await LiveFigures.work_out(session, scope, horizon, now)


def find_own_gaps(
    member: Member, profiles: Mapping[UUID, RoleProfile], held: Held, policy: Policy, horizon: Horizon
) -> list[Gap]:
    """A person against their own role; who has none has no gaps."""
    role = profiles.get(member.role_id) if member.role_id else None
    if role is None:
        return []
    return find_gaps(role, role, held, horizon, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet)
