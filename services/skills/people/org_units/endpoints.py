"""HTTP endpoints of org units."""

from typing import Annotated

from fastapi import Query, Response

from services.skills.access import PeopleReader, PeopleWriter
from services.skills.people.org_units.schemas import OrgUnitRead, OrgUnitWrite
from services.skills.people.org_units.service import CodeTaken, OrgUnitService, UnitCircle, UnitInUse
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    CHANGE_PROBLEMS,
    UPSERT_PROBLEMS,
    BadRequest,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unprocessable,
    problems,
)
from shared.etags import IfMatch, OptionalIfMatch, created, tag, upserted
from shared.frame import Router
from shared.merge_patch import Patch, patched
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import ExternalIdPath, IdPath, Ids, Reference, References

org_units = Router(prefix="/v1/org-units", tags=["Org units"])


@org_units.get("", responses=problems(BadRequest, Unprocessable))
async def list_org_units(
    caller: PeopleReader,
    session: ReadSession,
    paging: Pages,
    parent_id: Annotated[Reference | None, Query(description="Only those directly below this one.")] = None,
    code: Annotated[str | None, Query(max_length=200)] = None,
    ids: Ids = None,
    updated_since: UpdatedSince = None,
) -> Page[OrgUnitRead]:
    """List org units in order of creation. Everybody who is signed in may see the tree."""
    parent = await References(session, "org unit").demand(parent_id, "query/parent_id") if parent_id else None
    service = OrgUnitService(session)
    wanted = await service.references.chosen(ids)
    rows, cursor = await service.units.list_page(paging, parent, code, wanted, updated_since)
    return Page(data=await service.read_many(rows), next_cursor=cursor)


@org_units.post("", status_code=201, responses=problems(BadRequest, CodeTaken, Unprocessable))
async def create_org_unit(
    body: OrgUnitWrite, caller: PeopleWriter, session: WriteSession, response: Response
) -> OrgUnitRead:
    """Create an org unit. Its `code` is unique."""
    unit = await OrgUnitService(session).create(body)
    created(response, f"/v1/org-units/{unit.id}", unit.revision)
    return unit


@org_units.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_org_unit(id: IdPath, caller: PeopleReader, session: ReadSession, response: Response) -> OrgUnitRead:
    """One org unit, by id or external id."""
    service = OrgUnitService(session)
    unit = await service.read(await service.find_row(id))
    tag(response, unit.revision)
    return unit


@org_units.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, UnitCircle))
async def change_org_unit(
    id: IdPath,
    patch: Patch,
    caller: PeopleWriter,
    session: WriteSession,
    now: Now,
    if_match: IfMatch,
    response: Response,
) -> OrgUnitRead:
    """Change fields of an org unit by JSON merge patch. Needs If-Match. No unit comes below itself.

    From now on it stands under its new parent; questions `as_of` an earlier time still find it where it stood.
    """
    service = OrgUnitService(session)
    present = await service.read(await service.find_row(id))
    unit = await service.replace(id, patched(OrgUnitWrite, present, patch), if_match, now)
    tag(response, unit.revision)
    return unit


@org_units.delete(
    "/{id}",
    status_code=204,
    responses=problems(NotFound, UnitInUse, PreconditionFailed, PreconditionRequired, Unprocessable),
)
async def delete_org_unit(id: IdPath, caller: PeopleWriter, session: WriteSession, if_match: IfMatch) -> None:
    """Delete an org unit that is empty. Needs If-Match."""
    await OrgUnitService(session).delete(id, if_match)


@org_units.put(
    "/by-external-id/{source}/{external_id}",
    responses={201: {"model": OrgUnitRead, "description": "Created"}, **problems(*UPSERT_PROBLEMS, UnitCircle)},
)
async def upsert_org_unit(
    external: ExternalIdPath,
    body: OrgUnitWrite,
    caller: PeopleWriter,
    session: WriteSession,
    now: Now,
    if_match: OptionalIfMatch,
    response: Response,
) -> OrgUnitRead:
    """Create or replace the unit that another system knows under this id; one with the same code is taken over."""
    unit, is_new = await OrgUnitService(session).upsert(external, body, if_match, now)
    upserted(response, f"/v1/org-units/{unit.id}", unit.revision, is_new=is_new)
    return unit


routers = (org_units,)
