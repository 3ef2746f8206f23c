"""Request and response bodies of frameworks."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from shared.references import Reference
from shared.schemas import ExternalId, RequestBody, Resource, Title, Uri

Attribution = Annotated[
    str, StringConstraints(min_length=1, max_length=2000), Field(description="What its licence asks to be shown.")
]


class FrameworkWrite(RequestBody):
    """A framework as its publisher describes it. `scale_id` null = the built-in scale of five levels."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"uri": "https://shop.example/skills", "title": "Shop skills", "version": "1", "scale_id": None}
            ]
        }
    )

    uri: Uri
    title: Title
    version: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "1"
    scale_id: Reference | None = None
    attribution: Attribution | None = None
    external_ids: Annotated[list[ExternalId], Field(max_length=20)] = []


class FrameworkRead(Resource):
    """A framework."""

    uri: str
    title: str
    version: str = Field(description="What its publisher calls this edition.")
    scale_id: UUID
    attribution: str | None = Field(
        default=None,
        description="What its licence asks to be shown beside the framework's texts.",
        examples=["This service uses the ESCO classification of the European Commission."],
    )
    external_ids: list[ExternalId]
    deleted: bool = Field(default=False, description="True in delta sync when the framework is gone.")
