"""The table of offerings. A seat is a number on its row, changed by conditional UPDATE alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column
from sqlmodel import Field

from services.enrollment.tables import EnrollmentTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class Offering(EnrollmentTable, Versioned, table=True):
    """A run of a program. `taken` counts held seats, `waiting` the people in line; `program` is the program as
    it was when the offering was made."""

    __tablename__ = "offerings"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND coalesce(capacity, taken)", name="never_oversold"),
        CheckConstraint("waiting >= 0", name="waiting_counts"),
    )

    program_id: UUID = Field(index=True)
    program: dict[str, Any] = Field(sa_column=Column(JsonDocument, nullable=False))
    starts_at: datetime | None = Field(default=None, index=True)
    ends_at: datetime | None = None
    enrollment_opens_at: datetime | None = None
    enrollment_closes_at: datetime | None = None
    capacity: int | None = None
    taken: int = 0
    waiting: int = 0
    waitlist: str = Field(max_length=10)
    offer_hours: int
    place: str | None = None
    link: str | None = None
    facilitator_id: UUID | None = None
