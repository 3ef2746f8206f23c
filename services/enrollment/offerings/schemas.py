"""What callers send and see of offerings."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from services.enrollment.offerings.rules import DEFAULT_OFFER_HOURS, Waitlist
from shared.references import Reference
from shared.schemas import ExternalId, Instant, RequestBody, Resource, ResponseBody, Title

Capacity = Annotated[int, Field(ge=0, le=1_000_000, description="Seats; null = no limit.", examples=[12])]
Place = Annotated[str, StringConstraints(min_length=1, max_length=500), Field(examples=["Head office"])]
Link = Annotated[
    str,
    StringConstraints(max_length=2000, pattern=r"^https?://\S+$"),
    Field(description="Where it takes place online.", examples=["https://meet.shop.example/marketing"]),
]
OfferHours = Annotated[int, Field(ge=1, le=8760, description="Hours for which an offered seat is held.", examples=[48])]

EXAMPLE: dict[str, JsonValue] = {
    "starts_at": None,
    "ends_at": None,
    "enrollment_closes_at": None,
    "capacity": 1,
    "waitlist": "auto",
    "place": "Head office",
}


class OfferingWrite(RequestBody):
    """A run of a program, as its organiser states it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    starts_at: Instant | None = Field(default=None, description="null = open-ended: the run is open now.")
    ends_at: Instant | None = None
    enrollment_opens_at: Instant | None = Field(default=None, description="null = at once.")
    enrollment_closes_at: Instant | None = Field(default=None, description="null = when the run starts.")
    capacity: Capacity | None = None
    waitlist: Waitlist = Field(
        default=Waitlist.AUTO,
        description="What a free seat does for the next in line: `auto` seats them, `offer` asks them first and "
        "holds the seat, `none` means that there is no line.",
    )
    offer_hours: OfferHours = DEFAULT_OFFER_HOURS
    place: Place | None = None
    link: Link | None = None
    facilitator_id: Reference | None = Field(default=None, description="The person who runs it.")
    external_ids: list[ExternalId] = Field(default_factory=list, max_length=20)


class OfferingUpsert(OfferingWrite):
    """A run of a program, as the system that owns it states it. A run stays with its program."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"program_id": "lms:COURSE-7", **EXAMPLE}]})

    program_id: Reference


class ProgramTitle(ResponseBody):
    """The program that an offering runs, as it was when the offering was made."""

    id: UUID
    title: Title = Field(examples=["Four weeks in marketing"])
    format: str = Field(examples=["cross_training"])


class OfferingRead(Resource):
    """A run of a program, with its seats."""

    program: ProgramTitle
    starts_at: datetime | None
    ends_at: datetime | None
    enrollment_opens_at: datetime | None
    enrollment_closes_at: datetime | None
    capacity: int | None = Field(examples=[12])
    seats_taken: int = Field(description="Held seats, offered ones included.", examples=[9])
    seats_free: int | None = Field(description="null = no limit.", examples=[3])
    waiting: int = Field(description="People in line.", examples=[0])
    waitlist: Waitlist
    offer_hours: int = Field(examples=[48])
    place: str | None = Field(examples=["Head office"])
    link: str | None = Field(examples=[None])
    facilitator_id: UUID | None
    external_ids: list[ExternalId]
    deleted: bool = Field(default=False, description="True in delta sync when the offering is gone.")
