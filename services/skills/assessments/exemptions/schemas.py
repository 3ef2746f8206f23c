"""Request and response bodies of exemptions and suspensions."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.skills.assessments.exemptions.rules import Phase
from services.skills.roles.schemas import RoleBrief, SkillBrief
from shared.references import Reference
from shared.schemas import RequestBody, Resource

Reason = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
Start = Annotated[date | None, Field(description="First day; null = today.", examples=["2026-11-23"])]


class ExemptionWrite(RequestBody):
    """A person need not meet a requirement for a time. The gap then shows `exempt`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "skill_id": "0198c0de-1111-7000-8000-000000000001",
                    "role_id": "hris:R-SALES",
                    "reason": "Covers the counter until the spring",
                    "ends_on": "2027-03-31",
                }
            ]
        }
    )

    skill_id: Reference
    role_id: Reference | None = Field(default=None, description="Only what this role asks for; null = any role.")
    reason: Reason
    starts_on: Start = None
    ends_on: date = Field(description="Last day.", examples=["2027-03-31"])


class ExemptionRead(Resource):
    """An exemption from a requirement."""

    person_id: UUID
    skill_id: UUID
    skill: SkillBrief
    role_id: UUID | None
    role: RoleBrief | None
    reason: str | None = Field(description="Null once it was erased.")
    starts_on: date
    ends_on: date
    phase: Phase


class SuspensionWrite(RequestBody):
    """A person's skill is set aside for a time. The gap then shows `unrated`; the ratings stay."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "skill_id": "0198c0de-1111-7000-8000-000000000001",
                    "reason": "Certificate under review",
                    "ends_on": None,
                }
            ]
        }
    )

    skill_id: Reference
    reason: Reason
    starts_on: Start = None
    ends_on: date | None = Field(default=None, description="Last day; null = until it is taken back.")


class SuspensionRead(Resource):
    """A skill that is set aside."""

    person_id: UUID
    skill_id: UUID
    skill: SkillBrief
    reason: str | None = Field(description="Null once it was erased.")
    starts_on: date
    ends_on: date | None
    phase: Phase
