"""What silence does to requests: up one level at the deadline, and expired at the end of the ladder."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.enrollment.approvals import rules
from services.enrollment.approvals.models import Approval
from services.enrollment.approvals.reactions import address, read_steps
from services.enrollment.approvals.repository import PENDING, ApprovalRepository
from services.enrollment.approvals.rules import Lapse
from services.enrollment.enrollments.moves import Moves, Reaction
from services.enrollment.enrollments.rules import EnrollmentAction, EnrollmentStatus
from shared.clock import Clock
from shared.clockwork import BATCH, Clockwork
from shared.contracts.enrollment.events import ApprovalEscalated
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.events.outbox import record


class ApprovalClockwork(Clockwork):
    """Looks for unanswered requests, once a second."""

    def __init__(self, database: Database, reactions: Sequence[Reaction], clock: Clock) -> None:
        self.database = database
        self.reactions = reactions
        self.clock = clock

    async def work(self) -> int:
        """Treat what is due now. Returns how many requests were looked at."""
        now = self.clock()
        async with self.database.reading() as session:
            due = [approval.enrollment_id for approval in await ApprovalRepository(session).lapsed(now, BATCH)]
        for enrollment_id in due:
            async with self.database.writing() as unit:
                await self._lapse(unit, enrollment_id, now)
        return len(due)

    async def _lapse(self, session: UnitOfWork, enrollment_id: UUID, now: datetime) -> None:
        moves = Moves(session, self.reactions, now)
        enrollment = await moves.enrollments.hold(enrollment_id)
        approval = await ApprovalRepository(session).find_of(enrollment_id)
        if approval is None or approval.status != PENDING or approval.answer_by > now:
            return
        outcome = rules.lapse(read_steps(approval), approval.position, approval.escalations)
        if outcome is Lapse.EXPIRE:
            if enrollment.status == EnrollmentStatus.REQUESTED:
                await moves.make(enrollment, EnrollmentAction.EXPIRE, reason="Nobody answered in time.")
            return
        await self._escalate(session, approval, outcome, now)
        await session.flush()
        address(enrollment, await ApprovalRepository(session).get(approval.id))
        enrollment.revision, enrollment.updated_at = enrollment.revision + 1, now

    async def _escalate(self, session: UnitOfWork, approval: Approval, outcome: Lapse, now: datetime) -> None:
        approvals = ApprovalRepository(session)
        steps = read_steps(approval)
        position = approval.position + (outcome is Lapse.ESCALATE)
        asked = rules.approvers_asked(steps, approval.first, approval.position)
        added = [one for one in steps[position].approver_ids if one not in asked]
        answer_by = rules.answer_by(now, rules.Deadline(timedelta(hours=approval.answer_within_hours)))
        await approvals.change(
            approval.id,
            None,
            position=position,
            queue=steps[position].queue,
            escalations=approval.escalations + 1,
            answer_by=answer_by,
        )
        await approvals.ask(approval.id, added)
        await record(
            session,
            ApprovalEscalated(
                enrollment_id=approval.enrollment_id,
                person_id=approval.person_id,
                queue=steps[position].queue,
                approver_ids=[*asked, *added],
                answer_by=answer_by,
            ),
        )
