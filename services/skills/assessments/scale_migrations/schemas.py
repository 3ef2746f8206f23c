"""Request and response bodies of scale migrations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.skills.roles.schemas import RoleBrief
from shared.references import Reference
from shared.schemas import RequestBody, ResponseBody

NewLevel = Annotated[float, Field(ge=0, le=100)]
Mapping = Annotated[
    dict[str, NewLevel],
    Field(
        max_length=100,
        description="For every level of the old scale the one of the new scale that it becomes; never turned round.",
        examples=[{"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}],
    ),
]


class ScaleMigrationWrite(RequestBody):
    """Which scale the framework gets, and what becomes of each level."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "to_scale_id": "0198c0de-1111-7000-8000-000000000003",
                    "mapping": {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3},
                    "dry_run": True,
                }
            ]
        }
    )

    to_scale_id: Reference
    mapping: Mapping
    with_framework_ids: Annotated[list[Reference], Field(max_length=50)] = Field(
        default=[],
        description="Other frameworks on the same scale that go along: a role's requirements are all on one scale.",
    )
    dry_run: bool = Field(default=False, description="Only count: change nothing.")


class LevelMoved(ResponseBody):
    """A level, where it goes, and how much is on it."""

    level: float = Field(examples=[2])
    to_level: float = Field(description="Decimals follow the line between two mapped levels.", examples=[1])
    ratings: int = Field(description="Ratings that are read as `to_level` from now on; they stay as they were given.")
    requirements: int = Field(description="Requirements in force that are entered anew.")
    roles: int = Field(description="Roles that have these requirements.")


class ScaleMigrationPlan(ResponseBody):
    """What a migration does, or would do."""

    framework_ids: list[UUID]
    from_scale_id: UUID
    to_scale_id: UUID
    dry_run: bool
    ratings: int
    requirements: int
    roles: int
    people: int = Field(description="People whose levels are worked out again.")
    data: list[LevelMoved] = Field(description="From the lowest level up.")
    entangled_roles: list[RoleBrief] = Field(
        description="Roles that also require skills of frameworks that do not go along: the first 20 of those that "
        "would end up on two scales. While there are any, only a dry run is possible."
    )
    migrated_at: datetime | None = Field(description="Null for a dry run.")


class ScaleMigrationRead(ResponseBody):
    """A migration of the past."""

    id: UUID
    framework_id: UUID
    from_scale_id: UUID
    to_scale_id: UUID
    mapping: dict[str, float]
    migrated_at: datetime
    migrated_by: str = Field(description="The client or user who did it.", examples=["client:administrator"])
