"""Request and response bodies of org units."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.references import Reference
from shared.schemas import Code, ExternalId, RequestBody, Resource, Title


class OrgUnitWrite(RequestBody):
    """An org unit. Without a parent it stands at the top."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "sales-north", "title": "Sales North", "parent_id": "hris:SALES"}]}
    )

    code: Code = Field(description="Unique; what people's `org_unit` names.", examples=["Sales"])
    title: Title | None = Field(default=None, description="Display name; without one the code.")
    parent_id: Reference | None = None
    external_ids: Annotated[list[ExternalId], Field(max_length=20)] = []


class OrgUnitRead(Resource):
    """An org unit."""

    code: str
    title: str
    parent_id: UUID | None
    external_ids: list[ExternalId]
    deleted: bool = Field(default=False, description="True in delta sync when the unit is gone.")
