"""Kept figures. They can be thrown away and worked out again at any time."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from services.skills.tables import SkillsTable


class KeptTotals(SQLModel):
    """The columns of `Totals`, in its order; sums are whole millionths."""

    people: int = 0
    people_with_gaps: int = 0
    asked: int = 0
    assessed: int = 0
    essential_open: int = 0
    required: int = Field(default=0, sa_type=BigInteger)
    reached: int = Field(default=0, sa_type=BigInteger)
    missing: int = Field(default=0, sa_type=BigInteger)
    upskilling: int = Field(default=0, sa_type=BigInteger)
    reskilling: int = Field(default=0, sa_type=BigInteger)


class PersonGapTotals(SkillsTable, KeptTotals, table=True):
    """A person's figures, and where they stood when these were worked out.

    `horizons` is the set of horizons for which the figures hold, as bits: 1 now, 2 short, 4 long.
    """

    __tablename__ = "gap_people"
    __table_args__ = (Index(None, "org_unit_id"), Index(None, "role_id"), Index(None, "manager_id"))

    person_id: UUID = Field(primary_key=True)
    horizons: int = Field(primary_key=True)
    role_id: UUID | None = None
    org_unit_id: UUID | None = None
    manager_id: UUID | None = None
    # The first day on which the figures may differ although nothing is recorded.
    next_change_on: date | None = Field(default=None, index=True)


class GapCell(SkillsTable, KeptTotals, table=True):
    """The figures of one skill in one group of people: those right in it, not those of groups below it."""

    __tablename__ = "gap_cells"

    kind: str = Field(primary_key=True)
    group_id: UUID = Field(primary_key=True)
    skill_id: UUID = Field(primary_key=True, index=True)
    horizons: int = Field(primary_key=True)
