"""Request and response bodies of relations."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.references import Reference
from shared.schemas import RequestBody, ResponseBody

RelationKind = Literal["broader", "narrower", "related", "requires", "same_as"]


class Relation(RequestBody):
    """A relation from the skill to another one."""

    kind: RelationKind
    skill_id: Reference


class RelationsWrite(RequestBody):
    """All relations that start at a skill."""

    data: Annotated[list[Relation], Field(max_length=1000)]


class RelationRead(ResponseBody):
    """A relation as seen from one skill: `narrower` is the other end of somebody's `broader`."""

    kind: RelationKind
    skill_id: UUID
    label: str
