"""HTTP endpoints of the search. Their router comes before that of `/v1/skills/{id}`."""

from typing import Annotated

from fastapi import Depends, Query, Request

from services.skills.access import SkillsReader
from services.skills.search.finder import SkillFinder
from services.skills.search.schemas import ExtractionRequest, SkillHits, SkillMentions
from services.skills.search.service import SearchService
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, Unprocessable, problems
from shared.frame import Router
from shared.languages import Languages
from shared.references import Reference

router = Router(prefix="/v1/skills", tags=["Skills"])


async def _finder(request: Request) -> SkillFinder:
    finder: SkillFinder = request.app.state.skill_finder
    return finder


Finder = Annotated[SkillFinder, Depends(_finder)]


@router.get("/search", responses=problems(BadRequest, Unprocessable))
async def search_skills(
    caller: SkillsReader,
    session: ReadSession,
    finder: Finder,
    languages: Languages,
    q: Annotated[str, Query(min_length=1, max_length=200, examples=["vidoe meet"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    framework_id: Reference | None = None,
) -> SkillHits:
    """Find skills while somebody types: over all labels, forgiving typos, a blank forgotten and another word order.

    The last word may be unfinished. Ties go to the shorter label, then to the skill that more roles require.
    """
    return await SearchService(finder, session).search(q, limit, framework_id, languages)


@router.post("/extract", responses=problems(BadRequest, Unprocessable))
async def extract_skills(
    body: ExtractionRequest, caller: SkillsReader, session: ReadSession, finder: Finder, languages: Languages
) -> SkillMentions:
    """Find the skills that a text names, with the place in the text and a confidence. Nothing of it is stored."""
    return await SearchService(finder, session).extract(body, languages)


routers = (router,)
