"""Use cases: gaps of groups (everybody against their own role), as a list and as a heatmap."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.reports.figures import Figures, find_figures
from services.skills.gaps.reports.groups import Forest, Place, people_of, places_of
from services.skills.gaps.reports.heatmap import Grid, Heatmap, HeatmapColumn, HeatmapRow
from services.skills.gaps.reports.schemas import (
    GroupBy,
    GroupGaps,
    GroupGapsPage,
    GroupRead,
    HeatmapCellRead,
    HeatmapRead,
    HeatmapRowRead,
)
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.gaps.rollups.dues import DueRepository
from services.skills.gaps.rollups.profiles import Array
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.rules import NONE, GroupKind
from services.skills.gaps.rollups.sheets import totals_of
from services.skills.gaps.service import horizon_of, rounded
from services.skills.gaps.totals import Totals
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import SkillBrief
from shared.database.sessions import AnySession
from shared.pagination import Paging, slice_page

KIND: Mapping[GroupBy, GroupKind] = {
    GroupBy.ORG_UNIT: GroupKind.ORG_UNIT,
    GroupBy.ROLE: GroupKind.ROLE,
    GroupBy.MANAGER: GroupKind.MANAGER,
}
NAMES: Mapping[GroupBy, str] = {
    GroupBy.ORG_UNIT: "org unit",
    GroupBy.ROLE: "role",
    GroupBy.MANAGER: "manager",
    GroupBy.SKILL: "skill",
}


class ReportService:
    """Reports on groups. What fewer than five people stand behind is hidden, and what would give it away."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.now = now
        self.members = MemberRepository(session)
        self.rollups = RollUpRepository(session)
        self.languages = languages

    async def list_groups(self, group_by: GroupBy, horizon: str, scope: Scope, paging: Paging) -> GroupGapsPage:
        """Gaps by group, groups in reading order, skills by falling weighted gap. Raises Unprocessable."""
        reach = horizon_of(horizon, self.now)
        if group_by is GroupBy.SKILL:
            data, cursor = await self._list_skills(await find_figures(self.session, scope, reach, None), scope, paging)
        else:
            figures = await find_figures(self.session, scope, reach, KIND[group_by])
            data, cursor = await self._list_groups(KIND[group_by], figures, scope, paging)
        pending = await DueRepository(self.session).pending(self.now.date())
        return GroupGapsPage(group_by=group_by, horizon=horizon, data=data, next_cursor=cursor, pending=pending)

    async def _list_groups(
        self, kind: GroupKind, figures: Figures, scope: Scope, paging: Paging
    ) -> tuple[list[GroupGaps], str | None]:
        forest = await self._forest(kind, figures, scope)
        own = figures.by_group()
        sums, shown = _add_up(forest, figures, own[:, None], people_of(own).sum(keepdims=True), scope)
        page = slice_page(np.flatnonzero(people_of(sums)[:, 0]).tolist(), paging)
        return [
            _group(forest.order[position][0], totals_of(sums[position, 0]), shown=bool(shown[position, 0]))
            for position in page.data
        ], page.next_cursor

    async def _list_skills(self, figures: Figures, scope: Scope, paging: Paging) -> tuple[list[GroupGaps], str | None]:
        """Skills share their people: each stands for itself, no difference of two speaks of anybody."""
        page = slice_page(figures.heaviest(), paging)
        skills = await self.rollups.named_skills(page.data, self.languages)
        of_skills = dict(zip(*figures.by_skill(), strict=True))
        totals = [totals_of(of_skills[number]) for number in page.data]
        return [
            _group(
                Place(*skills[number]),
                total,
                shown=not scope.suppress or total.people >= MINIMUM_GROUP,
            )
            for number, total in zip(page.data, totals, strict=True)
        ], page.next_cursor

    async def draw_up_heatmap(self, group_by: GroupBy, horizon: str, scope: Scope, skills: int) -> Grid:
        """Groups down, the `skills` skills with the largest weighted gap across. Raises Unprocessable."""
        kind = KIND[group_by]
        figures = await find_figures(self.session, scope, horizon_of(horizon, self.now), kind)
        forest = await self._forest(kind, figures, scope)
        columns = figures.heaviest(skills)
        named = await self.rollups.named_skills(columns, self.languages)
        # The first column is everybody: who is hidden altogether is hidden in each skill.
        own = np.concatenate([figures.by_group()[:, None], await figures.cells(columns)], axis=1)
        sums, shown = _add_up(forest, figures, own, people_of(own).sum(axis=0), scope)
        there = np.flatnonzero(people_of(sums)[:, 0])
        return Grid(
            [HeatmapColumn(*named[number]) for number in columns],
            [forest.order[position] for position in there],
            sums[there, 1:],
            shown[there, 1:] & shown[there, :1],
            await DueRepository(self.session).pending(self.now.date()),
        )

    async def _forest(self, kind: GroupKind, figures: Figures, scope: Scope) -> Forest:
        """The groups of a kind; roles lie beside one another, org units and managers form trees."""
        if kind is GroupKind.ORG_UNIT:
            return Forest(places_of(await self.members.org_units(scope.org_unit_ids)))
        ids = [id for id in figures.groups if id != NONE]
        if kind is GroupKind.ROLE:
            titles = await RoleRepository(self.session).titles_of(ids)
            return Forest(Place(id, titles.get(id, "")) for id in ids)
        return Forest(places_of(await self.members.managers(ids)))


