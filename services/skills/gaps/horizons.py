"""When a requirement counts: now, within a year, some day, or by a date that the caller names."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SHORT_TERM = timedelta(days=365)


class Term(StrEnum):
    """How far ahead a requirement takes effect."""

    NOW = "now"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Horizon:
    """The last day whose requirements count, `until`; None = all of them, however far ahead."""

    name: str
    today: date
    until: date | None


class InvalidHorizon(ValueError):
    """Neither now, short nor long, nor a date from today on."""


def read_horizon(text: str, today: date) -> Horizon:
    """`now`, `short` (365 days from `today`), `long` (everything) or an ISO date from `today` on."""
    match text:
        case Term.NOW:
            return Horizon(text, today, today)
        case Term.SHORT:
            return Horizon(text, today, today + SHORT_TERM)
        case Term.LONG:
            return Horizon(text, today, None)
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise InvalidHorizon("A horizon is now, short, long or a date such as 2027-01-31.") from None
    if until < today:
        raise InvalidHorizon(f"The horizon {until} lies before {today}.")
    return Horizon(until.isoformat(), today, until)


def term_of(effective_from: date | None, today: date) -> Term:
    """How far ahead of `today` a requirement takes effect; None = it always did."""
    if effective_from is None or effective_from <= today:
        return Term.NOW
    return Term.SHORT if effective_from <= today + SHORT_TERM else Term.LONG
