"""What callers send and see of development plans."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from services.enrollment.enrollments.schemas import ActingPerson, Reason
from services.enrollment.plans.rules import DueFrom, DueState, ItemStatus, PlanAction, PlanStatus
from shared.references import Reference
from shared.schemas import Day, Instant, Level, RequestBody, Resource, ResponseBody, Title

PERSON, ROLE, SKILL, PROGRAM, PLAN_ITEM = (
    f"0198c0de-{kind}-7000-8000-000000000001" for kind in ("1111", "2222", "3333", "4444", "5555")
)
ITEM_EXAMPLE: JsonDict = {"skill_id": SKILL, "to_level": 3, "program_id": PROGRAM, "due_on": "2027-03-31"}


class RelativeDueDate(RequestBody):
    """A due date that counts from an event of the person or of the plan."""

    days: Annotated[int, Field(ge=-3650, le=3650, examples=[30])]
    after: DueFrom = DueFrom.PLAN_START


class PlanItemWrite(RequestBody):
    """A skill to reach, and the program that should lead there."""

    model_config = ConfigDict(json_schema_extra={"examples": [ITEM_EXAMPLE]})

    id: UUID | None = Field(default=None, description="An item that the plan has already; null = a new one.")
    skill_id: Reference
    to_level: Level
    program_id: Reference | None = None
    due_on: Day | None = None
    due: RelativeDueDate | None = Field(default=None, description="Instead of `due_on`.")

    @model_validator(mode="after")
    def _one_due_date(self) -> Self:
        if self.due_on is not None and self.due is not None:
            raise ValueError("give due_on or due, not both")
        return self


Items = Annotated[list[PlanItemWrite], Field(max_length=100)]


class PlanCreate(RequestBody):
    """A plan, as its maker states it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"person_id": PERSON, "target_role_id": ROLE, "items": [ITEM_EXAMPLE]}]}
    )

    person_id: Reference
    target_role_id: Reference | None = None
    title: Title | None = Field(default=None, description="null = named after the target role.")
    items: Items = Field(default_factory=list)
    acting_person_id: ActingPerson | None = None


class PlanWrite(RequestBody):
    """The part of a plan that can be changed; `items` replaces the list, and items keep their `id`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "My way to marketing"}]})

    target_role_id: Reference | None = None
    title: Title | None = None
    items: Items = Field(default_factory=list)


class PlanAct(RequestBody):
    """Who moves the plan, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"acting_person_id": PERSON, "reason": "Agreed in our talk"}]}
    )

    acting_person_id: ActingPerson | None = None
    reason: Reason | None = None


class PlanFilters(BaseModel):
    """What a list of plans can be narrowed to."""

    model_config = ConfigDict(extra="ignore")

    person_id: Reference | None = None
    status: PlanStatus | None = None
    target_role_id: Reference | None = None
    ids: Annotated[str, Field(max_length=8000, description="Ids, separated by commas.")] | None = None
    updated_since: Instant | None = Field(
        default=None, description="Only what changed at or after this time, deleted ones included."
    )


class SkillLabel(ResponseBody):
    id: UUID
    label: str = Field(examples=["Market on social media"])


class RoleTitle(ResponseBody):
    id: UUID
    title: str = Field(examples=["Social media marketer"])


class PlannedProgram(ResponseBody):
    id: UUID
    title: str = Field(examples=["Four weeks in marketing"])


class PlanItemRead(ResponseBody):
    """One step of a plan. Labels are those of the day when the step was written."""

    id: UUID = Field(examples=[PLAN_ITEM])
    skill: SkillLabel
    to_level: float = Field(examples=[3.0])
    program: PlannedProgram | None
    due_on: date | None = Field(examples=["2027-03-31"])
    due_state: DueState = Field(description="soon = due within 14 days.")
    status: ItemStatus
    enrollment_id: UUID | None = Field(description="The participation that serves it now.", examples=[None])


class Progress(ResponseBody):
    """How far a plan is."""

    done: int = Field(examples=[0])
    total: int = Field(examples=[1])


class PlanRead(Resource):
    """A person's development plan. `allowed` lists the actions that its state allows."""

    person_id: UUID
    title: str = Field(examples=["Social media marketer"])
    target_role: RoleTitle | None
    status: PlanStatus
    allowed: list[PlanAction] = Field(examples=[["submit", "cancel"]])
    items: list[PlanItemRead]
    progress: Progress
    deleted: bool = Field(default=False, description="true = a tombstone, shown to `updated_since` only.")
