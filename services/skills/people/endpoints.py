"""HTTP endpoints of people."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from services.skills.access import OwnWriter, PeopleReader, PeopleWriter
from services.skills.people.assignments.repository import AssignmentRepository
from services.skills.people.moments import AsOf
from services.skills.people.ownership import NotYours, find_own
from services.skills.people.reading import read_people
from services.skills.people.reporting_line import ReportingLineService, summary_of
from services.skills.people.repository import PersonFilter, PersonRepository
from services.skills.people.schemas import ExpertFinderChoice, PersonRead, PersonWrite
from services.skills.people.service import ManagerCircle, PersonService, UserNameTaken, seen_by
from shared.clock import Now
from shared.contracts.skills.messages import PersonSummary, ReportingLine
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    CHANGE_PROBLEMS,
    UPSERT_PROBLEMS,
    BadRequest,
    Conflict,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unprocessable,
    problems,
)
from shared.etags import IfMatch, OptionalIfMatch, created, tag, upserted
from shared.frame import Router
from shared.identity.access import InternalCaller
from shared.merge_patch import Patch, apply_patch
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import ExternalIdPath, IdPath, Ids, Reference, References

people = Router(prefix="/v1/people", tags=["People"])
internal = Router(prefix="/internal/people", include_in_schema=False)


@people.get("", responses=problems(BadRequest, Unprocessable))
async def list_people(
    caller: PeopleReader,
    session: ReadSession,
    paging: Pages,
    manager_id: Annotated[Reference | None, Query(description="Only those who report to this person.")] = None,
    org_unit_id: Annotated[Reference | None, Query(description="Only those in this org unit.")] = None,
    all_levels: Annotated[bool, Query(description="With manager_id or org_unit_id: all levels down.")] = False,
    role_id: Reference | None = None,
    user_name: Annotated[str | None, Query(max_length=320)] = None,
    email: Annotated[str | None, Query(max_length=320)] = None,
    active: bool | None = None,
    external_id: Annotated[
        Reference | None, Query(description="The person whom another system knows by this id.", examples=["hris:E2"])
    ] = None,
    ids: Ids = None,
    updated_since: UpdatedSince = None,
    as_of: AsOf = None,
) -> Page[PersonRead]:
    """List people in order of creation, filtered by their natural keys.

    Clients see everybody; a signed-in user themselves and those who report to them, all levels down. With `as_of`
    those who were here then, with the role, manager and org unit that they had, and filtered by these, below the
    units of then; names and dates are today's.
    """
    references = References(session, "person")
    wanted = PersonFilter(
        manager_id=await references.demand(manager_id, "query/manager_id") if manager_id else None,
        org_unit_id=await References(session, "org unit").demand(org_unit_id, "query/org_unit_id")
        if org_unit_id
        else None,
        role_id=await References(session, "role").demand(role_id, "query/role_id") if role_id else None,
        user_name=user_name,
        email=email,
        active=active,
        all_levels=all_levels,
        ids=await _chosen(references, ids, external_id),
        updated_since=updated_since,
        seen_by=seen_by(caller),
        as_of=as_of,
    )
    rows, cursor = await PersonRepository(session).list_page(paging, wanted)
    places = await AssignmentRepository(session).of_people([row.id for row in rows], as_of) if as_of else None
    return Page(data=await read_people(session, rows, places), next_cursor=cursor)


@people.post("", status_code=201, responses=problems(BadRequest, Conflict, UserNameTaken, ManagerCircle, Unprocessable))
async def create_person(
    body: PersonWrite, caller: PeopleWriter, session: WriteSession, now: Now, response: Response
) -> PersonRead:
    """Add a person. The org unit is a code and made when unknown; an unknown manager's external id is kept."""
    person = await PersonService(session).create(body, now)
    created(response, f"/v1/people/{person.id}", person.revision)
    return person


