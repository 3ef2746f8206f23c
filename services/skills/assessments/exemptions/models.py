"""Tables of what is set aside for a time. Nothing is forgotten: taking back is a tombstone, and what a change
replaced stays as a buried row, so that a past moment keeps its answer.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.tables import Versioned


class Exemption(SkillsTable, Versioned, table=True):
    """A person need not meet a requirement for a time: of one role, or (`role_id` null) of any."""

    __tablename__ = "exemptions"
    __table_args__ = (Index(None, "person_id", "ends_on"),)

    person_id: UUID = Field(foreign_key="people.id")
    skill_id: UUID = Field(foreign_key="skills.id")
    role_id: UUID | None = Field(default=None, foreign_key="roles.id")
    reason_id: UUID = Field(foreign_key="personal_texts.id")
    starts_on: date
    ends_on: date
    phase: str = Field(index=True)  # the last one that was told
    amended_at: datetime | None = None  # since when the row says what it says; null = since it was created


class Suspension(SkillsTable, Versioned, table=True):
    """A person's skill does not count for a time; its ratings stay as they are."""

    __tablename__ = "suspensions"
    __table_args__ = (Index(None, "person_id", "ends_on"),)

    person_id: UUID = Field(foreign_key="people.id")
    skill_id: UUID = Field(foreign_key="skills.id")
    reason_id: UUID = Field(foreign_key="personal_texts.id")
    starts_on: date
    ends_on: date | None = None
    phase: str = Field(index=True)  # the last one that was told
    amended_at: datetime | None = None  # since when the row says what it says; null = since it was created
