"""HTTP endpoint of recommendations."""

from typing import Annotated

from fastapi import Depends, Request

from services.programs.access import Advised
from services.programs.neighbours import Skills
from services.programs.recommendations.schemas import RecommendationRequest, RecommendationsRead
from services.programs.recommendations.service import RecommendationService
from shared.database.sessions import WriteSession
from shared.errors import BadRequest, Forbidden, NotFound, Unavailable, Unprocessable, problems
from shared.frame import Router

router = Router(prefix="/v1/recommendations", tags=["Recommendations"])


async def _service(request: Request, skills: Skills) -> RecommendationService:
    return RecommendationService(request.app.state.database, skills)


@router.post("", responses=problems(BadRequest, Forbidden, NotFound, Unavailable, Unprocessable))
async def recommend_programs(
    body: RecommendationRequest,
    caller: Advised,
    service: Annotated[RecommendationService, Depends(_service)],
    _replay: WriteSession,
) -> RecommendationsRead:
    """Rank published programs for a person's open gaps (or for gaps that you send), and choose a bundle.

    A program is judged by five parts that add up to its `score` between 0 and 1: the share of the weighted gap that
    it closes (at most 0.40), that share against the hours and money it takes (0.25), whether it starts where the
    person stands (0.15), whether its format can carry the step (0.10) and whether its prerequisites are there
    (0.10). `max_hours`, `max_cost` and `formats` are hard: what breaks one is in `left_out` with its reason, and so
    is what starts more than one level above the person.

    The bundle is the set of programs that closes the most weighted gap with the hours and money of all of them
    together within the limits. It is an integer program solved by HiGHS within about two seconds;
    `distance_from_optimum` says how much better any other choice could be at most.

    A person's gaps need `people:read`; people ask for themselves, leaders for everybody below them.
    """
    return await service.recommend(body, caller)


routers = (router,)
