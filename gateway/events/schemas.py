"""Events as the outside sees them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas import ResponseBody


class PublicEvent(ResponseBody):
    """Something that happened, as a CloudEvent (CloudEvents 1.0, structured JSON)."""

    specversion: Literal["1.0"] = "1.0"
    id: UUID = Field(description="The same in the feed and in every delivery: what was seen already can be told by it.")
    source: str = Field(examples=["urn:upskill:skills"])
    type: str = Field(description="Its versioned name.", examples=["skills.level.changed.v1"])
    subject: str = Field(description="What it is about.", examples=["person:0198c0de-1111-7000-8000-000000000002"])
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any] = Field(description="What happened: ids of people, never names.")
    cursor: str = Field(description="Send it as `after` to go on behind this event.", examples=["MTIuMy40MA"])


class EventPage(ResponseBody):
    """A slice of the feed. Unlike in other lists there is always a `next_cursor`: the feed goes on."""

    data: list[PublicEvent]
    next_cursor: str = Field(
        description="Send it as `after` for what happens next, also when `data` is empty.", examples=["MTIuMy40MA"]
    )
