"""What is kept of everybody's gaps, packed. It can be thrown away and worked out again at any time."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Index, Integer
from sqlmodel import Field

from services.skills.tables import SkillsTable


class SkillNumber(SkillsTable, table=True):
    """A small number that stands for a skill in what is packed. Given once and never again to another."""

    __tablename__ = "gap_skills"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    skill_id: UUID = Field(unique=True)


class KeptProfile(SkillsTable, table=True):
    """What a role asks for, as `profiles.ASKED`. Its id comes from its content: a row is never changed."""

    __tablename__ = "gap_profiles"

    id: UUID = Field(primary_key=True)
    asked: bytes


class KeptStanding(SkillsTable, table=True):
    """Where a person stood when they were last looked at, and what they held of what their role asks for, as
    `profiles.HELD`. The nil UUID stands for no role, no unit, no manager, and for nothing asked; as a snapshot it
    stands for the present.
    """

    __tablename__ = "gap_standings"
    __table_args__ = (Index(None, "snapshot_id", "org_unit_id"), Index(None, "snapshot_id", "role_id"))

    snapshot_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    role_id: UUID
    org_unit_id: UUID
    manager_id: UUID
    profile_id: UUID
    # The first day on which what is packed may differ although nothing is recorded.
    next_change_on: date | None = Field(default=None, index=True)
    held: bytes


class KeptSheet(SkillsTable, table=True):
    """The figures of one group of people by skill, as `sheets.CELL`: of those right in it, not in groups below it."""

    __tablename__ = "gap_sheets"
    __table_args__ = (Index(None, "snapshot_id", "kind", "group_id", "people"),)

    snapshot_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    group_id: UUID = Field(primary_key=True)
    people: int
    cells: bytes


class CountedSnapshot(SkillsTable, table=True):
    """A snapshot of a closed cycle whose standings and sheets are kept, its levels on the scales that were in force
    after so many migrations.
    """

    __tablename__ = "gap_snapshots"

    snapshot_id: UUID = Field(primary_key=True)
    migrations: int
