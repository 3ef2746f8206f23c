"""HTTP endpoints of offerings: the runs of programs, with their seats."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Path, Query, Request, Response

from services.enrollment.access import EnrollmentsReader, EnrollmentsWriter
from services.enrollment.neighbours import Programs, Skills
from services.enrollment.offerings.programs import ProgramNotOpen, ProgramReader
from services.enrollment.offerings.repository import OfferingRepository
from services.enrollment.offerings.rules import PeopleWaiting, SeatsTaken
from services.enrollment.offerings.schemas import OfferingRead, OfferingWrite
from services.enrollment.offerings.service import OfferingService
from services.enrollment.people import People
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    BadRequest,
    Conflict,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unavailable,
    Unprocessable,
    problems,
)
from shared.etags import IfMatch, created, tag
from shared.frame import Router
from shared.merge_patch import MEDIA_TYPE as MERGE_PATCH
from shared.merge_patch import patched
from shared.pagination import Page, Pages
from shared.references import Reference, parse_references
from shared.schemas import Instant

of_programs = Router(prefix="/v1/programs/{program_id}/offerings", tags=["Offerings"])
offerings = Router(prefix="/v1/offerings", tags=["Offerings"])

ProgramId = Annotated[Reference, Path(description="The program: a UUID, or `source:external_id`.")]
Id = Annotated[Reference, Path(description="The offering: a UUID, or `source:external_id`.")]
Since = Annotated[Instant | None, Query(description="Only what changed at or after this time, deletions included.")]
Patch = Annotated[dict[str, Any], Body(media_type=MERGE_PATCH, examples=[{"capacity": 12}])]


@of_programs.post(
    "", status_code=201, responses=problems(BadRequest, NotFound, ProgramNotOpen, Conflict, Unprocessable, Unavailable)
)
async def create_offering(
    program_id: ProgramId,
    body: OfferingWrite,
    caller: EnrollmentsWriter,
    session: WriteSession,
    skills: Skills,
    programs: Programs,
    response: Response,
) -> OfferingRead:
    """Offer a run of a published program: dated, or open-ended with `starts_at` null.

    `capacity` null means no limit. `waitlist` says what a free seat does for the next in line: `auto` seats
    them, `offer` asks them and holds the seat for `offer_hours`, `none` means that there is no line.
    """
    facilitator_id = await People(skills).find_id(body.facilitator_id, "/facilitator_id")
    program = await ProgramReader(programs, skills).read(program_id)
    offering = await OfferingService(session).create(program, body, facilitator_id)
    created(response, f"/v1/offerings/{offering.id}", offering.revision)
    return offering


@of_programs.get("", responses=problems(BadRequest, NotFound, Unavailable))
async def list_program_offerings(
    program_id: ProgramId,
    caller: EnrollmentsReader,
    session: ReadSession,
    programs: Programs,
    paging: Pages,
    updated_since: Since = None,
) -> Page[OfferingRead]:
    """The runs of a program with their free seats, oldest first."""
    id = UUID(program_id) if ":" not in program_id else (await programs.get_program(program_id)).id
    rows, cursor = await OfferingRepository(session).list_page(
        paging, program_id=id, ids=None, updated_since=updated_since
    )
    return Page(data=await OfferingService(session).read_many(rows), next_cursor=cursor)


@offerings.get("", responses=problems(BadRequest))
async def list_offerings(
    caller: EnrollmentsReader,
    session: ReadSession,
    paging: Pages,
    program_id: UUID | None = None,
    ids: Annotated[str | None, Query(max_length=8000, description="Comma-separated ids.")] = None,
    updated_since: Since = None,
) -> Page[OfferingRead]:
    """Runs of all programs with their free seats, oldest first."""
    service = OfferingService(session)
    known = None if ids is None else await service.references.known(parse_references(ids))
    rows, cursor = await service.offerings.list_page(
        paging, program_id=program_id, ids=known, updated_since=updated_since
    )
    return Page(data=await service.read_many(rows), next_cursor=cursor)


@offerings.get("/{id}", responses=problems(NotFound))
async def get_offering(id: Id, caller: EnrollmentsReader, session: ReadSession, response: Response) -> OfferingRead:
    """One run, by id or external id."""
    offering = await OfferingService(session).get(id)
    tag(response, offering.revision)
    return offering


@offerings.patch(
    "/{id}",
    responses=problems(
        BadRequest,
        NotFound,
        SeatsTaken,
        PeopleWaiting,
        PreconditionFailed,
        PreconditionRequired,
        Unprocessable,
        Unavailable,
    ),
)
async def change_offering(
    id: Id,
    patch: Patch,
    caller: EnrollmentsWriter,
    session: WriteSession,
    reading: ReadSession,
    skills: Skills,
    if_match: IfMatch,
    request: Request,
    response: Response,
) -> OfferingRead:
    """Change fields of a run by JSON merge patch. Needs If-Match.

    New seats go to the people in line at once. The capacity cannot fall below the seats that are taken.
    """
    body = patched(OfferingWrite, await OfferingService(reading).get(id), patch)
    facilitator_id = await People(skills).find_id(body.facilitator_id, "/facilitator_id")
    state = request.app.state
    offering = await OfferingService(session).replace(
        id, body, facilitator_id, if_match, state.clock(), state.on_free_seats
    )
    tag(response, offering.revision)
    return offering


routers = (of_programs, offerings)
