"""HTTP endpoints of roles, their requirements and the moves between them."""

from typing import Annotated

from fastapi import Query, Response

from services.skills.access import SkillsReader, SkillsWriter
from services.skills.roles.repository import RoleFilter, RoleRepository
from services.skills.roles.schemas import (
    MovesRead,
    MovesWrite,
    RequirementsRead,
    RequirementsWrite,
    RoleRead,
    RoleWrite,
)
from services.skills.roles.service import MoveService, RequirementService, RoleService
from shared.clock import Now
from shared.contracts.skills.messages import RoleSummary
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
from shared.languages import Languages
from shared.merge_patch import Patch, patched
from shared.pagination import Page, Pages, UpdatedSince, WidePages, slice_page
from shared.references import ExternalIdPath, IdPath, Reference, References, parse_references
from shared.schemas import Instant

roles = Router(prefix="/v1/roles", tags=["Roles"])
internal = Router(prefix="/internal/roles", include_in_schema=False)


@roles.get("", responses=problems(BadRequest, Unprocessable))
async def list_roles(
    caller: SkillsReader,
    session: ReadSession,
    paging: Pages,
    family: Annotated[str | None, Query(max_length=300)] = None,
    grade: Annotated[str | None, Query(max_length=300)] = None,
    skill_id: Annotated[Reference | None, Query(description="Only roles that require this skill.")] = None,
    ids: Annotated[str | None, Query(description="Ids, separated by commas.", max_length=20_000)] = None,
    updated_since: UpdatedSince = None,
) -> Page[RoleRead]:
    """List roles in order of creation, filtered by their natural keys."""
    wanted = RoleFilter(
        family=family,
        grade=grade,
        skill_id=await References(session, "skill").demand(skill_id, "query/skill_id") if skill_id else None,
        ids=await References(session, "role").known(parse_references(ids)) if ids is not None else None,
        updated_since=updated_since,
    )
    rows, cursor = await RoleRepository(session).list_page(paging, wanted)
    return Page(data=await RoleService(session).read_many(rows), next_cursor=cursor)


@roles.post("", status_code=201, responses=problems(BadRequest, Conflict, Unprocessable))
async def create_role(body: RoleWrite, caller: SkillsWriter, session: WriteSession, response: Response) -> RoleRead:
    """Create a role. What it needs is set by `PUT /v1/roles/{id}/requirements`."""
    role = await RoleService(session).create(body)
    created(response, f"/v1/roles/{role.id}", role.revision)
    return role


@roles.get("/{id}", responses=problems(NotFound, Unprocessable))
async def get_role(id: IdPath, caller: SkillsReader, session: ReadSession, response: Response) -> RoleRead:
    """One role, by id or external id."""
    role = await RoleService(session).get(id)
    tag(response, role.revision)
    return role


@roles.patch("/{id}", responses=problems(*CHANGE_PROBLEMS))
async def change_role(
    id: IdPath,
    patch: Patch,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: IfMatch,
    response: Response,
) -> RoleRead:
    """Change fields of a role by JSON merge patch. Needs If-Match."""
    service = RoleService(session)
    role = await service.replace(id, patched(RoleWrite, await service.get(id), patch), if_match)
    tag(response, role.revision)
    return role


@roles.delete(
    "/{id}",
    status_code=204,
    responses=problems(NotFound, PreconditionFailed, PreconditionRequired, Unprocessable),
)
async def delete_role(id: IdPath, caller: SkillsWriter, session: WriteSession, if_match: IfMatch) -> None:
    """Delete a role: it is offered no more. Who holds it keeps it until the HR system says otherwise, and what
    was said of it stays readable. Needs If-Match.
    """
    await RoleService(session).delete(id, if_match)


@roles.put(
    "/by-external-id/{source}/{external_id}",
    responses={201: {"model": RoleRead, "description": "Created"}, **problems(*UPSERT_PROBLEMS)},
)
async def upsert_role(
    external: ExternalIdPath,
    body: RoleWrite,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: OptionalIfMatch,
    response: Response,
) -> RoleRead:
    """Create or replace the role that another system knows under this id. Ids of other systems stay."""
    role, is_new = await RoleService(session).upsert(external, body, if_match)
    upserted(response, f"/v1/roles/{role.id}", role.revision, is_new=is_new)
    return role


@roles.get("/{id}/requirements", responses=problems(BadRequest, NotFound, Unprocessable))
async def get_requirements(
    id: IdPath,
    caller: SkillsReader,
    session: ReadSession,
    paging: WidePages,
    languages: Languages,
    response: Response,
    as_of: Annotated[
        Instant | None, Query(description="As they were entered at this moment; default: as they are.")
    ] = None,
) -> RequirementsRead:
    """What the role needs, now and later. The ETag is the role's."""
    requirements, revision = await RequirementService(session, languages).read(id, as_of)
    tag(response, revision)
    page = slice_page(requirements.data, paging)
    return requirements.model_copy(update={"data": page.data, "next_cursor": page.next_cursor})


@roles.put("/{id}/requirements", responses=problems(*CHANGE_PROBLEMS))
async def replace_requirements(
    id: IdPath,
    body: RequirementsWrite,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: IfMatch,
    languages: Languages,
    now: Now,
    response: Response,
) -> RequirementsRead:
    """Replace what the role needs. Needs If-Match with the role's ETag; answers its new one.

    Each (skill, effective_from) may be named once, every skill is on one scale and published, every level is
    0 or within that scale; all that is wrong is told at once. What was in force before stays in the history.
    """
    service = RequirementService(session, languages)
    requirements, revision = await service.replace(id, body, if_match, now)
    tag(response, revision)
    return requirements


@roles.put("/{id}/moves", responses=problems(*CHANGE_PROBLEMS))
async def replace_moves(
    id: IdPath,
    body: MovesWrite,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: IfMatch,
    response: Response,
) -> MovesRead:
    """Replace the steps out of the role. Needs If-Match with the role's ETag; answers its new one."""
    moves, revision = await MoveService(session).replace(id, body, if_match)
    tag(response, revision)
    return moves


@internal.get("/{id}")
async def get_role_summary(id: IdPath, caller: InternalCaller, session: ReadSession) -> RoleSummary:
    """A role as neighbouring services need it."""
    return RoleSummary.model_validate(await RoleService(session).find_row(id), from_attributes=True)


routers = (roles, internal)
