"""Tables of scale migrations. Rows are only ever added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.kernel import JsonDocument
from shared.ids import new_id


class ScaleMigration(SkillsTable, table=True):
    """A framework went from one scale to another. `mapping` names for every old level, as text, the new one."""

    __tablename__ = "scale_migrations"
    __table_args__ = (Index(None, "framework_id", "migrated_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    framework_id: UUID = Field(foreign_key="frameworks.id")
    from_scale_id: UUID = Field(foreign_key="scales.id")
    to_scale_id: UUID = Field(foreign_key="scales.id")
    mapping: dict[str, float] = Field(sa_column=Column(JsonDocument, nullable=False))
    migrated_at: datetime
    migrated_by: str
