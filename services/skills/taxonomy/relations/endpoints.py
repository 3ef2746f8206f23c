"""HTTP endpoints of relations."""

from fastapi import Response

from services.skills.access import SkillsReader, SkillsWriter
from services.skills.taxonomy.relations.rules import BroaderCircle
from services.skills.taxonomy.relations.schemas import RelationRead, RelationsWrite
from services.skills.taxonomy.relations.service import RelationService
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    CHANGE_PROBLEMS,
    BadRequest,
    NotFound,
    problems,
)
from shared.etags import IfMatch, tag
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import Page, Pages, slice_page
from shared.references import IdPath

router = Router(prefix="/v1/skills", tags=["Skills"])


@router.get("/{id}/relations", responses=problems(BadRequest, NotFound))
async def list_relations(
    id: IdPath, caller: SkillsReader, session: ReadSession, paging: Pages, languages: Languages, response: Response
) -> Page[RelationRead]:
    """How the skill relates to others: broader, narrower, related, requires, same_as.

    The ETag is good for the If-Match of a PUT here; it also changes with relations that start at other skills.
    """
    relations, revision = await RelationService(session).list_all(id, languages)
    tag(response, revision, also=str(relations))
    return slice_page(relations, paging)


@router.put("/{id}/relations", responses=problems(*CHANGE_PROBLEMS, BroaderCircle))
async def replace_relations(
    id: IdPath,
    body: RelationsWrite,
    caller: SkillsWriter,
    session: WriteSession,
    if_match: IfMatch,
    paging: Pages,
    languages: Languages,
    response: Response,
) -> Page[RelationRead]:
    """Replace the relations that start at the skill. Needs If-Match with the skill's ETag; answers its new one."""
    relations, revision = await RelationService(session).replace(id, body, if_match, languages)
    tag(response, revision)
    return slice_page(relations, paging)


routers = (router,)
