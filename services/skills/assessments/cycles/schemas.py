"""Request and response bodies of assessment cycles."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.skills.assessments.cycles.rules import Kind, Status
from services.skills.assessments.policies.rules import Source
from services.skills.roles.schemas import SkillBrief
from shared.references import Reference
from shared.schemas import RequestBody, Resource, ResponseBody, Title

Members = Annotated[list[Reference], Field(max_length=5000)]


class AudienceWrite(RequestBody):
    """Who is rated: these people, everybody in these units and below, everybody in these roles; empty = all."""

    person_ids: Members = []
    org_unit_ids: Members = []
    role_ids: Members = []


class CycleWrite(RequestBody):
    """A period in which an audience is rated. It is open by its dates, until it is closed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "This quarter",
                    "kind": "quarterly",
                    "opens_on": "2026-10-01",
                    "closes_on": "2026-12-31",
                    "audience": {"org_unit_ids": ["hris:SALES"]},
                    "required_sources": ["self", "manager"],
                }
            ]
        }
    )

    title: Title
    kind: Kind
    opens_on: date
    closes_on: date = Field(description="The last day.")
    audience: AudienceWrite = AudienceWrite()
    required_sources: Annotated[list[Source], Field(max_length=len(Source))] = [Source.SELF, Source.MANAGER]

    @model_validator(mode="after")
    def _forwards(self) -> "CycleWrite":
        if self.closes_on < self.opens_on:
            raise ValueError("closes_on should not be before opens_on")
        return self


class AudienceRead(ResponseBody):
    """Who is rated; all empty = everybody."""

    person_ids: list[UUID] = []
    org_unit_ids: list[UUID] = []
    role_ids: list[UUID] = []


class CycleRead(Resource):
    """An assessment cycle. After it is closed its snapshot keeps levels, and the requirements in force then."""

    title: str
    kind: Kind
    opens_on: date
    closes_on: date
    audience: AudienceRead
    required_sources: list[Source]
    status: Status = Field(description="late: the last day has passed and nobody has closed it.")
    closed_at: datetime | None
    snapshot_id: UUID | None
    previous_cycle_id: UUID | None
    next_cycle_id: UUID | None
    deleted: bool = Field(default=False, description="True in delta sync when the cycle is gone.")


class CloseCycle(RequestBody):
    """How to close."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"create_next": True}]})

    create_next: bool = Field(default=False, description="Make the next cycle with the same audience and sources.")


class InvitationRead(ResponseBody):
    """One rating that is owed."""

    person_id: UUID
    skill: SkillBrief
    source: Source
    assessor_id: UUID | None = Field(description="Who owes it; null where the cycle names nobody (peers, tests).")
    wanted: int = Field(description="How many ratings answer it: of peers the policy's minimum.")
    status: Literal["open", "done"]


class InvitationPage(ResponseBody):
    """Who owes which rating; a page covers whole people, so it may be longer or shorter than `limit`."""

    data: list[InvitationRead]
    next_cursor: str | None


class ProgressRead(ResponseBody):
    """How far the cycle is."""

    cycle_id: UUID
    status: Status
    people: int = Field(description="Members of the audience who are here today.")
    wanted: int = Field(description="Ratings that are owed altogether.")
    done: int
    share: float | None = Field(description="done / wanted; null where nothing is owed.", examples=[0.4])


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
    """Two closed cycles side by side, by skill in order of label."""

    cycle_id: UUID
    with_cycle_id: UUID = Field(description="The earlier one.")
    data: list[MovementRead]
    next_cursor: str | None = Field(default=None, description="Always null: the comparison is answered whole.")


class RemindersRead(ResponseBody):
    """How many people were reminded, each by a fact `skills.cycle.reminder_due.v1`."""

    reminded: int
