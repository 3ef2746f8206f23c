from uuid import UUID

import pytest
from hypothesis import given

from services.programs.recommendations.candidates import (
    Candidate,
    Closing,
    Constraints,
    EntryLevel,
    Exclusion,
    FormatFit,
    OpenGap,
    closings,
    exclusion,
)
from services.programs.recommendations.rules import (
    FIT_WHEN_UNRATED,
    WEIGHTS,
    format_fit,
    judge,
    level_fit,
    open_gaps,
    rank,
)
from shared.schemas import Money
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


def test_the_weights_are_shares_of_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


def test_a_gap_that_is_met_is_not_open() -> None:
    assert open_gaps([gap(level=3.0, target=3.0), gap(VIDEO_CALLS, importance=0.0)]) == {}


def test_a_program_closes_up_to_the_target_and_not_beyond() -> None:
    (closing,) = closings(program(1, (SOCIAL_MEDIA, 1, 5)), by_skill(gap(level=1, target=3)))

    assert (closing.from_level, closing.to_level, closing.weighted) == (1, 3, 2)


def test_a_skill_that_was_never_rated_counts_from_zero_and_keeps_nobody_out() -> None:
    (closing,) = closings(program(1, (SOCIAL_MEDIA, 2, 3)), by_skill(gap(level=None, target=3)))

    assert (closing.from_level, closing.to_level) == (0, 3)


def test_a_program_that_ends_where_the_person_is_closes_nothing() -> None:
    assert rank(by_skill(gap(level=2)), [program(1, (SOCIAL_MEDIA, 1, 2))], NO_LIMITS).recommended == ()


@pytest.mark.parametrize(
    ("candidate", "constraints", "expected"),
    [
        (program(1, format="course"), Constraints(formats=frozenset({"volunteer"})), Exclusion.OTHER_FORMAT),
        (program(1, hours=41), Constraints(max_hours=40), Exclusion.TOO_MANY_HOURS),
        (program(1, hours=40), Constraints(max_hours=40), None),
        (program(1, cost=euros("500.01")), Constraints(max_cost=euros("500.00")), Exclusion.TOO_EXPENSIVE),
        (program(1, cost=euros("500.00")), Constraints(max_cost=euros("500.00")), None),
        (
            program(1, cost=Money(amount="1.00", currency="USD")),
            Constraints(max_cost=euros("500.00")),
            Exclusion.OTHER_CURRENCY,
        ),
        (program(1, cost=Money(amount="0.00", currency="USD")), Constraints(max_cost=euros("0.00")), None),
        (program(1, cost=None), Constraints(max_cost=euros("0.00")), None),
        (program(1, (SOCIAL_MEDIA, 3, 4)), NO_LIMITS, Exclusion.STARTS_ABOVE_LEVEL),
        (program(1, (SOCIAL_MEDIA, 2, 4)), NO_LIMITS, None),
    ],
)
def test_hard_limits(candidate: Candidate, constraints: Constraints, expected: Exclusion | None) -> None:
    assert exclusion(candidate, by_skill(gap(level=1, target=4)), constraints) is expected


def test_what_is_left_out_is_named_with_its_reason() -> None:
    ranking = rank(by_skill(gap()), [program(1, hours=50), program(2)], Constraints(max_hours=40))

    assert [found.program.title for found in ranking.recommended] == ["Program 2"]
    assert [(found.program.title, found.exclusion) for found in ranking.left_out] == [
        ("Program 1", Exclusion.TOO_MANY_HOURS)
    ]


@pytest.mark.parametrize(
    ("level", "presumes", "to_level", "mark"),
    [
        (1.0, 1.0, 3.0, 1.0),
        (1.0, 2.0, 3.0, 0.5),
        (2.0, 1.0, 3.0, 0.75),
        (None, 1.0, 3.0, FIT_WHEN_UNRATED),
    ],
)
def test_level_fit(level: float | None, presumes: float, to_level: float, mark: float) -> None:
    assert level_fit(Closing(gap(level=level), level or 0.0, to_level, presumes)) == pytest.approx(mark)


@pytest.mark.parametrize(
    ("fit", "mark"),
    [
        (FormatFit(starts_from=0, largest_step=2), 1.0),
        (FormatFit(starts_from=0, largest_step=1), 0.5),
        (FormatFit(starts_from=2, largest_step=2), 0.5),
    ],
)
def test_format_fit(fit: FormatFit, mark: float) -> None:
    assert format_fit(fit, Closing(gap(), 1.0, 3.0, 1.0)) == pytest.approx(mark)


def test_a_program_whose_prerequisites_are_missing_comes_after_its_equal() -> None:
    first = program(1)
    needy = program(2, needs=frozenset({first.program_id}))
    ranking = rank(by_skill(gap()), [needy, first], NO_LIMITS)

    assert [found.program.title for found in ranking.recommended] == ["Program 1", "Program 2"]
    assert ranking.recommended[1].missing_programs == {first.program_id}


def test_a_completed_program_is_not_offered_again_and_opens_the_next() -> None:
    first = program(1)
    needy = program(2, needs=frozenset({first.program_id}))
    ranking = rank(by_skill(gap()), [needy, first], NO_LIMITS, completed=frozenset({first.program_id}))

    (found,) = ranking.recommended
    assert found.program == needy
    assert found.score_parts["prerequisites"] == WEIGHTS["prerequisites"]


def test_an_entry_level_that_is_not_reached_costs_the_mark() -> None:
    gaps = by_skill(gap(), gap(PRICING, level=1.0))
    found = judge(program(1, entry=(EntryLevel(PRICING, 2),)), gaps, NO_LIMITS, frozenset())

    assert found.score_parts["prerequisites"] == 0


def test_the_shorter_of_two_equal_programs_wins() -> None:
    ranking = rank(by_skill(gap()), [program(1, hours=30), program(2, hours=10)], NO_LIMITS)

    assert [found.program.title for found in ranking.recommended] == ["Program 2", "Program 1"]


def test_the_program_that_closes_the_more_important_gap_wins() -> None:
    gaps = by_skill(gap(SOCIAL_MEDIA, importance=0.2), gap(VIDEO_CALLS, importance=1.0))
    ranking = rank(gaps, [program(1, (SOCIAL_MEDIA, 1, 3)), program(2, (VIDEO_CALLS, 1, 3))], NO_LIMITS)

    assert ranking.recommended[0].program.title == "Program 2"


@given(open_gap_sets(), catalogues())
def test_every_score_is_the_sum_of_its_parts_and_lies_between_0_and_1(
    gaps: dict[UUID, OpenGap], candidates: list[Candidate]
) -> None:
    for found in rank(gaps, candidates, Constraints(max_hours=40, max_cost=euros("300.00"))).recommended:
        assert found.score == pytest.approx(sum(found.score_parts.values()), abs=1e-9)
        assert 0 <= found.score <= 1
        assert all(0 <= part <= WEIGHTS[name] for name, part in found.score_parts.items())
