from itertools import chain, combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.programs.recommendations import bundle
from services.programs.recommendations.bundle import Bundle, choose_bundle, without_idle
from services.programs.recommendations.candidates import Candidate, Constraints, EntryLevel, OpenGap
from services.programs.recommendations.selection import Selection, choose_greedily, state
from tests.services.programs.recommendations.examples import (
    PRICING,
    SOCIAL_MEDIA,
    VIDEO_CALLS,
    by_skill,
    catalogues,
    euros,
    gap,
    open_gap_sets,
    program,
)

NO_LIMITS = Constraints()
UNTIMED = 60.0


def titles(found: Bundle) -> list[str]:
    return [chosen.title for chosen in found.programs]


def test_nothing_to_close_is_an_empty_bundle() -> None:
    found = choose_bundle({}, [program(1)], NO_LIMITS)

    assert (found.programs, found.weighted_gap_closed, found.distance_from_optimum) == ((), 0, 0)


def test_the_optimum_is_found_where_greedy_is_not_enough() -> None:
    """The program with the best rate closes most for its hours, and leaves no room for the two that close all."""
    gaps = by_skill(gap(SOCIAL_MEDIA, importance=1.0), gap(VIDEO_CALLS, importance=0.9))
    catalogue = [
        program(1, (SOCIAL_MEDIA, 1, 3), hours=20),
        program(2, (VIDEO_CALLS, 1, 3), hours=20),
        program(3, (SOCIAL_MEDIA, 1, 2), (VIDEO_CALLS, 1, 2), hours=18),
    ]
    constraints = Constraints(max_hours=40)
    selection = state(gaps, catalogue, constraints, frozenset())
    found = choose_bundle(gaps, catalogue, constraints)

    assert titles(found) == ["Program 1", "Program 2"]
    assert found.weighted_gap_closed == pytest.approx(3.8)
    assert found.distance_from_optimum == 0
    assert selection.coverage.closed(choose_greedily(selection)) < 3.8


def test_two_programs_that_teach_the_same_count_once() -> None:
    found = choose_bundle(by_skill(gap()), [program(1, hours=20), program(2, hours=10)], NO_LIMITS)

    assert titles(found) == ["Program 2"]
    assert found.weighted_gap_closed == 2


def test_one_program_leads_to_the_start_of_the_next() -> None:
    gaps = by_skill(gap(level=0, target=4))
    basics, advanced = program(1, (SOCIAL_MEDIA, 0, 2)), program(2, (SOCIAL_MEDIA, 2, 4))

    assert titles(choose_bundle(gaps, [advanced, basics], NO_LIMITS)) == ["Program 1", "Program 2"]
    assert choose_bundle(gaps, [advanced], NO_LIMITS).programs == ()


def test_a_prerequisite_comes_along_and_its_hours_count() -> None:
    first = program(1, (PRICING, 1, 2), hours=15)
    needy = program(2, hours=20, needs=frozenset({first.program_id}))

    assert titles(choose_bundle(by_skill(gap()), [needy, first], Constraints(max_hours=35))) == [
        "Program 1",
        "Program 2",
    ]
    assert choose_bundle(by_skill(gap()), [needy, first], Constraints(max_hours=34)).programs == ()


def test_a_program_whose_prerequisite_is_not_offered_is_not_chosen() -> None:
    assert choose_bundle(by_skill(gap()), [program(2, needs=frozenset({UUID(int=9)}))], NO_LIMITS).programs == ()


def test_a_completed_prerequisite_is_enough() -> None:
    done = UUID(int=9)
    found = choose_bundle(by_skill(gap()), [program(2, needs=frozenset({done}))], NO_LIMITS, frozenset({done}))

    assert titles(found) == ["Program 2"]


def test_an_entry_level_that_is_not_reached_keeps_a_program_out() -> None:
    gaps = by_skill(gap(), gap(PRICING, level=1))

    assert choose_bundle(gaps, [program(1, entry=(EntryLevel(PRICING, 2),))], NO_LIMITS).programs == ()


def test_beyond_the_largest_problem_the_bound_is_what_all_programs_together_close(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundle, "LARGEST_PROBLEM", 1)
    gaps = by_skill(gap(SOCIAL_MEDIA), gap(VIDEO_CALLS))
    catalogue = [program(1, hours=30), program(2, (VIDEO_CALLS, 1, 3), hours=30)]
    found = choose_bundle(gaps, catalogue, Constraints(max_hours=40))

    assert (found.weighted_gap_closed, found.best_possible, found.distance_from_optimum) == (2, 4, 0.5)


