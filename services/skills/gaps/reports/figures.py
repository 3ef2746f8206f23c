"""Where the figures of a report come from: kept sheets where there are any, else counted from kept standings."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from services.skills.gaps.horizons import Horizon
from services.skills.gaps.members import ClosedCycle
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.rollups.counting import allowance_of
from services.skills.gaps.rollups.crowds import Crowd, CrowdCount
from services.skills.gaps.rollups.profiles import Array, Profile
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.rules import PLACE, PRESENT, GroupKind, Standing, last_day
from services.skills.gaps.rollups.service import count_snapshot, policy_of
from services.skills.gaps.rollups.sheets import Sheet, totals_of
from services.skills.gaps.rollups.snapshots import CountedSnapshots
from services.skills.gaps.totals import Totals
from services.skills.people.repository import PersonRepository
from shared.database.sessions import AnySession


class Figures(Protocol):
    """Sums over the people in a scope on one day, each person right in their own group (`NONE`: in none)."""

    @property
    def groups(self) -> Sequence[UUID]: ...

    def by_group(self) -> Array:
        """Groups × figures, each person once."""

    def by_skill(self) -> tuple[list[int], Array]:
        """Numbers of skills in order, and skills × figures."""

    def heaviest(self, count: int | None = None) -> list[int]:
        """Numbers of the skills with the largest weighted gap, the largest first."""

    async def cells(self, skills: Sequence[int]) -> Array:
        """Groups × skills × figures."""


class SheetFigures:
    """From kept sheets."""

    def __init__(self, groups: Sequence[UUID], sheet: Sheet) -> None:
        self.groups = groups
        self.sheet = sheet

    def by_group(self) -> Array:
        return self.sheet.altogether(len(self.groups))

    def by_skill(self) -> tuple[list[int], Array]:
        skills, figures = self.sheet.by_skill()
        return skills.tolist(), figures

    def heaviest(self, count: int | None = None) -> list[int]:
        found: list[int] = self.sheet.heaviest(count).tolist()
        return found

    async def cells(self, skills: Sequence[int]) -> Array:
        return self.sheet.cells(len(self.groups), skills)


class CountedFigures:
    """Counted from standings this moment, which takes some microseconds for each person, beside the event loop."""

    def __init__(self, count: CrowdCount) -> None:
        self.groups = count.crowd.groups
        self.count = count

    def by_group(self) -> Array:
        return self.count.by_group

    def by_skill(self) -> tuple[list[int], Array]:
        skills = self.heaviest()
        return sorted(skills), self.count.by_skill[sorted(skills)]

    def heaviest(self, count: int | None = None) -> list[int]:
        found: list[int] = self.count.heaviest(count).tolist()
        return found

    async def cells(self, skills: Sequence[int]) -> Array:
        return await asyncio.to_thread(self.count.cells, skills)


async def everybody_of(figures: Figures, skill: int | None = None) -> Totals:
    """Everybody together: in everything that is asked, or in one skill."""
    found = figures.by_group() if skill is None else (await figures.cells([skill]))[:, 0]
    return totals_of(found.sum(axis=0))


async def find_figures(
    session: AnySession, scope: Scope, horizon: Horizon, kind: GroupKind | None, cycle: ClosedCycle | None = None
) -> Figures:
    """The figures of a scope by a kind of group, by whichever is at hand where it is None; at present, or when a
    cycle closed.
    """
    rollups = RollUpRepository(session, cycle.snapshot_id if cycle else PRESENT)
    if cycle is not None and cycle.snapshot_id not in await CountedSnapshots(session).counted():
        return await _count_now(session, scope, horizon, kind, cycle)
    narrowed = {GroupKind.ORG_UNIT: scope.org_unit_ids is not None, GroupKind.ROLE: scope.role_id is not None}
    kept = [by for by in (GroupKind.ROLE, GroupKind.ORG_UNIT) if kind in (None, by) and not _others(narrowed, by)]
    if scope.leaders or not kept:
        crowd = await rollups.crowd(kind or GroupKind.ROLE, scope.conditions())
        return await _count(session, crowd, await rollups.profiles(crowd.profiles()), horizon, cycle)
    ids = scope.org_unit_ids if kept[0] is GroupKind.ORG_UNIT else None
    if kept[0] is GroupKind.ROLE and scope.role_id is not None:
        ids = frozenset({scope.role_id})
    groups, sheets = await rollups.sheets(kept[0], ids)
    return SheetFigures(groups, Sheet.read(sheets).on(last_day(horizon)))


def _others(narrowed: dict[GroupKind, bool], by: GroupKind) -> bool:
    """Whether a scope is narrowed by another kind than the one that sheets are kept by."""
    return any(is_narrowed for kind, is_narrowed in narrowed.items() if kind is not by)


async def _count_now(
    session: AnySession, scope: Scope, horizon: Horizon, kind: GroupKind | None, cycle: ClosedCycle
) -> Figures:
    """From the snapshot itself, as long as nothing is kept of it: it was closed this very moment."""
    renewal = await count_snapshot(session, cycle)
    people = PersonRepository(session)
    teams = [set(await people.reports_of(leader_id)) if leader_id else set() for leader_id in scope.leaders]
    place = PLACE[kind or GroupKind.ROLE]
    crowd = Crowd.of(
        (getattr(standing, place), standing.profile_id, standing.held)
        for standing, _ in renewal.standings
        if _covers(scope, standing, teams)
    )
    return await _count(session, crowd, {profile.id: profile for profile in renewal.profiles}, horizon, cycle)


def _covers(scope: Scope, standing: Standing, teams: Sequence[Collection[UUID]]) -> bool:
    return (
        (scope.org_unit_ids is None or standing.org_unit_id in scope.org_unit_ids)
        and (scope.role_id is None or standing.role_id == scope.role_id)
        and all(standing.person_id in team for team in teams)
    )


async def _count(
    session: AnySession,
    crowd: Crowd,
    profiles: Mapping[UUID, Profile],
    horizon: Horizon,
    cycle: ClosedCycle | None,
) -> Figures:
    """Any scope by any kind."""
    allowance = allowance_of(await policy_of(session, cycle))
    return CountedFigures(await asyncio.to_thread(CrowdCount, crowd, profiles, allowance, last_day(horizon)))
