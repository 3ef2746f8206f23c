"""HTTP endpoints of approvals."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.enrollment.access import EnrollmentsActor, EnrollmentsAdministrator, EnrollmentsReader
from services.enrollment.approvals.rules import ApprovalQueue
from services.enrollment.approvals.schemas import (
    AnswerResults,
    ApprovalPolicyRead,
    ApprovalPolicyWrite,
    ApprovalRead,
    ApprovalStatus,
    RequestAnswers,
)
from services.enrollment.approvals.service import ApprovalList, BulkAnswers, PolicyService
from services.enrollment.enrollments.acting import MayNotAct
from services.enrollment.enrollments.endpoints import Desk
from services.enrollment.neighbours import Skills
from services.enrollment.people import People
from shared.database.sessions import ReadSession, WriteSession
from shared.errors import (
    BadRequest,
    Conflict,
    PreconditionFailed,
    PreconditionRequired,
    Unavailable,
    Unprocessable,
    problems,
    request_id_of,
)
from shared.etags import IfMatch, tag
from shared.frame import Router
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import Ids, Reference, References

approvals = Router(prefix="/v1/approvals", tags=["Approvals"])


@approvals.get("", responses=problems(BadRequest, Unprocessable, Unavailable))
async def list_approvals(
    caller: EnrollmentsReader,
    session: ReadSession,
    skills: Skills,
    paging: Pages,
    approver_id: Annotated[Reference | None, Query(description="Who is asked.")] = None,
    person_id: Annotated[Reference | None, Query(description="Who wants to take part.")] = None,
    queue: ApprovalQueue | None = None,
    status: Annotated[ApprovalStatus | None, Query(description="`pending` = what waits for an answer.")] = None,
    ids: Ids = None,
    updated_since: UpdatedSince = None,
) -> Page[ApprovalRead]:
    """The requests that wait for an answer, and those that were answered; oldest first.

    Signed-in users see what they are asked; clients and L&D administrators see all.
    """
    people = People(skills)
    approver = await people.find_id(approver_id, "query/approver_id")
    person = await people.find_id(person_id, "query/person_id")
    return await ApprovalList(session).page(
        caller,
        paging,
        approver_id=approver,
        person_id=person,
        queue=queue,
        status=status,
        ids=await References(session, "approval").chosen(ids),
        updated_since=updated_since,
    )


@approvals.get("/policy")
async def get_approval_policy(
    caller: EnrollmentsReader, session: ReadSession, response: Response
) -> ApprovalPolicyRead:
    """The policy in force: which requests are approved at once, and who is asked about the others."""
    policy = await PolicyService(session).get()
    tag(response, policy.number)
    return policy


@approvals.put(
    "/policy", responses=problems(BadRequest, Conflict, PreconditionFailed, PreconditionRequired, Unprocessable)
)
async def replace_approval_policy(
    body: ApprovalPolicyWrite,
    caller: EnrollmentsAdministrator,
    session: WriteSession,
    if_match: IfMatch,
    request: Request,
    response: Response,
) -> ApprovalPolicyRead:
    """Put a new version of the policy in force. Needs If-Match.

    A policy approves or chooses who is asked; it never declines. Requests that wait keep the version under
    which they were made.
    """
    policy = await PolicyService(session).replace(body, if_match, caller, request.app.state.clock())
    tag(response, policy.number)
    return policy


@approvals.post("/bulk", responses=problems(BadRequest, MayNotAct, Unprocessable, Unavailable))
async def answer_requests(
    body: RequestAnswers, caller: EnrollmentsActor, desk: Desk, request: Request
) -> AnswerResults:
    """Answer many requests at once. Each has its own result: what fails leaves the others standing."""
    return await BulkAnswers(desk, request_id_of(request)).answer(body, caller)


routers = (approvals,)
