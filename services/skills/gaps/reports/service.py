"""Use cases: gaps of groups (everybody against their own role), as a list and as a heatmap."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.skills.gaps.horizons import Horizon
from services.skills.gaps.reports.groups import (
    Forest,
    GroupFigures,
    Place,
    add_up,
    flat_figures,
    overlapping_figures,
    places_of,
)
from services.skills.gaps.reports.heatmap import Heatmap, HeatmapCell, HeatmapColumn, HeatmapRow
from services.skills.gaps.reports.members import Member, MemberRepository
from services.skills.gaps.reports.population import Figures, Population
from services.skills.gaps.reports.schemas import (
    GroupBy,
    GroupGaps,
    GroupRead,
    HeatmapCellRead,
    HeatmapRead,
    HeatmapRowRead,
)
from services.skills.gaps.reports.scopes import Scope, covered
from services.skills.gaps.reports.totals import Totals
from services.skills.gaps.repository import LabelRepository
from services.skills.gaps.service import horizon_of, rounded
from services.skills.roles.repository import RoleRepository
from services.skills.roles.schemas import SkillBrief
from shared.database.sessions import AnySession


@dataclass(frozen=True, slots=True)
class Report:
    """A report's groups in reading order, with the cells of each by skill."""

    groups: list[GroupFigures]
    cells: Mapping[UUID, Mapping[UUID, Totals]]
    shown: Callable[[UUID], set[UUID]]


class ReportService:
    """Reports on groups. What fewer than five people stand behind is hidden, and what would give it away."""

    def __init__(self, session: AnySession, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.now = now
        self.members = MemberRepository(session)
        self.labels = LabelRepository(session, list(languages))

    async def list_groups(self, group_by: GroupBy, horizon: str, scope: Scope) -> list[GroupGaps]:
        """Gaps by group. Raises TooFewPeople for a scope that a difference would tell of few people."""
        reach = horizon_of(horizon, self.now)
        members = await covered(self.members, scope, self.now.date())
        if group_by is GroupBy.SKILL:
            groups = await self._by_skill(members, reach, scope)
        else:
            groups = (await self._report(group_by, members, reach, scope)).groups
        return [_group(group) for group in groups]

    async def draw_up_heatmap(self, group_by: GroupBy, horizon: str, scope: Scope, skills: int) -> HeatmapRead:
        """Groups down, the `skills` skills with the largest weighted gap across. Raises like `list_groups`."""
        reach = horizon_of(horizon, self.now)
        report = await self._report(group_by, await covered(self.members, scope, self.now.date()), reach, scope)
        columns = self._largest(report, skills)
        labels = await self.labels.of(columns)
        shown = {skill_id: report.shown(skill_id) for skill_id in columns}
        return HeatmapRead(
            group_by=group_by,
            horizon=reach.name,
            skills=[SkillBrief(id=id, label=labels.get(id, "")) for id in columns],
            data=[
                HeatmapRowRead(
                    group=_group_read(group.place),
                    depth=group.depth,
                    cells=[
                        _cell(
                            skill_id,
                            report.cells.get(group.place.id, {}).get(skill_id, Totals()),
                            group.shown and group.place.id in shown[skill_id],
                        )
                        for skill_id in columns
                    ],
                )
                for group in report.groups
            ],
        )

    def _largest(self, report: Report, count: int) -> list[UUID]:
        tops = [group.place.id for group in report.groups if group.depth == 0]
        sums = add_up((skill_id, totals) for id in tops for skill_id, totals in report.cells.get(id, {}).items())
        weights = {skill_id: totals.upskilling + totals.reskilling for skill_id, totals in sums.items()}
        return sorted(weights, key=lambda skill_id: (-weights[skill_id], skill_id))[:count]

    async def _report(self, group_by: GroupBy, members: list[Member], horizon: Horizon, scope: Scope) -> Report:
        population = Population(self.session, self.now)
        figures = await population.figures(members, GROUP_OF[group_by], horizon)
        if group_by is GroupBy.ROLE:
            titles = await RoleRepository(self.session).titles_of(figures.groups)
            own = {id: totals for id, totals in figures.groups.items() if id is not None}
            cells = {id: cells for id, cells in figures.cells.items() if id is not None}
            return Report(flat_figures(titles, own, suppress=scope.suppress), cells, _flat_shown(cells, scope.suppress))
        return self._tree(await self._forest(group_by, members), figures, scope)

    def _tree(self, forest: Forest, figures: Figures, scope: Scope) -> Report:
        own = {id: totals for id, totals in figures.groups.items() if id is not None}
        skills = {skill_id for cells in figures.cells.values() for skill_id in cells}
        by_skill = {
            skill_id: {
                id: cells[skill_id] for id, cells in figures.cells.items() if id is not None and skill_id in cells
            }
            for skill_id in skills
        }
        cells: dict[UUID, dict[UUID, Totals]] = {}
        for skill_id, own_cells in by_skill.items():
            for id, totals in forest.summed(own_cells).items():
                cells.setdefault(id, {})[skill_id] = totals

        def shown(skill_id: UUID) -> set[UUID]:
            if not scope.suppress:
                return set(cells)
            everybody = sum(of_group[skill_id].people for of_group in figures.cells.values() if skill_id in of_group)
            return forest.shown(forest.summed(by_skill[skill_id]), everybody)

        return Report(forest.figures(own, figures.everybody, suppress=scope.suppress), cells, shown)

    async def _forest(self, group_by: GroupBy, members: Collection[Member]) -> Forest:
        if group_by is GroupBy.ORG_UNIT:
            return Forest(places_of(await self.members.org_units()))
        above = {member.person_id: member.manager_id for member in members}
        managers = {member.manager_id for member in members if member.manager_id}
        names = await self.members.names(managers)
        return Forest(Place(id, names.get(id, ""), above.get(id)) for id in managers)

    async def _by_skill(self, members: list[Member], horizon: Horizon, scope: Scope) -> list[GroupFigures]:
        figures = await Population(self.session, self.now).figures(members, lambda _: None, horizon)
        own = figures.cells.get(None, {})
        return overlapping_figures(await self.labels.of(own), own, suppress=scope.suppress)


GROUP_OF: dict[GroupBy, Callable[[Member], UUID | None]] = {
    GroupBy.ORG_UNIT: lambda member: member.org_unit_id,
    GroupBy.ROLE: lambda member: member.role_id,
    GroupBy.MANAGER: lambda member: member.manager_id,
}


def _flat_shown(cells: Mapping[UUID, Mapping[UUID, Totals]], suppress: bool) -> Callable[[UUID], set[UUID]]:
    def shown(skill_id: UUID) -> set[UUID]:
        own = {id: of_group[skill_id] for id, of_group in cells.items() if skill_id in of_group}
        return {figure.place.id for figure in flat_figures({}, own, suppress=suppress) if figure.shown}

    return shown


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


def _cell(skill_id: UUID, totals: Totals, shown: bool) -> HeatmapCellRead:
    if not totals.people:
        return HeatmapCellRead(skill_id=skill_id, people=0, gap=None, readiness=None, suppressed=False)
    if not shown:
        return HeatmapCellRead(skill_id=skill_id, people=None, gap=None, readiness=None, suppressed=True)
    return HeatmapCellRead(
        skill_id=skill_id,
        people=totals.people,
        gap=rounded(totals.gap),
        readiness=rounded(totals.readiness),
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