@people.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_person(
    id: IdPath, caller: PeopleReader, session: ReadSession, response: Response, as_of: AsOf = None
) -> PersonRead:
    """One person, by id or external id. Somebody whom the caller may not see answers as if they did not exist.

    With `as_of` role, manager and org unit are those of then, and who was not here then is not found.
    """
    service = PersonService(session)
    person = await service.readable(id, caller)
    if as_of is not None:
        return await service.read_at(person, as_of)
    tag(response, person.revision)
    return await service.read(person)


@people.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, ManagerCircle))
async def change_person(
    id: IdPath,
    patch: Patch,
    caller: PeopleWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    response: Response,
) -> PersonRead:
    """Change fields of a person by JSON merge patch. Needs If-Match. Where they stood before stays in the ledger."""
    service = PersonService(session)
    present = await service.written_form(await service.find_row(id))
    person = await service.replace(id, apply_patch(present, patch), if_match, now)
    tag(response, person.revision)
    return person


@people.delete(
    "/{id}",
    status_code=204,
    responses=problems(NotFound, PreconditionFailed, PreconditionRequired, Unprocessable),
)
async def delete_person(id: IdPath, caller: PeopleWriter, session: WriteSession, now: Now, if_match: IfMatch) -> None:
    """Delete a person's record. Leaving is not this: set `left_on` and `leave_reason`. Needs If-Match."""
    await PersonService(session).delete(id, if_match, now)


@people.put(
    "/by-external-id/{source}/{external_id}",
    responses={
        201: {"model": PersonRead, "description": "Created"},
        **problems(*UPSERT_PROBLEMS, UserNameTaken, ManagerCircle),
    },
)
async def upsert_person(
    external: ExternalIdPath,
    body: PersonWrite,
    caller: PeopleWriter,
    session: WriteSession,
    now: Now,
    if_match: OptionalIfMatch,
    response: Response,
) -> PersonRead:
    """Create or replace the person whom another system knows under this id. The same body again changes nothing."""
    person, is_new = await PersonService(session).upsert(external, body, if_match, now)
    upserted(response, f"/v1/people/{person.id}", person.revision, is_new=is_new)
    return person


@people.put(
    "/{id}/expert-finder",
    responses=problems(BadRequest, NotFound, NotYours, PreconditionFailed, PreconditionRequired, Unprocessable),
)
async def choose_expert_finder(
    id: IdPath,
    body: ExpertFinderChoice,
    caller: OwnWriter,
    session: WriteSession,
    if_match: IfMatch,
    response: Response,
) -> PersonRead:
    """Agree to be found as an expert, or do not any more; nobody is found unasked. Needs the person's If-Match.

    The person does it, or a client that may write people; a leader does not do it for them.
    """
    person = await find_own(session, id, caller)
    changed = await PersonService(session).choose_expert_finder(person, body.agreed, if_match)
    tag(response, changed.revision)
    return changed


@internal.get("/signing-in/{name}")
async def find_person_signing_in(
    name: Annotated[str, Path(min_length=1, max_length=320)], caller: InternalCaller, session: ReadSession, now: Now
) -> PersonSummary:
    """The one person whom a signed-in account names: by external id of any source, user name or e-mail."""
    return summary_of(await PersonService(session).find_signing_in(name), now.date())


@internal.get("/{id}")
async def get_person_summary(id: IdPath, caller: InternalCaller, session: ReadSession, now: Now) -> PersonSummary:
    """A person as neighbouring services need them."""
    return summary_of(await PersonService(session).find_row(id), now.date())


@internal.get("/{id}/reporting-line")
async def get_reporting_line(id: IdPath, caller: InternalCaller, session: ReadSession, now: Now) -> ReportingLine:
    """The managers of a person up to the top, each with those who act for them today."""
    return await ReportingLineService(session).read(id, now.date())


async def _chosen(references: References, ids: str | None, external_id: str | None) -> list[UUID] | None:
    chosen = await references.chosen(ids)
    if external_id is None:
        return chosen
    return [id for id in await references.known([external_id]) if chosen is None or id in chosen]


routers = (people, internal)
