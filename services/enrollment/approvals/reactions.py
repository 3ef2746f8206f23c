"""What a move means for its approval: a request opens one, every answer closes it."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.enrollment.approvals import rules
from services.enrollment.approvals.models import Approval
from services.enrollment.approvals.repository import PENDING, ApprovalRepository, PolicyRepository
from services.enrollment.approvals.rules import ApprovalRoute, Leader, Request, Step
from services.enrollment.approvals.schemas import ApprovalPolicyRule
from services.enrollment.enrollments.acting import POLICY
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.moves import Move
from services.enrollment.enrollments.rules import EnrollmentStatus
from services.enrollment.enrollments.seats import Seats
from shared.contracts.skills.messages import LineManager
from shared.database.sessions import AnySession, UnitOfWork


async def react(session: UnitOfWork, move: Move) -> None:
    """Open an approval when somebody asks, close it when the request is no longer one."""
    if move.previous is None:
        await open_approval(session, move)
    elif move.previous is EnrollmentStatus.REQUESTED:
        await close_approval(session, move)


async def open_approval(session: UnitOfWork, move: Move) -> None:
    """Ask whoever the policy and the ladder name, or approve where the policy says so."""
    approvals, policy = ApprovalRepository(session), await policy_in_force(session)
    enrollment = move.enrollment
    route = rules.route(policy.rules, request_of(enrollment))
    if route is ApprovalRoute.APPROVE:
        await Seats(move.maker).approve(enrollment, POLICY, f"Policy {policy.number}.")
        return
    steps = rules.ladder(enrollment.person_id, leaders_of(move.line))
    first = rules.first_step(steps, route)
    approval = await approvals.add(
        Approval(
            enrollment_id=enrollment.id,
            person_id=enrollment.person_id,
            status=PENDING,
            queue=steps[first].queue,
            steps=[write_step(step) for step in steps],
            first=first,
            position=first,
            policy_number=policy.number,
            answer_within_hours=policy.deadline.answer_within // timedelta(hours=1),
            answer_by=rules.answer_by(move.at, policy.deadline),
            requested_at=move.at,
        )
    )
    await approvals.ask(approval.id, steps[first].approver_ids)
    address(enrollment, approval)


async def policy_in_force(session: AnySession) -> rules.Policy:
    """The newest policy; the default where nobody has made one."""
    policy = await PolicyRepository(session).find_current()
    if policy is None:
        return rules.Policy()
    stated = [ApprovalPolicyRule.model_validate(rule) for rule in policy.rules]
    return rules.Policy(
        number=policy.number,
        deadline=rules.Deadline(timedelta(hours=policy.answer_within_hours)),
        rules=tuple(rules.PolicyRule(**{**dict(rule), "formats": tuple(rule.formats)}) for rule in stated),
    )


async def close_approval(session: UnitOfWork, move: Move) -> None:
    """Write down how the request ended."""
    approvals = ApprovalRepository(session)
    approval = await approvals.find_of(move.enrollment.id)
    if approval is not None:
        await approvals.change(approval.id, None, status=move.current, answered_at=move.at)


def address(enrollment: Enrollment, approval: Approval) -> None:
    """Show on the enrollment who may answer by now, and until when."""
    asked = rules.approvers_asked(read_steps(approval), approval.first, approval.position)
    enrollment.approver_ids = [str(person_id) for person_id in asked]
    enrollment.approval_queue = approval.queue
    enrollment.answer_by = approval.answer_by


def leaders_of(line: Sequence[LineManager]) -> list[Leader]:
    """The reporting line as the rules see it."""
    return [Leader(one.person.id, one.person.active, one.deputy_ids) for one in line]


def request_of(enrollment: Enrollment) -> Request:
    """The attributes of the program that a policy looks at."""
    cost = enrollment.program.get("cost")
    return Request(
        program_format=enrollment.program["format"],
        hours=enrollment.program.get("hours") or 0,
        cost=Decimal(cost["amount"]) if cost else None,
        currency=cost["currency"] if cost else None,
    )


def write_step(step: Step) -> dict[str, Any]:
    return {"queue": step.queue, "approver_ids": [str(person_id) for person_id in step.approver_ids]}


def read_steps(approval: Approval) -> list[Step]:
    """The ladder as it was written."""
    return [
        Step(rules.ApprovalQueue(step["queue"]), tuple(UUID(person_id) for person_id in step["approver_ids"]))
        for step in approval.steps
    ]
