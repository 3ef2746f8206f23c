"""The derived levels. They can be thrown away and rebuilt from the ledger at any time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.skills.tables import SkillsTable


class SkillLevel(SkillsTable, table=True):
    """Person × skill. `next_change_at` is when the level must be rebuilt although nothing arrives."""

    __tablename__ = "skill_levels"
    __table_args__ = (Index(None, "skill_id", "level"),)

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    skill_id: UUID = Field(primary_key=True, foreign_key="skills.id")
    level: float | None
    verified: bool
    disagreement: float | None
    policy_version: int = Field(index=True)
    next_change_at: datetime | None = Field(default=None, index=True)
    rebuilt_at: datetime
