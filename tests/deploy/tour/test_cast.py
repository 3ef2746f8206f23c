"""Dates and names of the walk."""

from datetime import date

import pytest

from deploy.tour.cast import Cast


@pytest.mark.parametrize(
    ("today", "first", "last", "next_last"),
    [
        (date(2026, 11, 23), date(2026, 10, 1), date(2026, 12, 31), date(2027, 3, 31)),
        (date(2027, 1, 1), date(2027, 1, 1), date(2027, 3, 31), date(2027, 6, 30)),
        (date(2027, 6, 30), date(2027, 4, 1), date(2027, 6, 30), date(2027, 9, 30)),
        (date(2027, 9, 1), date(2027, 7, 1), date(2027, 9, 30), date(2027, 12, 31)),
    ],
)
def test_quarters(today: date, first: date, last: date, next_last: date) -> None:
    cast = Cast(today)
    assert cast.quarter == (first, last)
    assert cast.end_of_next_quarter == next_last


def test_a_mark_keeps_two_walks_apart() -> None:
    plain, marked = Cast(date(2026, 11, 23)), Cast(date(2026, 11, 23), mark="ab12cd")
    assert plain.uri("social-media") == "https://shop.example/skills/social-media"
    assert plain.code("E1") == "E1"
    assert plain.mail("lea") == "lea@shop.example"
    assert plain.name("Sales") == "Sales"
    for of in ("uri", "code", "mail", "name"):
        assert getattr(plain, of)("x") != getattr(marked, of)("x")
