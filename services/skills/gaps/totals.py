"""Figures of groups: sums over gaps that can be added, kept and compared exactly.

Sums are whole millionths, cut off and never rounded: the same gaps give the same sum in any order, and a level
just below its target stays below it.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from services.skills.gaps.rules import Gap, GapKind, GapStatus

UNIT = 1_000_000
# Floats such as 0.29 · 3 lie a hair under what they mean; this is far below a millionth.
HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Totals:
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

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

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


def total_of(gaps: Iterable[Gap]) -> Totals:
    """The figures of one person. Nobody stands behind them where nothing is asked."""
    asked = [gap for gap in gaps if gap.status is not GapStatus.EXEMPT]
    return Totals(
        people=int(bool(asked)),
        people_with_gaps=int(any(gap.open for gap in asked)),
        asked=len(asked),
        assessed=sum(gap.status is not GapStatus.UNRATED for gap in asked),
        essential_open=sum(gap.essential and gap.open for gap in asked),
        required=sum(millionths(gap.required) for gap in asked),
        reached=sum(millionths(gap.reached) for gap in asked),
        missing=sum(millionths(gap.gap) for gap in asked),
        upskilling=sum(millionths(gap.weighted_gap) for gap in asked if gap.kind is GapKind.UPSKILLING),
        reskilling=sum(millionths(gap.weighted_gap) for gap in asked if gap.kind is GapKind.RESKILLING),
    )


def millionths(figure: float) -> int:
    """Cut off, not rounded."""
    return int(figure * UNIT + HAIR * UNIT)


def sum_up(totals: Iterable[Totals]) -> Totals:
    return sum(totals, start=Totals())
