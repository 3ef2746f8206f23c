"""HTTP endpoints of the catalogue."""

from typing import Annotated

from fastapi import Depends, Query, Response

from services.programs.access import CatalogReader, CatalogWriter, sees_drafts
from services.programs.catalog import rules
from services.programs.catalog.reading import Catalog
from services.programs.catalog.repository import Filters
from services.programs.catalog.resolution import find_person, find_skill
from services.programs.catalog.schemas import ProgramRead, ProgramStatus, ProgramWrite
from services.programs.catalog.service import ProgramService
from services.programs.formats.registry import FormatName
from services.programs.neighbours import Skills
from shared.contracts.programs.messages import ProgramSummary
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    CHANGE_PROBLEMS,
    UPSERT_PROBLEMS,
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
from shared.identity.access import InternalCaller
from shared.merge_patch import Patch
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import ExternalIdPath, IdPath, Reference, References, parse_references

router = Router(prefix="/v1/programs", tags=["Programs"])
internal = Router(prefix="/internal/programs", include_in_schema=False)

WRONG_INPUT = (rules.NotPublishable, rules.LevelOutsideScale, rules.PrerequisiteCycle, Unprocessable)


async def _filters(
    caller: CatalogReader,
    session: ReadSession,
    skills: Skills,
    format: Annotated[FormatName | None, Query()] = None,
    status: ProgramStatus | None = None,
    skill_id: Annotated[Reference | None, Query(description="Teaches this skill.")] = None,
    owner_id: Annotated[Reference | None, Query(description="Answered for by this person.")] = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of title, description, skills.")] = None,
    ids: Annotated[str | None, Query(description="Ids, separated by commas.", max_length=20_000)] = None,
    updated_since: UpdatedSince = None,
) -> Filters:
    """Ids of skills and people that are not UUIDs are looked up before the list is read."""
    skill = await find_skill(skills, skill_id) if skill_id is not None else None
    owner = await find_person(skills, owner_id) if owner_id is not None else None
    references = References(session, "program")
    return Filters(
        format=format,
        status=status,
        skill_id=skill,
        owner_id=owner,
        q=q,
        ids=await references.known(parse_references(ids)) if ids is not None else None,
        updated_since=updated_since,
        all_drafts=sees_drafts(caller),
        drafts_of=caller.person_id,
    )


@router.get("", responses=problems(BadRequest, Unprocessable))
async def list_programs(
    caller: CatalogReader, session: ReadSession, paging: Pages, filters: Annotated[Filters, Depends(_filters)]
) -> Page[ProgramRead]:
    """List programs of all formats in order of creation, filtered by their natural keys.

    Drafts are shown to those who work on the catalogue and to their owners.
    """
    return await Catalog(session).list_page(paging, filters)


@router.post("", status_code=201, responses=problems(BadRequest, Conflict, Unavailable, *WRONG_INPUT))
async def create_program(
    body: ProgramWrite, caller: CatalogWriter, session: WriteSession, skills: Skills, response: Response
) -> ProgramRead:
    """Create a program. The fields of `details` depend on `format`.

    Levels are on the scale of each skill. A published program teaches at least one skill, says how many hours it
    takes and contradicts itself nowhere; a draft may be incomplete.
    """
    program = await ProgramService(session, skills).create(body)
    created(response, f"/v1/programs/{program.id}", program.revision)
    return program


@router.get("/{id}", responses=problems(NotFound))
async def get_program(id: IdPath, caller: CatalogReader, session: ReadSession, response: Response) -> ProgramRead:
    """One program, by id or external id."""
    program = await Catalog(session).get(id, caller)
    tag(response, program.revision)
    return program


@router.patch(
    "/{id}", responses=problems(*CHANGE_PROBLEMS, rules.IllegalStatus, rules.FormatFixed, Unavailable, *WRONG_INPUT)
)
async def change_program(
    id: IdPath,
    patch: Patch,
    caller: CatalogWriter,
    session: WriteSession,
    skills: Skills,
    if_match: IfMatch,
    response: Response,
) -> ProgramRead:
    """Change fields of a program by JSON merge patch; `status` publishes and archives it. Needs If-Match.

    A draft can be published or archived, a published program archived, an archived one published again.
    """
    program = await ProgramService(session, skills).change(id, patch, if_match)
    tag(response, program.revision)
    return program


@router.delete(
    "/{id}",
    status_code=204,
    responses=problems(NotFound, rules.ProgramNeeded, PreconditionFailed, PreconditionRequired),
)
async def delete_program(
    id: IdPath, caller: CatalogWriter, session: WriteSession, skills: Skills, if_match: IfMatch
) -> None:
    """Delete a program that no other one needs. Who took part keeps what they have. Needs If-Match."""
    await ProgramService(session, skills).delete(id, if_match)


@router.put(
    "/by-external-id/{source}/{external_id}",
    responses={
        201: {"model": ProgramRead, "description": "Created"},
        **problems(*UPSERT_PROBLEMS, rules.IllegalStatus, rules.FormatFixed, Unavailable, *WRONG_INPUT),
    },
)
async def upsert_program(
    external: ExternalIdPath,
    body: ProgramWrite,
    caller: CatalogWriter,
    session: WriteSession,
    skills: Skills,
    if_match: OptionalIfMatch,
    response: Response,
) -> ProgramRead:
    """Create or replace the program that another system knows under this id.

    Without a `status` a new program is a draft and an existing one keeps its own. The same again changes nothing.
    """
    program, is_new = await ProgramService(session, skills).upsert(external, body, if_match)
    upserted(response, f"/v1/programs/{program.id}", program.revision, is_new=is_new)
    return program


@internal.get("/{reference}")
async def get_program_summary(reference: IdPath, caller: InternalCaller, session: ReadSession) -> ProgramSummary:
    """A program as neighbouring services need it."""
    return await Catalog(session).summarise(reference)


routers = (router, internal)
