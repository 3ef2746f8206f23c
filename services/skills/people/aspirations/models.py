"""Tables of aspirations."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.skills.tables import SkillsTable


class Aspirations(SkillsTable, table=True):
    """That a person has told their wishes, and at which revision these are."""

    __tablename__ = "aspirations"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    revision: int
    updated_at: datetime


class AspiredRole(SkillsTable, table=True):
    """A role that a person wants; `place` 0 is the one they want most."""

    __tablename__ = "aspired_roles"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    role_id: UUID = Field(primary_key=True, foreign_key="roles.id", index=True)
    place: int


class SkillInterest(SkillsTable, table=True):
    """How much a person wants to learn or use a skill: 1..5. A wish, never a level."""

    __tablename__ = "skill_interests"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    skill_id: UUID = Field(primary_key=True, foreign_key="skills.id", index=True)
    interest: int
