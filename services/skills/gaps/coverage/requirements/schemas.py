"""Request and response bodies of coverage requirements."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.skills.roles.schemas import SkillBrief
from shared.references import Reference
from shared.schemas import RequestBody, Resource

Level = Annotated[float, Field(gt=0, le=100, description="Within the scale of the skill's framework.", examples=[3])]
People = Annotated[int, Field(ge=1, le=100_000, description="How many should hold it at least.", examples=[2])]


class CoverageRequirementWrite(RequestBody):
    """At least so many people of an org unit, or of a manager's team, hold a skill at a level. Name one of the two."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"org_unit_id": "hris:WAREHOUSE", "skill_id": "shop:first-aid", "level": 3, "people": 2}]
        }
    )

    org_unit_id: Reference | None = Field(default=None, description="The unit and everything under it.")
    manager_id: Reference | None = Field(default=None, description="Everybody below this person, all levels down.")
    skill_id: Reference
    level: Level
    people: People


class CoverageRequirementRead(Resource):
    """What is required of a group, and how it stands today. Figures are null where too few people stand behind them."""

    org_unit_id: UUID | None
    manager_id: UUID | None
    skill: SkillBrief
    level: float = Field(description="On the scale in force.", examples=[3])
    people: int = Field(description="How many should hold it at least.", examples=[2])
    holders: int | None = Field(description="How many hold it at the level; one's own word does not count.")
    missing: int | None = Field(description="How many more are needed.", examples=[1])
    met: bool | None
    suppressed: bool = Field(description="Hidden: fewer than 5 people, or fewer than 5 less than in a wider group.")
    deleted: bool = Field(default=False, description="True in delta sync when the requirement is gone.")
