"""HTTP endpoints of assessment cycles."""

from typing import Annotated

from fastapi import Query, Response

from services.skills.access import CycleManager, CycleReader
from services.skills.assessments.cycles.repository import CycleFilter, CycleRepository
from services.skills.assessments.cycles.rules import Kind, Status
from services.skills.assessments.cycles.schemas import (
    CloseCycle,
    CycleRead,
    CycleWrite,
)
from services.skills.assessments.cycles.service import CycleHasRatings, CycleIsClosed, CycleService
from shared.clock import Now
from shared.database.sessions import LongWriteSession, ReadSession, WriteSession
from shared.errors import (
    CHANGE_PROBLEMS,
    BadRequest,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unprocessable,
    problems,
)
from shared.etags import IfMatch, created, tag
from shared.frame import Router
from shared.merge_patch import Patch, patched
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import IdPath, Ids, References

cycles = Router(prefix="/v1/assessment-cycles", tags=["Assessment cycles"])


@cycles.get("", responses=problems(BadRequest, Unprocessable))
async def list_assessment_cycles(
    caller: CycleReader,
    session: ReadSession,
    paging: Pages,
    now: Now,
    kind: Kind | None = None,
    status: Annotated[Status | None, Query(description="By where they stand today.")] = None,
    closed: Annotated[bool | None, Query(description="Only closed ones, or only the others.")] = None,
    ids: Ids = None,
    updated_since: UpdatedSince = None,
) -> Page[CycleRead]:
    """List assessment cycles in order of creation."""
    wanted = await References(session, "assessment cycle").chosen(ids)
    asked = CycleFilter(kind, status, closed, wanted, updated_since)
    rows, cursor = await CycleRepository(session).list_page(paging, asked, now.date())
    return Page(data=CycleService(session, now).read_many(rows), next_cursor=cursor)


@cycles.post("", status_code=201, responses=problems(BadRequest, Unprocessable))
async def create_assessment_cycle(
    body: CycleWrite, caller: CycleManager, session: WriteSession, now: Now, response: Response
) -> CycleRead:
    """Create a cycle. It is open by its dates; its audience is worked out anew whenever it is asked for."""
    cycle = await CycleService(session, now).create(body)
    created(response, f"/v1/assessment-cycles/{cycle.id}", cycle.revision)
    return cycle


@cycles.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_assessment_cycle(
    id: IdPath, caller: CycleReader, session: ReadSession, now: Now, response: Response
) -> CycleRead:
    """One assessment cycle."""
    service = CycleService(session, now)
    cycle = service.read(await service.find_row(id))
    tag(response, cycle.revision)
    return cycle


@cycles.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, CycleIsClosed))
async def change_assessment_cycle(
    id: IdPath,
    patch: Patch,
    caller: CycleManager,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    response: Response,
) -> CycleRead:
    """Change fields of a cycle that is not closed, by JSON merge patch. Needs If-Match."""
    service = CycleService(session, now)
    present = service.read(await service.find_row(id))
    cycle = await service.replace(id, patched(CycleWrite, present, patch), if_match)
    tag(response, cycle.revision)
    return cycle


@cycles.delete(
    "/{id}",
    status_code=204,
    responses=problems(
        NotFound, CycleIsClosed, CycleHasRatings, PreconditionFailed, PreconditionRequired, Unprocessable
    ),
)
async def delete_assessment_cycle(
    id: IdPath, caller: CycleManager, session: WriteSession, now: Now, if_match: IfMatch
) -> None:
    """Delete a cycle in which nobody was rated yet. Needs If-Match."""
    await CycleService(session, now).delete(id, if_match)


@cycles.post("/{id}/close", responses=problems(BadRequest, NotFound, CycleIsClosed, PreconditionFailed, Unprocessable))
async def close_assessment_cycle(
    id: IdPath,
    caller: CycleManager,
    session: LongWriteSession,
    now: Now,
    response: Response,
    body: CloseCycle | None = None,
) -> CycleRead:
    """Close a cycle: levels and the requirements in force are frozen in its snapshot.

    With `create_next` the cycle after it is made, with the same audience and sources and the dates that follow.
    """
    cycle = await CycleService(session, now).close(id, create_next=body is not None and body.create_next)
    tag(response, cycle.revision)
    return cycle


routers = (cycles,)
