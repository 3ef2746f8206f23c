"""Answers about adjacent roles and pathways."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.skills.gaps.rules import GapKind
from services.skills.gaps.schemas import GapRead, Readiness
from services.skills.roles.rules import MoveKind
from services.skills.roles.schemas import RoleBrief, SkillBrief
from shared.schemas import ExternalId, ResponseBody

Similarity = Annotated[float, Field(ge=0, le=1, description="0 = nothing in common, 1 = alike.", examples=[0.71])]
Effort = Annotated[float, Field(ge=0, description="Σ importance · gap, in levels; no hours.", examples=[3.5])]


class SimilarityParts(ResponseBody):
    """What the similarity is blended from."""

    profile: Similarity
    title: Similarity = Field(description="Titles and other names.")
    description: Similarity
    family: Similarity = Field(description="1 where both roles are of one job family, else 0.")


class SkillStep(ResponseBody):
    """A skill that the other role asks more of."""

    skill: SkillBrief
    from_level: float = Field(description="What this role asks for; 0 = nothing.", examples=[0])
    to_level: float = Field(examples=[3])
    weighted_gap: float = Field(examples=[3.0])
    kind: GapKind


class KnownRole(RoleBrief):
    """A role with the ids that other systems know it by."""

    external_ids: list[ExternalId]


class AdjacentRole(ResponseBody):
    """A role beside this one, seen by somebody who exactly meets this one."""

    role: KnownRole
    similarity: Similarity
    similarity_parts: SimilarityParts
    move: MoveKind
    gap: Effort
    upskilling: float = Field(description="The part of `gap` in skills that this role needs too.")
    reskilling: float = Field(description="The part of `gap` in skills that only the other role needs.")
    readiness: Readiness
    skills: list[SkillStep] = Field(description="The five largest weighted gaps.")


class AdjacentRoles(ResponseBody):
    """Roles beside a role, the most similar first."""

    role: RoleBrief
    data: list[AdjacentRole]
    next_cursor: str | None = None


class MoveAhead(ResponseBody):
    """A step that people take from a role, and what it asks of somebody who exactly meets that role."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "to_role": {"id": "0198c0de-1111-7000-8000-000000000002", "title": "Sales lead"},
                    "kind": "promotion",
                    "note": "After two years as a rule.",
                    "gap": 3.0,
                    "upskilling": 1.0,
                    "reskilling": 2.0,
                    "readiness": 0.7,
                    "requires": [
                        {
                            "skill": {"id": "0198c0de-1111-7000-8000-000000000003", "label": "Coach colleagues"},
                            "from_level": 0,
                            "to_level": 2,
                            "weighted_gap": 2.0,
                            "kind": "reskilling",
                        }
                    ],
                }
            ]
        }
    )

    to_role: RoleBrief
    kind: MoveKind
    note: str | None
    gap: Effort
    upskilling: float = Field(description="The part of `gap` in skills that this role needs too.")
    reskilling: float = Field(description="The part of `gap` in skills that only the other role needs.")
    readiness: Readiness
    requires: list[SkillStep] = Field(description="Every skill of which the step asks more, most weighted gap first.")


class MovesAhead(ResponseBody):
    """The steps out of a role with what each requires."""

    role: RoleBrief
    data: list[MoveAhead]
    next_cursor: str | None = None


class PathwayStep(ResponseBody):
    """One move. Its gaps assume that the targets of the step before are met."""

    role: RoleBrief
    move: MoveKind
    similarity: Similarity | None = Field(description="To the role before; null where there is none.")
    effort: Effort
    upskilling: float = Field(description="The part of the effort in skills that the role before needs too.")
    reskilling: float = Field(description="The part of the effort in skills that are new.")
    readiness: Readiness
    aspired: bool = Field(description="Whether the person wishes to have this role. Says nothing about ability.")
    interest: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of the effort in skills that the person wishes to learn; null when they told none.",
        examples=[0.57],
    )
    gaps: list[GapRead]


class Pathway(ResponseBody):
    """One way to the target, through zero or more other roles."""

    similarity: Similarity | None = Field(description="The product over its moves: what pathways are ranked by.")
    effort: Effort
    steps: list[PathwayStep]


class Pathways(ResponseBody):
    """Ways from where a person is to a role, the most similar moves first. There is always one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_id": "0198c0de-1111-7000-8000-00000000000a",
                    "current_role": {"id": "0198c0de-1111-7000-8000-00000000000c", "title": "Sales representative"},
                    "target_role": {"id": "0198c0de-1111-7000-8000-00000000000b", "title": "Social media marketer"},
                    "horizon": "short",
                    "from_aspiration": False,
                    "data": [
                        {
                            "similarity": 0.12,
                            "effort": 3.5,
                            "steps": [
                                {
                                    "role": {
                                        "id": "0198c0de-1111-7000-8000-00000000000b",
                                        "title": "Social media marketer",
                                    },
                                    "move": "reskill",
                                    "similarity": 0.12,
                                    "effort": 3.5,
                                    "upskilling": 1.5,
                                    "reskilling": 2.0,
                                    "readiness": 0.2222,
                                    "aspired": True,
                                    "interest": 0.57,
                                    "gaps": [],
                                }
                            ],
                        }
                    ],
                    "next_cursor": None,
                }
            ]
        }
    )

    person_id: UUID
    current_role: RoleBrief | None
    target_role: RoleBrief
    horizon: str
    from_aspiration: bool = Field(description="Whether the target is the role that the person wants most.")
    data: list[Pathway]
    next_cursor: str | None = None
