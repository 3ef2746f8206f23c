"""Tables of follow-ups."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.enrollment.tables import EnrollmentTable
from shared.database.tables import Versioned


class FollowUp(EnrollmentTable, Versioned, table=True):
    """One task of one leader about one participation. At most one of each kind per enrollment."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "kind"),
        # The sweep for escalations and the lists by status ask for what is unanswered, by due day.
        Index(None, "answered_at", "due_on"),
    )

    enrollment_id: UUID = Field(foreign_key="enrollments.id")
    leader_id: UUID | None = Field(default=None, index=True)
    person_id: UUID = Field(index=True)
    program_id: UUID
    program_title: str
    program_format: str
    kind: str
    due_on: date
    escalated_to_id: UUID | None = Field(default=None, index=True)
    escalated_at: datetime | None = None
    applied: str | None = None
    note: str | None = None
    answered_at: datetime | None = None
    answered_by_id: UUID | None = None
