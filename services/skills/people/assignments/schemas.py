"""Response bodies of assignments."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.skills.roles.schemas import RoleBrief
from shared.schemas import ResponseBody


class AssignmentRead(ResponseBody):
    """Where a person stood from one moment until another."""

    role: RoleBrief | None
    manager_id: UUID | None
    org_unit_id: UUID | None
    org_unit: str | None = Field(description="Code of the org unit.", examples=["Sales"])
    valid_from: datetime | None = Field(description="Null = for as long as anybody knows.")
    valid_to: datetime | None = Field(description="Null = until now.")


class AssignmentsRead(ResponseBody):
    """All places in which a person stood, the latest first."""

    person_id: UUID
    data: list[AssignmentRead]
    next_cursor: str | None = None
