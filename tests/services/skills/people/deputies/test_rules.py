"""Which days a deputy covers."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.skills.people.deputies.rules import Cover

START = date(2026, 12, 1)


@st.composite
def covers(draw: st.DrawFn) -> Cover:
    first = START + timedelta(days=draw(st.integers(0, 20)))
    length = draw(st.none() | st.integers(0, 20))
    return Cover(first, None if length is None else first + timedelta(days=length))


def test_the_first_and_the_last_day_count() -> None:
    cover = Cover(date(2026, 12, 21), date(2027, 1, 8))
    days = [date(2026, 12, 20), date(2026, 12, 21), date(2027, 1, 8), date(2027, 1, 9)]
    assert [cover.covers(day) for day in days] == [False, True, True, False]
    assert Cover(date(2026, 12, 21)).covers(date(2099, 1, 1))


@given(covers(), covers())
def test_two_meet_when_some_day_is_covered_by_both(one: Cover, other: Cover) -> None:
    days = [START + timedelta(days=number) for number in range(45)]
    shared = any(one.covers(day) and other.covers(day) for day in days)
    assert one.meets(other) is other.meets(one) is shared
