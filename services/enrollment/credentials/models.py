"""Tables of credentials: the frozen claims. What is signed is made when it is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column
from sqlmodel import Field

from services.enrollment.tables import EnrollmentTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class Credential(EnrollmentTable, Versioned, table=True):
    """One badge of one person for one completion."""

    __tablename__ = "credentials"

    person_id: UUID = Field(index=True)
    enrollment_id: UUID = Field(foreign_key="enrollments.id", unique=True)
    program_id: UUID
    program_title: str
    program_format: str
    program_description: str | None = None
    hours: float | None = None
    skills: list[dict[str, Any]] = Field(sa_column=Column(JsonDocument, nullable=False))
    issued_at: datetime
    revoked_at: datetime | None = None
    revoked_reason: str | None = None
    revoked_by_id: UUID | None = None
