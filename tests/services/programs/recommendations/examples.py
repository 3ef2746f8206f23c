"""Gaps and programs as stories need them; everything has a sensible default."""

from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from services.programs.recommendations.candidates import (
    Candidate,
    EntryLevel,
    FormatFit,
    OpenGap,
    TaughtSkill,
)
from services.programs.recommendations.rules import open_gaps
from shared.schemas import Money

SOCIAL_MEDIA = UUID(int=1)
VIDEO_CALLS = UUID(int=2)
PRICING = UUID(int=3)
ANY_FORMAT = FormatFit(starts_from=0, largest_step=5)


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def gap(
    skill_id: UUID = SOCIAL_MEDIA,
    level: float | None = 1.0,
    target: float = 3.0,
    importance: float = 1.0,
    essential: bool = False,
) -> OpenGap:
    return OpenGap(skill_id, f"Skill {skill_id.int}", level, target, importance, essential)


def by_skill(*gaps: OpenGap) -> dict[UUID, OpenGap]:
    return {found.skill_id: found for found in gaps}


def program(
    number: int,
    *teaches: tuple[UUID, float, float],
    hours: float = 10,
    cost: Money | None = None,
    format: str = "course",
    fit: FormatFit = ANY_FORMAT,
    needs: frozenset[UUID] = frozenset(),
    entry: tuple[EntryLevel, ...] = (),
) -> Candidate:
    taught = tuple(TaughtSkill(*found) for found in teaches or ((SOCIAL_MEDIA, 1, 3),))
    return Candidate(UUID(int=1000 + number), f"Program {number}", format, hours, cost, taught, fit, needs, entry)


SKILLS = st.sampled_from([SOCIAL_MEDIA, VIDEO_CALLS, PRICING])
LEVELS = st.integers(0, 5).map(float)
PRICES = st.none() | st.integers(0, 40_000).map(lambda cents: euros(f"{cents / 100:.2f}"))


@st.composite
def open_gap_sets(draw: st.DrawFn) -> dict[UUID, OpenGap]:
    """One to three gaps, rated or not, of any importance."""
    return open_gaps(
        gap(skill, draw(st.none() | LEVELS), draw(LEVELS), draw(st.floats(0.01, 1)))
        for skill in draw(st.sets(SKILLS, min_size=1))
    )


@st.composite
def catalogues(draw: st.DrawFn) -> list[Candidate]:
    """Up to seven programs; one in two may need an earlier one."""
    found: list[Candidate] = []
    for number in range(draw(st.integers(0, 7))):
        needed = draw(st.lists(st.sampled_from(found), max_size=1)) if found else []
        found.append(
            program(
                number,
                *[taught(draw, skill) for skill in sorted(draw(st.sets(SKILLS, min_size=1)))],
                hours=draw(st.integers(1, 4000)) / 100,
                cost=draw(PRICES),
                needs=frozenset(other.program_id for other in needed),
            )
        )
    return found


def taught(draw: st.DrawFn, skill: UUID) -> tuple[UUID, float, float]:
    low = draw(st.integers(0, 4))
    return (skill, low, low + draw(st.integers(1, 3)))
