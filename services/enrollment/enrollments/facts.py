"""Which fact tells of which move, and what it says."""

from datetime import datetime

from services.enrollment.enrollments.acting import Actor
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.rules import Status
from shared.contracts.enrollment import events
from shared.contracts.enrollment.events import EnrollmentFact

FACTS: dict[Status, type[EnrollmentFact]] = {
    Status.REQUESTED: events.EnrollmentRequested,
    Status.APPROVED: events.EnrollmentApproved,
    Status.DECLINED: events.EnrollmentDeclined,
    Status.EXPIRED: events.EnrollmentExpired,
    Status.WAITLISTED: events.EnrollmentWaitlisted,
    Status.OFFERED: events.SeatOffered,
    Status.ENROLLED: events.PersonEnrolled,
    Status.IN_PROGRESS: events.EnrollmentStarted,
    Status.COMPLETED: events.EnrollmentCompleted,
    Status.REVOKED: events.EnrollmentRevoked,
    Status.FAILED: events.EnrollmentFailed,
    Status.NO_SHOW: events.ParticipantAbsent,
    Status.WITHDRAWN: events.EnrollmentWithdrawn,
}


def fact_of(enrollment: Enrollment, status: Status, actor: Actor, at: datetime) -> EnrollmentFact:
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
