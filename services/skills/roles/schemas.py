"""Request and response bodies of roles, requirements and moves."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.skills.roles.rules import MoveKind
from shared.references import Reference
from shared.schemas import ExternalId, Importance, Level, RequestBody, Resource, ResponseBody, Title

Description = Annotated[str, StringConstraints(max_length=20_000)]
Group = Annotated[str, StringConstraints(min_length=1, max_length=300)]
LOW_PRECISION = "True where the publisher of level or importance recommends not to rely on them, as O*NET does."
EffectiveFrom = Annotated[
    date | None, Field(description="The day from which it is in force; null = now.", examples=["2027-01-01"])
]


class RoleWrite(RequestBody):
    """A role as the HR system describes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Sales representative",
                    "family": "Sales",
                    "grade": "3",
                    "external_ids": [{"source": "hris", "external_id": "R-SALES"}],
                }
            ]
        }
    )

    title: Title
    family: Group | None = Field(default=None, description="Job family.", examples=["Sales"])
    grade: Group | None = Field(default=None, description="Pay or seniority grade, as text.", examples=["3"])
    description: Description | None = None
    aliases: Annotated[
        list[Title], Field(max_length=200, description="Other titles by which people hold this role.")
    ] = []
    external_ids: Annotated[list[ExternalId], Field(max_length=20)] = []


class RoleRead(Resource):
    """A role. Its requirements are at `/v1/roles/{id}/requirements`."""

    title: str
    family: str | None
    grade: str | None
    description: str | None
    aliases: list[str]
    external_ids: list[ExternalId]
    deleted: bool = Field(default=False, description="True in delta sync when the role is gone.")


class RoleBrief(ResponseBody):
    """A role inside other answers."""

    id: UUID
    title: str = Field(examples=["Social media marketer"])


class SkillBrief(ResponseBody):
    """A skill inside other answers; the label is in the language that the request accepts."""

    id: UUID
    label: str = Field(examples=["Market on social media"])


class RequirementWrite(RequestBody):
    """One skill that the role needs. Level 0 from a day on: no longer needed."""

    skill_id: Reference
    level: Level
    importance: Importance = 1.0
    essential: bool = False
    effective_from: EffectiveFrom = None
    redesign: bool = Field(
        default=False, description="New because the role becomes another one; closing this gap is reskilling."
    )
    low_precision: bool = Field(default=False, description=LOW_PRECISION)


class RequirementsWrite(RequestBody):
    """The whole set of requirements, each (skill, effective_from) once, all on one scale."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "data": [
                        {
                            "skill_id": "0198c0de-1111-7000-8000-000000000001",
                            "level": 3,
                            "importance": 1.0,
                            "essential": True,
                            "effective_from": None,
                        }
                    ]
                }
            ]
        }
    )

    data: Annotated[list[RequirementWrite], Field(max_length=1000)]


class RequirementRead(ResponseBody):
    """One skill that the role needs."""

    skill_id: UUID
    skill: SkillBrief
    level: float
    importance: float
    essential: bool
    effective_from: date | None
    redesign: bool
    low_precision: bool = Field(description=LOW_PRECISION)


class RequirementsRead(ResponseBody):
    """What a role needs, now and later. The ETag is the role's."""

    role: RoleBrief
    data: list[RequirementRead]
    next_cursor: str | None = None


class MoveWrite(RequestBody):
    """A step that people take from this role to another."""

    to_role_id: Reference
    kind: MoveKind = Field(examples=["promotion"])
    note: Description | None = None


class MovesWrite(RequestBody):
    """All steps out of a role, each target once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": [{"to_role_id": "hris:R-LEAD", "kind": "promotion"}]}]}
    )

    data: Annotated[list[MoveWrite], Field(max_length=500)]


class MoveRead(ResponseBody):
    """A step out of a role."""

    to_role: RoleBrief
    kind: MoveKind
    note: str | None


class MovesRead(ResponseBody):
    """All steps out of a role, as they were written. The ETag is the role's."""

    role: RoleBrief
    data: list[MoveRead]
    next_cursor: str | None = None
