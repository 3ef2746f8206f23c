"""HTTP endpoint of the expert finder."""

from typing import Annotated

from fastapi import Query

from services.skills.access import PeopleReader
from services.skills.gaps.experts.schemas import ExpertsPage
from services.skills.gaps.experts.service import ExpertService
from shared.clock import Now
from shared.contracts.skills.problems import SwitchedOff
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, NotFound, Unprocessable, problems
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import Pages
from shared.references import IdPath

skills = Router(prefix="/v1/skills", tags=["Experts"])


@skills.get("/{id}/experts", responses=problems(BadRequest, NotFound, SwitchedOff, Unprocessable))
async def list_experts(
    id: IdPath,
    caller: PeopleReader,
    session: ReadSession,
    now: Now,
    languages: Languages,
    paging: Pages,
    level: Annotated[float, Query(gt=0, le=100, description="The least level.")] = 3,
) -> ExpertsPage:
    """People who can help with a skill, the highest level first.

    Everybody who is signed in may ask. Only those are found who agreed to it (`expert_finder`), who are here,
    and whose level somebody else has seen.
    """
    return await ExpertService(session, languages, now).find(id, level, paging)


routers = (skills,)
