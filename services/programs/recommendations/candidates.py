"""Open gaps, candidate programs, hard limits, and which program closes which gap for a person who starts today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from shared.schemas import Money

REACH = 1.0
"""How many levels above the person a program may start: one step is a stretch, two are another program's job."""


@dataclass(frozen=True)
class OpenGap:
    """A requirement that is not met. `level` is None when the skill was never rated; it then counts as 0."""

    skill_id: UUID
    label: str
    level: float | None
    target_level: float
    importance: float
    essential: bool = False

    @property
    def start(self) -> float:
        return self.level or 0.0

    @property
    def weighted(self) -> float:
        """Importance × missing levels."""
        return self.importance * max(0.0, self.target_level - self.start)


@dataclass(frozen=True)
class TaughtSkill:
    skill_id: UUID
    from_level: float
    to_level: float


@dataclass(frozen=True)
class EntryLevel:
    """A level of a skill that one must have before a program begins."""

    skill_id: UUID
    level: float


@dataclass(frozen=True)
class FormatFit:
    """From which level a format works well, and how many levels it can carry."""

    starts_from: float
    largest_step: float


@dataclass(frozen=True)
class Candidate:
    """A published program as far as a recommendation needs it. `cost` None or zero means free of charge."""

    program_id: UUID
    title: str
    format: str
    hours: float
    cost: Money | None
    teaches: tuple[TaughtSkill, ...]
    fit: FormatFit
    needs_programs: frozenset[UUID] = frozenset()
    needs_levels: tuple[EntryLevel, ...] = ()

    @property
    def is_free(self) -> bool:
        return self.cost is None or self.cost.amount == 0

    def without_needs(self, completed: frozenset[UUID]) -> "Candidate":
        """The same program for somebody who has these programs behind them."""
        if self.needs_programs.isdisjoint(completed):
            return self
        return replace(self, needs_programs=self.needs_programs - completed)


@dataclass(frozen=True)
class Constraints:
    """Hard limits: a program beyond one of them is never recommended."""

    max_hours: float | None = None
    max_cost: Money | None = None
    formats: frozenset[str] | None = None


@dataclass(frozen=True)
class Closing:
    """A gap, or the part of it, that a program closes. `presumes` is the level that the program starts from."""

    gap: OpenGap
    from_level: float
    to_level: float
    presumes: float

    @property
    def weighted(self) -> float:
        return self.gap.importance * (self.to_level - self.from_level)


class Exclusion(StrEnum):
    """Why a program that teaches a wanted skill is not recommended."""

    OTHER_FORMAT = "other_format"
    TOO_MANY_HOURS = "too_many_hours"
    OTHER_CURRENCY = "other_currency"
    TOO_EXPENSIVE = "too_expensive"
    STARTS_ABOVE_LEVEL = "starts_above_level"


Gaps = Mapping[UUID, OpenGap]


def leads_on(candidate: Candidate, gaps: Gaps) -> bool:
    """Does the program lead above the present level of a skill with an open gap?"""
    return any(
        taught.skill_id in gaps and taught.to_level > gaps[taught.skill_id].start for taught in candidate.teaches
    )


def exclusion(candidate: Candidate, gaps: Gaps, constraints: Constraints) -> Exclusion | None:
    """The first reason to leave a program out, None when there is none."""
    return beyond(candidate, constraints) or (None if closings(candidate, gaps) else Exclusion.STARTS_ABOVE_LEVEL)


def beyond(candidate: Candidate, constraints: Constraints) -> Exclusion | None:
    """The hard limit that the program breaks by itself. What is free of charge fits every currency."""
    if constraints.formats is not None and candidate.format not in constraints.formats:
        return Exclusion.OTHER_FORMAT
    if constraints.max_hours is not None and candidate.hours > constraints.max_hours:
        return Exclusion.TOO_MANY_HOURS
    if constraints.max_cost is None or candidate.cost is None or candidate.is_free:
        return None
    if candidate.cost.currency != constraints.max_cost.currency:
        return Exclusion.OTHER_CURRENCY
    return Exclusion.TOO_EXPENSIVE if candidate.cost.amount > constraints.max_cost.amount else None


def closings(candidate: Candidate, gaps: Gaps) -> tuple[Closing, ...]:
    """What the program closes for a person who starts today: up to the target, never beyond it."""
    return tuple(
        Closing(gap, gap.start, min(taught.to_level, gap.target_level), taught.from_level)
        for taught in candidate.teaches
        if (gap := gaps.get(taught.skill_id)) is not None
        and min(taught.to_level, gap.target_level) > gap.start
        and within_reach(taught, gap)
    )


def within_reach(taught: TaughtSkill, gap: OpenGap) -> bool:
    """May this person begin? A skill that nobody has rated keeps nobody out."""
    return gap.level is None or taught.from_level - gap.level <= REACH


def missing_programs(candidate: Candidate, completed: frozenset[UUID]) -> frozenset[UUID]:
    return candidate.needs_programs - completed


def missing_levels(candidate: Candidate, gaps: Gaps) -> tuple[EntryLevel, ...]:
    """Entry levels that are known not to be reached. A skill without an open gap is taken as sufficient."""
    return tuple(
        entry for entry in candidate.needs_levels if entry.skill_id in gaps and gaps[entry.skill_id].start < entry.level
    )
