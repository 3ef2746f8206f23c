"""Answers about groups."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.skills.gaps.schemas import AssessedShare, Readiness
from services.skills.roles.schemas import SkillBrief
from shared.schemas import ResponseBody


class GroupBy(StrEnum):
    """What people are grouped by."""

    ORG_UNIT = "org_unit"
    ROLE = "role"
    MANAGER = "manager"
    SKILL = "skill"


Pending = Annotated[
    int,
    Field(
        ge=0,
        description="People whose figures are still being worked out anew, as after a new rating policy or an upgrade; "
        "0: everything is in.",
        examples=[0],
    ),
]


class GroupRead(ResponseBody):
    """An org unit, a role, a manager's team or a skill."""

    id: UUID
    title: str = Field(examples=["Sales"])
    parent_id: UUID | None = Field(default=None, description="The group that this one is part of.")


class GroupGaps(ResponseBody):
    """The gaps of a group of people against their own roles; figures are null where too few stand behind them."""

    group: GroupRead
    people: int | None = Field(description="People behind the figures, all levels down.", examples=[12])
    suppressed: bool = Field(description="Hidden: fewer than 5 people, or their figures could be worked out.")
    readiness: Readiness
    assessed_share: AssessedShare
    weighted_gap: float | None = Field(description="Mean weighted gap per person, in levels.", examples=[3.5])
    upskilling: float | None = Field(description="Its part in skills that the present role needs.")
    reskilling: float | None = Field(description="Its part in skills that a redesign brings.")
    people_with_gaps: int | None = Field(description="People with at least one open requirement.")
    essential_open: int | None = Field(description="Open essential requirements of all these people.")


class GroupGapsPage(ResponseBody):
    """Gaps by group, the largest mean weighted gap first."""

    group_by: GroupBy
    horizon: str
    data: list[GroupGaps]
    next_cursor: str | None = None
    pending: Pending


class TrendPointRead(ResponseBody):
    """The gaps when a cycle closed; the last point (`cycle_id` null) is live."""

    cycle_id: UUID | None
    closed_at: datetime | None
    people: int | None = Field(description="People behind the figures; null where too few.", examples=[1])
    readiness: Readiness
    weighted_gap: float | None = Field(description="Mean weighted gap per person, in levels.", examples=[3.5])
    suppressed: bool = False


class Trend(ResponseBody):
    """A point per closed cycle in order of closing, the last one live."""

    data: list[TrendPointRead]
    next_cursor: str | None = None
    pending: Pending


class HeatmapCellRead(ResponseBody):
    """One group and one skill. People null = hidden, 0 = not asked for."""

    skill_id: UUID
    people: int | None
    gap: float | None = Field(description="Mean gap in levels.")
    readiness: Readiness
    suppressed: bool


class HeatmapRowRead(ResponseBody):
    """One group with a cell for each skill, in the order of `skills`."""

    group: GroupRead
    depth: int = Field(ge=0, description="How far below the top.")
    cells: list[HeatmapCellRead]


class HeatmapRead(ResponseBody):
    """Groups down, skills across, the skill with the largest weighted gap first."""

    group_by: GroupBy
    horizon: str
    skills: list[SkillBrief]
    data: list[HeatmapRowRead]
    next_cursor: str | None = None
    pending: Pending
