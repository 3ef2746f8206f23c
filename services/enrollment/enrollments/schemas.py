"""What callers send and see of enrollments."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.enrollment.enrollments.rules import EnrollmentAction, EnrollmentStatus
from services.enrollment.offerings.schemas import ProgramTitle
from shared.references import Reference
from shared.schemas import ExternalId, Instant, Level, RequestBody, Resource, ResponseBody

Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000), Field(examples=["Agreed in our talk"])]
ActingPerson = Annotated[
    Reference,
    Field(
        description="Who acts. A client needs the scope `act` to name somebody; a signed-in user acts as themselves."
    ),
]
Score = Annotated[float, Field(ge=0, le=100, description="Percent.", examples=[87.5])]
PERSON, OFFERING, LEADER = (f"0198c0de-{kind}-7000-8000-000000000001" for kind in ("1111", "2222", "3333"))


class ParticipationTarget(RequestBody):
    """Which run, or which program where its format has no dated run."""

    offering_id: Reference | None = None
    program_id: Reference | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.offering_id is None) == (self.program_id is None):
            raise ValueError("name either offering_id or program_id")
        return self


class EnrollmentRequest(ParticipationTarget):
    """A request to take part."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"person_id": PERSON, "offering_id": OFFERING, "plan_item_id": None}]}
    )

    person_id: Reference
    plan_item_id: UUID | None = Field(default=None, description="The item of a development plan that it serves.")
    campaign_id: UUID | None = Field(default=None, description="The campaign that led here.")
    acting_person_id: ActingPerson | None = None
    reason: Reason | None = None


class EnrollmentAct(RequestBody):
    """Who moves the enrollment, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"acting_person_id": LEADER, "reason": "Agreed in our talk"}]}
    )

    acting_person_id: ActingPerson | None = None
    reason: Reason | None = None


class EnrollmentDecline(EnrollmentAct):
    """A request is declined with a reason, or not at all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"acting_person_id": LEADER, "reason": "The shop is short of people in March; try May."}]
        }
    )

    reason: Reason


class SkillResult(RequestBody):
    """The level reached in one of the program's skills."""

    skill_id: UUID
    level: Level


class EnrollmentCompletion(EnrollmentAct):
    """What was reached, and when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"acting_person_id": LEADER, "completed_at": None, "results": None, "reason": "24 hours done"}]
        }
    )

    completed_at: Instant | None = Field(default=None, description="null = now; never in the future.")
    results: Annotated[list[SkillResult], Field(max_length=200)] | None = Field(
        default=None,
        description="Levels reached. null = every taught skill reached the program's `to_level`; a skill that a "
        "list leaves out was not reached.",
    )
    score: Score | None = None


class ReportedStatus(StrEnum):
    """What a learning system says about a participant."""

    ENROLLED = "enrolled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    NO_SHOW = "no_show"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class ParticipationReport(ParticipationTarget):
    """What a learning system knows about one participation, under the system's own id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_id": "hris:E2",
                    "program_id": "lms:COURSE-7",
                    "status": "completed",
                    "completed_at": "2026-11-20T15:30:00Z",
                    "score": 87.5,
                }
            ]
        }
    )

    person_id: Reference
    status: ReportedStatus
    completed_at: Instant | None = None
    score: Score | None = None
    results: Annotated[list[SkillResult], Field(max_length=200)] | None = None
    reason: Reason | None = None


class EvidenceStatus(StrEnum):
    """Whether a completion has reached the participant's skill levels."""

    PENDING = "pending"
    RECORDED = "recorded"
    NOT_APPLICABLE = "not_applicable"


class EnrollmentEvidence(ResponseBody):
    """What a completion did to the participant's skills; `pending` becomes `recorded` within seconds."""

    status: EvidenceStatus
    rating_ids: list[UUID]


class ReachedSkill(ResponseBody):
    """A skill that the participant reached by completing."""

    skill_id: UUID
    from_level: float = Field(examples=[1.0])
    level: float = Field(examples=[3.0])


class EnrollmentRead(Resource):
    """One person's participation in one run or program. `allowed` lists the actions that its status allows."""

    person_id: UUID
    program: ProgramTitle
    offering_id: UUID | None
    plan_item_id: UUID | None
    campaign_id: UUID | None
    status: EnrollmentStatus
    allowed: list[EnrollmentAction] = Field(examples=[["approve", "decline", "withdraw"]])
    approver_ids: list[UUID] = Field(
        description="Who may answer the request; empty when it waits for the L&D administrators."
    )
    leader_id: UUID | None = Field(description="The leader who follows up.")
    answer_by: datetime | None = Field(description="When an unanswered request goes to the next level, or expires.")
    position: int | None = Field(description="Place in line, 1 = next; null when not waiting.", examples=[None])
    offer_expires_at: datetime | None = Field(description="Until when an offered seat is held.")
    requested_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    score: float | None = Field(examples=[None])
    results: list[ReachedSkill] | None
    evidence: EnrollmentEvidence | None = Field(description="null until completed.")
    credential_id: UUID | None = Field(description="The badge; null where the program gives none.")
    external_ids: list[ExternalId]


class ActorKind(StrEnum):
    """Who moved an enrollment: a person, a client on its own, a policy, or the house (clock and queue)."""

    PERSON = "person"
    CLIENT = "client"
    POLICY = "policy"
    HOUSE = "house"


class MoveActor(ResponseBody):
    """Who acted. A client that acts for a person shows both."""

    kind: ActorKind
    person_id: UUID | None
    client_id: str | None


class TimelineEntry(ResponseBody):
    """One move of an enrollment."""

    id: UUID
    at: datetime
    action: str = Field(examples=["approve"])
    from_status: EnrollmentStatus | None
    to_status: EnrollmentStatus
    actor: MoveActor
    reason: str | None
