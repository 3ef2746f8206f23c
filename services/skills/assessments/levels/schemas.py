"""Response bodies of levels."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.skills.assessments.policies.rules import Source
from services.skills.roles.schemas import SkillBrief
from shared.schemas import ResponseBody


class ContributionRead(ResponseBody):
    """What one source says. share = weight · recency / the same of all sources that count."""

    source: Source
    mean: float = Field(description="Mean of its assessors' latest ratings; of peers rounded to halves.")
    raters: int
    age_days: float = Field(description="Age of its newest rating.")
    weight: float = Field(description="What the policy gives this source.")
    recency: float = Field(description="0.5 ^ (age / half-life).")
    share: float = Field(ge=0, le=1, description="Its part of the level; 0 = it does not count.")
    superseded_by: UUID | None = Field(description="The learning rating that took its place.")


class SkillLevelRead(ResponseBody):
    """A level that explains itself. `level` null = nothing counts, 0 = rated: none."""

    skill: SkillBrief
    level: float | None = Field(examples=[3.0])
    verified: bool = Field(description="Whether anybody or anything but the person's own rating counts.")
    confidence: float | None = Field(description="How sure the level is now, 0..1; it fades with time.")
    disagreement: float | None = Field(description="Largest − smallest mean of the sources, in levels.")
    suspended: bool = Field(description="Set aside for a time: gaps take the skill as unrated.")
    contributions: list[ContributionRead]
    next_change_at: datetime | None = Field(description="When the next rating expires.")


class PersonSkills(ResponseBody):
    """All skills in which a person was ever rated, by label."""

    person_id: UUID
    as_of: datetime | None = Field(description="The moment that was asked for; null = now.")
    policy_version: int
    data: list[SkillLevelRead]
    next_cursor: str | None
