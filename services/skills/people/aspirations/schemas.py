"""Request and response bodies of aspirations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.skills.roles.schemas import RoleBrief, SkillBrief
from shared.references import Reference
from shared.schemas import RequestBody, ResponseBody

Interest = Annotated[
    int,
    Field(ge=1, le=5, description="1 = a little … 5 = very much. A wish, never a level.", examples=[4]),
]


class AspiredRoleWrite(RequestBody):
    """A role that the person wants."""

    role_id: Reference


class InterestWrite(RequestBody):
    """A skill that the person wants to learn or to use more."""

    skill_id: Reference
    interest: Interest = 3


class AspirationsWrite(RequestBody):
    """All wishes of a person: roles, the most wanted first, and skills."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "data": [{"role_id": "hris:R-MKT"}],
                    "interests": [{"skill_id": "0198c0de-1111-7000-8000-000000000001", "interest": 4}],
                }
            ]
        }
    )

    data: Annotated[list[AspiredRoleWrite], Field(max_length=10)]
    interests: Annotated[list[InterestWrite], Field(max_length=200)] = []


class AspiredRoleRead(ResponseBody):
    """A role that the person wants."""

    role: RoleBrief


class InterestRead(ResponseBody):
    """A skill that the person wants to learn or to use more."""

    skill: SkillBrief
    interest: Interest


class AspirationsRead(ResponseBody):
    """What a person wants to become and to learn. It says nothing about what they can do."""

    revision: int = Field(exclude=True)
    person_id: UUID
    data: list[AspiredRoleRead] = Field(description="Roles, the most wanted first.")
    interests: list[InterestRead] = Field(description="Skills, the most wanted first.")
    updated_at: datetime | None = Field(description="Null: they have not told anything yet.")
    next_cursor: str | None = None
