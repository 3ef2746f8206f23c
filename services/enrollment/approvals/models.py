"""The tables of approvals: one row per request, and who may answer it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index
from sqlmodel import Field

from services.enrollment.tables import EnrollmentTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class Approval(EnrollmentTable, Versioned, table=True):
    """A request that waits for an answer, or its history. `steps` is the ladder of people as it stood on the day
    of the request; `position` the rung it is on, `first` the one it began with."""

    __tablename__ = "approvals"
    __table_args__ = (Index("ix_approvals_due", "status", "answer_by"),)

    enrollment_id: UUID = Field(foreign_key="enrollments.id", unique=True)
    person_id: UUID = Field(index=True)
    status: str = Field(max_length=20)
    queue: str = Field(max_length=30)
    steps: list[dict[str, Any]] = Field(sa_column=Column(JsonDocument, nullable=False))
    first: int = 0
    position: int = 0
    escalations: int = 0
    policy_number: int = 0
    answer_within_hours: int
    answer_by: datetime
    requested_at: datetime
    answered_at: datetime | None = None


class ApprovalPolicy(EnrollmentTable, table=True):
    """One version of the policy; the highest number is in force, and each approval names its own."""

    __tablename__ = "approval_policies"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    answer_within_hours: int
    rules: list[dict[str, Any]] = Field(sa_column=Column(JsonDocument, nullable=False))
    changed_at: datetime
    changed_by: str


class ApprovalApprover(EnrollmentTable, table=True):
    """Somebody who may answer a request by now."""

    __tablename__ = "approval_approvers"

    approval_id: UUID = Field(foreign_key="approvals.id", primary_key=True)
    person_id: UUID = Field(primary_key=True, index=True)
