"""Request and response bodies of the search."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.skills.taxonomy.skills.schemas import SkillKind, SkillStatus
from shared.references import Reference
from shared.schemas import Language, RequestBody, ResponseBody


class SkillName(ResponseBody):
    """A skill as it is named in answers."""

    id: UUID
    label: str


class SkillHit(ResponseBody):
    """A skill that fits what was typed. `id` and `label` are also at the top, as in a list of skills."""

    id: UUID
    label: str = Field(examples=["Use virtual conference tools"])
    skill: SkillName
    framework_id: UUID
    uri: str
    kind: SkillKind
    status: SkillStatus
    matched_label: str = Field(description="The label, preferred or not, that fits best.", examples=["video meetings"])
    score: float = Field(ge=0, le=1, description="1 = exactly this label.", examples=[0.97])


class SkillHits(ResponseBody):
    """The best hits; there is no second page: type more instead."""

    data: list[SkillHit]
    next_cursor: None = None


class ExtractionRequest(RequestBody):
    """A text that may name skills: a job advertisement, a course description, a project report."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "You know SQL and plan campaigns on social media.", "language": "en"}]}
    )

    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000, strip_whitespace=False)]
    language: Language = "en"
    framework_id: Reference | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1, description="Leave out what is less sure.")] = 0.5


class SkillMention(ResponseBody):
    """A place in the text that names a skill: `text[start:end]`, counted in characters."""

    skill: SkillName
    framework_id: UUID
    matched_label: str
    text: str = Field(description="What stands there.", examples=["social media"])
    start: int = Field(ge=0, examples=[28])
    end: int = Field(ge=0, examples=[40])
    confidence: float = Field(ge=0, le=1, examples=[0.9])


class SkillMentions(ResponseBody):
    """Mentions in the order of the text."""

    data: list[SkillMention]
