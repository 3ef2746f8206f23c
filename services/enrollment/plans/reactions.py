"""What moves of an enrollment do to the plan items that they serve, in the same transaction."""

from services.enrollment.enrollments.moves import Move
from services.enrollment.enrollments.rules import EnrollmentStatus
from services.enrollment.plans.service import PlanService
from shared.database.sessions import UnitOfWork

ENDED_BY = frozenset(
    {
        EnrollmentStatus.DECLINED,
        EnrollmentStatus.EXPIRED,
        EnrollmentStatus.WITHDRAWN,
        EnrollmentStatus.FAILED,
        EnrollmentStatus.NO_SHOW,
        EnrollmentStatus.REVOKED,
    }
)


async def react(session: UnitOfWork, move: Move) -> None:
    """Requested: the named item is served. Completed: it is done. Ended otherwise: it is open again."""
    service, enrollment = PlanService(session, move.at), move.enrollment
    if move.previous is None and enrollment.plan_item_id is not None:
        await service.link(enrollment.plan_item_id, enrollment.id, enrollment.person_id)
    if move.current is EnrollmentStatus.COMPLETED:
        await service.fulfil(enrollment.id, enrollment.person_id, enrollment.program_id)
    elif move.current in ENDED_BY:
        await service.release(enrollment.id)
