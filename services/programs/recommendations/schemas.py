"""Request and response bodies of recommendations."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.programs.formats.registry import FormatName
from shared.references import Reference
from shared.schemas import Hours, Importance, Level, Money, RequestBody, ResponseBody

EXAMPLE: dict[str, Any] = {
    "person_id": "0198c0de-1111-7000-8000-000000000005",
    "role_id": "0198c0de-1111-7000-8000-000000000004",
    "horizon": "short",
    "max_hours": 40,
    "max_cost": {"amount": "500.00", "currency": "EUR"},
    "formats": ["cross_training", "course"],
}


class GapGiven(RequestBody):
    """A gap that the caller knows. `level` null means: never rated, counted as 0."""

    skill_id: Reference
    level: Level | None = None
    target_level: Level
    importance: Importance = 1.0
    essential: bool = False


class RecommendationRequest(RequestBody):
    """Whose gaps, and within which limits. Either `person_id` or `gaps`."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    person_id: Reference | None = None
    gaps: Annotated[list[GapGiven] | None, Field(min_length=1, max_length=500)] = None
    role_id: Annotated[Reference | None, Field(description="Default: the current role.")] = None
    horizon: Annotated[
        str,
        StringConstraints(pattern=r"^(now|short|long|\d{4}-\d{2}-\d{2})$"),
        Field(description="now, short (365 days), long, or a date.", examples=["short"]),
    ] = "short"
    max_hours: Annotated[Hours | None, Field(description="For each program, and for the bundle as a whole.")] = None
    max_cost: Annotated[Money | None, Field(description="The same for money; another currency is left out.")] = None
    formats: Annotated[list[FormatName] | None, Field(min_length=1, max_length=20)] = None
    completed_program_ids: Annotated[
        list[Reference], Field(max_length=500, description="Not offered again; they satisfy prerequisites.")
    ] = []
    limit: Annotated[int, Field(ge=1, le=200, description="At most so many recommendations.")] = 20

    @model_validator(mode="after")
    def _one_source(self) -> "RecommendationRequest":
        if (self.person_id is None) == (self.gaps is None):
            raise ValueError("send either person_id or gaps")
        if self.gaps is not None and self.role_id is not None:
            raise ValueError("role_id goes with person_id")
        return self


class ProgramBrief(ResponseBody):
    """A program as a recommendation names it."""

    id: UUID
    title: str
    format: FormatName
    hours: float
    cost: Money | None


class ReasonRead(ResponseBody):
    code: str = Field(examples=["closes_gap"])
    text: str = Field(examples=["Closes the gap in Market on social media, a skill of the role: from level 1 to 3."])


class ScoreParts(ResponseBody):
    """Points out of the most that each part can give; they add up to the score."""

    gap_closed: float = Field(ge=0, le=0.40, description="Share of the weighted gap that it closes.")
    efficiency: float = Field(ge=0, le=0.25, description="That share against the hours and money it takes.")
    level_fit: float = Field(ge=0, le=0.15, description="Whether it starts where the person stands.")
    format_fit: float = Field(ge=0, le=0.10, description="Whether the format can carry the step.")
    prerequisites: float = Field(ge=0, le=0.10, description="Share of the prerequisites that are there.")


class ClosingRead(ResponseBody):
    """A skill and the levels from which to which it is led, never above the target."""

    skill_id: UUID
    label: str
    from_level: float = Field(description="Today's level; 0 when the skill was never rated.")
    to_level: float


class RecommendationRead(ResponseBody):
    """A program, how good it is for these gaps, and why."""

    program: ProgramBrief
    score: float = Field(ge=0, le=1)
    score_parts: ScoreParts
    reasons: list[ReasonRead]
    closes: list[ClosingRead]


class BundleRead(ResponseBody):
    """The programs that together close the most weighted gap within the limits, in the order in which to take them."""

    programs: list[ProgramBrief]
    closes: list[ClosingRead]
    hours: float = Field(description="Of all programs together.")
    cost: Money | None = Field(description="Of all programs together; null when free or in several currencies.")
    weighted_gap_closed: float
    best_possible: float = Field(description="No choice of programs can close more than this.")
    distance_from_optimum: float = Field(
        ge=0, le=1, description="The share of the best possible value that may be missing; 0 is a proven optimum."
    )


class LeftOutRead(ResponseBody):
    """A program that teaches a wanted skill and is not recommended."""

    program: ProgramBrief
    reason: ReasonRead


class RecommendationsRead(ResponseBody):
    """Programs for these gaps, best first."""

    person_id: UUID | None
    role_id: UUID | None
    horizon: str
    weighted_gap: float = Field(description="Σ importance × gap of everything that is open.")
    status: Literal["recommended", "no_role", "no_open_gaps", "no_programs"]
    data: list[RecommendationRead]
    bundle: BundleRead
    left_out: list[LeftOutRead] = Field(description="The first fifty.")
    left_out_count: int
