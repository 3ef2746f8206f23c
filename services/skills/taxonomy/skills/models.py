"""Tables of skills."""

from uuid import UUID

from sqlalchemy import Column, Index, String, UniqueConstraint, text
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class Skill(SkillsTable, Versioned, table=True):
    """A skill. `labels` maps a language to the preferred label, `alternative_labels` to a list of others.

    `level_descriptions` maps a level of the scale, as text, to what it means for this skill.
    """

    __tablename__ = "skills"
    __table_args__ = (UniqueConstraint("framework_id", "uri"), Index(None, "framework_id", "status"))

    framework_id: UUID = Field(foreign_key="frameworks.id")
    uri: str = Field(sa_type=String(1000))
    kind: str
    status: str
    labels: dict[str, str] = Field(sa_column=Column(JsonDocument, nullable=False))
    alternative_labels: dict[str, list[str]] = Field(sa_column=Column(JsonDocument, nullable=False))
    description: str | None = None
    level_descriptions: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JsonDocument, nullable=False, server_default=text("'{}'"))
    )
    code: str | None = None
    """The framework's own short name of it, which need not be unique: `S1.2.3`, `2.A.1.a`."""
    reuse_level: str | None = None
    replaced_by_id: UUID | None = Field(default=None, foreign_key="skills.id")
