"""Request and response bodies of the catalogue."""

from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.programs.formats.registry import DetailsByFormat, FormatName
from shared.references import Reference
from shared.schemas import (
    ExternalId,
    Hours,
    Language,
    Level,
    Money,
    RequestBody,
    Resource,
    ResponseBody,
    Title,
    WebAddress,
)

ProgramStatus = Literal["draft", "published", "archived"]
STATUSES: tuple[str, ...] = get_args(ProgramStatus)
Delivery = Literal["in_person", "online", "hybrid", "blended", "self_paced", "on_the_job"]

EXAMPLE: dict[str, Any] = {
    "title": "Four weeks in marketing",
    "format": "cross_training",
    "status": "published",
    "skills": [{"skill_id": "0198c0de-1111-7000-8000-000000000002", "from_level": 1, "to_level": 3}],
    "prerequisites": [],
    "hours": 24,
    "cost": {"amount": "300.00", "currency": "EUR"},
    "delivery": "in_person",
    "languages": ["en"],
    "owner_id": "0198c0de-1111-7000-8000-000000000003",
    "details": {
        "host_role_id": "0198c0de-1111-7000-8000-000000000004",
        "host_org_unit_id": None,
        "rotation_weeks": 4,
        "backup_for_role_id": None,
    },
}


class TaughtSkill(RequestBody):
    """A skill that the program teaches. Levels are on the scale of the skill's framework; from 0 = from nothing."""

    skill_id: Reference
    from_level: Level
    to_level: Level

    @model_validator(mode="after")
    def _rises(self) -> "TaughtSkill":
        if self.to_level <= self.from_level:
            raise ValueError("to_level should be above from_level")
        return self


class Prerequisite(RequestBody):
    """What comes before: another program (`program_id`), or a level of a skill (`skill_id` and `level`).

    A bare id is short for `{"program_id": id}`.
    """

    program_id: Reference | None = None
    skill_id: Reference | None = None
    level: Level | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_id(cls, value: Any) -> Any:
        return {"program_id": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_kind(self) -> "Prerequisite":
        is_skill = self.skill_id is not None and self.level is not None and self.program_id is None
        is_program = self.program_id is not None and self.skill_id is None and self.level is None
        if not (is_skill or is_program):
            raise ValueError("should be a program_id, or a skill_id with a level")
        return self


class ProgramWrite(RequestBody):
    """A program as its owner describes it.

    `hours` null means: what the details of the format add up to. `cost` null means: free of charge.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    title: Title
    format: FormatName
    details: Annotated[DetailsByFormat, Field(default_factory=dict, validate_default=True)]
    status: ProgramStatus = "draft"
    description: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    skills: Annotated[list[TaughtSkill], Field(max_length=100, description="Each skill once.")] = []
    prerequisites: Annotated[list[Prerequisite], Field(max_length=50)] = []
    hours: Hours | None = None
    cost: Money | None = None
    delivery: Delivery | None = None
    languages: Annotated[list[Language], Field(max_length=50, examples=[["en"]])] = []
    provider: Annotated[Title | None, Field(description="Who runs it, when that is somebody else.")] = None
    url: Annotated[WebAddress | None, Field(description="Where to read more.")] = None
    owner_id: Annotated[Reference | None, Field(description="The person who answers for it.")] = None
    external_ids: Annotated[list[ExternalId], Field(max_length=20)] = []


class TaughtSkillRead(ResponseBody):
    skill_id: UUID
    label: str = Field(examples=["Market on social media"])
    from_level: float
    to_level: float


class PrerequisiteRead(ResponseBody):
    """A program with its title, or a skill with its label and the level that is asked."""

    program_id: UUID | None
    skill_id: UUID | None
    level: float | None
    title: str = Field(description="The program's title or the skill's label.")


class NoticeRead(ResponseBody):
    """Something unusual that the owner should know; nothing is refused because of it."""

    code: str = Field(examples=["few_sessions"])
    text: str = Field(examples=["Fewer meetings than the usual six in six months."])


class ProgramRead(Resource):
    """A program."""

    title: str
    format: FormatName
    status: ProgramStatus
    allowed: list[ProgramStatus] = Field(description="The statuses that it can take next.")
    description: str | None
    skills: list[TaughtSkillRead]
    prerequisites: list[PrerequisiteRead]
    hours: float | None = Field(description="As stated, or what the details add up to.")
    cost: Money | None
    delivery: Delivery | None
    languages: list[str]
    provider: str | None
    url: str | None
    owner_id: UUID | None
    details: DetailsByFormat
    needs_offering: bool = Field(description="Whether one enrolls in an offering; otherwise in the program itself.")
    notices: list[NoticeRead]
    external_ids: list[ExternalId]
    deleted: bool = Field(default=False, description="True in delta sync when the program is gone.")
