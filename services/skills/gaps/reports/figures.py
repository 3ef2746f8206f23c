"""Where the figures of a report come from: kept sheets where there are any, else counted from kept standings."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.gaps.horizons import Horizon
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.rollups.counting import allowance_of, count_standings
from services.skills.gaps.rollups.profiles import Array
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.rules import NONE, GroupKind, last_day
from services.skills.gaps.rollups.sheets import Sheet, totals_of
from services.skills.gaps.totals import Totals
from shared.database.sessions import AnySession


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over the people in a scope on one day, each person right in their own group (`NONE`: in none)."""

    groups: Sequence[UUID]
    sheet: Sheet

    def by_group(self) -> Array:
        """Groups × figures, each person once."""
        return self.sheet.altogether(len(self.groups))

    def by_skill(self) -> tuple[list[int], Array]:
        """Numbers of skills, and skills × figures."""
        skills, figures = self.sheet.by_skill()
        return skills.tolist(), figures

    def cells(self, skills: Sequence[int]) -> Array:
        """Groups × skills × figures."""
        return self.sheet.cells(len(self.groups), skills)

    def total(self, skill: int | None = None) -> Totals:
        """Everybody together: in everything that is asked, or in one skill."""
        figures = self.by_group() if skill is None else self.cells([skill])[:, 0]
        return totals_of(figures.sum(axis=0))


async def find_figures(session: AnySession, scope: Scope, horizon: Horizon, kind: GroupKind | None) -> Figures:
    """The figures of a scope by a kind of group, by whichever is at hand where it is None."""
    narrowed = {GroupKind.ORG_UNIT: scope.org_unit_ids is not None, GroupKind.ROLE: scope.role_id is not None}
    kept = [by for by in (GroupKind.ROLE, GroupKind.ORG_UNIT) if kind in (None, by) and not _others(narrowed, by)]
    if scope.led or not kept:
        return await _count(session, scope, horizon, kind or GroupKind.ROLE)
    ids = scope.org_unit_ids if kept[0] is GroupKind.ORG_UNIT else None
    if kept[0] is GroupKind.ROLE and scope.role_id is not None:
        ids = frozenset({scope.role_id})
    groups, sheets = await RollUpRepository(session).sheets(kept[0], ids)
    return Figures(groups, Sheet.read(sheets).on(last_day(horizon)))


def _others(narrowed: dict[GroupKind, bool], by: GroupKind) -> bool:
    """Whether a scope is narrowed by another kind than the one that sheets are kept by."""
    return any(is_narrowed for kind, is_narrowed in narrowed.items() if kind is not by)


async def _count(session: AnySession, scope: Scope, horizon: Horizon, kind: GroupKind) -> Figures:
    """Any scope by any kind. Takes some microseconds for each person, beside the event loop."""
    rollups = RollUpRepository(session)
    policy = await PolicyRepository(session).in_force()
    groups, standings = await rollups.grouped(kind, scope.conditions())
    profiles = await rollups.profiles({profile_id for _, profile_id, _ in standings} - {NONE})
    sheet = await asyncio.to_thread(count_standings, standings, profiles, allowance_of(policy))
    return Figures(groups, sheet.on(last_day(horizon)))
