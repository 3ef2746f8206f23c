"""Tables of coverage requirements."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.tables import Versioned

_LIVE = text("deleted_at IS NULL")


class CoverageRequirement(SkillsTable, Versioned, table=True):
    """At least `people` of an org unit, or of those below a manager, hold a skill at a level."""

    __tablename__ = "coverage_requirements"
    __table_args__ = (
        CheckConstraint("(org_unit_id IS NULL) <> (manager_id IS NULL)", name="one_group"),
        # Said once of each group, skill and level. Nulls differ from one another in both databases.
        Index(None, "org_unit_id", "skill_id", "level", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "manager_id", "skill_id", "level", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    org_unit_id: UUID | None = Field(default=None, foreign_key="org_units.id")
    manager_id: UUID | None = Field(default=None, foreign_key="people.id")
    skill_id: UUID = Field(foreign_key="skills.id", index=True)
    level: float
    scale_id: UUID = Field(foreign_key="scales.id")  # the scale that the level was entered on
    people: int
