"""HTTP endpoints of exemptions and suspensions."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from services.skills.access import PeopleReader, RatingsWriter
from services.skills.assessments.exemptions.repository import ExemptionRepository, SuspensionRepository
from services.skills.assessments.exemptions.schemas import (
    ExemptionRead,
    ExemptionWrite,
    SuspensionRead,
    SuspensionWrite,
)
from services.skills.assessments.exemptions.service import (
    ExemptionService,
    NotOwnToSetAside,
    SuspensionService,
    find_led,
)
from services.skills.people.service import PersonService
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import CHANGE_PROBLEMS, BadRequest, NotFound, Unprocessable, problems
from shared.etags import IfMatch, created, tag
from shared.frame import Router
from shared.languages import Languages
from shared.merge_patch import Patch
from shared.pagination import Page, Pages
from shared.references import IdPath

exemptions = Router(prefix="/v1/people/{id}/exemptions", tags=["Exemptions"])
suspensions = Router(prefix="/v1/people/{id}/suspensions", tags=["Suspensions"])
ExemptionId = Annotated[UUID, Path()]
SuspensionId = Annotated[UUID, Path()]


@exemptions.get("", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_exemptions(
    id: IdPath, caller: PeopleReader, session: ReadSession, paging: Pages, now: Now, languages: Languages
) -> Page[ExemptionRead]:
    """List what a person is exempt from, was, or will be, in order of creation."""
    person = await PersonService(session).readable(id, caller)
    rows, cursor = await ExemptionRepository(session).list_page(paging, person.id)
    data = await ExemptionService(session, person, now.date(), languages).read_many(rows)
    return Page(data=data, next_cursor=cursor)


@exemptions.post("", status_code=201, responses=problems(BadRequest, NotFound, NotOwnToSetAside, Unprocessable))
async def create_exemption(
    id: IdPath,
    body: ExemptionWrite,
    caller: RatingsWriter,
    session: WriteSession,
    now: Now,
    languages: Languages,
    response: Response,
) -> ExemptionRead:
    """Exempt a person from a requirement until a day, for a reason. Leaders exempt those who report to them."""
    person = await find_led(session, id, caller)
    exemption = await ExemptionService(session, person, now.date(), languages).create(body)
    created(response, f"/v1/people/{person.id}/exemptions/{exemption.id}", exemption.revision)
    return exemption


@exemptions.get("/{exemption_id}", responses=problems(NotFound, Unprocessable))
async def get_exemption(
    id: IdPath,
    exemption_id: ExemptionId,
    caller: PeopleReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    response: Response,
) -> ExemptionRead:
    """One exemption of a person."""
    person = await PersonService(session).readable(id, caller)
    exemption = await ExemptionService(session, person, now.date(), languages).get(exemption_id)
    tag(response, exemption.revision)
    return exemption


@exemptions.patch("/{exemption_id}", responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def change_exemption(
    id: IdPath,
    exemption_id: ExemptionId,
    patch: Patch,
    caller: RatingsWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    languages: Languages,
    response: Response,
) -> ExemptionRead:
    """Change fields of an exemption by JSON merge patch. Needs If-Match."""
    service = ExemptionService(session, await find_led(session, id, caller), now.date(), languages)
    exemption = await service.patch(exemption_id, patch, if_match)
    tag(response, exemption.revision)
    return exemption


@exemptions.delete("/{exemption_id}", status_code=204, responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def delete_exemption(
    id: IdPath, exemption_id: ExemptionId, caller: RatingsWriter, session: WriteSession, now: Now, if_match: IfMatch
) -> None:
    """Take an exemption back from now on. Needs If-Match."""
    person = await find_led(session, id, caller)
    await ExemptionService(session, person, now.date()).delete(exemption_id, if_match)


@suspensions.get("", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_suspensions(
    id: IdPath, caller: PeopleReader, session: ReadSession, paging: Pages, now: Now, languages: Languages
) -> Page[SuspensionRead]:
    """List which of a person's skills are, were or will be set aside, in order of creation."""
    person = await PersonService(session).readable(id, caller)
    rows, cursor = await SuspensionRepository(session).list_page(paging, person.id)
    data = await SuspensionService(session, person, now.date(), languages).read_many(rows)
    return Page(data=data, next_cursor=cursor)


@suspensions.post("", status_code=201, responses=problems(BadRequest, NotFound, NotOwnToSetAside, Unprocessable))
async def create_suspension(
    id: IdPath,
    body: SuspensionWrite,
    caller: RatingsWriter,
    session: WriteSession,
    now: Now,
    languages: Languages,
    response: Response,
) -> SuspensionRead:
    """Set a skill of a person aside for a time, without touching its ratings: gaps take it as unrated."""
    person = await find_led(session, id, caller)
    suspension = await SuspensionService(session, person, now.date(), languages).create(body)
    created(response, f"/v1/people/{person.id}/suspensions/{suspension.id}", suspension.revision)
    return suspension


@suspensions.get("/{suspension_id}", responses=problems(NotFound, Unprocessable))
async def get_suspension(
    id: IdPath,
    suspension_id: SuspensionId,
    caller: PeopleReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    response: Response,
) -> SuspensionRead:
    """One suspension of a person's skill."""
    person = await PersonService(session).readable(id, caller)
    suspension = await SuspensionService(session, person, now.date(), languages).get(suspension_id)
    tag(response, suspension.revision)
    return suspension


@suspensions.patch("/{suspension_id}", responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def change_suspension(
    id: IdPath,
    suspension_id: SuspensionId,
    patch: Patch,
    caller: RatingsWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    languages: Languages,
    response: Response,
) -> SuspensionRead:
    """Change fields of a suspension by JSON merge patch. Needs If-Match."""
    service = SuspensionService(session, await find_led(session, id, caller), now.date(), languages)
    suspension = await service.patch(suspension_id, patch, if_match)
    tag(response, suspension.revision)
    return suspension


@suspensions.delete("/{suspension_id}", status_code=204, responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def delete_suspension(
    id: IdPath,
    suspension_id: SuspensionId,
    caller: RatingsWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
) -> None:
    """Take a suspension back from now on: the skill counts again. Needs If-Match."""
    person = await find_led(session, id, caller)
    await SuspensionService(session, person, now.date()).delete(suspension_id, if_match)


routers = (exemptions, suspensions)
