"""The table of relations."""

from uuid import UUID

from sqlmodel import Field

from services.skills.tables import SkillsTable


class SkillRelation(SkillsTable, table=True):
    """A directed relation between two skills; `broader` points from the narrower to the broader one."""

    __tablename__ = "skill_relations"

    skill_id: UUID = Field(primary_key=True, foreign_key="skills.id")
    kind: str = Field(primary_key=True)
    related_skill_id: UUID = Field(primary_key=True, foreign_key="skills.id", index=True)
