"""When a request that failed on its way to a service may be sent again."""

from enum import StrEnum

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
MAX_ATTEMPTS = 3
REPLAYABLE_BODY = 64 * 1024
"""Bodies up to this size (bytes) are read before they are sent, so that they can be sent again."""


class Failure(StrEnum):
    """How far a request had come when it failed."""

    NOT_CONNECTED = "not_connected"
    NO_ANSWER = "no_answer"
    TIMED_OUT = "timed_out"


def may_repeat(failure: Failure, method: str, *, body_kept: bool, attempt: int) -> bool:
    """Whether attempt number `attempt` (from 1) may be followed by another.

    Before a connection stood nothing was sent, and everything may be repeated. Afterwards only methods
    that are idempotent (RFC 9110 section 9.2.2), and only with a body that is still there. A time-out is
    not repeated: a slow service is not helped by more requests.
    """
    if attempt >= MAX_ATTEMPTS or not body_kept or failure is Failure.TIMED_OUT:
        return False
    return failure is Failure.NOT_CONNECTED or method in IDEMPOTENT


def pause_before(attempt: int) -> float:
    """Seconds to wait before attempt number `attempt`: a restarting service needs a moment."""
    return 0.0 if attempt <= 2 else 0.2
