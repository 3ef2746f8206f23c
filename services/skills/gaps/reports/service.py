"""Use cases: gaps of groups (everybody against their own role), as a list and as a heatmap."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.reports.figures import Cells, Figures, find_figures
from services.skills.gaps.reports.groups import Forest, GroupFigures, Place, overlapping_figures, places_of
from services.skills.gaps.reports.heatmap import Heatmap, HeatmapCell, HeatmapColumn, HeatmapRow
from services.skills.gaps.reports.schemas import (
    GroupBy,
    GroupGaps,
    GroupRead,
    HeatmapCellRead,
    HeatmapRead,
    HeatmapRowRead,
)
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.repository import LabelRepository
from services.skills.gaps.rollups.rules import GroupKind
from services.skills.gaps.service import horizon_of, rounded
from services.skills.gaps.totals import Totals
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import SkillBrief
from shared.database.sessions import AnySession


class ReportService:
    """Reports on groups. What fewer than five people stand behind is hidden, and what would give it away."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.now = now
        self.members = MemberRepository(session)
        self.labels = LabelRepository(session, list(languages))

    async def list_groups(self, group_by: GroupBy, horizon: str, scope: Scope) -> list[GroupGaps]:
        """Gaps by group, groups in reading order, skills by falling weighted gap. Raises Unprocessable."""
        reach = horizon_of(horizon, self.now)
        figures = await find_figures(self.session, scope, reach, None, self.now)
        if group_by is GroupBy.SKILL:
            own = dict(sorted((await figures.by_skill()).items(), key=lambda item: (-_weight(item[1]), item[0])))
            groups = overlapping_figures(await self.labels.of(own), own, suppress=scope.suppress)
        else:
            groups = await self._groups(KIND[group_by], figures, scope)
        return [_group(group) for group in groups]

    async def draw_up_heatmap(self, group_by: GroupBy, horizon: str, scope: Scope, skills: int) -> HeatmapRead:
        """Groups down, the `skills` skills with the largest weighted gap across. Raises Unprocessable."""
        reach = horizon_of(horizon, self.now)
        kind = KIND[group_by]
        figures = await find_figures(self.session, scope, reach, kind, self.now)
        sums = await figures.by_skill()
        columns = sorted(sums, key=lambda skill_id: (-_weight(sums[skill_id]), skill_id))[:skills]
        groups = await self._groups(kind, figures, scope)
        forest = await self._forest(kind, figures, scope)
        own = await figures.cells(kind, columns)
        cells = {skill_id: _column(skill_id, own, forest, sums[skill_id].people, scope) for skill_id in columns}
        labels = await self.labels.of(columns)
        return HeatmapRead(
            group_by=group_by,
            horizon=reach.name,
            skills=[SkillBrief(id=id, label=labels.get(id, "")) for id in columns],
            data=[
                HeatmapRowRead(
                    group=_group_read(group.place),
                    depth=group.depth,
                    cells=[_cell(skill_id, cells[skill_id].get(group.place.id), group.shown) for skill_id in columns],
                )
                for group in groups
            ],
        )

    async def _groups(self, kind: GroupKind, figures: Figures, scope: Scope) -> list[GroupFigures]:
        sums = await figures.by_group(kind)
        own = {id: totals for id, totals in sums.items() if id is not None}
        everybody = sum(totals.people for totals in sums.values())
        forest = await self._forest(kind, figures, scope)
        return forest.figures(own, everybody, suppress=scope.suppress)

    async def _forest(self, kind: GroupKind, figures: Figures, scope: Scope) -> Forest:
        """The groups of a kind; roles lie beside one another, org units and managers form trees."""
        if kind is GroupKind.ORG_UNIT:
            return Forest(places_of(await self.members.org_units(scope.org_unit_ids)))
        ids = [id for id in await figures.by_group(kind) if id is not None]
        if kind is GroupKind.ROLE:
            titles = await RoleRepository(self.session).titles_of(ids)
            return Forest(Place(id, titles.get(id, "")) for id in ids)
        return Forest(places_of(await self.members.managers(ids)))


KIND: Mapping[GroupBy, GroupKind] = {
    GroupBy.ORG_UNIT: GroupKind.ORG_UNIT,
    GroupBy.ROLE: GroupKind.ROLE,
    GroupBy.MANAGER: GroupKind.MANAGER,
}


def _weight(totals: Totals) -> int:
    return totals.upskilling + totals.reskilling


def _column(skill_id: UUID, own: Cells, forest: Forest, everybody: int, scope: Scope) -> dict[UUID, GroupFigures]:
    """One skill of the heatmap: the figures of each group that is asked for it, all levels down."""
    cells = {id: of_group[skill_id] for id, of_group in own.items() if id is not None and skill_id in of_group}
    return {found.place.id: found for found in forest.figures(cells, everybody, suppress=scope.suppress)}


def _group_read(place: Place) -> GroupRead:
    return GroupRead(id=place.id, title=place.title, parent_id=place.parent_id)


def _group(figures: GroupFigures) -> GroupGaps:
    totals = figures.totals if figures.shown else Totals()
    return GroupGaps(
        group=_group_read(figures.place),
        people=totals.people if figures.shown else None,
        suppressed=not figures.shown,
        readiness=rounded(totals.readiness),
        assessed_share=rounded(totals.assessed_share),
        weighted_gap=rounded(totals.weighted_gap),
        upskilling=rounded(totals.mean_upskilling),
        reskilling=rounded(totals.mean_reskilling),
        people_with_gaps=totals.people_with_gaps if figures.shown else None,
        essential_open=totals.essential_open if figures.shown else None,
    )


def _cell(skill_id: UUID, figures: GroupFigures | None, row_shown: bool) -> HeatmapCellRead:
    if figures is None:
        return HeatmapCellRead(skill_id=skill_id, people=0, gap=None, readiness=None, suppressed=False)
    if not (row_shown and figures.shown):
        return HeatmapCellRead(skill_id=skill_id, people=None, gap=None, readiness=None, suppressed=True)
    return HeatmapCellRead(
        skill_id=skill_id,
        people=figures.totals.people,
        gap=rounded(figures.totals.gap),
        readiness=rounded(figures.totals.readiness),
        suppressed=False,
    )


def table_of(read: HeatmapRead) -> Heatmap:
    """The heatmap as the table that CSV and SVG are written from."""
    names = {GroupBy.ORG_UNIT: "org unit", GroupBy.ROLE: "role", GroupBy.MANAGER: "manager"}
    return Heatmap(
        title=f"Skill gaps by {names[read.group_by]}",
        note=f"Everybody against their own role, horizon {read.horizon}. Groups cover all levels below them.",
        columns=[HeatmapColumn(skill.id, skill.label) for skill in read.skills],
        rows=[
            HeatmapRow(
                row.group.id,
                row.group.title,
                row.depth,
                tuple(HeatmapCell(cell.people, cell.gap, cell.readiness) for cell in row.cells),
            )
            for row in read.data
        ],
    )
