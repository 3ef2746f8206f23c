"""When an assessment cycle is open, and what its successor looks like."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    AD_HOC = "ad_hoc"


class Status(StrEnum):
    """`late`: the last day has passed and nobody has closed the cycle; ratings are still taken."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


MONTHS: Mapping[Kind, int] = {Kind.QUARTERLY: 3, Kind.ANNUAL: 12}


def status_on(today: date, opens_on: date, closes_on: date, closed: bool) -> Status:
    if closed:
        return Status.CLOSED
    if today < opens_on:
        return Status.SCHEDULED
    return Status.OPEN if today <= closes_on else Status.LATE


@dataclass(frozen=True, slots=True)
class Period:
    title: str
    opens_on: date
    closes_on: date


def next_period(kind: Kind, last: Period) -> Period:
    """The period right after `last`: a quarter, a year, or as many days as `last` had."""
    opens_on = last.closes_on + timedelta(days=1)
    if months := MONTHS.get(kind):
        closes_on = add_months(opens_on, months) - timedelta(days=1)
    else:
        closes_on = opens_on + (last.closes_on - last.opens_on)
    return Period(_retitled(last.title, kind, opens_on), opens_on, closes_on)


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _retitled(title: str, kind: Kind, opens_on: date) -> str:
    base = re.sub(r" \([^()]*\d{4}[^()]*\)$", "", title)
    labels = {
        Kind.QUARTERLY: f"{opens_on.year} Q{(opens_on.month + 2) // 3}",
        Kind.ANNUAL: str(opens_on.year),
        Kind.AD_HOC: f"from {opens_on.isoformat()}",
    }
    return f"{base} ({labels[kind]})"
