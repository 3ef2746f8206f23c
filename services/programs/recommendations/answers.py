"""Recommendations as answers. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from services.programs.recommendations.bundle import Bundle
from services.programs.recommendations.candidates import Candidate, Constraints, Gaps
from services.programs.recommendations.reasons import reason_left_out, reasons_for
from services.programs.recommendations.rules import LeftOut, Recommendation
from services.programs.recommendations.schemas import (
    BundleRead,
    ClosingRead,
    LeftOutRead,
    ProgramBrief,
    ReasonRead,
    RecommendationRead,
    ScoreParts,
)
from shared.schemas import Money


def brief(program: Candidate) -> ProgramBrief:
    return ProgramBrief(
        id=program.program_id, title=program.title, format=program.format, hours=program.hours, cost=program.cost
    )


def recommendation(found: Recommendation, constraints: Constraints, titles: Mapping[UUID, str]) -> RecommendationRead:
    """One program with its score, its reasons and what it closes."""
    return RecommendationRead(
        program=brief(found.program),
        score=found.score,
        score_parts=ScoreParts.model_validate(found.score_parts),
        reasons=[ReasonRead(code=reason.code, text=reason.text) for reason in reasons_for(found, constraints, titles)],
        closes=[
            ClosingRead(
                skill_id=closing.gap.skill_id,
                label=closing.gap.label,
                from_level=closing.from_level,
                to_level=closing.to_level,
            )
            for closing in found.closes
        ],
    )


def left_out(found: LeftOut) -> LeftOutRead:
    reason = reason_left_out(found)
    return LeftOutRead(program=brief(found.program), reason=ReasonRead(code=reason.code, text=reason.text))


def bundle(found: Bundle, gaps: Gaps) -> BundleRead:
    """The bundle with its sums."""
    return BundleRead(
        programs=[brief(program) for program in found.programs],
        closes=[
            ClosingRead(
                skill_id=way.skill_id,
                label=gaps[way.skill_id].label,
                from_level=way.from_level,
                to_level=way.to_level,
            )
            for way in found.closes
        ],
        hours=round(sum(program.hours for program in found.programs), 2),
        cost=total_cost(found.programs),
        weighted_gap_closed=found.weighted_gap_closed,
        best_possible=found.best_possible,
        distance_from_optimum=found.distance_from_optimum,
    )


def total_cost(programs: Sequence[Candidate]) -> Money | None:
    """None when all are free of charge, or when there is no one currency to add up in."""
    costs = [program.cost for program in programs if program.cost is not None and not program.is_free]
    if len({cost.currency for cost in costs}) != 1:
        return None
    return Money(amount=sum((cost.amount for cost in costs), Decimal(0)), currency=costs[0].currency)
