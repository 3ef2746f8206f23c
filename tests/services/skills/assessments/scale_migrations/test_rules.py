"""How levels are read on another scale: nothing turns round, nothing is lost on the way."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.assessments.scale_migrations.rules import (
    Fault,
    Reading,
    Route,
    ScaleMove,
    faults,
    rekeyed,
    routes,
    scale_in_force,
)

FIVE = [1.0, 2.0, 3.0, 4.0, 5.0]
THREE = [1.0, 2.0, 3.0]
TO_THREE = {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}
START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = (UUID(int=number) for number in (1, 2, 3))
level_numbers = st.lists(st.integers(1, 100).map(float), min_size=2, max_size=20, unique=True).map(sorted)


@st.composite
def mappings(draw: st.DrawFn) -> dict[float, float]:
    """A sound mapping: total, and never turning two levels round."""
    old, new = draw(level_numbers), draw(level_numbers)
    targets = sorted(draw(st.lists(st.sampled_from(new), min_size=len(old), max_size=len(old))))
    return dict(zip(old, targets, strict=True))


levels = st.floats(0, 100).map(lambda level: round(level, 4))


@given(mappings(), levels, levels)
def test_order_is_kept(mapping: dict[float, float], one: float, other: float) -> None:
    reading = Reading.of(mapping)
    low, high = sorted((one, other))
    assert reading.forth(low) <= reading.forth(high)
    assert reading.back(low) <= reading.back(high)


@given(mappings(), levels)
def test_mapped_levels_are_exact_and_the_others_lie_between(mapping: dict[float, float], level: float) -> None:
    reading = Reading.of(mapping)
    assert {old: reading.forth(old) for old in mapping} == mapping
    assert reading.forth(0) == 0
    below = max((old for old in mapping if old <= level), default=0.0)
    above = min((old for old in mapping if old >= level), default=max(mapping))
    assert reading.forth(below) <= reading.forth(level) <= reading.forth(above)


@given(mappings())
def test_going_back_finds_the_lowest_level_that_reads_the_same(mapping: dict[float, float]) -> None:
    reading = Reading.of(mapping)
    for new in set(mapping.values()):
        lowest = min(old for old, target in mapping.items() if target == new)
        assert reading.back(new) == lowest
        assert reading.forth(reading.back(new)) == new
    assert reading.back(1000) == min(old for old, target in mapping.items() if target == max(mapping.values()))


@given(level_numbers, levels)
def test_a_mapping_onto_itself_changes_nothing(numbers: list[float], level: float) -> None:
    reading = Reading.of({number: number for number in numbers})
    assert reading.forth(level) == pytest.approx(min(level, numbers[-1]), abs=1e-4)


def test_decimals_follow_the_line() -> None:
    reading = Reading.of({1: 1, 2: 1, 3: 2, 4: 2, 5: 3})
    wanted = {0: 0, 0.5: 0.5, 1: 1, 1.5: 1, 2.5: 1.5, 3: 2, 3.5: 2, 4.2: 2.2, 5: 3, 7: 3}
    assert {level: reading.forth(level) for level in wanted} == wanted


@given(mappings())
def test_a_sound_mapping_has_no_fault(mapping: dict[float, float]) -> None:
    assert faults({f"{old:g}": new for old, new in mapping.items()}, list(mapping), list(mapping.values())) == []


@given(mappings(), st.data())
def test_every_level_that_is_left_out_is_named(mapping: dict[float, float], data: st.DataObject) -> None:
    left_out = data.draw(st.sets(st.sampled_from(sorted(mapping)), min_size=1))
    partial = {f"{old:g}": new for old, new in mapping.items() if old not in left_out}
    found = faults(partial, list(mapping), list(mapping.values()))
    assert {fault.level for fault in found} == {f"{level:g}" for level in left_out}


@pytest.mark.parametrize(
    ("mapping", "found"),
    [
        (TO_THREE, []),
        ({**TO_THREE, "6": 3}, [Fault("6", "The old scale has no such level.")]),
        ({**TO_THREE, "5": 9}, [Fault("5", "The new scale has no level 9.")]),
        ({**TO_THREE, "1": 0}, [Fault("1", "The new scale has no level 0.")]),
        ({**TO_THREE, "4": 1}, [Fault("4", "A higher level does not go below a lower one.")]),
    ],
)
def test_what_is_wrong_with_a_mapping_is_named(mapping: dict[str, float], found: list[Fault]) -> None:
    assert faults(mapping, FIVE, THREE) == found


def moves(*scales: UUID) -> list[ScaleMove]:
    """A framework that went from scale to scale, a day each; every step doubles the levels."""
    doubled = Reading.of({level: 2 * level for level in (1.0, 2.0, 3.0, 4.0)})
    return [
        ScaleMove(before, after, doubled, START + timedelta(days=day))
        for day, (before, after) in enumerate(pairwise(scales))
    ]


def read(found: dict[UUID, Route], level: float) -> dict[UUID, float]:
    return {scale: route.read(level) for scale, route in found.items()}


def test_a_chain_of_mappings_leads_to_the_scale_in_force() -> None:
    chain = moves(A, B, C)
    assert read(routes(chain), 1) == {A: 4, B: 2, C: 1}
    assert scale_in_force(chain, None) == C


def test_a_past_day_is_read_on_its_own_scale() -> None:
    chain = moves(A, B, C)
    before, between = START - timedelta(hours=1), START + timedelta(hours=1)
    assert (scale_in_force(chain, before), scale_in_force(chain, between)) == (A, B)
    assert read(routes(chain, between), 2) == {A: 4, B: 2, C: 1}
    assert read(routes(chain, before), 4) == {A: 4, B: 2, C: 1}


def test_a_framework_that_comes_back_reads_its_old_levels_as_given() -> None:
    there_and_back = moves(A, B, A)
    assert read(routes(there_and_back), 3) == {A: 3, B: 6}


def test_a_framework_that_never_moved_needs_no_route() -> None:
    nothing: Sequence[ScaleMove] = []
    assert (routes(nothing), scale_in_force(nothing, None)) == ({}, None)


def test_descriptions_move_with_their_levels() -> None:
    texts = {"1": "Knows of it", "2": "Has tried it", "5": "Teaches it"}
    assert rekeyed(texts, TO_THREE) == {"1": "Knows of it\nHas tried it", "3": "Teaches it"}
