"""One call that tells a portal everything on one person's page."""

from typing import Annotated, Literal

from fastapi import Query, Request

from gateway.access import PeopleReader
from gateway.journey.schemas import Journey
from gateway.journey.service import JourneyReader
from shared.errors import NotFound, Unprocessable, problems
from shared.frame import Router
from shared.pagination import MAX_LIMIT
from shared.references import IdPath, Reference

router = Router(tags=["People"])


@router.get("/v1/people/{id}/journey", responses=problems(NotFound, Unprocessable))
async def read_journey(
    id: IdPath,
    caller: PeopleReader,
    request: Request,
    target_role_id: Annotated[
        Reference | None, Query(description="Gaps and pathways towards this role; default: the current role.")
    ] = None,
    horizon: Annotated[
        Literal["short", "long"] | None, Query(description="`short` counts needs of the next 365 days, `long` all.")
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=MAX_LIMIT, description="Items of each list; `next_cursor` tells of more.")
    ] = 50,
) -> Journey:
    """Everything on one person's page: who they are, levels, gaps, pathways, plans, enrollments, credentials.

    The services are read side by side and as the caller. A section that the caller may not see is `refused`;
    one whose service does not answer is `unavailable`, and the page is `partial`.
    """
    given = {"target_role_id": target_role_id, "horizon": horizon, "limit": str(limit)}
    reader = JourneyReader(request.app.state.inside, caller)
    return await reader.read(id, {name: value for name, value in given.items() if value is not None})
