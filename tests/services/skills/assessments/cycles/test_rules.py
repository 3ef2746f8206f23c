from datetime import date

import pytest

from services.skills.assessments.cycles.rules import (
    Kind,
    Period,
    Status,
    add_months,
    next_period,
    status_on,
)


@pytest.mark.parametrize(
    ("today", "closed", "status"),
    [
        (date(2026, 9, 30), False, Status.SCHEDULED),
        (date(2026, 10, 1), False, Status.OPEN),
        (date(2026, 12, 31), False, Status.OPEN),
        (date(2027, 1, 1), False, Status.LATE),
        (date(2026, 11, 1), True, Status.CLOSED),
    ],
)
def test_a_cycle_is_open_by_its_dates_until_somebody_closes_it(today: date, closed: bool, status: Status) -> None:
    assert status_on(today, date(2026, 10, 1), date(2026, 12, 31), closed) is status


@pytest.mark.parametrize(
    ("kind", "closes_on", "title"),
    [
        (Kind.QUARTERLY, date(2027, 3, 31), "This quarter (2027 Q1)"),
        (Kind.ANNUAL, date(2027, 12, 31), "This quarter (2027)"),
        (Kind.AD_HOC, date(2027, 4, 2), "This quarter (from 2027-01-01)"),
    ],
)
def test_the_next_period_follows_without_a_gap(kind: Kind, closes_on: date, title: str) -> None:
    last = Period("This quarter", date(2026, 10, 1), date(2026, 12, 31))
    assert next_period(kind, last) == Period(title, date(2027, 1, 1), closes_on)


def test_titles_do_not_pile_up() -> None:
    first = next_period(Kind.QUARTERLY, Period("Skills review (spring)", date(2026, 10, 1), date(2026, 12, 31)))
    assert first.title == "Skills review (spring) (2027 Q1)"
    assert next_period(Kind.QUARTERLY, first).title == "Skills review (spring) (2027 Q2)"


def test_months_end_where_they_end() -> None:
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 1), 12) == date(2027, 12, 1)
