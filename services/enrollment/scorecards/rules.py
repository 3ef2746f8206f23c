"""What a scorecard counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from services.enrollment.enrollments.rules import EnrollmentStatus

PERIOD = timedelta(days=365)
"""How far back the scorecard looks."""
TAKING_PART = frozenset({EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS})
COMPLETED = frozenset({EnrollmentStatus.COMPLETED})

Span = tuple[datetime, datetime]


def hours(span: Span) -> float:
    """Hours from the first to the second moment, to one decimal."""
    return round((span[1] - span[0]) / timedelta(hours=1), 1)


def longest_hours(begins: Iterable[datetime], now: datetime) -> float | None:
    """How long the oldest has been waiting, in hours; None when nothing waits."""
    oldest = min(begins, default=None)
    return None if oldest is None else hours((oldest, now))


def median_hours(spans: Sequence[Span]) -> float | None:
    """The middle one of the answering times, in hours: one forgotten request does not colour all others."""
    return round(median(hours(span) for span in spans), 1) if spans else None
