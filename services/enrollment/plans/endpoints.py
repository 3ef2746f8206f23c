"""HTTP endpoints of development plans."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from services.enrollment.access import EnrollmentsActor, EnrollmentsReader
from services.enrollment.enrollments.acting import MayNotAct
from services.enrollment.neighbours import Programs, Skills
from services.enrollment.people import People
from services.enrollment.plans.desk import PlanDesk, PlanMoveNotYours
from services.enrollment.plans.naming import Names
from services.enrollment.plans.rules import PlanAction
from services.enrollment.plans.schemas import PlanAct, PlanCreate, PlanFilters, PlanRead
from services.enrollment.plans.service import IllegalPlanMove, PlanClosed
from services.enrollment.visibility import NotAPerson
from shared.clock import Now
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import CHANGE_PROBLEMS, BadRequest, NotFound, Unavailable, Unprocessable, problems
from shared.etags import IfMatch, created, tag
from shared.frame import Router
from shared.merge_patch import Patch
from shared.pagination import Page, Pages

plans = Router(prefix="/v1/plans", tags=["Plans"])

ACT = problems(BadRequest, NotFound, IllegalPlanMove, MayNotAct, Unprocessable, Unavailable)
ANSWER = problems(BadRequest, NotFound, IllegalPlanMove, MayNotAct, PlanMoveNotYours, Unprocessable, Unavailable)


async def _desk(reading: ReadSession, skills: Skills, programs: Programs, now: Now) -> PlanDesk:
    return PlanDesk(reading, People(skills), Names(skills, programs), now)


Desk = Annotated[PlanDesk, Depends(_desk, scope="function")]


@plans.get("", responses=problems(BadRequest, NotAPerson, Unprocessable, Unavailable))
async def list_plans(
    caller: EnrollmentsReader, desk: Desk, paging: Pages, filters: Annotated[PlanFilters, Query()]
) -> Page[PlanRead]:
    """List development plans, oldest first.

    Signed-in users see their own, and with `person_id` those of people whom they lead.
    """
    return await desk.page(caller, paging, filters)


@plans.post("", status_code=201, responses=problems(BadRequest, MayNotAct, Unprocessable, Unavailable))
async def create_plan(
    body: PlanCreate, caller: EnrollmentsActor, session: WriteSession, desk: Desk, response: Response
) -> PlanRead:
    """Make a development plan: skills to reach, each with the program that should lead there and a due day.

    A plan begins as a draft. Its items may be enrolled in draft, in review and active: learning need not wait
    for the review.
    """
    plan = await desk.create(session, caller, body)
    created(response, f"/v1/plans/{plan.id}", plan.revision)
    return plan


@plans.get("/{id}", responses=problems(NotFound, Unavailable))
async def get_plan(id: UUID, caller: EnrollmentsReader, desk: Desk, response: Response) -> PlanRead:
    """One plan, with what its state allows and which items are due."""
    return _tagged(response, await desk.get(caller, id))


@plans.patch("/{id}", responses=problems(*CHANGE_PROBLEMS, PlanClosed, Unavailable))
async def change_plan(
    id: UUID,
    patch: Patch,
    caller: EnrollmentsActor,
    session: WriteSession,
    desk: Desk,
    if_match: IfMatch,
    response: Response,
) -> PlanRead:
    """Change title, target role or items by JSON merge patch. Needs If-Match.

    `items` replaces the list: items that name their `id` keep their status, others are new.
    """
    return _tagged(response, await desk.change(session, caller, id, patch, if_match))


@plans.delete("/{id}", status_code=204, responses=problems(*CHANGE_PROBLEMS, Unavailable))
async def delete_plan(id: UUID, caller: EnrollmentsActor, session: WriteSession, desk: Desk, if_match: IfMatch) -> None:
    """Delete a draft or a cancelled plan. Needs If-Match."""
    await desk.delete(session, caller, id, if_match)


@plans.post("/{id}/submit", responses=ACT)
async def submit_plan(
    id: UUID, body: PlanAct, caller: EnrollmentsActor, session: WriteSession, desk: Desk, response: Response
) -> PlanRead:
    """Ask the leader to review a draft."""
    return _tagged(response, await desk.act(session, caller, id, PlanAction.SUBMIT, body))


@plans.post("/{id}/return", responses=ANSWER)
async def return_plan(
    id: UUID, body: PlanAct, caller: EnrollmentsActor, session: WriteSession, desk: Desk, response: Response
) -> PlanRead:
    """Give a plan in review back as a draft. Only somebody who leads the person can."""
    return _tagged(response, await desk.act(session, caller, id, PlanAction.RETURN, body))


@plans.post("/{id}/approve", responses=ANSWER)
async def approve_plan(
    id: UUID, body: PlanAct, caller: EnrollmentsActor, session: WriteSession, desk: Desk, response: Response
) -> PlanRead:
    """Agree to a plan in review: it becomes active. Only somebody who leads the person can."""
    return _tagged(response, await desk.act(session, caller, id, PlanAction.APPROVE, body))


@plans.post("/{id}/complete", responses=ACT)
async def complete_plan(
    id: UUID, body: PlanAct, caller: EnrollmentsActor, session: WriteSession, desk: Desk, response: Response
) -> PlanRead:
    """Close an active plan whose items are all done."""
    return _tagged(response, await desk.act(session, caller, id, PlanAction.COMPLETE, body))


@plans.post("/{id}/cancel", responses=ACT)
async def cancel_plan(
    id: UUID, body: PlanAct, caller: EnrollmentsActor, session: WriteSession, desk: Desk, response: Response
) -> PlanRead:
    """Give a plan up. Participations that serve it go on."""
    return _tagged(response, await desk.act(session, caller, id, PlanAction.CANCEL, body))


@plans.post("/{id}/reopen", responses=ACT)
async def reopen_plan(
    id: UUID, body: PlanAct, caller: EnrollmentsActor, session: WriteSession, desk: Desk, response: Response
) -> PlanRead:
    """Take a completed plan up again as active, or a cancelled one as a draft."""
    return _tagged(response, await desk.act(session, caller, id, PlanAction.REOPEN, body))


def _tagged(response: Response, plan: PlanRead) -> PlanRead:
    tag(response, plan.revision)
    return plan


routers = (plans,)
