"""HTTP endpoints of gaps of groups: lists, heatmap, trend."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Depends, Query, Response

from services.skills.access import ReportsReader
from services.skills.gaps.endpoints import HorizonQuery
from services.skills.gaps.media import CSV, JSON, SVG, NotAcceptable, documented, prefer, rendered
from services.skills.gaps.reports.charts import MOST_BARS, draw_groups, draw_trend
from services.skills.gaps.reports.heatmap import Heatmap, write_csv
from services.skills.gaps.reports.heatmap_drawing import MOST_ROWS, draw_heatmap
from services.skills.gaps.reports.schemas import GroupBy, GroupGapsPage, HeatmapRead, Trend
from services.skills.gaps.reports.scopes import (
    Asked,
    ManagerQuery,
    OrgUnitQuery,
    RoleQuery,
    TooFewPeople,
    find_scope,
)
from services.skills.gaps.reports.service import ReportService, heading_of, read_heatmap, table_of
from services.skills.gaps.reports.tables import write_groups, write_trend
from services.skills.gaps.reports.trend import TrendService
from services.skills.gaps.rollups.repository import RollUpRepository
from shared.clock import Now
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, Forbidden, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import Pages, slice_page
from shared.references import Reference

HeatmapBy = Literal[GroupBy.ORG_UNIT, GroupBy.ROLE, GroupBy.MANAGER]

reports = Router(prefix="/v1/gaps", tags=["Gaps"])


@reports.get(
    "",
    response_model=GroupGapsPage,
    responses={**problems(BadRequest, NotAcceptable, TooFewPeople, Unprocessable), **documented(CSV, SVG)},
)
async def list_gaps_by_group(
    caller: ReportsReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    paging: Pages,
    group_by: GroupBy = GroupBy.ORG_UNIT,
    horizon: HorizonQuery = "short",
    org_unit_id: OrgUnitQuery = None,
    role_id: RoleQuery = None,
    manager_id: ManagerQuery = None,
    media: Annotated[str, Depends(prefer(JSON, CSV, SVG))] = JSON,
) -> GroupGapsPage | Response:
    """Gaps of everybody against their own role, by org unit, role, manager or skill, as JSON, table or bars.

    A unit and a manager cover everybody below them. Figures that fewer than five people stand behind are
    null, and so are those from which they could be worked out. Leaders see their own teams, nothing hidden.
    JSON comes in pages; a table (`Accept: text/csv`) is whole, and a drawing (`image/svg+xml`) has the first 40 groups.
    """
    scope = await find_scope(session, caller, Asked(org_unit_id, role_id, manager_id), RollUpRepository(session))
    pages = paging if media == JSON else replace(paging, limit=MOST_LINES[media], cursor=None)
    page = await ReportService(session, languages, now).list_groups(group_by, horizon, scope, pages)
    if media == CSV:
        return rendered(write_groups(page.data), CSV)
    return page if media == JSON else rendered(draw_groups(*heading_of(page), page.data), SVG)


@reports.get(
    "/trend",
    response_model=Trend,
    responses={
        **problems(BadRequest, Forbidden, NotAcceptable, NotFound, TooFewPeople, Unprocessable),
        **documented(CSV, SVG),
    },
)
async def get_gap_trend(
    caller: ReportsReader,
    session: ReadSession,
    now: Now,
    paging: Pages,
    person_id: Annotated[Reference | None, Query(description="The trend of one person.")] = None,
    role_id: Annotated[
        Reference | None,
        Query(description="With `person_id`: the role to compare with. Without: everybody who holds it."),
    ] = None,
    org_unit_id: OrgUnitQuery = None,
    manager_id: ManagerQuery = None,
    skill_id: Annotated[Reference | None, Query(description="Only this skill.")] = None,
    horizon: HorizonQuery = "short",
    media: Annotated[str, Depends(prefer(JSON, CSV, SVG))] = JSON,
) -> Trend | Response:
    """Readiness and mean weighted gap at the end of each closed cycle, in order; the last point is live.

    Closed cycles are read from their snapshots, by the requirements and the policy that were in force then.
    One person's own trend is never suppressed for who may read that person. JSON comes in pages; a table
    (`Accept: text/csv`) and a drawing (`image/svg+xml`) are whole.
    """
    asked = Asked(org_unit_id, role_id, manager_id)
    trend = await TrendService(session, now).ask(caller, asked, person_id, skill_id, horizon)
    if media == CSV:
        return rendered(write_trend(trend.data), CSV)
    if media == SVG:
        return rendered(
            draw_trend("Skill gaps over time", f"Against each one's own role, horizon {horizon}.", trend.data), SVG
        )
    page = slice_page(trend.data, paging)
    return Trend(data=page.data, next_cursor=page.next_cursor, pending=trend.pending)


@reports.get(
    "/heatmap",
    response_model=HeatmapRead,
    responses={**problems(BadRequest, NotAcceptable, TooFewPeople, Unprocessable), **documented(CSV, SVG)},
)
async def get_gap_heatmap(
    caller: ReportsReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    paging: Pages,
    group_by: Annotated[HeatmapBy, Query(description="What the rows are.")] = GroupBy.ORG_UNIT,
    horizon: HorizonQuery = "short",
    org_unit_id: OrgUnitQuery = None,
    role_id: RoleQuery = None,
    manager_id: ManagerQuery = None,
    skills: Annotated[int, Query(ge=1, le=60, description="How many skills, the largest weighted gap first.")] = 20,
    media: Annotated[str, Depends(prefer(JSON, CSV, SVG))] = JSON,
) -> HeatmapRead | Response:
    """Mean gaps of groups by skill, as JSON, as a table (`Accept: text/csv`) or drawn (`image/svg+xml`).

    Cells that too few people stand behind are null in JSON, empty in CSV and hatched in the drawing. JSON comes in
    pages of rows; the table is whole. The drawing shows at most 80 groups, of a large organisation the upper levels:
    `org_unit_id` draws what is below one of them.
    """
    scope = await find_scope(session, caller, Asked(org_unit_id, role_id, manager_id), RollUpRepository(session))
    grid = await ReportService(session, languages, now).draw_up_heatmap(group_by, horizon, scope, skills)
    if media != JSON:
        write, most = FORMS[media]
        return rendered(write(table_of(group_by, horizon, grid, most)), media)
    page = slice_page(list(range(len(grid.groups))), paging)
    return read_heatmap(group_by, horizon, grid, page.data, page.next_cursor)


FORMS: dict[str, tuple[Callable[[Heatmap], str], int | None]] = {CSV: (write_csv, None), SVG: (draw_heatmap, MOST_ROWS)}
"""How other forms are written, and of how many groups at most."""
MOST_LINES = {CSV: 1_000_000, SVG: MOST_BARS}
"""How many groups a list has in its other forms."""
routers = (reports,)
