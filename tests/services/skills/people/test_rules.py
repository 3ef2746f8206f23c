from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.people.rules import (
    Assignment,
    LeaveReason,
    Manager,
    Tenure,
    circles,
    closes_a_circle,
    downward,
    employment_fault,
    first_acting,
    has_left,
    manager_at,
    stands_anew,
    start_of,
    upward,
)

A, B, C, D, E = (UUID(int=n) for n in range(1, 6))
CHART: dict[UUID, UUID | None] = {A: None, B: A, C: B, D: B, E: None}


def test_the_line_upward_is_nearest_first() -> None:
    assert list(upward(C, CHART.get)) == [B, A]
    assert list(upward(A, CHART.get)) == []


def test_the_line_upward_ends_even_in_a_circle() -> None:
    assert list(upward(A, {A: B, B: C, C: A}.get)) == [B, C]


def test_downward_reaches_all_levels() -> None:
    assert downward(A, CHART) == [B, C, D]
    assert downward(E, CHART) == []
    assert downward(A, {A: B, B: A, C: B}) == [B, C]


def test_nobody_comes_above_themselves() -> None:
    assert closes_a_circle(A, C, CHART.get)
    assert closes_a_circle(A, A, CHART.get)
    assert not closes_a_circle(E, C, CHART.get)
    assert not closes_a_circle(C, None, CHART.get)


def test_circles_are_found_without_those_who_only_hang_on_them() -> None:
    assert circles({A: B, B: A, C: A, D: None, E: E}) == {A, B, E}
    assert circles(CHART) == set()


nodes = [UUID(int=n) for n in range(1, 9)]
charts = st.fixed_dictionaries({node: st.none() | st.sampled_from(nodes) for node in nodes})


@given(charts)
def test_law_a_node_is_in_a_circle_when_the_line_upward_returns_to_it(
    chart: Mapping[UUID, UUID | None],
) -> None:
    expected = {n for n in nodes if closes_a_circle(n, chart[n], chart.get)}
    assert circles(chart) == expected


@given(charts)
def test_law_below_is_the_mirror_of_above(chart: Mapping[UUID, UUID | None]) -> None:
    for node in nodes:
        above = {other for other in nodes if node in set(upward(other, chart.get))}
        assert set(downward(node, chart)) == above


@pytest.mark.parametrize(("left_on", "left"), [(None, False), (date(2026, 11, 24), False), (date(2026, 11, 23), True)])
def test_only_a_date_of_leaving_is_leaving(left_on: date | None, left: bool) -> None:
    assert has_left(left_on, date(2026, 11, 23)) is left


@pytest.mark.parametrize(
    ("hired_on", "left_on", "reason", "field"),
    [
        (date(2024, 3, 1), None, None, None),
        (date(2024, 3, 1), date(2026, 1, 1), LeaveReason.OTHER, None),
        (None, date(2026, 1, 1), LeaveReason.VOLUNTARY, None),
        (None, date(2026, 1, 1), None, "leave_reason"),
        (None, None, LeaveReason.VOLUNTARY, "leave_reason"),
        (date(2026, 1, 2), date(2026, 1, 1), LeaveReason.OTHER, "left_on"),
    ],
)
def test_dates_of_an_employment(
    hired_on: date | None, left_on: date | None, reason: LeaveReason | None, field: str | None
) -> None:
    fault = employment_fault(hired_on, left_on, reason)
    assert (fault and fault[0]) == field


def test_the_first_acting_manager_is_the_nearest_who_is_here() -> None:
    line = [Manager(B, 1, acting=False), Manager(A, 2, acting=True), Manager(E, 3, acting=True)]
    assert first_acting(line) == line[1]
    assert first_acting([]) is None


def test_who_the_manager_was_at_a_moment() -> None:
    moved, second = start_of(date(2025, 7, 1)), timedelta(seconds=1)
    tenures = [Tenure(B, moved, None), Tenure(A, start_of(date(2024, 1, 1)), moved)]
    assert manager_at(tenures, moved) == B
    assert manager_at(tenures, moved - second) == A
    assert manager_at(tenures, datetime(2023, 12, 31, tzinfo=UTC)) is None
    assert manager_at([], moved) is None


@pytest.mark.parametrize(
    ("after", "told", "anew"),
    [
        (Assignment(None, A, None), None, False),
        (Assignment(None, B, None), None, True),
        (Assignment(None, B, None), date(2024, 1, 1), True),
        (Assignment(None, A, None), date(2025, 6, 30), True),
        (Assignment(None, A, None), date(2025, 7, 1), False),
        (Assignment(None, A, None), date(2025, 7, 2), False),
    ],
)
def test_the_ledger_changes_for_another_place_or_an_earlier_day(
    after: Assignment, told: date | None, anew: bool
) -> None:
    assert stands_anew(Assignment(None, A, None), after, start_of(date(2025, 7, 1)), told) is anew
