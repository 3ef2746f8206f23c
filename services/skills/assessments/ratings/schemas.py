"""Request and response bodies of ratings."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, PlainValidator, StringConstraints, TypeAdapter, WithJsonSchema

from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.rules import Entry, Standing
from shared.errors import ProblemDocument
from shared.references import Reference
from shared.schemas import Instant, Level, RequestBody, ResponseBody, WebAddress

MAX_BATCH = 500
Note = Annotated[str, StringConstraints(max_length=5000)]


class RatingWrite(RequestBody):
    """What one assessor says of one person's skill.

    `self`: the assessor is the person. `manager`: somebody who was in the person's reporting line at
    `assessed_at`. `supervisor`: anybody else who directs the work. `peer`: none of these and no report.
    `expert`: any other person. `test`, `certification`, `learning`: no assessor, the sending client is it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_id": "hris:E2",
                    "skill_id": "0198c0de-1111-7000-8000-000000000001",
                    "level": 1,
                    "source": "manager",
                    "assessor_id": "hris:E1",
                    "note": "Has posted twice with help",
                }
            ]
        }
    )

    person_id: Reference
    skill_id: Reference
    level: Level
    source: Source
    assessor_id: Reference | None = Field(
        default=None, description="Who rates. A signed-in user need not name themselves; naming others needs `act`."
    )
    assessed_at: Instant | None = Field(default=None, description="Default now; never in the future.")
    expires_at: Instant | None = Field(default=None, description="From then on it does not count any more.")
    note: Note | None = None
    url: WebAddress | None = Field(default=None, description="Where the evidence is.")
    cycle_id: Reference | None = Field(default=None, description="The assessment cycle it belongs to.")


ResultingLevel = Annotated[
    float | None,
    Field(
        description="The person's level in the skill once this was in the ledger, by the policy and on the scale of "
        "then. Null while nothing counts, always for peers, and for whoever may not read the person's levels."
    ),
]


class EntryRead(ResponseBody):
    """What was appended to a rating, by whom and why, and what came of it."""

    kind: Entry = Field(description="What was done.")
    recorded_at: datetime
    recorded_by: str = Field(description="The client, user or service that sent it.", examples=["client:hris"])
    acting_person_id: UUID | None = Field(description="In whose name; null for systems, and always for peers.")
    reason: str | None
    resulting_level: ResultingLevel


class RatingRead(ResponseBody):
    """An entry of the ledger. It is never changed; entries appended later show in `standing`."""

    id: UUID
    person_id: UUID
    skill_id: UUID
    level: float = Field(description="As it was given.")
    scale_id: UUID | None = Field(description="The scale that it was given on; null: the framework's first one.")
    source: Source
    assessor_id: UUID | None = Field(description="Null for systems, and always for peers.")
    assessed_at: datetime
    recorded_at: datetime
    recorded_by: str = Field(description="The client, user or service that sent it.", examples=["client:hris"])
    expires_at: datetime | None
    note: str | None
    url: str | None
    cycle_id: UUID | None
    resulting_level: ResultingLevel
    standing: Standing = Field(description="Disputed and revoked ratings do not count.")
    entries: list[EntryRead] = Field(description="What was appended since, oldest first.")


# Shown in the OpenAPI document as a rating, read item by item so that one bad item spoils only itself.
RatingItem = Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/RatingWrite"})]
RatingBatch = Annotated[list[RatingItem], Field(min_length=1, max_length=MAX_BATCH)]
_BATCH = TypeAdapter[list[dict[str, Any]]](RatingBatch)


def _read_one_or_many(value: Any) -> "RatingWrite | list[dict[str, Any]]":
    """As the one that it is: a plain union would name both in the place of every error."""
    return _BATCH.validate_python(value) if isinstance(value, list) else RatingWrite.model_validate(value)


RatingsBody = Annotated[
    RatingWrite | RatingBatch, PlainValidator(_read_one_or_many, json_schema_input_type=RatingWrite | RatingBatch)
]


class RatingResult(ResponseBody):
    """What became of one item of an array."""

    index: int = Field(ge=0, description="Its place in the array, from 0.")
    status: int = Field(examples=[201])
    rating: RatingRead | None = None
    problem: ProblemDocument | None = None


class RatingResults(ResponseBody):
    """One result per item, in the order of the items."""

    data: list[RatingResult]
    next_cursor: None = None


class RatingAction(RequestBody):
    """Why an entry is appended, and in whose name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Recorded for the wrong person"}]})

    reason: Note | None = None
    acting_person_id: Reference | None = Field(
        default=None, description="Who acts, named by a client with the scope `act`."
    )


class DisputeAnswer(RatingAction):
    """How a dispute ends: upheld withdraws the rating, dismissed makes it count again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "dismissed", "reason": "We went through the examples together"}]}
    )

    outcome: Literal["upheld", "dismissed"]
