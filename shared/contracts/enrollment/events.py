"""Facts of the enrollment service. Payloads are frozen under their names; they hold ids, never names of people
and never anybody's words."""

from datetime import date, datetime
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


class CredentialFact(Fact):
    """What every fact about a badge says."""

    credential_id: UUID
    enrollment_id: UUID
    person_id: UUID
    program_id: UUID
    at: datetime

    def subject(self) -> str:
        return f"credential:{self.credential_id}"


class CredentialIssued(CredentialFact):
    """A badge was given for a completion."""

    type: ClassVar[str] = "enrollment.credential.issued.v1"


class CredentialRevoked(CredentialFact):
    """A badge was taken back."""

    type: ClassVar[str] = "enrollment.credential.revoked.v1"


class FollowUpFact(Fact):
    """What every fact about a follow-up says. `leader_id` null = the administrators owe it."""

    follow_up_id: UUID
    enrollment_id: UUID
    person_id: UUID
    program_id: UUID
    leader_id: UUID | None = None
    kind: Literal["approval", "completion", "day_30", "day_60", "day_90"]
    due_on: date

    def subject(self) -> str:
        return f"follow_up:{self.follow_up_id}"


class FollowUpOpened(FollowUpFact):
    """A leader owes somebody a talk by `due_on`."""

    type: ClassVar[str] = "enrollment.follow_up.opened.v1"


class FollowUpAnswered(FollowUpFact):
    """The talk took place; `applied` is what the leader saw, null where nobody asks. The note stays in the service."""

    type: ClassVar[str] = "enrollment.follow_up.answered.v1"

    applied: Literal["yes", "partly", "no"] | None
    answered_by_id: UUID | None = None


class FollowUpEscalated(FollowUpFact):
    """Nobody answered in time; the next manager has it now, or the administrators (null)."""

    type: ClassVar[str] = "enrollment.follow_up.escalated.v1"

    escalated_to_id: UUID | None = None


class PlanFact(Fact):
    """What every fact about a development plan says."""

    plan_id: UUID
    person_id: UUID
    target_role_id: UUID | None = None
    status: Literal["draft", "in_review", "active", "completed", "cancelled"]
    at: datetime
    actor_person_id: UUID | None = None
    actor_client_id: str | None = None

    def subject(self) -> str:
        return f"plan:{self.plan_id}"


class PlanCreated(PlanFact):
    """A plan was made."""

    type: ClassVar[str] = "enrollment.plan.created.v1"


class PlanMoved(PlanFact):
    """A plan was submitted, returned, approved, completed, cancelled or reopened."""

    type: ClassVar[str] = "enrollment.plan.moved.v1"

    action: Literal["submit", "return", "approve", "complete", "cancel", "reopen"]


class PlanItemFulfilled(Fact):
    """A completion did what an item of a plan asked for."""

    type: ClassVar[str] = "enrollment.plan_item.fulfilled.v1"

    plan_id: UUID
    plan_item_id: UUID
    person_id: UUID
    enrollment_id: UUID
    at: datetime

    def subject(self) -> str:
        return f"plan:{self.plan_id}"


class ApprovalEscalated(Fact):
    """Nobody answered a request in time: more people are asked, or the administrators once more."""

    type: ClassVar[str] = "enrollment.approval.escalated.v1"

    enrollment_id: UUID
    person_id: UUID
    queue: Literal["leaders", "learning_administrators"]
    approver_ids: list[UUID]
    answer_by: datetime

    def subject(self) -> str:
        return f"enrollment:{self.enrollment_id}"
