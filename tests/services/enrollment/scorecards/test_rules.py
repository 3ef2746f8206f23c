"""Waiting times."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.scorecards.rules import hours, longest_hours, median_hours

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_hours_have_one_decimal() -> None:
    assert hours((NOON, NOON + timedelta(hours=30, minutes=29))) == 30.5


def test_the_oldest_request_counts() -> None:
    waiting = [NOON - timedelta(hours=2), NOON - timedelta(hours=30), NOON]
    assert longest_hours(waiting, NOON) == 30.0
    assert longest_hours([], NOON) is None


def test_one_forgotten_request_does_not_colour_the_others() -> None:
    spans = [(NOON, NOON + timedelta(hours=h)) for h in (1, 2, 1000)]
    assert median_hours(spans) == 2.0
    assert median_hours([]) is None


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_the_median_lies_between_the_shortest_and_the_longest(minutes: list[int]) -> None:
    found = median_hours([(NOON, NOON + timedelta(minutes=m)) for m in minutes])
    assert found is not None
    assert round(min(minutes) / 60, 1) <= found <= round(max(minutes) / 60, 1)
