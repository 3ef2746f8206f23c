"""When a coverage requirement is met, and when its figures stay hidden."""

import pytest

from services.skills.gaps.coverage.requirements.rules import Outcome, level_fault, tells_of_few


@pytest.mark.parametrize(("holders", "missing", "met"), [(0, 2, False), (1, 1, False), (2, 0, True), (5, 0, True)])
def test_it_is_met_by_enough_people_and_says_how_many_are_missing(holders: int, missing: int, met: bool) -> None:
    outcome = Outcome(wanted=2, holders=holders)
    assert (outcome.missing, outcome.met) == (missing, met)


@pytest.mark.parametrize(
    ("people", "wider", "is_hidden"),
    [
        (4, [40], True),
        (5, [40], False),
        (0, [40], False),  # of nobody nothing is told
        (10, [12, 40], True),  # a wider group gives away the two
        (10, [10, 13], True),
        (10, [10, 15], False),
    ],
)
def test_neither_a_figure_nor_a_difference_speaks_of_few(people: int, wider: list[int], is_hidden: bool) -> None:
    assert tells_of_few(people, wider) is is_hidden


def test_a_level_lies_within_the_scale() -> None:
    assert (level_fault(2.5, 1, 5), level_fault(5, 1, 5)) == (None, None)
    assert level_fault(5.5, 1, 5) == "The level is within the scale, 1 to 5."
    assert level_fault(0.5, 1, 5) is not None
