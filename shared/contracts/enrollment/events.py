"""Facts of the enrollment service. Payloads are frozen under their names; they hold ids, never names of people
and never anybody's words."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.facts import Fact
from shared.schemas import Message

ActorKind = Literal["person", "client", "policy", "house"]


class EnrollmentFact(Fact):
    """What every fact about an enrollment says. `client_id` is the integration that acted, alone or for the
    person."""

    enrollment_id: UUID
    person_id: UUID
    program_id: UUID
    offering_id: UUID | None = None
    plan_item_id: UUID | None = None
    campaign_id: UUID | None = None
    leader_id: UUID | None = None
    at: datetime
    actor_kind: ActorKind
    actor_person_id: UUID | None = None
    actor_client_id: str | None = None

    def subject(self) -> str:
        return f"enrollment:{self.enrollment_id}"


class EnrollmentRequested(EnrollmentFact):
    """Somebody asked to take part."""

    type: ClassVar[str] = "enrollment.enrollment.requested.v1"


class EnrollmentApproved(EnrollmentFact):
    """A leader, an administrator or a policy agreed; a seat or a place in line follows at once."""

    type: ClassVar[str] = "enrollment.enrollment.approved.v1"


class EnrollmentDeclined(EnrollmentFact):
    """A person declined the request."""

    type: ClassVar[str] = "enrollment.enrollment.declined.v1"


class EnrollmentExpired(EnrollmentFact):
    """Nobody answered, the offered seat was not accepted, or the run started before a seat was free."""

    type: ClassVar[str] = "enrollment.enrollment.expired.v1"


class EnrollmentWaitlisted(EnrollmentFact):
    """No seat was free; the person stands in line."""

    type: ClassVar[str] = "enrollment.enrollment.waitlisted.v1"


class SeatOffered(EnrollmentFact):
    """A seat is held for the next in line until `offer_expires_at`."""

    type: ClassVar[str] = "enrollment.enrollment.offered.v1"

    offer_expires_at: datetime


class PersonEnrolled(EnrollmentFact):
    """The person has a seat, or takes part in a program without seats."""

    type: ClassVar[str] = "enrollment.enrollment.enrolled.v1"


class EnrollmentStarted(EnrollmentFact):
    """The participation is under way."""

    type: ClassVar[str] = "enrollment.enrollment.started.v1"


class ReachedSkill(Message):
    """A skill that the program taught and the level that was reached in it."""

    skill_id: UUID
    from_level: float
    level: float


class EnrollmentCompleted(EnrollmentFact):
    """The program was completed. `results` are the levels reached; empty = it says nothing about levels."""

    type: ClassVar[str] = "enrollment.enrollment.completed.v1"

    completed_at: datetime
    program_title: str
    program_format: str
    hours: float | None = None
    score: float | None = None
    results: list[ReachedSkill]


class EnrollmentRevoked(EnrollmentFact):
    """A completion was taken back; whatever followed from it is to be taken back too."""

    type: ClassVar[str] = "enrollment.enrollment.revoked.v1"

    completed_at: datetime


class EnrollmentFailed(EnrollmentFact):
    """The participant did not reach the goal."""

    type: ClassVar[str] = "enrollment.enrollment.failed.v1"


class ParticipantAbsent(EnrollmentFact):
    """The participant never came."""

    type: ClassVar[str] = "enrollment.enrollment.no_show.v1"


class EnrollmentWithdrawn(EnrollmentFact):
    """The participation ended before its completion, by choice."""

    type: ClassVar[str] = "enrollment.enrollment.withdrawn.v1"
