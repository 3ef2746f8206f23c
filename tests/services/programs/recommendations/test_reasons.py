from uuid import UUID

import pytest

from services.programs.recommendations.candidates import Constraints, Exclusion, OpenGap
from services.programs.recommendations.reasons import reason_left_out, reasons_for
from services.programs.recommendations.rules import LeftOut, judge
from tests.services.programs.recommendations.examples import SOCIAL_MEDIA, by_skill, euros, gap, program


def test_a_program_that_fits_says_so_with_its_numbers() -> None:
    constraints = Constraints(max_hours=40, max_cost=euros("500.00"))
    found = judge(program(1, hours=24, cost=euros("300.00")), by_skill(gap(essential=True)), constraints, frozenset())

    assert [(reason.code, reason.text) for reason in reasons_for(found, constraints, {})] == [
        ("closes_gap", "Closes the gap in Skill 1, an essential skill of the role: from level 1 to 3."),
        ("fits_level", "Starts where the level in Skill 1 is today."),
        ("within_hours", "Takes 24 of 40 hours."),
        ("within_cost", "Costs 300.00 of 500.00 EUR."),
    ]


def test_a_prerequisite_is_named() -> None:
    needed = UUID(int=7)
    found = judge(program(1, needs=frozenset({needed})), by_skill(gap()), Constraints(), frozenset())

    assert reasons_for(found, Constraints(), {needed: "Basics"})[-1].text == "Needs Basics first."


@pytest.mark.parametrize(
    ("open_gap", "code"),
    [
        (gap(level=None), "never_rated"),
        (gap(level=0.5), "starts_above"),
        (gap(level=2.0), "repeats"),
        (gap(level=1.0), "fits_level"),
    ],
)
def test_the_start_is_explained(open_gap: OpenGap, code: str) -> None:
    found = judge(program(1, (SOCIAL_MEDIA, 1, 3)), by_skill(open_gap), Constraints(), frozenset())

    assert code in [reason.code for reason in reasons_for(found, Constraints(), {})]


def test_a_gap_that_stays_open_is_narrowed_not_closed() -> None:
    found = judge(program(1, (SOCIAL_MEDIA, 1, 2)), by_skill(gap()), Constraints(), frozenset())

    assert reasons_for(found, Constraints(), {})[0].code == "narrows_gap"


@pytest.mark.parametrize("exclusion", Exclusion)
def test_every_exclusion_has_its_sentence(exclusion: Exclusion) -> None:
    reason = reason_left_out(LeftOut(program(1, cost=euros("3.00")), exclusion))

    assert reason.code == exclusion
    assert reason.text.endswith(".")
