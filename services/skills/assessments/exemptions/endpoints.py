"""HTTP endpoints of exemptions and suspensions."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from services.skills.access import PeopleReader, RatingsWriter
from services.skills.assessments.exemptions.schemas import (
    ExemptionRead,
    ExemptionWrite,
    SuspensionRead,
    SuspensionWrite,
)
from services.skills.assessments.exemptions.service import ExemptionService, NotOwnToSetAside, SuspensionService
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import CHANGE_PROBLEMS, BadRequest, NotFound, Unprocessable, problems
from shared.etags import IfMatch, created, tag
from shared.frame import Router
from shared.languages import Languages
from shared.merge_patch import Patch
from shared.pagination import Page, Pages
from shared.references import IdPath, Reference

exemptions_of_person = Router(prefix="/v1/people/{id}/exemptions", tags=["Exemptions"])
exemptions = Router(prefix="/v1/exemptions", tags=["Exemptions"])
suspensions_of_person = Router(prefix="/v1/people/{id}/suspensions", tags=["Suspensions"])
suspensions = Router(prefix="/v1/suspensions", tags=["Suspensions"])
ItemId = Annotated[UUID, Path()]


@exemptions_of_person.get("", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_exemptions(
    id: IdPath,
    caller: PeopleReader,
    session: ReadSession,
    paging: Pages,
    now: Now,
    languages: Languages,
    skill_id: Reference | None = None,
) -> Page[ExemptionRead]:
    """List what a person is exempt from, was, or will be, in order of creation."""
    return await ExemptionService(session, caller, now, languages).list_page(id, paging, skill_id)


@exemptions_of_person.post(
    "", status_code=201, responses=problems(BadRequest, NotFound, NotOwnToSetAside, Unprocessable)
)
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
    exemption = await ExemptionService(session, caller, now, languages).create(id, body)
    created(response, f"/v1/exemptions/{exemption.id}", exemption.revision)
    return exemption


@exemptions.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_exemption(
    id: ItemId, caller: PeopleReader, session: ReadSession, now: Now, languages: Languages, response: Response
) -> ExemptionRead:
    """One exemption, for those who may read the person."""
    exemption = await ExemptionService(session, caller, now, languages).get(id)
    tag(response, exemption.revision)
    return exemption


@exemptions.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def change_exemption(
    id: ItemId,
    patch: Patch,
    caller: RatingsWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    languages: Languages,
    response: Response,
) -> ExemptionRead:
    """Change an exemption from now on, by JSON merge patch; `as_of` a past moment answers as before. Needs If-Match."""
    exemption = await ExemptionService(session, caller, now, languages).patch(id, patch, if_match)
    tag(response, exemption.revision)
    return exemption


@exemptions.delete("/{id}", status_code=204, responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def delete_exemption(
    id: ItemId, caller: RatingsWriter, session: WriteSession, now: Now, if_match: IfMatch
) -> None:
    """Take an exemption back from now on. Needs If-Match."""
    await ExemptionService(session, caller, now).delete(id, if_match)


@suspensions_of_person.get("", responses=problems(BadRequest, NotFound, Unprocessable))
async def list_suspensions(
    id: IdPath,
    caller: PeopleReader,
    session: ReadSession,
    paging: Pages,
    now: Now,
    languages: Languages,
    skill_id: Reference | None = None,
) -> Page[SuspensionRead]:
    """List which of a person's skills are, were or will be set aside, in order of creation."""
    return await SuspensionService(session, caller, now, languages).list_page(id, paging, skill_id)


@suspensions_of_person.post(
    "", status_code=201, responses=problems(BadRequest, NotFound, NotOwnToSetAside, Unprocessable)
)
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
    suspension = await SuspensionService(session, caller, now, languages).create(id, body)
    created(response, f"/v1/suspensions/{suspension.id}", suspension.revision)
    return suspension


@suspensions.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_suspension(
    id: ItemId, caller: PeopleReader, session: ReadSession, now: Now, languages: Languages, response: Response
) -> SuspensionRead:
    """One suspension of a skill, for those who may read the person."""
    suspension = await SuspensionService(session, caller, now, languages).get(id)
    tag(response, suspension.revision)
    return suspension


@suspensions.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def change_suspension(
    id: ItemId,
    patch: Patch,
    caller: RatingsWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    languages: Languages,
    response: Response,
) -> SuspensionRead:
    """Change a suspension from now on, by JSON merge patch; `as_of` a past moment answers as before. Needs If-Match."""
    suspension = await SuspensionService(session, caller, now, languages).patch(id, patch, if_match)
    tag(response, suspension.revision)
    return suspension


@suspensions.delete("/{id}", status_code=204, responses=problems(*CHANGE_PROBLEMS, NotOwnToSetAside))
async def delete_suspension(
    id: ItemId, caller: RatingsWriter, session: WriteSession, now: Now, if_match: IfMatch
) -> None:
    """Take a suspension back from now on: the skill counts again. Needs If-Match."""
    await SuspensionService(session, caller, now).delete(id, if_match)


routers = (exemptions_of_person, exemptions, suspensions_of_person, suspensions)
