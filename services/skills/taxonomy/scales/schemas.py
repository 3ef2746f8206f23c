"""Request and response bodies of scales."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from services.skills.taxonomy.skills.schemas import Description
from shared.schemas import RequestBody, Resource, Title


class ScaleLevel(RequestBody):
    """One step of a scale."""

    level: Annotated[int, Field(ge=1, le=100, description="Its number; higher is more.", examples=[1])]
    title: Title
    description: Description | None = None


class ScaleCreate(RequestBody):
    """A new scale; levels are given in ascending order and are described."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"title": "Three steps", "levels": [{"level": 1, "title": "Aware"}, {"level": 2, "title": "Able"}]}
            ]
        }
    )

    title: Title
    levels: Annotated[list[ScaleLevel], Field(min_length=2, max_length=20)]

    @model_validator(mode="after")
    def _ascending(self) -> "ScaleCreate":
        numbers = [level.level for level in self.levels]
        if numbers != sorted(set(numbers)):
            raise ValueError("levels should ascend and not repeat")
        return self


class ScaleRead(Resource):
    """A scale. Level 0 lies below every scale: rated, and none."""

    title: str
    is_default: bool = Field(description="Whether frameworks get it that name no scale.")
    levels: list[ScaleLevel]
