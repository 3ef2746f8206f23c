"""Response bodies of comparisons."""

from uuid import UUID

from pydantic import Field

from services.skills.roles.schemas import SkillBrief
from shared.schemas import ResponseBody


class MovementRead(ResponseBody):
    """How the level of one skill moved, over those whom both cycles know a level of."""

    skill: SkillBrief
    suppressed: bool = Field(description="Fewer than five people: no figures.")
    people: int | None
    before: float | None = Field(description="Mean level when the earlier cycle closed.")
    after: float | None = Field(description="Mean level when the later cycle closed.")
    change: float | None
    raised: int | None = Field(description="How many people's level rose.")
    lowered: int | None


class ComparisonRead(ResponseBody):
    """Two closed cycles side by side, by skill in order of label; levels are on the scale of the later one."""

    cycle_id: UUID
    with_cycle_id: UUID = Field(description="The earlier one.")
    data: list[MovementRead]
    next_cursor: str | None = None
