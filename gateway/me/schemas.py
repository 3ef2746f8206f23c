"""Who the caller is."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.schemas import ResponseBody


class Me(ResponseBody):
    """The caller, as every service sees them."""

    kind: Literal["client", "user", "service"] = Field(examples=["client"])
    id: str = Field(examples=["administrator"])
    person_id: UUID | None = Field(description="The person a user is; null for clients.")
    scopes: list[str] = Field(examples=[["people:read"]], description="What a client may do.")
    is_administrator: bool = Field(description="Whether everything that an L&D administrator may do is allowed.")
    may_act_for_others: bool = Field(
        description="Whether `acting_person_id` and `assessor_id` may name somebody else than the caller."
    )
