"""One person's page in one answer."""

from typing import Literal

from pydantic import Field, JsonValue

from shared.schemas import ResponseBody

Status = Literal["ok", "refused", "unavailable"]


class JourneySection(ResponseBody):
    """One read. `data` is what the service answers at its own address, or null with the reason in `problem`."""

    status: Status = Field(
        description="`refused`: the caller may not see it, or it needs something that is missing. "
        "`unavailable`: the service does not answer now; the rest of the page stands.",
        examples=["ok"],
    )
    source: str = Field(description="Where the same can be read by itself.", examples=["/v1/plans?person_id=hris:E2"])
    data: JsonValue = Field(default=None, examples=[{"data": [], "next_cursor": None}])
    problem: JsonValue = Field(default=None, examples=[None])


class Journey(ResponseBody):
    """Everything a portal shows on one person's page, read from the services side by side."""

    status: Literal["ok", "partial"] = Field(description="`partial` when a section is unavailable.")
    person: JourneySection
    levels: JourneySection
    gaps: JourneySection
    pathways: JourneySection
    plans: JourneySection
    enrollments: JourneySection
    credentials: JourneySection
    follow_ups: JourneySection