def _add_up(forest: Forest, figures: Figures, own: Array, everybody: Array, scope: Scope) -> tuple[Array, Array]:
    """Sums all levels down (groups in reading order × columns × figures), and which of them may be shown.

    `everybody` are the people of each column, also those in no group.
    """
    sums = forest.summed(forest.arrange(figures.groups, own))
    people = people_of(sums)
    return sums, forest.shown(people, everybody) if scope.suppress else np.ones(people.shape, dtype=bool)


def _group(place: Place, totals: Totals, *, shown: bool) -> GroupGaps:
    known = totals if shown else Totals()
    return GroupGaps(
        group=GroupRead(id=place.id, title=place.title, parent_id=place.parent_id),
        people=known.people if shown else None,
        suppressed=not shown,
        readiness=rounded(known.readiness),
        assessed_share=rounded(known.assessed_share),
        weighted_gap=rounded(known.weighted_gap),
        upskilling=rounded(known.mean_upskilling),
        reskilling=rounded(known.mean_reskilling),
        people_with_gaps=known.people_with_gaps if shown else None,
        essential_open=known.essential_open if shown else None,
    )


def read_heatmap(
    group_by: GroupBy, horizon: str, grid: Grid, positions: Sequence[int], next_cursor: str | None
) -> HeatmapRead:
    """Some rows of a heatmap as they are answered."""
    return HeatmapRead(
        group_by=group_by,
        horizon=horizon,
        skills=[SkillBrief(id=column.id, label=column.label) for column in grid.columns],
        data=[_row_read(row, grid.columns) for row in grid.rows(positions)],
        next_cursor=next_cursor,
        pending=grid.pending,
    )


def _row_read(row: HeatmapRow, columns: Sequence[HeatmapColumn]) -> HeatmapRowRead:
    return HeatmapRowRead(
        group=GroupRead(id=row.id, title=row.title, parent_id=row.parent_id),
        depth=row.depth,
        cells=[
            HeatmapCellRead(
                skill_id=column.id,
                people=cell.people,
                gap=cell.gap,
                readiness=cell.readiness,
                suppressed=cell.suppressed,
            )
            for column, cell in zip(columns, row.cells, strict=True)
        ],
    )


LEVELS: Mapping[GroupBy, str] = {
    GroupBy.ORG_UNIT: " Units cover all levels below them.",
    GroupBy.MANAGER: " Teams cover all levels below a manager.",
}
"""Where it is so: roles and skills lie beside one another."""


def note_of(group_by: GroupBy, horizon: str) -> str:
    """What a table or a picture of groups covers."""
    return f"Everybody against their own role, horizon {horizon}.{LEVELS.get(group_by, '')}"


def heading_of(page: GroupGapsPage) -> tuple[str, str]:
    """What stands above a drawing of a page: title and note."""
    note = note_of(page.group_by, page.horizon)
    return f"Skill gaps by {NAMES[page.group_by]}", f"{note} More groups follow." if page.next_cursor else note


def table_of(group_by: GroupBy, horizon: str, grid: Grid, most: int | None = None) -> Heatmap:
    """The heatmap as the table that CSV and SVG are written from: whole, or of the upper groups, `most` of them."""
    positions = range(len(grid.groups)) if most is None else grid.upper(most)
    left_out = len(grid.groups) - len(positions)
    notes = (
        note_of(group_by, horizon),
        f"{left_out:,} groups further down are not drawn." if left_out else "",
        f"{grid.pending:,} people are still being counted anew." if grid.pending else "",
    )
    return Heatmap(
        title=f"Skill gaps by {NAMES[group_by]}",
        note=" ".join(filter(None, notes)),
        columns=grid.columns,
        rows=grid.rows(positions),
    )
