"""Figures of groups: sums over gaps that can be added, kept and compared exactly.

Sums are whole millionths, cut off and never rounded: the same gaps give the same sum in any order, and a level
just below its target stays below it.
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from services.skills.gaps.rules import Gap, GapKind, GapStatus

Key = TypeVar("Key")
UNIT = 1_000_000
# Floats such as 0.29 · 3 lie a hair under what they mean; this is far below a millionth.
HAIR = 1e-9


class Totals(NamedTuple):
    """Sums over the gaps of some people. Those that the person is exempt from are left out."""

    people: int = 0
    people_with_gaps: int = 0
    asked: int = 0
    assessed: int = 0
    essential_open: int = 0
    required: int = 0
    reached: int = 0
    missing: int = 0
    upskilling: int = 0
    reskilling: int = 0

    @property
    def readiness(self) -> float | None:
        """Σ importance·min(level, target) / Σ importance·target, None where nothing is asked."""
        return self.reached / self.required if self.required else None

    @property
    def assessed_share(self) -> float | None:
        return self.assessed / self.asked if self.asked else None

    @property
    def weighted_gap(self) -> float | None:
        """Mean Σ importance·gap per person, in levels."""
        return self._mean(self.upskilling + self.reskilling)

    @property
    def mean_upskilling(self) -> float | None:
        return self._mean(self.upskilling)

    @property
    def mean_reskilling(self) -> float | None:
        return self._mean(self.reskilling)

    @property
    def gap(self) -> float | None:
        """Mean missing levels per requirement, whatever its importance."""
        return self.missing / UNIT / self.asked if self.asked else None

    def _mean(self, figure: int) -> float | None:
        return figure / UNIT / self.people if self.people else None


def total_of(figures: Iterable[Totals]) -> Totals:
    """The figures of one person, from those of their requirements. Nobody stands behind them where nothing is asked."""
    total = sum_up(figures)
    return total._replace(people=min(1, total.people), people_with_gaps=min(1, total.people_with_gaps))


def figures_of(gap: Gap) -> Totals:
    """The figures of one requirement of one person."""
    status = gap.status
    if status is GapStatus.EXEMPT:
        return Totals()
    is_open = status is not GapStatus.MET
    weighted = millionths(gap.importance * gap.gap) if is_open else 0
    upskilling = gap.kind is GapKind.UPSKILLING
    return Totals(
        people=1,
        people_with_gaps=int(is_open),
        asked=1,
        assessed=int(status is not GapStatus.UNRATED),
        essential_open=int(gap.essential and is_open),
        required=millionths(gap.required),
        reached=millionths(gap.reached),
        missing=millionths(gap.gap) if is_open else 0,
        upskilling=weighted if upskilling else 0,
        reskilling=0 if upskilling else weighted,
    )


def millionths(figure: float) -> int:
    """Cut off, not rounded."""
    return int(figure * UNIT + HAIR * UNIT)


def sum_up(totals: Iterable[Totals]) -> Totals:
    return Totals(*map(sum, zip(Totals(), *totals, strict=True)))


def add_up(figures: Iterable[tuple[Key, Totals]]) -> dict[Key, Totals]:
    """The sum of the figures under each key."""
    found: dict[Key, list[Totals]] = {}
    for key, totals in figures:
        found.setdefault(key, []).append(totals)
    return {key: totals[0] if len(totals) == 1 else sum_up(totals) for key, totals in found.items()}
