"""Answers of the expert finder."""

from uuid import UUID

from pydantic import Field

from services.skills.gaps.coverage.schemas import PersonBrief
from services.skills.roles.schemas import RoleBrief, SkillBrief
from shared.schemas import ResponseBody


class ExpertRead(ResponseBody):
    """Somebody who agreed to be asked about the skill."""

    person: PersonBrief
    role: RoleBrief | None
    org_unit_id: UUID | None
    level: float = Field(description="What others say; one's own word alone makes nobody an expert.", examples=[4.5])


class ExpertsPage(ResponseBody):
    """Experts in a skill, the highest level first."""

    skill: SkillBrief
    level: float = Field(description="The least level that was asked for.", examples=[3])
    data: list[ExpertRead]
    next_cursor: str | None = None
