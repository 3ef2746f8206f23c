"""What a move means for its approval: a request opens one, every answer closes it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.enrollment.approvals import rules
from services.enrollment.approvals.models import Approval
from services.enrollment.approvals.repository import PENDING, ApprovalRepository
from services.enrollment.approvals.rules import Leader, Request, Step
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.reactions import Move
from services.enrollment.enrollments.rules import Status
from shared.contracts.skills.messages import LineManager
from shared.database.sessions import UnitOfWork


async def react(session: UnitOfWork, move: Move) -> None:
    """Open an approval when somebody asks, close it when the request is no longer one."""
    if move.previous is None:
        await open_approval(session, move)
    elif move.previous is Status.REQUESTED:
        await close_approval(session, move)


async def open_approval(session: UnitOfWork, move: Move) -> Approval:
    """Ask whoever the ladder and the policy name."""
    approvals = ApprovalRepository(session)
    enrollment = move.enrollment
    steps = rules.ladder(enrollment.person_id, leaders_of(move.line))
    first = rules.first_step(steps, rules.route((), request_of(enrollment)))
    approval = await approvals.add(
        Approval(
            enrollment_id=enrollment.id,
            person_id=enrollment.person_id,
            status=PENDING,
            queue=steps[first].queue,
            steps=[write_step(step) for step in steps],
            first=first,
            position=first,
            answer_by=rules.answer_by(move.at, rules.Deadline()),
            requested_at=move.at,
        )
    )
    await approvals.ask(approval.id, steps[first].approver_ids)
    address(enrollment, approval)
    return approval


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
        Step(rules.Queue(step["queue"]), tuple(UUID(person_id) for person_id in step["approver_ids"]))
        for step in approval.steps
    ]
