"""The generic cell rate algorithm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.rules import BURST_SECONDS, WINDOW_SECONDS, Quota, decide

rates = st.integers(min_value=1, max_value=100_000)


def allowed_at(times: list[float], quota: Quota) -> list[float]:
    """Which of these calls of one caller are let through."""
    due, passed = 0.0, []
    for now in times:
        decision = decide(due, now, quota)
        due = decision.due
        if decision.allowed:
            passed.append(now)
    return passed


def test_a_quiet_caller_may_send_ten_seconds_worth_at_once_and_not_one_more() -> None:
    quota = Quota(600)
    assert len(allowed_at([1000.0] * 200, quota)) == 600 * BURST_SECONDS // WINDOW_SECONDS


def test_after_the_burst_calls_pass_at_the_rate() -> None:
    quota = Quota(60)
    times = [1000.0] * 100 + [1000.0 + tenth / 10 for tenth in range(1, 301)]
    assert len(allowed_at(times, quota)) == 10 + 30


@given(rate=rates, gaps=st.lists(st.floats(min_value=0, max_value=5), max_size=200))
def test_no_window_of_a_minute_lets_through_more_than_a_minute_and_a_burst(rate: int, gaps: list[float]) -> None:
    times, now = [], 0.0
    for gap in gaps:
        now += gap
        times.append(now)
    passed = allowed_at(times, Quota(rate))
    most = rate + max(1, rate * BURST_SECONDS / WINDOW_SECONDS) + 1
    for start in passed:
        assert sum(start <= call < start + WINDOW_SECONDS for call in passed) <= most


@given(rate=rates)
def test_whoever_keeps_to_the_rate_is_never_refused(rate: int) -> None:
    quota = Quota(rate)
    times = [5.0 + number * quota.interval for number in range(100)]
    assert allowed_at(times, quota) == times


@given(rate=rates)
def test_whoever_waits_as_long_as_told_is_let_in(rate: int) -> None:
    quota, due, now = Quota(rate), 0.0, 1000.0
    while (decision := decide(due, now, quota)).allowed:
        due = decision.due
        if decision.remaining > 50:  # no need to spend a large quota one by one
            due += decision.remaining * quota.interval
    assert decision.retry_after >= 1
    assert decide(due, now + decision.retry_after, quota).allowed


@pytest.mark.parametrize("rate", [1, 7, 600, 60_000])
def test_remaining_counts_down_to_zero_exactly_when_the_next_call_is_refused(rate: int) -> None:
    quota, due = Quota(rate), 0.0
    while (decision := decide(due, 50.0, quota)).remaining:
        due = decision.due
    assert decision.allowed
    assert not decide(decision.due, 50.0, quota).allowed
