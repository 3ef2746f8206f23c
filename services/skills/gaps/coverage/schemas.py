"""Answers about coverage."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.skills.roles.schemas import SkillBrief
from shared.schemas import ResponseBody


class PersonBrief(ResponseBody):
    """A person inside other answers."""

    id: UUID
    display_name: str = Field(examples=["Mia Berg"])


class CoverageRead(ResponseBody):
    """A skill that too few people hold. People are in order of their names, and null to who may not read them."""

    skill: SkillBrief
    level: float = Field(description="The level that counts: the highest one required, or the one asked for.")
    asked: int = Field(description="People whose role requires the skill.", examples=[6])
    holders: int = Field(description="People who hold it at the level; one's own word does not count.", examples=[1])
    missing: int = Field(description="How many more are needed.", examples=[1])
    single_point_of_failure: bool = Field(description="Whether exactly one person holds it.")
    held_by: list[PersonBrief] | None
    could_be_cross_trained: list[PersonBrief] | None = Field(
        description="Some people whose role asks for it, or who hold a part of it. They are asked, not chosen."
    )


class CoveragePage(ResponseBody):
    """Skills that too few people hold, the fewest holders first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "people": 2,
                    "horizon": "short",
                    "data": [
                        {
                            "skill": {
                                "id": "0198c0de-1111-7000-8000-00000000000d",
                                "label": "Handle online returns",
                            },
                            "level": 3,
                            "asked": 6,
                            "holders": 1,
                            "missing": 1,
                            "single_point_of_failure": True,
                            "held_by": [{"id": "0198c0de-1111-7000-8000-00000000000a", "display_name": "Mia Berg"}],
                            "could_be_cross_trained": [],
                        }
                    ],
                    "next_cursor": None,
                }
            ]
        }
    )

    people: int = Field(description="How many people should hold each skill.", examples=[2])
    horizon: str
    data: list[CoverageRead]
    next_cursor: str | None = None
