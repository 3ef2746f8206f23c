"""What callers send and see of approvals."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.enrollment.approvals.rules import ApprovalQueue, ApprovalRoute
from services.enrollment.enrollments.schemas import ActingPerson, EnrollmentRead, Reason
from shared.contracts.programs.messages import Format
from shared.errors import ProblemDocument
from shared.schemas import Amount, Hours, RequestBody, Resource, ResponseBody

ENROLLMENT, LEADER = (f"0198c0de-{kind}-7000-8000-000000000001" for kind in ("4444", "3333"))


class ApprovalStatus(StrEnum):
    """`pending`, or how the request ended."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ApprovalRead(Resource):
    """A request and who may answer it by now."""

    enrollment: EnrollmentRead
    status: ApprovalStatus
    queue: ApprovalQueue = Field(description="Whether leaders are asked, or by now the L&D administrators.")
    approver_ids: list[UUID]
    requested_at: datetime
    answer_by: datetime = Field(description="When it goes one level up; at the end it expires.")
    escalations: int = Field(description="How often nobody answered in time.", examples=[0])
    answered_at: datetime | None


class ApprovalPolicyRule(RequestBody):
    """A request within every stated limit takes the route. No route declines: only people do."""

    route: ApprovalRoute = Field(description="`approve` at once, `ask_leader`, or `ask_administrators`.")
    formats: list[Format] = Field(default_factory=list, max_length=6, description="Empty = every format.")
    min_hours: Hours | None = None
    max_hours: Hours | None = None
    min_cost: Amount | None = None
    max_cost: Amount | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="Of the cost limits; a program in another currency is not within them."
    )

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if (self.min_cost is not None or self.max_cost is not None) and self.currency is None:
            raise ValueError("a cost limit needs a currency")
        return self


class ApprovalPolicyWrite(RequestBody):
    """How requests are routed. The first rule that covers a request decides; without one the leader is asked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answer_within_hours": 168,
                    "rules": [
                        {"route": "approve", "max_hours": 4, "max_cost": "100.00", "currency": "EUR"},
                        {"route": "ask_administrators", "min_cost": "5000.00", "currency": "EUR"},
                    ],
                }
            ]
        }
    )

    answer_within_hours: int = Field(
        default=168, ge=1, le=8760, description="How long each level has before the request goes one up."
    )
    rules: Annotated[list[ApprovalPolicyRule], Field(max_length=50)] = []


class ApprovalPolicyRead(ResponseBody):
    """The policy in force. `number` counts its versions; 0 = nobody has made one, and every leader is asked."""

    number: int = Field(examples=[1])
    answer_within_hours: int = Field(examples=[168])
    rules: list[ApprovalPolicyRule]
    changed_at: datetime | None


class ApprovalDecision(StrEnum):
    """An answer to a request."""

    APPROVE = "approve"
    DECLINE = "decline"


class RequestAnswer(RequestBody):
    """The answer to one request; declining needs a reason."""

    enrollment_id: UUID
    decision: ApprovalDecision
    reason: Reason | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.decision is ApprovalDecision.DECLINE and self.reason is None:
            raise ValueError("declining needs a reason")
        return self


class RequestAnswers(RequestBody):
    """Answers to many requests, each on its own: one that fails leaves the others standing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "acting_person_id": LEADER,
                    "data": [{"enrollment_id": ENROLLMENT, "decision": "approve", "reason": "Agreed in our talk"}],
                }
            ]
        }
    )

    acting_person_id: ActingPerson | None = None
    data: Annotated[list[RequestAnswer], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len({answer.enrollment_id for answer in self.data}) < len(self.data):
            raise ValueError("answer each request once")
        return self


class AnswerResult(ResponseBody):
    """What became of one answer: the enrollment, or the problem."""

    enrollment_id: UUID
    status: int = Field(description="The HTTP status that this answer alone would have had.", examples=[200])
    enrollment: EnrollmentRead | None = None
    problem: ProblemDocument | None = None


class AnswerResults(ResponseBody):
    """One result per answer, in the order of the answers."""

    data: list[AnswerResult]
