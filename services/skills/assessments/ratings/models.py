"""The ledger: ratings, and what was appended to them. Rows are only ever added."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.skills.tables import SkillsTable
from shared.ids import new_id


class RatingRow(SkillsTable, table=True):
    """What one assessor said of one person's skill, and which system sent it."""

    __tablename__ = "ratings"
    __table_args__ = (
        Index(None, "person_id", "skill_id", "recorded_at"),
        Index(None, "cycle_id", "person_id"),
        # One rating of a skill per record of another system: what is sent again changes nothing. A record that
        # was revoked may come again, as its next take.
        UniqueConstraint("evidence_source", "evidence_id", "evidence_take", "skill_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id")
    skill_id: UUID = Field(foreign_key="skills.id", index=True)
    level: float
    # The scale that it was given on; null where this was not noted yet: the framework's first one.
    scale_id: UUID | None = Field(default=None, foreign_key="scales.id")
    source: str
    assessor_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    recorded_by: str  # the client or user who sent it
    assessed_at: datetime
    recorded_at: datetime
    expires_at: datetime | None = Field(default=None, index=True)
    note_id: UUID | None = Field(default=None, foreign_key="personal_texts.id")
    url: str | None = None
    cycle_id: UUID | None = Field(default=None, foreign_key="assessment_cycles.id")
    evidence_source: str | None = None
    evidence_id: str | None = None
    evidence_take: int | None = None


class RatingEntry(SkillsTable, table=True):
    """An entry appended to a rating: revoked, disputed, upheld, dismissed."""

    __tablename__ = "rating_entries"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    rating_id: UUID = Field(foreign_key="ratings.id", index=True)
    kind: str
    recorded_at: datetime
    recorded_by: str
    acting_person_id: UUID | None = Field(default=None, foreign_key="people.id")
    reason_id: UUID | None = Field(default=None, foreign_key="personal_texts.id")
