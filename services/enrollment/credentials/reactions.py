"""What moves of an enrollment do to badges, in the same transaction."""

from services.enrollment.credentials.service import CredentialService
from services.enrollment.enrollments.moves import Move
from services.enrollment.enrollments.rules import EnrollmentStatus
from shared.database.sessions import UnitOfWork


async def react(session: UnitOfWork, move: Move) -> None:
    """Completed: the badge is given and named on the enrollment. Revoked: it is taken back."""
    service = CredentialService(session)
    if move.current is EnrollmentStatus.COMPLETED:
        move.enrollment.credential_id = (await service.issue_for(move.enrollment, move.at)).id
    elif move.current is EnrollmentStatus.REVOKED:
        reason = move.reason or "The completion was revoked."
        await service.revoke_for(move.enrollment, reason, move.actor_person_id, move.at)
