"""How good a program is for these gaps: a score whose parts are shown. Pure decisions.

A program is judged by five marks, each between 0 and 1; the score is their weighted sum (WEIGHTS), so it lies
between 0 and 1 too and does not depend on which other programs exist:

- `gap_closed`: the weighted gap it closes (importance × levels) as a share of everything that is open.
- `efficiency`: that share against the share of the hours and the money it takes. Without a limit the hours are
  measured against one working week of 40 hours, and money, for want of a common currency, is not measured.
- `level_fit`: does it start where the person stands? Full marks when every taught level is new and the first one
  is within reach; less when it repeats what is known or starts above the person.
- `format_fit`: can this format carry a step of that size from that level? (each format says so itself)
- `prerequisites`: how much of what the program asks for is already there.

The weights are a judgement of this project, open to view and the same for everybody; closing the gap counts most.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.programs.recommendations.candidates import (
    Candidate,
    Closing,
    Constraints,
    Exclusion,
    FormatFit,
    Gaps,
    OpenGap,
    closings,
    exclusion,
    leads_on,
    missing_levels,
    missing_programs,
)

WEIGHTS = {"gap_closed": 0.40, "efficiency": 0.25, "level_fit": 0.15, "format_fit": 0.10, "prerequisites": 0.10}
WORKING_WEEK = 40.0
FIT_WHEN_UNRATED = 0.75
"""Nobody has rated the skill: the start may or may not fit."""


@dataclass(frozen=True)
class Recommendation:
    """`score_parts` are the marks times their weights; they add up to the score."""

    program: Candidate
    score: float
    score_parts: Mapping[str, float]
    closes: tuple[Closing, ...]
    missing_programs: frozenset[UUID]


@dataclass(frozen=True)
class LeftOut:
    program: Candidate
    exclusion: Exclusion


@dataclass(frozen=True)
class Ranking:
    recommended: tuple[Recommendation, ...]
    left_out: tuple[LeftOut, ...]


def open_gaps(gaps: Iterable[OpenGap]) -> dict[UUID, OpenGap]:
    """The gaps that count, by skill."""
    return {gap.skill_id: gap for gap in gaps if gap.weighted > 0}


def rank(
    gaps: Gaps, candidates: Iterable[Candidate], constraints: Constraints, completed: frozenset[UUID] = frozenset()
) -> Ranking:
    """Order the programs that close something by score, best first; equal scores by hours, then title, then id.

    `completed` are programs that the person has behind them: they are not offered again and satisfy prerequisites.
    """
    recommended: list[Recommendation] = []
    left_out: list[LeftOut] = []
    for candidate in candidates:
        if candidate.program_id in completed or not leads_on(candidate, gaps):
            continue
        excluded = exclusion(candidate, gaps, constraints)
        if excluded is None:
            recommended.append(judge(candidate, gaps, constraints, completed))
        else:
            left_out.append(LeftOut(candidate, excluded))
    recommended.sort(key=lambda found: (-found.score, *_order(found.program)))
    left_out.sort(key=lambda found: _order(found.program))
    return Ranking(tuple(recommended), tuple(left_out))


def judge(candidate: Candidate, gaps: Gaps, constraints: Constraints, completed: frozenset[UUID]) -> Recommendation:
    """Score one program that closes something."""
    closes = closings(candidate, gaps)
    share = sum(closing.weighted for closing in closes) / sum(gap.weighted for gap in gaps.values())
    marks = {
        "gap_closed": share,
        "efficiency": share / (share + resource_share(candidate, constraints)),
        "level_fit": _weighted_mean(closes, level_fit),
        "format_fit": _weighted_mean(closes, lambda closing: format_fit(candidate.fit, closing)),
        "prerequisites": prerequisites_met(candidate, gaps, completed),
    }
    parts = {name: round(WEIGHTS[name] * mark, 4) for name, mark in marks.items()}
    score = round(sum(parts.values()), 4)
    return Recommendation(candidate, score, parts, closes, missing_programs(candidate, completed))


def resource_share(candidate: Candidate, constraints: Constraints) -> float:
    """The mean share of the hours, and of the money where a limit gives the currency, that the program takes."""
    shares = [_share(candidate.hours, WORKING_WEEK if constraints.max_hours is None else constraints.max_hours)]
    if constraints.max_cost is not None:
        amount = 0.0 if candidate.cost is None else float(candidate.cost.amount)
        shares.append(_share(amount, float(constraints.max_cost.amount)))
    return sum(shares) / len(shares)


def level_fit(closing: Closing) -> float:
    """1 when all that is taught is new and within reach.

    Half a mark is lost for a start one whole level too high, and half of the repeated share of what is taught
    when it starts below the person. A skill that was never rated gets FIT_WHEN_UNRATED.
    """
    if closing.gap.level is None:
        return FIT_WHEN_UNRATED
    above = closing.presumes - closing.from_level
    if above > 0:
        return 1.0 - above / 2
    repeated = -above / (closing.to_level - closing.presumes)
    return 1.0 - repeated / 2


def format_fit(fit: FormatFit, closing: Closing) -> float:
    """1 when the format carries the whole step; the share that it can carry otherwise, halved below its start."""
    carried = min(1.0, fit.largest_step / (closing.to_level - closing.from_level))
    return carried if closing.from_level >= fit.starts_from else carried / 2


def prerequisites_met(candidate: Candidate, gaps: Gaps, completed: frozenset[UUID]) -> float:
    """The share of the prerequisites that are there; 1 when there are none."""
    asked = len(candidate.needs_programs) + len(candidate.needs_levels)
    lacking = len(missing_programs(candidate, completed)) + len(missing_levels(candidate, gaps))
    return 1.0 - lacking / asked if asked else 1.0


def _share(amount: float, limit: float) -> float:
    return amount / limit if limit > 0 else 0.0


def _weighted_mean(closes: tuple[Closing, ...], mark: Callable[[Closing], float]) -> float:
    return sum(closing.weighted * mark(closing) for closing in closes) / sum(closing.weighted for closing in closes)


def _order(candidate: Candidate) -> tuple[float, str, UUID]:
    return (candidate.hours, candidate.title.casefold(), candidate.program_id)
