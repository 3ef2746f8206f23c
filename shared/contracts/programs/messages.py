"""Shapes that the programs service answers to its neighbours."""

from typing import Literal
from uuid import UUID

from shared.schemas import Message, Money

Format = Literal["cross_training", "stretch_assignment", "mentorship", "apprenticeship", "volunteer", "course"]


class TaughtSkill(Message):
    """A skill that a program teaches, from a level to a level."""

    skill_id: UUID
    label: str
    from_level: float
    to_level: float


class ProgramSummary(Message):
    """A program as enrollment needs it."""

    id: UUID
    title: str
    format: Format
    status: Literal["draft", "published", "archived"]
    skills: list[TaughtSkill]
    hours: float | None = None
    cost: Money | None = None
    owner_id: UUID | None = None
    description: str | None = None
