"""HTTP endpoints of skills."""

from typing import Annotated

from fastapi import Query, Response

from services.skills.access import SkillsReader, SkillsWriter
from services.skills.taxonomy.frameworks.service import UriTaken
from services.skills.taxonomy.skills.repository import SkillRepository
from services.skills.taxonomy.skills.schemas import (
    SkillCreated,
    SkillKind,
    SkillRead,
    SkillStatus,
    SkillWrite,
)
from services.skills.taxonomy.skills.service import SkillService, read_skill
from services.skills.taxonomy.skills.similar import Similar
from shared.contracts.skills.messages import SkillList
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    CHANGE_PROBLEMS,
    UPSERT_PROBLEMS,
    BadRequest,
    NotFound,
    Unprocessable,
    problems,
)
from shared.etags import IfMatch, OptionalIfMatch, created, tag, upserted
from shared.frame import Router
from shared.identity.access import InternalCaller
from shared.languages import Languages
from shared.merge_patch import Patch, patched
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import ExternalIdPath, IdPath, Reference, References, parse_references
from shared.schemas import Uri

router = Router(prefix="/v1/skills", tags=["Skills"])


internal = Router(prefix="/internal/skills", include_in_schema=False)


@router.get("", responses=problems(BadRequest, Unprocessable))
async def list_skills(
    caller: SkillsReader,
    session: ReadSession,
    paging: Pages,
    languages: Languages,
    framework_id: Reference | None = None,
    status: SkillStatus | None = None,
    kind: SkillKind | None = None,
    ids: Annotated[str | None, Query(description="Ids, separated by commas.", max_length=20_000)] = None,
    uri: Annotated[Uri | None, Query(description="The skill with this URI, in each framework that has it.")] = None,
    updated_since: UpdatedSince = None,
) -> Page[SkillRead]:
    """List skills in order of creation, filtered by their natural keys."""
    references = References(session, "framework")
    rows, cursor = await SkillRepository(session).list_page(
        paging,
        framework_id=await references.demand(framework_id, "query/framework_id") if framework_id else None,
        status=status,
        kind=kind,
        ids=await References(session, "skill").known(parse_references(ids)) if ids is not None else None,
        uri=uri,
        updated_since=updated_since,
    )
    return Page(data=[read_skill(*row, languages) for row in rows], next_cursor=cursor)


@router.post("", status_code=201, responses=problems(BadRequest, UriTaken, Unprocessable))
async def create_skill(
    body: SkillWrite,
    caller: SkillsWriter,
    similar: Similar,
    session: WriteSession,
    languages: Languages,
    response: Response,
) -> SkillCreated:
    """Create a skill in a framework. Its `uri` is unique there; `near_duplicates` warns of others much like it."""
    near = await similar.of(sorted(set(body.labels.values())), languages)
    skill = await SkillService(session).create(body, languages)
    created(response, f"/v1/skills/{skill.id}", skill.revision)
    return SkillCreated(**dict(skill), near_duplicates=near)


@router.get("/{id}", responses=problems(NotFound))
async def get_skill(
    id: IdPath, caller: SkillsReader, session: ReadSession, languages: Languages, response: Response
) -> SkillRead:
    """One skill, by id or external id, its `label` in the language that you accept."""
    skill = await SkillService(session).get(id, languages)
    tag(response, skill.revision)
    return skill


@router.patch("/{id}", responses=problems(*CHANGE_PROBLEMS))
async def change_skill(
    id: IdPath,
    patch: Patch,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: IfMatch,
    languages: Languages,
    response: Response,
) -> SkillRead:
    """Change fields of a skill by JSON merge patch. Needs If-Match. A published skill never becomes a draft again."""
    service = SkillService(session)
    present = await service.get(id, languages)
    skill = await service.replace(id, patched(SkillWrite, present, patch), if_match, languages)
    tag(response, skill.revision)
    return skill


@router.delete("/{id}", status_code=204, responses=problems(*CHANGE_PROBLEMS))
async def delete_skill(id: IdPath, caller: SkillsWriter, session: WriteSession, if_match: IfMatch) -> None:
    """Delete a draft. A skill that was in use is deprecated instead. Needs If-Match."""
    await SkillService(session).delete(id, if_match)


@router.put(
    "/by-external-id/{source}/{external_id}",
    responses={201: {"model": SkillRead, "description": "Created"}, **problems(*UPSERT_PROBLEMS)},
)
async def upsert_skill(
    external: ExternalIdPath,
    body: SkillWrite,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: OptionalIfMatch,
    response: Response,
) -> SkillRead:
    """Create or replace the skill that another system knows under this id."""
    skill, is_new = await SkillService(session).upsert(external, body, if_match)
    upserted(response, f"/v1/skills/{skill.id}", skill.revision, is_new=is_new)
    return skill


@internal.get("")
async def list_skill_summaries(
    caller: InternalCaller,
    session: ReadSession,
    languages: Languages,
    refs: Annotated[str, Query(max_length=40_000)],
) -> SkillList:
    """Skills by reference, with the range of their scale, for neighbouring services."""
    return await SkillService(session).summarise(parse_references(refs), languages)


routers = (router, internal)
