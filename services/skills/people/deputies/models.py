"""Tables of deputies."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.tables import Versioned


class Deputy(SkillsTable, Versioned, table=True):
    """Somebody who acts for a person, from one day to another (open: until taken back)."""

    __tablename__ = "deputies"
    __table_args__ = (Index(None, "person_id", "deleted_at"),)

    person_id: UUID = Field(foreign_key="people.id")
    deputy_id: UUID = Field(foreign_key="people.id", index=True)
    starts_on: date
    ends_on: date | None = None
