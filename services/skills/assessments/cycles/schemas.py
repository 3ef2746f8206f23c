"""Request and response bodies of assessment cycles."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.skills.assessments.cycles.rules import Kind, Status
from services.skills.assessments.policies.rules import Source
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
