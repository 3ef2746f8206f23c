"""When a request that failed on its way to a service may be sent again."""

import pytest

from gateway.proxy.rules import MAX_ATTEMPTS, Failure, may_repeat


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"])
def test_before_a_connection_stood_everything_may_be_repeated(method: str) -> None:
    assert may_repeat(Failure.NOT_CONNECTED, method, body_kept=True, attempt=1)


@pytest.mark.parametrize(("method", "expected"), [("GET", True), ("PUT", True), ("POST", False), ("PATCH", False)])
def test_after_something_was_sent_only_what_is_idempotent(method: str, expected: bool) -> None:
    assert may_repeat(Failure.NO_ANSWER, method, body_kept=True, attempt=1) is expected


def test_a_slow_service_is_not_asked_again() -> None:
    assert not may_repeat(Failure.TIMED_OUT, "GET", body_kept=True, attempt=1)


def test_a_body_that_has_streamed_away_cannot_be_sent_again() -> None:
    assert not may_repeat(Failure.NOT_CONNECTED, "PUT", body_kept=False, attempt=1)


def test_attempts_are_bounded() -> None:
    assert not may_repeat(Failure.NOT_CONNECTED, "GET", body_kept=True, attempt=MAX_ATTEMPTS)
