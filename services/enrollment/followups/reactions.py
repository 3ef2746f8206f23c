"""What moves of an enrollment ask of the leader, in the same transaction."""

from collections.abc import Mapping, Sequence

from services.enrollment.enrollments.moves import Move
from services.enrollment.enrollments.rules import EnrollmentStatus
from services.enrollment.followups.rules import AFTER_APPROVAL, AFTER_COMPLETION, FollowUpKind
from services.enrollment.followups.service import FollowUpService
from shared.database.sessions import UnitOfWork

OPENED_BY: Mapping[EnrollmentStatus, Sequence[FollowUpKind]] = {
    EnrollmentStatus.APPROVED: AFTER_APPROVAL,
    EnrollmentStatus.COMPLETED: AFTER_COMPLETION,
}
ENDED_BY = frozenset(
    {
        EnrollmentStatus.EXPIRED,
        EnrollmentStatus.WITHDRAWN,
        EnrollmentStatus.FAILED,
        EnrollmentStatus.NO_SHOW,
        EnrollmentStatus.REVOKED,
    }
)
"""Where there is nothing left to follow up; what was answered stays."""


async def react(session: UnitOfWork, move: Move) -> None:
    """Approved by a person, and completed: tasks are opened, due from that day. Ended otherwise: dropped."""
    service = FollowUpService(session)
    if move.current is EnrollmentStatus.APPROVED and move.actor_person_id is None:
        return  # a policy agreed, or a learning system reported: there is no leader's word to follow up
    if kinds := OPENED_BY.get(move.current):
        occasion = move.enrollment.completed_at if move.current is EnrollmentStatus.COMPLETED else move.at
        await service.open(move.enrollment, kinds, occasion or move.at, move.at)
    elif move.current in ENDED_BY:
        await service.drop(move.enrollment.id)
