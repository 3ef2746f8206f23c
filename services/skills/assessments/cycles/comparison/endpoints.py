"""HTTP endpoint of the comparison of two cycles."""

from typing import Annotated

from fastapi import Query

from services.skills.access import ReportsReader
from services.skills.assessments.cycles.comparison.schemas import ComparisonRead
from services.skills.assessments.cycles.comparison.service import ComparisonService, NotClosedYet
from services.skills.people.service import NOBODY
from shared.clock import Now
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import Pages
from shared.references import IdPath, Reference

comparison = Router(prefix="/v1/assessment-cycles/{id}/comparison", tags=["Assessment cycles"])


@comparison.get("", responses=problems(BadRequest, NotFound, NotClosedYet, Unprocessable))
async def compare_assessment_cycles(
    id: IdPath,
    caller: ReportsReader,
    session: ReadSession,
    paging: Pages,
    languages: Languages,
    now: Now,
    other: Annotated[
        Reference | None, Query(alias="with", description="The earlier cycle; default: the one it was made from.")
    ] = None,
) -> ComparisonRead:
    """How levels moved between two closed cycles, by skill, over the people whom both know a level of.

    Figures that fewer than five people stand behind are null. Leaders see the people below them, nothing hidden.
    Where a framework got another scale in between, levels of before are read through the mapping onto it.
    """
    led_by = (caller.person_id or NOBODY) if caller.kind == "user" and not caller.is_admin else None
    return await ComparisonService(session, languages, now).compare(id, other, led_by, paging)


routers = (comparison,)