@st.composite
def limits(draw: st.DrawFn) -> Constraints:
    hours = draw(st.none() | st.integers(0, 60).map(float))
    return Constraints(hours, draw(st.none() | st.integers(0, 600).map(lambda euro: euros(f"{euro}.00"))))


def every_choice(selection: Selection) -> list[frozenset[int]]:
    """All affordable and complete choices: the truth for small catalogues."""
    positions = range(len(selection.programs))
    choices = chain.from_iterable(combinations(positions, size) for size in range(len(positions) + 1))
    return [
        frozenset(choice)
        for choice in choices
        if selection.affords(frozenset(choice)) and all(selection.needs[p] <= set(choice) for p in choice)
    ]


@given(open_gap_sets(), catalogues(), limits())
@settings(deadline=None)
def test_a_bundle_is_the_best_of_all_choices_and_takes_the_fewest_hours(
    gaps: dict[UUID, OpenGap], catalogue: list[Candidate], constraints: Constraints
) -> None:
    selection = state(gaps, catalogue, constraints, frozenset())
    found = choose_bundle(gaps, catalogue, constraints, time_limit=UNTIMED)
    best = max(selection.coverage.closed(choice) for choice in every_choice(selection))
    hours = [
        selection.hours.taken(choice)
        for choice in every_choice(selection)
        if selection.coverage.closed(choice) >= best - 1e-7
    ]

    assert found.weighted_gap_closed == pytest.approx(best, abs=1e-4)
    assert found.distance_from_optimum == pytest.approx(0, abs=1e-4)
    assert sum(round(chosen.hours * 100) for chosen in found.programs) == min(hours)


@given(open_gap_sets(), catalogues(), limits())
@settings(deadline=None)
def test_a_bundle_is_never_over_budget_and_never_worse_than_greedy(
    gaps: dict[UUID, OpenGap], catalogue: list[Candidate], constraints: Constraints
) -> None:
    selection = state(gaps, catalogue, constraints, frozenset())
    found = choose_bundle(gaps, catalogue, constraints, time_limit=UNTIMED)

    if constraints.max_hours is not None:
        assert sum(round(chosen.hours * 100) for chosen in found.programs) <= constraints.max_hours * 100
    if constraints.max_cost is not None:
        assert sum(chosen.cost.amount for chosen in found.programs if chosen.cost) <= constraints.max_cost.amount
    assert found.weighted_gap_closed >= selection.coverage.closed(choose_greedily(selection)) - 1e-4


@given(open_gap_sets(), catalogues(), limits(), st.integers(0, 40), st.integers(0, 400))
@settings(deadline=None)
def test_more_budget_never_closes_less(
    gaps: dict[UUID, OpenGap], catalogue: list[Candidate], constraints: Constraints, hours: int, money: int
) -> None:
    more = Constraints(
        None if constraints.max_hours is None else constraints.max_hours + hours,
        None if constraints.max_cost is None else euros(f"{constraints.max_cost.amount + money:.2f}"),
    )
    less_closed = choose_bundle(gaps, catalogue, constraints, time_limit=UNTIMED).weighted_gap_closed

    assert choose_bundle(gaps, catalogue, more, time_limit=UNTIMED).weighted_gap_closed >= less_closed - 1e-4


@given(open_gap_sets(), catalogues())
def test_greedy_is_affordable_and_complete(gaps: dict[UUID, OpenGap], catalogue: list[Candidate]) -> None:
    selection = state(gaps, catalogue, Constraints(max_hours=30, max_cost=euros("200.00")), frozenset())

    assert choose_greedily(selection) in every_choice(selection)


@given(open_gap_sets(), catalogues())
def test_dropping_what_is_idle_changes_nothing(gaps: dict[UUID, OpenGap], catalogue: list[Candidate]) -> None:
    selection = state(gaps, catalogue, NO_LIMITS, frozenset())
    everything = frozenset(range(len(selection.programs)))

    assert selection.coverage.closed(without_idle(selection, everything)) == pytest.approx(
        selection.coverage.closed(everything)
    )
