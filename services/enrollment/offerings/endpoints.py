"""HTTP endpoints of offerings: the runs of programs, with their seats."""

from typing import Annotated, Any

from fastapi import Body, Depends, Path, Query, Request, Response

from services.enrollment.access import EnrollmentsReader, EnrollmentsWriter
from services.enrollment.neighbours import Programs, Skills
from services.enrollment.offerings.desk import OfferingDesk
from services.enrollment.offerings.programs import ProgramNotOpen, ProgramReader
from services.enrollment.offerings.rules import OfferingUsed, PeopleWaiting, SeatsTaken
from services.enrollment.offerings.schemas import OfferingRead, OfferingUpsert, OfferingWrite
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
from shared.etags import IfMatch, OptionalIfMatch, created, tag, upserted
from shared.frame import Router
from shared.merge_patch import MEDIA_TYPE as MERGE_PATCH
from shared.pagination import Page, Pages
from shared.references import ExternalIdPath, Reference, parse_references
from shared.schemas import Instant

of_programs = Router(prefix="/v1/programs/{program_id}/offerings", tags=["Offerings"])
offerings = Router(prefix="/v1/offerings", tags=["Offerings"])

ProgramId = Annotated[Reference, Path(description="The program: a UUID, or `source:external_id`.")]
Id = Annotated[Reference, Path(description="The offering: a UUID, or `source:external_id`.")]
Since = Annotated[Instant | None, Query(description="Only what changed at or after this time, deletions included.")]
Patch = Annotated[dict[str, Any], Body(media_type=MERGE_PATCH, examples=[{"capacity": 12}])]
CHANGE = (BadRequest, SeatsTaken, PeopleWaiting, PreconditionFailed, Unprocessable, Unavailable)


async def _desk(request: Request, session: WriteSession, skills: Skills, programs: Programs) -> OfferingDesk:
    state = request.app.state
    reader = ProgramReader(programs, skills)
    return OfferingDesk(session, People(skills), reader, state.clock(), state.on_changed_offering)


Desk = Annotated[OfferingDesk, Depends(_desk, scope="function")]


@of_programs.post(
    "",
    status_code=201,
    responses=problems(BadRequest, NotFound, ProgramNotOpen, Conflict, Unprocessable, Unavailable),
)
async def create_offering(
    program_id: ProgramId, body: OfferingWrite, caller: EnrollmentsWriter, desk: Desk, response: Response
) -> OfferingRead:
    """Offer a run of a published program: dated, or open-ended with `starts_at` null.

    `capacity` null means no limit. `waitlist` says what a free seat does for the next in line: `auto` seats
    them, `offer` asks them and holds the seat for `offer_hours`, `none` means that there is no line.
    """
    offering = await desk.create(program_id, body)
    created(response, f"/v1/offerings/{offering.id}", offering.revision)
    return offering


@of_programs.get("", responses=problems(BadRequest, NotFound, Unavailable))
async def list_program_offerings(
    program_id: ProgramId,
    caller: EnrollmentsReader,
    session: ReadSession,
    skills: Skills,
    programs: Programs,
    paging: Pages,
    updated_since: Since = None,
) -> Page[OfferingRead]:
    """The runs of a program with their free seats, oldest first."""
    id = await ProgramReader(programs, skills).get_id(program_id)
    return await OfferingService(session).page(paging, program_id=id, updated_since=updated_since)


@offerings.get("", responses=problems(BadRequest, Unprocessable, Unavailable))
async def list_offerings(
    caller: EnrollmentsReader,
    session: ReadSession,
    skills: Skills,
    programs: Programs,
    paging: Pages,
    program_id: Reference | None = None,
    ids: Annotated[str | None, Query(max_length=20_000, description="Ids, separated by commas.")] = None,
    updated_since: Since = None,
) -> Page[OfferingRead]:
    """Runs of all programs with their free seats, oldest first."""
    program = await ProgramReader(programs, skills).find_id(program_id, "query/program_id")
    wanted = None if ids is None else parse_references(ids)
    return await OfferingService(session).page(
        paging, program_id=program, references=wanted, updated_since=updated_since
    )


@offerings.get("/{id}", responses=problems(NotFound))
async def get_offering(id: Id, caller: EnrollmentsReader, session: ReadSession, response: Response) -> OfferingRead:
    """One run, by id or external id."""
    offering = await OfferingService(session).get(id)
    tag(response, offering.revision)
    return offering


@offerings.patch("/{id}", responses=problems(NotFound, PreconditionRequired, *CHANGE))
async def change_offering(
    id: Id, patch: Patch, caller: EnrollmentsWriter, desk: Desk, if_match: IfMatch, response: Response
) -> OfferingRead:
    """Change fields of a run by JSON merge patch. Needs If-Match.

    New seats go to the people in line at once. The capacity cannot fall below the seats that are taken.
    """
    offering = await desk.change(id, patch, if_match)
    tag(response, offering.revision)
    return offering


@offerings.delete(
    "/{id}",
    status_code=204,
    responses=problems(NotFound, OfferingUsed, PreconditionFailed, PreconditionRequired),
)
async def delete_offering(id: Id, caller: EnrollmentsWriter, desk: Desk, if_match: IfMatch) -> None:
    """Take away a run that nobody takes part in or waits for. Needs If-Match. Its history stays."""
    await desk.delete(id, if_match)


@offerings.put(
    "/by-external-id/{source}/{external_id}",
    responses={201: {"model": OfferingRead}, **problems(ProgramNotOpen, Conflict, *CHANGE)},
)
async def upsert_offering(
    external: ExternalIdPath,
    body: OfferingUpsert,
    caller: EnrollmentsWriter,
    desk: Desk,
    if_match: OptionalIfMatch,
    response: Response,
) -> OfferingRead:
    """Create or replace the run that another system knows under this id: 201 or 200."""
    offering, is_new = await desk.upsert(external, body, if_match)
    upserted(response, f"/v1/offerings/{offering.id}", offering.revision, is_new=is_new)
    return offering


routers = (of_programs, offerings)
