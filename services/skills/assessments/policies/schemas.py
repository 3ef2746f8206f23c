"""Request and response bodies of rating policies."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from services.skills.assessments.policies.rules import DEFAULT_WEIGHTS, Source
from shared.schemas import RequestBody, ResponseBody

Weight = Annotated[float, Field(ge=0, le=1, description="0 = the source counts nowhere.")]


def _some_count(weights: dict[Source, float]) -> dict[Source, float]:
    if not any(weights.values()):
        raise ValueError("At least one source should weigh more than 0: otherwise nobody would have a level.")
    return weights


Weights = Annotated[
    dict[Source, Weight],
    AfterValidator(_some_count),
    Field(
        description="Weight per source, of at least one more than 0. A source that is left out weighs 0: its ratings "
        "stay in the ledger and count in nobody's level."
    ),
]


class PolicyWrite(RequestBody):
    """A new version of the policy. It is in force from the moment it is created."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "weights": {source.value: weight for source, weight in DEFAULT_WEIGHTS.items()},
                    "half_life_days": 365,
                    "minimum_peers": 3,
                    "self_may_meet": False,
                    "tolerance": 0.25,
                    "note": "As delivered",
                }
            ]
        }
    )

    weights: Weights
    half_life_days: float = Field(
        default=365, ge=1, le=36_500, description="Days after which a rating weighs half as much."
    )
    minimum_peers: int = Field(default=3, ge=3, le=50, description="Fewer peers than this count and show nowhere.")
    self_may_meet: bool = Field(default=False, description="Whether a person's own rating alone may meet a target.")
    tolerance: float = Field(default=0.25, ge=0, le=1, description="How far below its target a level still meets it.")
    note: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        default=None, description="Why it is as it is.", examples=["As delivered"]
    )


class PolicyRead(ResponseBody):
    """One version of the policy. It is never changed."""

    version: int = Field(examples=[1])
    weights: dict[Source, float]
    half_life_days: float
    minimum_peers: int
    self_may_meet: bool
    tolerance: float
    note: str | None
    created_at: datetime
    created_by: str = Field(description="The client or user who made it.")
