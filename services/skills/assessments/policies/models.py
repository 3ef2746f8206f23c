"""Versions of the rating policy. A version is never changed; the highest one is in force."""

from datetime import datetime

from sqlalchemy import Column, Integer
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.kernel import JsonDocument


class RatingPolicy(SkillsTable, table=True):
    """One version: in force from `created_at` until the next one."""

    __tablename__ = "rating_policies"

    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    weights: dict[str, float] = Field(sa_column=Column(JsonDocument, nullable=False))
    half_life_days: float
    minimum_peers: int
    self_may_meet: bool
    tolerance: float
    note: str | None = None
    created_at: datetime
    created_by: str
