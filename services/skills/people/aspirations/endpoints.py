"""HTTP endpoints of aspirations."""

from fastapi import Response

from services.skills.access import OwnWriter, PeopleReader
from services.skills.people.aspirations.schemas import AspirationsRead, AspirationsWrite
from services.skills.people.aspirations.service import AspirationService, AspirationsNotShown
from services.skills.people.ownership import NotYours, find_own
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    BadRequest,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unprocessable,
    problems,
)
from shared.etags import IfMatch, tag
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import Pages, slice_page
from shared.references import IdPath

aspirations = Router(prefix="/v1/people/{id}/aspirations", tags=["Aspirations"])


@aspirations.get("", responses=problems(BadRequest, NotFound, AspirationsNotShown, Unprocessable))
async def get_aspirations(
    id: IdPath, caller: PeopleReader, session: ReadSession, paging: Pages, languages: Languages, response: Response
) -> AspirationsRead:
    """What a person wants to become and to learn. It is kept apart from ability and changes no level or gap.

    Those above the person read it unless the organisation has switched that off. Pathways lead to the role
    that is wanted most when no other is named.
    """
    service = AspirationService(session, languages)
    found = await service.read(await service.find_shown(id, caller))
    tag(response, found.revision)
    page = slice_page(found.data, paging)
    return found.model_copy(update={"data": page.data, "next_cursor": page.next_cursor})


@aspirations.put(
    "", responses=problems(BadRequest, NotFound, NotYours, PreconditionFailed, PreconditionRequired, Unprocessable)
)
async def replace_aspirations(
    id: IdPath,
    body: AspirationsWrite,
    caller: OwnWriter,
    session: WriteSession,
    languages: Languages,
    now: Now,
    if_match: IfMatch,
    response: Response,
) -> AspirationsRead:
    """Say what one wants to become and to learn; the whole of it. Needs If-Match: `*` writes over whatever is there.

    The person does it, or a client that may write people; a leader does not do it for them.
    """
    person = await find_own(session, id, caller)
    written = await AspirationService(session, languages).replace(person, body, if_match, now)
    tag(response, written.revision)
    return written


routers = (aspirations,)
