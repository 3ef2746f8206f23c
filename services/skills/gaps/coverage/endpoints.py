"""HTTP endpoint of coverage."""

from typing import Annotated

from fastapi import Query

from services.skills.access import ReportsReader
from services.skills.gaps.coverage.schemas import CoveragePage
from services.skills.gaps.coverage.service import CoverageService
from services.skills.gaps.endpoints import HorizonQuery
from services.skills.gaps.members import HereToday
from services.skills.gaps.reports.scopes import (
    Asked,
    OrgUnitQuery,
    RoleQuery,
    TooFewPeople,
    find_scope,
    refuse_small_scope,
)
from shared.clock import Now
from shared.database.sessions import ScanSession
from shared.errors import BadRequest, Unprocessable, problems
from shared.frame import Router
from shared.identity.scopes import Scope
from shared.languages import Languages
from shared.pagination import Pages, slice_page
from shared.references import Reference, References

coverage = Router(prefix="/v1/coverage", tags=["Coverage"])


@coverage.get("", responses=problems(BadRequest, TooFewPeople, Unprocessable))
async def list_coverage(
    caller: ReportsReader,
    session: ScanSession,
    now: Now,
    languages: Languages,
    paging: Pages,
    people: Annotated[int, Query(ge=1, le=1000, description="How many people should hold each skill.")] = 2,
    level: Annotated[
        float | None, Query(gt=0, le=100, description="At which level; default: the highest one required.")
    ] = None,
    org_unit_id: OrgUnitQuery = None,
    role_id: RoleQuery = None,
    skill_id: Annotated[Reference | None, Query(description="Only this skill.")] = None,
    horizon: HorizonQuery = "short",
) -> CoveragePage:
    """Skills that too few people hold: what hangs on one person, and who could be cross-trained.

    Covers the skills that the roles of the people in question require. Who the people are is told to leaders
    about their own teams and to clients that may read people; others get numbers, of groups of five or more.
    """
    here = HereToday(session, now.date())
    scope = await find_scope(session, caller, Asked(org_unit_id, role_id), here)
    named = not scope.suppress or caller.has(Scope.PEOPLE_READ)
    if not named:
        await refuse_small_scope(scope, here)
    skill = await References(session, "skill").demand(skill_id, "query/skill_id") if skill_id is not None else None
    service = CoverageService(session, scope, languages, now)
    page = slice_page(await service.list_short(people, level, horizon, skill), paging)
    data = await service.read(page.data, people, horizon, named=named)
    return CoveragePage(people=people, horizon=horizon, data=data, next_cursor=page.next_cursor)


routers = (coverage,)
