"""HTTP endpoints of enrollments."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from services.enrollment.access import EnrollmentsActor, EnrollmentsReader, EnrollmentsWriter
from services.enrollment.enrollments.acting import MayNotAct
from services.enrollment.enrollments.lists import EnrollmentFilters, EnrollmentList
from services.enrollment.enrollments.reports import ReportService
from services.enrollment.enrollments.rules import EnrollmentAction, IllegalMove, MoveNotYours, OwnApproval
from services.enrollment.enrollments.schemas import (
    EnrollmentAct,
    EnrollmentCompletion,
    EnrollmentDecline,
    EnrollmentRead,
    EnrollmentRequest,
    ParticipationReport,
    TimelineEntry,
)
from services.enrollment.enrollments.service import (
    AlreadyEnrolled,
    EnrollmentService,
    OfferingNeeded,
    OfferLapsed,
    PersonNeeded,
)
from services.enrollment.neighbours import Programs, Skills
from services.enrollment.offerings.programs import ProgramNotOpen, ProgramReader
from services.enrollment.offerings.rules import EnrollmentClosed, OfferingFull
from services.enrollment.people import People
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import BadRequest, Conflict, NotFound, Unavailable, Unprocessable, problems
from shared.etags import created, tag
from shared.frame import Router
from shared.pagination import Page, Pages
from shared.references import ExternalIdPath, Reference

enrollments = Router(prefix="/v1/enrollments", tags=["Enrollments"])

Id = Annotated[Reference, Path(description="The enrollment: a UUID, or `source:external_id`.")]
ACT = problems(BadRequest, NotFound, IllegalMove, MoveNotYours, MayNotAct, Unprocessable, Unavailable)
ANSWER = problems(
    BadRequest, NotFound, IllegalMove, MoveNotYours, OwnApproval, PersonNeeded, MayNotAct, Unprocessable, Unavailable
)


async def _desk(request: Request, session: WriteSession, skills: Skills, programs: Programs) -> EnrollmentService:
    state = request.app.state
    reader = ProgramReader(programs, skills)
    return EnrollmentService(session, People(skills), reader, state.reactions, state.clock())


Desk = Annotated[EnrollmentService, Depends(_desk, scope="function")]


async def _reports(desk: Desk) -> ReportService:
    return ReportService(desk)


Reports = Annotated[ReportService, Depends(_reports, scope="function")]


async def _list(session: ReadSession, skills: Skills, programs: Programs) -> EnrollmentList:
    return EnrollmentList(session, People(skills), ProgramReader(programs, skills))


Lists = Annotated[EnrollmentList, Depends(_list, scope="function")]


@enrollments.post(
    "",
    status_code=201,
    responses=problems(
        BadRequest,
        AlreadyEnrolled,
        EnrollmentClosed,
        OfferingFull,
        OfferingNeeded,
        ProgramNotOpen,
        MayNotAct,
        Unprocessable,
        Unavailable,
    ),
)
async def request_enrollment(
    body: EnrollmentRequest, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Ask for a seat in a run, or to take part in a program that has no dated run.

    The request goes to the line manager, their deputies, the next manager up, or the L&D administrators
    (`approver_ids`); nobody approves oneself. No seat is held while the answer is pending.
    """
    enrollment = await desk.request(body, caller)
    created(response, f"/v1/enrollments/{enrollment.id}", enrollment.revision)
    return enrollment


@enrollments.get("", responses=problems(BadRequest))
async def list_enrollments(
    caller: EnrollmentsReader, lists: Lists, paging: Pages, filters: Annotated[EnrollmentFilters, Query()]
) -> Page[EnrollmentRead]:
    """List enrollments, oldest first. Signed-in users see their own, and those that they lead or run."""
    return await lists.page(caller, paging, filters)


@enrollments.get("/{id}", responses=problems(NotFound, Unavailable))
async def get_enrollment(id: Id, caller: EnrollmentsReader, lists: Lists, response: Response) -> EnrollmentRead:
    """One enrollment, with what its status allows and, while it waits, its place in line."""
    enrollment = await lists.get(caller, id)
    tag(response, enrollment.revision)
    return enrollment


