"""HTTP endpoints of frameworks."""

from fastapi import Response

from services.skills.access import SkillsReader, SkillsWriter
from services.skills.taxonomy.frameworks.schemas import FrameworkRead, FrameworkWrite
from services.skills.taxonomy.frameworks.service import FrameworkInUse, FrameworkService, ScaleInUse, UriTaken
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
from shared.references import ExternalIdPath, IdPath, Ids

router = Router(prefix="/v1/frameworks", tags=["Frameworks"])


@router.get("", responses=problems(BadRequest, Unprocessable))
async def list_frameworks(
    caller: SkillsReader, session: ReadSession, paging: Pages, ids: Ids = None, updated_since: UpdatedSince = None
) -> Page[FrameworkRead]:
    """List the frameworks, oldest first."""
    service = FrameworkService(session)
    rows, cursor = await service.frameworks.list_page(paging, await service.references.chosen(ids), updated_since)
    return Page(data=await service.read_many(rows), next_cursor=cursor)


@router.post("", status_code=201, responses=problems(BadRequest, UriTaken, Unprocessable))
async def create_framework(
    body: FrameworkWrite, caller: SkillsWriter, session: WriteSession, response: Response
) -> FrameworkRead:
    """Create a framework. Its `uri` is unique; without a `scale_id` it gets the built-in scale of five levels."""
    framework = await FrameworkService(session).create(body)
    created(response, f"/v1/frameworks/{framework.id}", framework.revision)
    return framework


@router.get("/{id}", responses=problems(NotFound))
async def get_framework(id: IdPath, caller: SkillsReader, session: ReadSession, response: Response) -> FrameworkRead:
    """One framework, by id or external id."""
    framework = await FrameworkService(session).get(id)
    tag(response, framework.revision)
    return framework


@router.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, ScaleInUse))
async def change_framework(
    id: IdPath, patch: Patch, caller: SkillsWriter, session: WriteSession, if_match: IfMatch, response: Response
) -> FrameworkRead:
    """Change fields of a framework by JSON merge patch. Needs If-Match.

    The scale of a framework that has skills is not changed here but migrated.
    """
    service = FrameworkService(session)
    framework = await service.replace(id, patched(FrameworkWrite, await service.get(id), patch), if_match)
    tag(response, framework.revision)
    return framework


@router.delete(
    "/{id}", status_code=204, responses=problems(NotFound, FrameworkInUse, PreconditionFailed, PreconditionRequired)
)
async def delete_framework(id: IdPath, caller: SkillsWriter, session: WriteSession, if_match: IfMatch) -> None:
    """Delete a framework that has no skills. Needs If-Match."""
    await FrameworkService(session).delete(id, if_match)


@router.put(
    "/by-external-id/{source}/{external_id}",
    responses={201: {"model": FrameworkRead, "description": "Created"}, **problems(*UPSERT_PROBLEMS, ScaleInUse)},
)
async def upsert_framework(
    external: ExternalIdPath,
    body: FrameworkWrite,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: OptionalIfMatch,
    response: Response,
) -> FrameworkRead:
    """Create or replace the framework that another system knows under this id."""
    framework, is_new = await FrameworkService(session).upsert(external, body, if_match)
    upserted(response, f"/v1/frameworks/{framework.id}", framework.revision, is_new=is_new)
    return framework


routers = (router,)
