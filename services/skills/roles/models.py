"""Tables of roles. Requirements are kept as a history: a row is never changed, only replaced."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Index
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned
from shared.ids import new_id


class Role(SkillsTable, Versioned, table=True):
    """A job as the organisation names it."""

    __tablename__ = "roles"

    title: str
    family: str | None = Field(default=None, index=True)
    grade: str | None = None
    description: str | None = None
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JsonDocument, nullable=False))


class RoleName(SkillsTable, table=True):
    """A title or alias as it is matched: case-folded."""

    __tablename__ = "role_names"

    key: str = Field(primary_key=True)
    role_id: UUID = Field(primary_key=True, foreign_key="roles.id", index=True)


class RoleRequirement(SkillsTable, table=True):
    """One requirement of a role, in force in the ledger from `recorded_at` until `replaced_at`."""

    __tablename__ = "role_requirements"
    __table_args__ = (
        Index(None, "role_id", "replaced_at", "skill_id"),
        Index(None, "skill_id", "replaced_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    role_id: UUID = Field(foreign_key="roles.id")
    skill_id: UUID = Field(foreign_key="skills.id")
    level: float
    importance: float
    essential: bool
    redesign: bool = False
    low_precision: bool = False
    effective_from: date | None = None
    recorded_at: datetime
    replaced_at: datetime | None = None


class RoleMove(SkillsTable, table=True):
    """A step that people take from one role to another, and what kind of step it is."""

    __tablename__ = "role_moves"

    from_role_id: UUID = Field(primary_key=True, foreign_key="roles.id")
    to_role_id: UUID = Field(primary_key=True, foreign_key="roles.id", index=True)
    kind: str
    note: str | None = None
