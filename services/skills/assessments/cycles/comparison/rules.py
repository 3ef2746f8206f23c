"""How levels moved between two snapshots, and when that stays hidden."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

# Fewer people than this stand behind no figure that outsiders see.
MINIMUM_GROUP = 5


@dataclass(frozen=True, slots=True)
class Movement:
    """How the levels of one skill moved between two snapshots, over those whom both know a level of."""

    skill_id: UUID
    people: int
    before: float
    after: float
    raised: int
    lowered: int

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Step:
    """How many people went from one level to another in one skill."""

    skill_id: UUID
    before: float
    after: float
    people: int


def movements(steps: Iterable[Step], read: Callable[[float], float]) -> list[Movement]:
    """Movements by skill, where `read` tells what a level of before is on the scale of afterwards."""
    by_skill: dict[UUID, list[Step]] = {}
    for step in steps:
        by_skill.setdefault(step.skill_id, []).append(replace(step, before=read(step.before)))
    return [
        Movement(
            skill_id=skill_id,
            people=(people := sum(step.people for step in found)),
            before=sum(step.before * step.people for step in found) / people,
            after=sum(step.after * step.people for step in found) / people,
            raised=sum(step.people for step in found if step.after > step.before),
            lowered=sum(step.people for step in found if step.after < step.before),
        )
        for skill_id, found in by_skill.items()
    ]


def hidden(movement: Movement, *, suppress: bool) -> bool:
    """Whether its figures stay hidden: too few people stand behind them, and the reader does not lead them."""
    return suppress and movement.people < MINIMUM_GROUP
