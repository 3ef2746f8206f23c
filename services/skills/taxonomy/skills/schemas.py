"""Request and response bodies of skills."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from shared.references import Reference
from shared.schemas import Code, ExternalId, Language, RequestBody, Resource, ResponseBody, Uri

SkillKind = Literal["skill", "knowledge", "attitude", "language", "group"]


SkillStatus = Literal["draft", "published", "deprecated"]


ReuseLevel = Literal["transversal", "cross-sector", "sector-specific", "occupation-specific"]
"""How widely a skill is of use, in the words of ESCO."""


Label = Annotated[str, StringConstraints(min_length=1, max_length=500)]


Labels = Annotated[
    dict[Language, Label],
    Field(min_length=1, description="Preferred label per language.", examples=[{"en": "Use virtual conference tools"}]),
]


AlternativeLabels = Annotated[
    dict[Language, list[Label]],
    Field(description="Other names per language.", examples=[{"en": ["video meetings"]}]),
]


Description = Annotated[str, StringConstraints(max_length=20_000)]


LevelDescriptions = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]?$|^100$")], Description],
    Field(description="What a level of the scale means for this skill.", examples=[{"3": "Works alone."}]),
]


class SkillWrite(RequestBody):
    """A skill as its framework describes it. The kind `group` is a node that only gives the tree its shape."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "framework_id": "0198c0de-1111-7000-8000-000000000001",
                    "uri": "https://shop.example/skills/virtual-conference",
                    "kind": "skill",
                    "labels": {"en": "Use virtual conference tools"},
                    "alternative_labels": {"en": ["video meetings"]},
                    "status": "published",
                }
            ]
        }
    )

    framework_id: Reference
    uri: Uri
    kind: SkillKind = "skill"
    labels: Labels
    alternative_labels: AlternativeLabels = {}
    description: Description | None = None
    level_descriptions: LevelDescriptions = {}
    status: SkillStatus = "draft"
    code: Code | None = Field(default=None, description="The framework's own short name of it, unique or not.")
    reuse_level: ReuseLevel | None = None
    replaced_by_id: Reference | None = None
    external_ids: Annotated[list[ExternalId], Field(max_length=20)] = []


class SkillRead(Resource):
    """A skill. `label` is the preferred label in the language that the request accepts."""

    framework_id: UUID
    uri: str
    kind: SkillKind
    label: str
    labels: dict[str, str]
    alternative_labels: dict[str, list[str]]
    description: str | None
    level_descriptions: dict[str, str]
    status: SkillStatus
    code: str | None = Field(description="The framework's own short name of the skill.")
    reuse_level: ReuseLevel | None = Field(description="How widely the skill is of use, where the framework says it.")
    replaced_by_id: UUID | None
    external_ids: list[ExternalId]
    deleted: bool = Field(default=False, description="True in delta sync when the skill is gone.")


class NearDuplicate(ResponseBody):
    """A skill whose label is nearly that of a new one."""

    id: UUID
    label: str
    score: float = Field(ge=0, le=1, description="1 = the same label.", examples=[0.93])


class SkillCreated(SkillRead):
    """A new skill, with a warning when there seems to be one for the same thing already."""

    near_duplicates: list[NearDuplicate] = Field(description="Existing skills that may mean the same.")