@enrollments.get("/{id}/timeline", responses=problems(NotFound, Unavailable))
async def get_enrollment_timeline(
    id: Id, caller: EnrollmentsReader, lists: Lists, paging: Pages
) -> Page[TimelineEntry]:
    """Every move of an enrollment, oldest first: who, for whom, why and when."""
    return await lists.timeline(caller, id, paging)


@enrollments.post("/{id}/approve", responses={**ANSWER, **problems(IllegalMove, OfferingFull, EnrollmentClosed)})
async def approve_enrollment(
    id: Id, body: EnrollmentAct, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Agree to a request. In the same step a free seat is taken (`enrolled`), or the line is joined (`waitlisted`)
    at the place of the request's time."""
    return tagged(response, await desk.act(id, EnrollmentAction.APPROVE, body, caller))


@enrollments.post("/{id}/decline", responses=ANSWER)
async def decline_enrollment(
    id: Id, body: EnrollmentDecline, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Say no to a request, with the reason. Only a person can."""
    return tagged(response, await desk.act(id, EnrollmentAction.DECLINE, body, caller))


@enrollments.post("/{id}/accept", responses={**ANSWER, **problems(IllegalMove, OfferLapsed)})
async def accept_offered_seat(
    id: Id, body: EnrollmentAct, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Take the seat that is held for the next in line."""
    return tagged(response, await desk.act(id, EnrollmentAction.ACCEPT, body, caller))


@enrollments.post("/{id}/start", responses=ACT)
async def start_enrollment(
    id: Id, body: EnrollmentAct, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Say that the participation is under way."""
    return tagged(response, await desk.act(id, EnrollmentAction.START, body, caller))


@enrollments.post("/{id}/complete", responses=ACT)
async def complete_enrollment(
    id: Id, body: EnrollmentCompletion, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Say that the program was completed, and which levels were reached.

    The badge is issued and the leader's follow-ups are made in the same step; the evidence reaches the
    participant's skill levels within seconds (`evidence.status` becomes `recorded`).
    """
    return tagged(response, await desk.act(id, EnrollmentAction.COMPLETE, body, caller))


@enrollments.post("/{id}/fail", responses=ACT)
async def fail_enrollment(
    id: Id, body: EnrollmentAct, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Say that the participant did not reach the goal."""
    return tagged(response, await desk.act(id, EnrollmentAction.FAIL, body, caller))


@enrollments.post("/{id}/no-show", responses=ACT)
async def mark_no_show(
    id: Id, body: EnrollmentAct, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Say that the participant never came."""
    return tagged(response, await desk.act(id, EnrollmentAction.NO_SHOW, body, caller))


@enrollments.post("/{id}/withdraw", responses=ACT)
async def withdraw_enrollment(
    id: Id, body: EnrollmentAct, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """End a participation before its completion. A freed seat goes to the next in line at once."""
    return tagged(response, await desk.act(id, EnrollmentAction.WITHDRAW, body, caller))


@enrollments.post("/{id}/revoke", responses=ACT)
async def revoke_completion(
    id: Id, body: EnrollmentAct, caller: EnrollmentsActor, desk: Desk, response: Response
) -> EnrollmentRead:
    """Take a completion back. The badge is revoked, and the evidence is taken back by compensating entries."""
    return tagged(response, await desk.act(id, EnrollmentAction.REVOKE, body, caller))


@enrollments.put(
    "/by-external-id/{source}/{external_id}",
    responses={
        201: {"model": EnrollmentRead},
        **problems(BadRequest, Conflict, IllegalMove, OfferingFull, ProgramNotOpen, Unprocessable, Unavailable),
    },
)
async def report_participation(
    external: ExternalIdPath,
    body: ParticipationReport,
    caller: EnrollmentsWriter,
    reports: Reports,
    response: Response,
) -> EnrollmentRead:
    """A learning system reports where a participation stands, under its own id: 201 the first time, 200 after.

    No approval is needed; the client is the actor. A person's active enrollment in the same run or program is
    taken over. The same report again changes nothing.
    """
    enrollment, is_new = await reports.report(external, body, caller)
    if is_new:
        response.status_code = 201
    created(response, f"/v1/enrollments/{enrollment.id}", enrollment.revision)
    return enrollment


def tagged(response: Response, enrollment: EnrollmentRead) -> EnrollmentRead:
    """The answer with its ETag."""
    tag(response, enrollment.revision)
    return enrollment


routers = (enrollments,)
