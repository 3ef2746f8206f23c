"""What a role asks for: when requirements are sound, what is in force on a day, how two sets differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class MoveKind(StrEnum):
    """What kind of step it is from one role to another."""

    PROMOTION = "promotion"
    LATERAL = "lateral"
    RESKILL = "reskill"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One skill that a role needs. Level 0: no longer needed from that day on. `effective_from` None: now.

    `redesign` marks what is new because the role itself becomes another one; closing that gap is reskilling.
    `low_precision`: whoever published the level or the importance recommends not to rely on it.
    """

    skill_id: UUID
    level: float
    importance: float = 1.0
    essential: bool = False
    effective_from: date | None = None
    redesign: bool = False
    low_precision: bool = False

    @property
    def key(self) -> tuple[UUID, date | None]:
        return self.skill_id, self.effective_from


@dataclass(frozen=True, slots=True)
class ScaleRange:
    """The scale of a skill's framework, reduced to its ends."""

    scale_id: UUID
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the requirement at `index`, in which field."""

    index: int
    field: str
    detail: str


def faults(requirements: Sequence[Requirement], scales: Mapping[UUID, ScaleRange]) -> list[Fault]:
    """Everything wrong with a set of requirements. `scales` holds the scale of every skill that exists."""
    found: list[Fault] = []
    seen: set[tuple[UUID, date | None]] = set()
    first: ScaleRange | None = None
    for index, requirement in enumerate(requirements):
        if requirement.key in seen:
            found.append(Fault(index, "effective_from", "This skill is already required from that day on."))
        seen.add(requirement.key)
        scale = scales.get(requirement.skill_id)
        if scale is None:
            found.append(Fault(index, "skill_id", "There is no such skill."))
            continue
        first = first or scale
        if scale.scale_id != first.scale_id:
            found.append(Fault(index, "skill_id", "All requirements of a role are on one scale; this one is not."))
        elif requirement.level != 0 and not scale.lowest <= requirement.level <= scale.highest:
            range_ = f"{scale.lowest:g} to {scale.highest:g}"
            found.append(Fault(index, "level", f"The level is 0 or within the scale, {range_}."))
    return found


def effective(requirements: Iterable[Requirement], day: date) -> list[Requirement]:
    """What is in force on a day: of each skill the latest that has begun, unless its level is 0."""
    latest: dict[UUID, Requirement] = {}
    for requirement in requirements:
        if requirement.effective_from is not None and requirement.effective_from > day:
            continue
        known = latest.get(requirement.skill_id)
        if known is None or _begins(requirement) >= _begins(known):
            latest[requirement.skill_id] = requirement
    return [requirement for requirement in latest.values() if requirement.level > 0]


def next_start(requirements: Iterable[Requirement], day: date) -> date | None:
    """The next day after `day` on which another requirement comes into force."""
    starts = (r.effective_from for r in requirements if r.effective_from is not None and r.effective_from > day)
    return min(starts, default=None)


def _begins(requirement: Requirement) -> date:
    return requirement.effective_from or date.min


@dataclass(frozen=True, slots=True)
class Difference:
    """How a new set of requirements differs from the one before."""

    added: tuple[Requirement, ...]
    changed: tuple[Requirement, ...]
    removed: tuple[Requirement, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def skill_ids(self) -> set[UUID]:
        return {r.skill_id for r in (*self.added, *self.changed, *self.removed)}


def difference(before: Iterable[Requirement], after: Iterable[Requirement]) -> Difference:
    old = {requirement.key: requirement for requirement in before}
    new = {requirement.key: requirement for requirement in after}
    return Difference(
        added=tuple(r for key, r in new.items() if key not in old),
        changed=tuple(r for key, r in new.items() if key in old and old[key] != r),
        removed=tuple(r for key, r in old.items() if key not in new),
    )
