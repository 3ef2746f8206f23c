"""HTTP endpoints of adjacent roles and pathways."""

from typing import Annotated

from fastapi import Depends, Query, Response

from services.skills.access import PeopleReader, SkillsReader
from services.skills.gaps.endpoints import HorizonQuery
from services.skills.gaps.media import JSON, SVG, NotAcceptable, documented, prefer, rendered
from services.skills.pathways.atlas import RoleAtlas
from services.skills.pathways.drawing import draw_pathways
from services.skills.pathways.schemas import AdjacentRoles, MovesAhead, Pathways
from services.skills.pathways.service import PathwayService
from services.skills.people.service import PersonService
from shared.clock import Now
from shared.database.sessions import ReadSession
from shared.errors import BadRequest, NotFound, Unprocessable, problems
from shared.etags import tag
from shared.frame import Router
from shared.languages import Languages
from shared.pagination import WidePages
from shared.references import IdPath, Reference

roles = Router(prefix="/v1/roles", tags=["Pathways"])
people = Router(prefix="/v1/people", tags=["Pathways"])


@roles.get("/{id}/adjacent", responses=problems(NotFound, Unprocessable))
async def list_adjacent_roles(
    id: IdPath,
    caller: SkillsReader,
    session: ReadSession,
    atlas: RoleAtlas,
    now: Now,
    languages: Languages,
    limit: Annotated[int, Query(ge=1, le=100, description="How many roles.")] = 10,
    horizon: HorizonQuery = "short",
) -> AdjacentRoles:
    """Roles beside a role, ranked by similarity.

    Similarity compares what the two roles find important among their skills (Pearson's correlation where a
    framework's roles rate all of its skills, weighted skill links otherwise), what they are called, the words of
    their descriptions and, a little, whether they are of one job family. `gap`, `upskilling`, `reskilling` and
    `readiness` explain the move for somebody who exactly meets this role; they do not rank it, because undemanding
    roles would then suit everybody.
    """
    return await PathwayService(session, atlas, languages, now).list_adjacent(id, limit, horizon)


@roles.get("/{id}/moves", responses=problems(BadRequest, NotFound, Unprocessable))
async def get_moves(
    id: IdPath,
    caller: SkillsReader,
    session: ReadSession,
    atlas: RoleAtlas,
    now: Now,
    languages: Languages,
    response: Response,
    paging: WidePages,
    horizon: HorizonQuery = "short",
) -> MovesAhead:
    """The steps that people take from this role (promotion, lateral, reskill), and what each of them requires.

    `requires` has every skill of which the other role asks more than this one; the gaps are those of somebody who
    exactly meets this role. The ETag is good for the If-Match of a PUT here.
    """
    moves, revision = await PathwayService(session, atlas, languages, now).list_moves(id, horizon, paging)
    tag(response, revision, also=str(moves))
    return moves


@people.get(
    "/{id}/pathways",
    response_model=Pathways,
    responses={**problems(NotFound, NotAcceptable, Unprocessable), **documented(SVG)},
)
async def list_pathways(
    id: IdPath,
    caller: PeopleReader,
    session: ReadSession,
    atlas: RoleAtlas,
    now: Now,
    languages: Languages,
    target_role_id: Annotated[
        Reference | None, Query(description="Where to; default: the person's aspiration.")
    ] = None,
    horizon: HorizonQuery = "short",
    limit: Annotated[int, Query(ge=1, le=10, description="At most so many ways.")] = 5,
    media: Annotated[str, Depends(prefer(JSON, SVG))] = JSON,
) -> Pathways | Response:
    """Ways from where a person is to a role, through zero or more other roles; there is always one.

    A way is a chain of moves; ways are ranked by the product of the moves' similarities. The direct way is
    always among them; another one is offered when it makes the hardest move easier. The gaps of a step assume
    that the targets of the step before are met, and `effort` is Σ importance · gap in levels. What the person
    wishes (`aspired`, `interest`) is shown apart from what they can do, and only to who may know it.
    `Accept: image/svg+xml` draws them.
    """
    person = await PersonService(session).readable(id, caller)
    service = PathwayService(session, atlas, languages, now)
    found = await service.find_pathways(person, caller, target_role_id, horizon, limit)
    return found if media == JSON else rendered(draw_pathways(found), media)


routers = (roles, people)
