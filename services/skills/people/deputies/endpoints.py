"""HTTP endpoints of deputies."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from services.skills.access import OwnWriter, PeopleReader
from services.skills.people.deputies.repository import DeputyRepository
from services.skills.people.deputies.schemas import DeputyRead, DeputyWrite
from services.skills.people.deputies.service import DeputyService, DeputyTwice
from services.skills.people.ownership import find_led
from services.skills.people.service import PersonService
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
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
from shared.merge_patch import Patch
from shared.pagination import Page, Pages
from shared.references import IdPath

people = Router(prefix="/v1/people/{id}/deputies", tags=["Deputies"])
deputies = Router(prefix="/v1/deputies", tags=["Deputies"])

DeputyId = Annotated[UUID, Path()]


@people.get("", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_deputies(
    id: IdPath, caller: PeopleReader, session: ReadSession, paging: Pages, now: Now
) -> Page[DeputyRead]:
    """Who acts for a person: today, in the past and in time to come, in the order in which they were named.

    A deputy answers what waits for that person, approvals above all; the timeline shows who did.
    """
    person = await PersonService(session).readable(id, caller)
    rows, cursor = await DeputyRepository(session).list_page(paging, person.id)
    return Page(data=await DeputyService(session, caller, now.date()).read_many(rows), next_cursor=cursor)


@people.post("", status_code=201, responses=problems(BadRequest, NotFound, DeputyTwice, Unprocessable))
async def create_deputy(
    id: IdPath, body: DeputyWrite, caller: OwnWriter, session: WriteSession, now: Now, response: Response
) -> DeputyRead:
    """Name somebody who acts for the person: the person does it, or somebody above them."""
    person = await find_led(session, id, caller)
    deputy = await DeputyService(session, caller, now.date()).create(person, body)
    created(response, f"/v1/deputies/{deputy.id}", deputy.revision)
    return deputy


@deputies.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_deputy(
    id: DeputyId, caller: PeopleReader, session: ReadSession, now: Now, response: Response
) -> DeputyRead:
    """Somebody who acts for a person, for those who may read that person and for the deputy."""
    found = await DeputyService(session, caller, now.date()).get(id)
    tag(response, found.revision)
    return found


@deputies.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, DeputyTwice))
async def change_deputy(
    id: DeputyId,
    patch: Patch,
    caller: OwnWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    response: Response,
) -> DeputyRead:
    """Change the days, or who it is, by JSON merge patch. Needs If-Match."""
    changed = await DeputyService(session, caller, now.date()).patch(id, patch, if_match)
    tag(response, changed.revision)
    return changed


@deputies.delete(
    "/{id}",
    status_code=204,
    responses=problems(NotFound, PreconditionFailed, PreconditionRequired, Unprocessable),
)
async def delete_deputy(id: DeputyId, caller: OwnWriter, session: WriteSession, now: Now, if_match: IfMatch) -> None:
    """Take it back: from now on they do not act for the person. Needs If-Match."""
    await DeputyService(session, caller, now.date()).delete(id, if_match)


routers = (people, deputies)
