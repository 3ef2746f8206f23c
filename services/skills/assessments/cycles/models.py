"""Tables of assessment cycles and of the snapshots that closing them leaves."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Index
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class AssessmentCycle(SkillsTable, Versioned, table=True):
    """A period in which an audience is rated."""

    __tablename__ = "assessment_cycles"

    title: str
    kind: str
    opens_on: date = Field(index=True)
    closes_on: date
    audience: dict[str, list[str]] = Field(sa_column=Column(JsonDocument, nullable=False))
    required_sources: list[str] = Field(sa_column=Column(JsonDocument, nullable=False))
    previous_cycle_id: UUID | None = Field(default=None, foreign_key="assessment_cycles.id")
    next_cycle_id: UUID | None = Field(default=None, foreign_key="assessment_cycles.id")
    closed_at: datetime | None = Field(default=None, index=True)
    snapshot_id: UUID | None = None
    policy_version: int | None = None  # the one in force at the closing


class SnapshotPerson(SkillsTable, table=True):
    """Where a person of the audience stood when the cycle closed."""

    __tablename__ = "snapshot_people"
    __table_args__ = (Index(None, "person_id", "snapshot_id"),)

    snapshot_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    role_id: UUID | None = Field(default=None, foreign_key="roles.id")
    manager_id: UUID | None = Field(default=None, foreign_key="people.id")
    org_unit_id: UUID | None = Field(default=None, foreign_key="org_units.id")


class SnapshotLevel(SkillsTable, table=True):
    """A level as it was when the cycle closed."""

    __tablename__ = "snapshot_levels"

    snapshot_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    skill_id: UUID = Field(primary_key=True, foreign_key="skills.id")
    level: float | None
    verified: bool
    exempt: bool = False
    suspended: bool = False
