"""Which fact tells of which move, and what it says."""

from datetime import datetime

from services.enrollment.enrollments.acting import Actor
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.rules import EnrollmentStatus
from shared.contracts.enrollment import events
from shared.contracts.enrollment.events import EnrollmentFact

FACTS: dict[EnrollmentStatus, type[EnrollmentFact]] = {
    EnrollmentStatus.REQUESTED: events.EnrollmentRequested,
    EnrollmentStatus.APPROVED: events.EnrollmentApproved,
    EnrollmentStatus.DECLINED: events.EnrollmentDeclined,
    EnrollmentStatus.EXPIRED: events.EnrollmentExpired,
    EnrollmentStatus.WAITLISTED: events.EnrollmentWaitlisted,
    EnrollmentStatus.OFFERED: events.SeatOffered,
    EnrollmentStatus.ENROLLED: events.PersonEnrolled,
    EnrollmentStatus.IN_PROGRESS: events.EnrollmentStarted,
    EnrollmentStatus.COMPLETED: events.EnrollmentCompleted,
    EnrollmentStatus.REVOKED: events.EnrollmentRevoked,
    EnrollmentStatus.FAILED: events.EnrollmentFailed,
    EnrollmentStatus.NO_SHOW: events.ParticipantAbsent,
    EnrollmentStatus.WITHDRAWN: events.EnrollmentWithdrawn,
}


def fact_of(enrollment: Enrollment, status: EnrollmentStatus, actor: Actor, at: datetime) -> EnrollmentFact:
    """The fact that the enrollment reached `status`: every field that its payload names, taken from the row."""
    said = {
        **enrollment.model_dump(),
        "enrollment_id": enrollment.id,
        "at": at,
        "actor_kind": actor.kind,
        "actor_person_id": actor.person_id,
        "actor_client_id": actor.client_id,
        "program_title": enrollment.program["title"],
        "program_format": enrollment.program["format"],
        "hours": enrollment.program["hours"],
    }
    return FACTS[status].model_validate(said)
