"""Request and response bodies of people."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.skills.people.rules import LeaveReason, employment_fault
from services.skills.roles.schemas import RoleBrief
from shared.references import Reference
from shared.schemas import Code, Day, ExternalId, RequestBody, Resource

Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")]


class PersonWrite(RequestBody):
    """A person as the HR system describes them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "user_name": "mia@shop.example",
                    "given_name": "Mia",
                    "family_name": "Berg",
                    "email": "mia@shop.example",
                    "org_unit": "Sales",
                    "role_id": "hris:R-SALES",
                    "manager_id": "hris:E1",
                    "hired_on": "2024-03-01",
                    "active": True,
                }
            ]
        }
    )

    user_name: Annotated[str, StringConstraints(min_length=1, max_length=320)] = Field(
        description="Unique, whatever its case.", examples=["mia@shop.example"]
    )
    given_name: Name | None = None
    family_name: Name | None = None
    email: Email | None = None
    org_unit: Code | None = Field(default=None, description="Code of the org unit; made when it is unknown.")
    role_id: Reference | None = None
    manager_id: Reference | None = Field(
        default=None, description="The line manager. An external id that is unknown yet is kept until they arrive."
    )
    effective_from: Day | None = Field(
        default=None,
        description="The day from which role, manager and org unit of this body hold; today where absent, never a day "
        "to come. What the ledger had from that day on is replaced. A day after the one known for the same place "
        "changes nothing.",
    )
    hired_on: date | None = None
    left_on: date | None = Field(default=None, description="The first day of being gone. Needs `leave_reason`.")
    leave_reason: LeaveReason | None = None
    active: bool = Field(default=True, description="Whether the account is switched on. False is not leaving.")
    expert_finder: bool = Field(default=False, description="Whether the person agreed to be found as an expert.")
    external_ids: Annotated[list[ExternalId], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _employment(self) -> "PersonWrite":
        if fault := employment_fault(self.hired_on, self.left_on, self.leave_reason):
            raise PydanticCustomError("employment", "{field}: {why}", {"field": fault[0], "why": fault[1]})
        return self


class PersonRead(Resource):
    """A person. Levels, gaps and pathways are pages of their own below it."""

    user_name: str
    display_name: str = Field(examples=["Mia Berg"])
    given_name: str | None
    family_name: str | None
    email: str | None
    org_unit: str | None = Field(description="Code of the org unit.", examples=["Sales"])
    org_unit_id: UUID | None
    role_id: UUID | None
    role: RoleBrief | None
    unmatched_title: str | None = Field(description="A job title that names no role.")
    manager_id: UUID | None
    awaited_manager: str | None = Field(description="External id of a manager who has not arrived yet.")
    hired_on: date | None
    left_on: date | None
    leave_reason: LeaveReason | None
    active: bool
    expert_finder: bool
    external_ids: list[ExternalId]
    deleted: bool = Field(default=False, description="True in delta sync when the record is gone.")


class ExpertFinderChoice(RequestBody):
    """Whether the person agrees to be found as an expert."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agreed": True}]})

    agreed: bool
