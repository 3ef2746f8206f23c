"""Tables of frameworks."""

from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.tables import Versioned


class Framework(SkillsTable, Versioned, table=True):
    """A body of skills with one publisher and one scale: ESCO, O*NET, the organisation's own."""

    __tablename__ = "frameworks"
    __table_args__ = (UniqueConstraint("uri"),)

    uri: str = Field(sa_type=String(1000))
    title: str
    edition: str
    """What the publisher calls its version; `version` in the API."""
    scale_id: UUID = Field(foreign_key="scales.id")
    attribution: str | None = None
    """What its licence asks to be shown beside it."""
