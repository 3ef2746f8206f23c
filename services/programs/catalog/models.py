"""Tables of the catalogue."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, String, Text
from sqlmodel import Field

from services.programs.tables import ProgramsTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class Program(ProgramsTable, Versioned, table=True):
    """A program. `details` holds the fields of its format, `search_text` what a search looks at."""

    __tablename__ = "programs"

    title: str
    format: str = Field(sa_type=String(40), index=True)
    status: str = Field(sa_type=String(20), index=True)
    description: str | None = Field(default=None, sa_type=Text)
    hours: float | None = None
    """As stated; None means what the details add up to."""
    cost_hundredths: int | None = Field(default=None, sa_type=BigInteger)
    cost_currency: str | None = Field(default=None, sa_type=String(3))
    delivery: str | None = None
    languages: list[str] = Field(sa_column=Column(JsonDocument, nullable=False))
    provider: str | None = None
    url: str | None = None
    owner_id: UUID | None = Field(default=None, index=True)
    details: dict[str, Any] = Field(sa_column=Column(JsonDocument, nullable=False))
    search_text: str = Field(sa_type=Text)


class ProgramSkill(ProgramsTable, table=True):
    """A skill that a program teaches; its label is kept as it was when the program was written."""

    __tablename__ = "program_skills"
    __table_args__ = (CheckConstraint("to_level > from_level", name="rises"),)

    program_id: UUID = Field(primary_key=True, foreign_key="programs.id")
    skill_id: UUID = Field(primary_key=True, index=True)
    position: int
    label: str
    from_level: float
    to_level: float


class ProgramPrerequisite(ProgramsTable, table=True):
    """A program that comes before another one."""

    __tablename__ = "program_prerequisites"
    __table_args__ = (CheckConstraint("program_id <> needed_program_id", name="another_program"),)

    program_id: UUID = Field(primary_key=True, foreign_key="programs.id")
    needed_program_id: UUID = Field(primary_key=True, foreign_key="programs.id", index=True)
    position: int


class ProgramEntryLevel(ProgramsTable, table=True):
    """A level of a skill that one must have before the program begins."""

    __tablename__ = "program_entry_levels"

    program_id: UUID = Field(primary_key=True, foreign_key="programs.id")
    skill_id: UUID = Field(primary_key=True)
    position: int
    label: str
    level: float
