"""Answers about gaps."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.skills.gaps.horizons import Term
from services.skills.gaps.rules import GapKind, GapStatus
from services.skills.roles.schemas import RoleBrief, SkillBrief
from shared.schemas import ResponseBody

Readiness = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="Σ importance·min(level, target) / Σ importance·target; null where nothing is asked for.",
        examples=[0.2222],
    ),
]
AssessedShare = Annotated[
    float | None,
    Field(ge=0, le=1, description="Share of the requirements that somebody has rated.", examples=[0.5]),
]
WeightedGap = Annotated[float, Field(ge=0, description="importance · gap, in levels.", examples=[2.0])]


class ReasonRead(ResponseBody):
    """Why: `code` is stable, `text` is for people."""

    code: str = Field(examples=["not_in_current_role"])
    text: str = Field(examples=["Sales representative does not need this skill; Social media marketer does."])


class GapRead(ResponseBody):
    """One requirement against one person."""

    skill: SkillBrief
    target_level: float = Field(examples=[3])
    level: float | None = Field(description="null = never rated, or nothing counts.", examples=[1.0])
    gap: float = Field(ge=0, description="Levels that are missing.", examples=[2.0])
    importance: float = Field(ge=0, le=1, examples=[1.0])
    weighted_gap: WeightedGap
    essential: bool
    status: GapStatus
    kind: GapKind
    reason: ReasonRead
    horizon: Term = Field(description="How far ahead the requirement takes effect.")


class PersonGaps(ResponseBody):
    """The gaps of a person against a role, the largest weighted gap first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_id": "0198c0de-1111-7000-8000-00000000000a",
                    "role": {"id": "0198c0de-1111-7000-8000-00000000000b", "title": "Social media marketer"},
                    "current_role": {"id": "0198c0de-1111-7000-8000-00000000000c", "title": "Sales representative"},
                    "horizon": "short",
                    "as_of": None,
                    "policy_version": 1,
                    "readiness": 0.2222,
                    "assessed_share": 0.5,
                    "essential_open": 1,
                    "reason": None,
                    "data": [
                        {
                            "skill": {
                                "id": "0198c0de-1111-7000-8000-00000000000d",
                                "label": "Market on social media",
                            },
                            "target_level": 3,
                            "level": 1.0,
                            "gap": 2.0,
                            "importance": 1.0,
                            "weighted_gap": 2.0,
                            "essential": True,
                            "status": "gap",
                            "kind": "reskilling",
                            "reason": {
                                "code": "not_in_current_role",
                                "text": "Sales representative does not need this skill; Social media marketer does.",
                            },
                            "horizon": "now",
                        }
                    ],
                    "next_cursor": None,
                }
            ]
        }
    )

    person_id: UUID
    role: RoleBrief | None = Field(description="The role that was asked for, or else the current one.")
    current_role: RoleBrief | None
    horizon: str = Field(examples=["short"])
    as_of: datetime | None = Field(default=None, description="The moment that was asked for; null = now.")
    policy_version: int = Field(examples=[1])
    readiness: Readiness
    assessed_share: AssessedShare
    essential_open: int = Field(ge=0, description="Essential requirements that are not met.")
    reason: ReasonRead | None = Field(
        default=None, description="Why there is no readiness: no_role, no_requirements, all_exempt."
    )
    data: list[GapRead]
    next_cursor: str | None = None
