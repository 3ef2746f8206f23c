"""What a move from role to role asks of somebody, and what kind of move it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from services.skills.gaps.horizons import Horizon
from services.skills.gaps.rules import (
    Gap,
    GapKind,
    GapStatus,
    HeldSkill,
    RoleProfile,
    find_gaps,
    in_force,
    summarize,
)
from services.skills.roles.rules import MoveKind

# From this share of the effort on, a move is into another occupation rather than up or across.
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """What a role asks of somebody who exactly meets another one; gaps weighted by importance, in levels."""

    gap: float
    upskilling: float
    reskilling: float
    readiness: float | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One move on the way: what is still missing when the targets of the step before are met."""

    role: RoleProfile
    gaps: tuple[Gap, ...]

    @property
    def effort(self) -> float:
        """Σ importance · gap, in levels."""
        return weigh(self.gaps)


class Weighed(Protocol):
    """As much of a requirement as the likeness of roles needs."""

    @property
    def skill(self) -> Any: ...
    @property
    def level(self) -> float: ...
    @property
    def importance(self) -> float: ...
    @property
    def effective_from(self) -> date | None: ...


def importance_of(requirements: Iterable[Weighed], today: date) -> dict[Any, float]:
    """How important each skill is to a role, for comparing roles.

    A requirement of level 0 that was there from the start (O*NET's "not relevant") still says how unimportant
    the skill is; one that begins on a day ends the need.
    """
    begun = [r for r in requirements if r.effective_from is None or r.effective_from <= today]
    latest = {r.skill: r for r in sorted(begun, key=lambda r: r.effective_from or date.min)}
    return {r.skill: r.importance for r in latest.values() if r.level > 0 or r.effective_from is None}


def weigh(gaps: Iterable[Gap], kind: GapKind | None = None) -> float:
    """Σ importance · gap, of one kind or of both."""
    return sum(gap.weighted_gap for gap in gaps if kind is None or gap.kind is kind)


def share_of_interest(gaps: Sequence[Gap], interests: Collection[UUID]) -> float | None:
    """How much of the effort lies in skills that the person wishes to learn, 0..1; None when they told none."""
    effort = weigh(gaps)
    if not interests or not effort:
        return None
    return weigh(gap for gap in gaps if gap.skill_id in interests) / effort


def compare_roles(start: RoleProfile, end: RoleProfile, horizon: Horizon) -> Difference:
    """The move itself, whoever makes it."""
    met = {skill_id: HeldSkill(needed.level) for skill_id, needed in in_force(start, horizon).items()}
    gaps = tuple(gap for gap in find_gaps(end, start, met, horizon, tolerance=0.0))
    return Difference(
        gap=weigh(gaps),
        upskilling=weigh(gaps, GapKind.UPSKILLING),
        reskilling=weigh(gaps, GapKind.RESKILLING),
        readiness=summarize(gaps).readiness,
        gaps=gaps,
    )


def name_move(declared: MoveKind | None, difference: Difference, grade: str | None, next_grade: str | None) -> MoveKind:
    """What the organisation calls the move. Where it says nothing: reskilling when most of the weighted gap
    lies in skills that the role before does not need, a promotion when the grade rises, else lateral."""
    if declared is not None:
        return declared
    if difference.reskilling > MOSTLY * difference.gap:
        return MoveKind.RESKILL
    return MoveKind.PROMOTION if _rises(grade, next_grade) else MoveKind.LATERAL


def _rises(grade: str | None, next_grade: str | None) -> bool:
    """Grades that are whole numbers have an order; others ('senior', 'B') are names."""
    if grade is None or next_grade is None or not (grade.isdecimal() and next_grade.isdecimal()):
        return False
    return int(next_grade) > int(grade)


def walk(
    start: RoleProfile | None,
    stops: Sequence[RoleProfile],
    held: Mapping[UUID, HeldSkill],
    horizon: Horizon,
    *,
    tolerance: float = 0.25,
    self_may_meet: bool = False,
) -> list[Step]:
    """The steps of a way. Each one assumes that what the step before asked for has been learned and seen."""
    steps = []
    current, known = start, dict(held)
    for role in stops:
        gaps = find_gaps(role, current, known, horizon, tolerance=tolerance, self_may_meet=self_may_meet)
        steps.append(Step(role, tuple(gaps)))
        known.update((gap.skill_id, _learned(gap)) for gap in gaps if gap.status is not GapStatus.EXEMPT)
        current = role
    return steps


def _learned(gap: Gap) -> HeldSkill:
    return HeldSkill(max(gap.target_level, gap.level or 0.0))
