"""Response bodies of invitations."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.skills.assessments.cycles.rules import Status
from services.skills.assessments.policies.rules import Source
from services.skills.roles.schemas import SkillBrief
from shared.schemas import ResponseBody


class InvitationRead(ResponseBody):
    """One rating that is owed."""

    person_id: UUID
    skill: SkillBrief
    source: Source
    assessor_id: UUID | None = Field(description="Who owes it; null where the cycle names nobody (peers, tests).")
    wanted: int = Field(description="How many ratings answer it: of peers the policy's minimum.")
    status: Literal["open", "done"]


class SourceProgress(ResponseBody):
    """How far one source is."""

    source: Source
    wanted: int = Field(examples=[40])
    done: int = Field(examples=[16])
    share: float | None = Field(description="done / wanted; null where nothing is owed.", examples=[0.4])


class ProgressRead(ResponseBody):
    """How far the cycle is, altogether and by source."""

    cycle_id: UUID
    status: Status
    people: int = Field(description="Members of the audience who are here today.")
    wanted: int = Field(description="Ratings that are owed altogether.")
    done: int
    share: float | None = Field(description="done / wanted; null where nothing is owed.", examples=[0.4])
    data: list[SourceProgress]
    next_cursor: str | None = None


class RemindersRead(ResponseBody):
    """How many people are reminded, each by a fact `skills.cycle.reminder_due.v1`."""

    reminded: int
