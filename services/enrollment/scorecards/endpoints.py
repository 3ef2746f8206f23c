"""HTTP endpoint of the leader scorecard."""

from typing import Annotated

from fastapi import Query

from services.enrollment.access import EnrollmentsReader
from services.enrollment.neighbours import Skills
from services.enrollment.people import People
from services.enrollment.scorecards.schemas import ScorecardRead
from services.enrollment.scorecards.service import ScorecardService
from shared.clock import Now
from shared.contracts.skills.problems import SwitchedOff
from shared.database.sessions import ReadSession
from shared.errors import NotFound, Unavailable, problems
from shared.frame import Router
from shared.references import IdPath

leaders = Router(prefix="/v1/leaders", tags=["Leaders"])


@leaders.get("/{person_id}/scorecard", responses=problems(NotFound, SwitchedOff, Unavailable))
async def get_leader_scorecard(
    person_id: IdPath,
    caller: EnrollmentsReader,
    session: ReadSession,
    skills: Skills,
    now: Now,
    limit: Annotated[int, Query(ge=0, le=50, description="Unanswered follow-ups to show.")] = 5,
) -> ScorecardRead:
    """How a leader stands by the learning of their people: follow-ups by status, requests that wait and how long
    answers took, who takes part and who completed, and what the leader learns.

    For the leader, whoever leads them, and administrators. Leaders are not ranked against each other. The
    organisation may switch this off.
    """
    return await ScorecardService(session, People(skills), now).get(caller, person_id, limit)


routers = (leaders,)
