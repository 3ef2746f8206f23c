"""Request and response bodies of deputies."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.references import Reference
from shared.schemas import Day, RequestBody, Resource


class DeputyWrite(RequestBody):
    """Who acts for the person, and from which day to which."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"deputy_id": "hris:E7", "starts_on": "2026-12-21", "ends_on": "2027-01-08"}]}
    )

    deputy_id: Reference
    starts_on: Day | None = Field(default=None, description="The first day; default today.")
    ends_on: Day | None = Field(default=None, description="The last day; null: until somebody takes it back.")

    @model_validator(mode="after")
    def _forwards(self) -> "DeputyWrite":
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("ends_on should not be before starts_on")
        return self


class DeputyRead(Resource):
    """Somebody who acts for a person."""

    person_id: UUID = Field(description="For whom.")
    deputy_id: UUID = Field(description="Who acts.")
    display_name: str = Field(description="The deputy's name.", examples=["Kim Wood"])
    starts_on: date
    ends_on: date | None
    acting: bool = Field(description="Whether they act today: it is one of the days, and they are active and here.")
