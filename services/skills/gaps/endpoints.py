"""HTTP endpoints of gaps: of one person, of groups, over time, and (for neighbours) in short."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query, Response
from pydantic import AwareDatetime

from services.skills.access import PeopleReader, ReportsReader
from services.skills.gaps.heatmap import Heatmap, write_csv
from services.skills.gaps.heatmap_drawing import draw_heatmap
from services.skills.gaps.media import CSV, JSON, SVG, NotAcceptable, documented, prefer, rendered
from services.skills.gaps.reports import ReportService, table_of
from services.skills.gaps.schemas import GroupBy, GroupGapsPage, HeatmapRead, PersonGaps, Trend
from services.skills.gaps.scopes import TooFewPeople, find_scope
from services.skills.gaps.service import GapService
from services.skills.gaps.trend import TrendService
from services.skills.people.service import PersonService
from shared.clock import Now
from shared.contracts.skills.messages import GapList
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, Forbidden, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.identity.access import InternalCaller
from shared.languages import Languages
from shared.pagination import Pages, slice_page
from shared.references import IdPath, Reference

HorizonQuery = Annotated[
    str,
    Query(
        description="`now`, `short` (365 days), `long` (everything) or a date: the last day whose requirements count.",
        max_length=20,
        examples=["short"],
    ),
]
AsOf = Annotated[
    AwareDatetime | date | None,
    Query(
        description="A past moment, or a day (its end): ledger, role, requirements and policy as they were then.",
        examples=["2026-06-30"],
    ),
]

OrgUnitQuery = Annotated[Reference | None, Query(description="Only people of this unit and those below it.")]
RoleQuery = Annotated[Reference | None, Query(description="Only people who hold this role.")]
HeatmapBy = Literal[GroupBy.ORG_UNIT, GroupBy.ROLE, GroupBy.MANAGER]

people = Router(prefix="/v1/people", tags=["Gaps"])
reports = Router(prefix="/v1/gaps", tags=["Gaps"])
internal = Router(prefix="/internal/people", include_in_schema=False)


@people.get("/{id}/gaps", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_person_gaps(
    id: IdPath,
    caller: PeopleReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    paging: Pages,
    role_id: Annotated[
        Reference | None, Query(description="The role to compare with; default: the current one.")
    ] = None,
    horizon: HorizonQuery = "short",
    as_of: AsOf = None,
) -> PersonGaps:
    """What is missing between a person and a role, the largest weighted gap first.

    Every gap is called upskilling (the current role needs the skill) or reskilling (only the other role does),
    and says why. `readiness` = Σ importance·min(level, target) / Σ importance·target over the whole list, where
    a skill that nobody has rated, or only the person themselves, counts 0.
    """
    person = await PersonService(session).readable(id, caller)
    gaps = await GapService(session, languages, now).of_person(person, role_id, horizon, as_of)
    page = slice_page(gaps.data, paging)
    return gaps.model_copy(update={"data": page.data, "next_cursor": page.next_cursor})


@internal.get("/{id}/gaps")
async def list_gaps_for_neighbours(
    id: IdPath,
    caller: InternalCaller,
    session: ReadSession,
    now: Now,
    languages: Languages,
    role_id: Reference | None = None,
    horizon: HorizonQuery = "short",
) -> GapList:
    """All gaps of a person against a role, for neighbouring services."""
    person = await PersonService(session).readable(id, caller)
    return await GapService(session, languages, now).list_for_neighbours(person, role_id, horizon)


@reports.get("", responses=problems(BadRequest, TooFewPeople, Unprocessable))
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
) -> GroupGapsPage:
    """Gaps of everybody against their own role, by org unit, role, manager or skill.

    A unit and a manager cover everybody below them. Figures that fewer than five people stand behind are
    null, and so are those from which they could be worked out. Leaders see their own teams, nothing hidden.
    """
    scope = await find_scope(session, caller, org_unit_id, role_id)
    groups = await ReportService(session, languages, now).list_groups(group_by, horizon, scope)
    page = slice_page(groups, paging)
    return GroupGapsPage(group_by=group_by, horizon=horizon, data=page.data, next_cursor=page.next_cursor)


@reports.get("/trend", responses=problems(Forbidden, NotFound, TooFewPeople, Unprocessable))
async def get_gap_trend(
    caller: ReportsReader,
    session: ReadSession,
    now: Now,
    person_id: Annotated[Reference | None, Query(description="The trend of one person.")] = None,
    role_id: Annotated[
        Reference | None,
        Query(description="With `person_id`: the role to compare with. Without: everybody who holds it."),
    ] = None,
    org_unit_id: OrgUnitQuery = None,
    skill_id: Annotated[Reference | None, Query(description="Only this skill.")] = None,
    horizon: HorizonQuery = "short",
) -> Trend:
    """Readiness and mean weighted gap at the end of each closed cycle, in order; the last point is live.

    Closed cycles are read from their snapshots, by the requirements and the policy that were in force then.
    One person's own trend is never suppressed for who may read that person.
    """
    return await TrendService(session, now).ask(caller, person_id, role_id, org_unit_id, skill_id, horizon)


@reports.get(
    "/heatmap",
    response_model=HeatmapRead,
    responses={**problems(NotAcceptable, TooFewPeople, Unprocessable), **documented(CSV, SVG)},
)
async def get_gap_heatmap(
    caller: ReportsReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    group_by: Annotated[HeatmapBy, Query(description="What the rows are.")] = GroupBy.ORG_UNIT,
    horizon: HorizonQuery = "short",
    org_unit_id: OrgUnitQuery = None,
    role_id: RoleQuery = None,
    skills: Annotated[int, Query(ge=1, le=60, description="How many skills, the largest weighted gap first.")] = 20,
    media: Annotated[str, Depends(prefer(JSON, CSV, SVG))] = JSON,
) -> HeatmapRead | Response:
    """Mean gaps of groups by skill, as JSON, as a table (`Accept: text/csv`) or drawn (`image/svg+xml`).

    Cells that too few people stand behind are null in JSON, empty in CSV and hatched in the drawing.
    """
    scope = await find_scope(session, caller, org_unit_id, role_id)
    heatmap = await ReportService(session, languages, now).draw_up_heatmap(group_by, horizon, scope, skills)
    return heatmap if media == JSON else rendered(FORMS[media](table_of(heatmap)), media)


FORMS: dict[str, Callable[[Heatmap], str]] = {CSV: write_csv, SVG: draw_heatmap}
routers = (people, reports, internal)
