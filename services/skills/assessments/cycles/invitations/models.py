"""Tables of what is kept about the invitations of a cycle. Tallies can be thrown away and counted again at any time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.database.tables import Versioned

_UNFINISHED = text("finished_at IS NULL")


class CycleTally(SkillsTable, table=True):
    """How many of the skills that a member's role asks for a source has answered in a cycle.

    It holds while the member has that role and `asked` stands for what is asked of it. Without a row it is counted.
    """

    __tablename__ = "cycle_tallies"

    cycle_id: UUID = Field(primary_key=True, foreign_key="assessment_cycles.id")
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    source: str = Field(primary_key=True)
    role_id: UUID = Field(foreign_key="roles.id")
    asked: int = Field(sa_column=Column(BigInteger, nullable=False))
    done: int


class ReminderRound(SkillsTable, Versioned, table=True):
    """Reminders of a cycle that are to be told. `told_until` is the last assessor who was told, in order of id."""

    __tablename__ = "reminder_rounds"
    __table_args__ = (Index(None, "created_at", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),)

    cycle_id: UUID = Field(foreign_key="assessment_cycles.id", index=True)
    told_until: UUID | None = None
    finished_at: datetime | None = None
