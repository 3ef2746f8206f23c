"""HTTP endpoints of follow-ups."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.enrollment.access import EnrollmentsActor, EnrollmentsReader
from services.enrollment.enrollments.acting import MayNotAct
from services.enrollment.followups.desk import FollowUpDesk, FollowUpNotYours
from services.enrollment.followups.schemas import FollowUpAnswer, FollowUpFilters, FollowUpRead
from services.enrollment.followups.service import AlreadyAnswered
from services.enrollment.neighbours import Skills
from services.enrollment.people import People
from services.enrollment.visibility import NotAPerson
from shared.clock import Now
from shared.contracts.skills.problems import SwitchedOff
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import BadRequest, NotFound, Unavailable, Unprocessable, problems
from shared.etags import tag
from shared.frame import Router
from shared.pagination import Page, Pages

follow_ups = Router(prefix="/v1/follow-ups", tags=["Follow-ups"])


async def _desk(session: ReadSession, skills: Skills, now: Now) -> FollowUpDesk:
    return FollowUpDesk(session, People(skills), now)


Desk = Annotated[FollowUpDesk, Depends(_desk, scope="function")]


@follow_ups.get("", responses=problems(BadRequest, NotAPerson, Unprocessable, Unavailable))
async def list_follow_ups(
    caller: EnrollmentsReader, desk: Desk, paging: Pages, filters: Annotated[FollowUpFilters, Query()]
) -> Page[FollowUpRead]:
    """List follow-ups by due day: what leaders owe after an approval, a completion and 30, 60 and 90 days.

    Signed-in users see what they owe, what was escalated to them, and what is about themselves; with
    `person_id` or `leader_id` also that of people whom they lead.
    """
    return await desk.page(caller, paging, filters)


@follow_ups.get("/{id}", responses=problems(NotFound, Unavailable))
async def get_follow_up(id: UUID, caller: EnrollmentsReader, desk: Desk, response: Response) -> FollowUpRead:
    """One follow-up, with its status as of today."""
    follow_up = await desk.get(caller, id)
    tag(response, follow_up.revision)
    return follow_up


@follow_ups.post(
    "/{id}/answer",
    responses=problems(
        BadRequest, NotFound, AlreadyAnswered, FollowUpNotYours, MayNotAct, SwitchedOff, Unprocessable, Unavailable
    ),
)
async def answer_follow_up(
    id: UUID,
    body: FollowUpAnswer,
    caller: EnrollmentsActor,
    session: WriteSession,
    desk: Desk,
    response: Response,
) -> FollowUpRead:
    """Say whether the person uses at work what was learned. Once, by who leads them or stands in, never by them.

    The answer feeds the program's outcome (behaviour, Kirkpatrick level 3), never the person's level. Where the
    organisation has switched behaviour ratings off, the talk is noted without it.
    """
    follow_up = await desk.answer(session, caller, id, body)
    tag(response, follow_up.revision)
    return follow_up


routers = (follow_ups,)
