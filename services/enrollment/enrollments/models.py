"""The tables of enrollments and of their timelines."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from services.enrollment.enrollments.rules import ACTIVE
from services.enrollment.tables import EnrollmentTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned
from shared.ids import new_id

_IS_ACTIVE = "status IN ({})".format(", ".join(f"'{status}'" for status in sorted(ACTIVE)))


class Enrollment(EnrollmentTable, Versioned, table=True):
    """One person's participation. `program` is the program as it was when the run was made or, without a run,
    when the request was; later changes of the catalogue do not change what was agreed."""

    __tablename__ = "enrollments"
    __table_args__ = (
        Index(
            "uq_enrollments_active_in_offering",
            "offering_id",
            "person_id",
            unique=True,
            sqlite_where=text(f"offering_id IS NOT NULL AND {_IS_ACTIVE}"),
            postgresql_where=text(f"offering_id IS NOT NULL AND {_IS_ACTIVE}"),
        ),
        Index(
            "uq_enrollments_active_in_program",
            "program_id",
            "person_id",
            unique=True,
            sqlite_where=text(f"offering_id IS NULL AND {_IS_ACTIVE}"),
            postgresql_where=text(f"offering_id IS NULL AND {_IS_ACTIVE}"),
        ),
        Index("ix_enrollments_line", "offering_id", "status", "requested_at", "id"),
        Index("ix_enrollments_offers", "status", "offer_expires_at"),
    )

    person_id: UUID = Field(index=True)
    offering_id: UUID | None = Field(default=None, foreign_key="offerings.id")
    program_id: UUID = Field(index=True)
    program: dict[str, Any] = Field(sa_column=Column(JsonDocument, nullable=False))
    facilitator_id: UUID | None = None
    plan_item_id: UUID | None = Field(default=None, index=True)
    campaign_id: UUID | None = Field(default=None, index=True)
    status: str = Field(max_length=20)
    leader_id: UUID | None = Field(default=None, index=True)
    approver_ids: list[str] = Field(default_factory=list, sa_column=Column(JsonDocument, nullable=False))
    approval_queue: str | None = None
    answer_by: datetime | None = None
    offer_expires_at: datetime | None = None
    requested_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    score: float | None = None
    results: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JsonDocument))
    evidence_status: str | None = Field(default=None, max_length=20)
    evidence_rating_ids: list[str] = Field(default_factory=list, sa_column=Column(JsonDocument, nullable=False))
    credential_id: UUID | None = None


class EnrollmentMove(EnrollmentTable, table=True):
    """One line of a timeline: written with the move, never changed."""

    __tablename__ = "enrollment_moves"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enrollment_id: UUID = Field(foreign_key="enrollments.id", index=True)
    at: datetime
    action: str = Field(max_length=20)
    from_status: str | None = Field(default=None, max_length=20)
    to_status: str = Field(max_length=20)
    actor_kind: str = Field(max_length=10)
    actor_person_id: UUID | None = None
    actor_client_id: str | None = Field(default=None, max_length=200)
    reason: str | None = None
