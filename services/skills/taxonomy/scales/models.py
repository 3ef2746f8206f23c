"""Tables of scales."""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.kernel import JsonDocument
from shared.database.tables import Versioned


class Scale(SkillsTable, Versioned, table=True):
    """Ordered, described levels. `levels` is a list of {level, title, description}, lowest first."""

    __tablename__ = "scales"

    title: str
    is_default: bool = False
    levels: list[dict[str, Any]] = Field(sa_column=Column(JsonDocument, nullable=False))
