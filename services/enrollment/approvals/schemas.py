"""What callers send and see of approvals."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.enrollment.approvals.rules import Queue
from services.enrollment.enrollments.schemas import ActingPerson, EnrollmentRead, Reason
from shared.errors import ProblemDocument
from shared.schemas import RequestBody, Resource, ResponseBody

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
    queue: Queue = Field(description="Whether leaders are asked, or by now the L&D administrators.")
    approver_ids: list[UUID]
    requested_at: datetime
    answer_by: datetime = Field(description="When it goes one level up; at the end it expires.")
    escalations: int = Field(description="How often nobody answered in time.", examples=[0])
    answered_at: datetime | None


class Decision(StrEnum):
    """An answer to a request."""

    APPROVE = "approve"
    DECLINE = "decline"


class Answer(RequestBody):
    """The answer to one request; declining needs a reason."""

    enrollment_id: UUID
    decision: Decision
    reason: Reason | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.decision is Decision.DECLINE and self.reason is None:
            raise ValueError("declining needs a reason")
        return self


class BulkAnswer(RequestBody):
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
    data: Annotated[list[Answer], Field(min_length=1, max_length=100)]

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


class BulkResult(ResponseBody):
    """One result per answer, in the order of the answers."""

    data: list[AnswerResult]
