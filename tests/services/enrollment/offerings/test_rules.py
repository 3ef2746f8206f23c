"""Windows, seats and the line, one decision at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.offerings.rules import (
    EnrollmentClosed,
    InLine,
    OfferingFull,
    PeopleWaiting,
    Placement,
    Promotion,
    Run,
    SeatsTaken,
    Waitlist,
    next_in_line,
    offer_expires_at,
    place,
    position,
    promotion,
    promotions,
    require_capacity,
    require_consistent,
    require_open,
    require_reachable,
    require_waitlist,
)
from shared.errors import Unprocessable

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPEN_ENDED = Run(capacity=1)
DATED = Run(capacity=2, starts_at=NOW + 30 * DAY, ends_at=NOW + 40 * DAY)


@pytest.mark.parametrize("run", [OPEN_ENDED, DATED, replace(DATED, enrollment_opens_at=NOW)])
def test_a_request_inside_the_window_is_welcome(run: Run) -> None:
    require_open(run, NOW)


@pytest.mark.parametrize(
    "run",
    [
        replace(DATED, enrollment_opens_at=NOW + HOUR),
        replace(DATED, enrollment_closes_at=NOW),
        replace(DATED, starts_at=NOW),
        replace(DATED, starts_at=NOW - 2 * DAY, ends_at=NOW, enrollment_closes_at=NOW + DAY),
        replace(OPEN_ENDED, ends_at=NOW - HOUR),
    ],
)
def test_a_request_outside_the_window_is_refused(run: Run) -> None:
    with pytest.raises(EnrollmentClosed):
        require_open(run, NOW)


def test_a_stated_end_of_enrollment_may_lie_after_the_start() -> None:
    require_open(replace(DATED, starts_at=NOW - DAY, enrollment_closes_at=NOW + DAY), NOW)


@pytest.mark.parametrize(
    ("run", "pointer"),
    [
        (replace(DATED, ends_at=DATED.starts_at), "/ends_at"),
        (replace(DATED, enrollment_opens_at=NOW + 30 * DAY), "/enrollment_closes_at"),
        (replace(DATED, enrollment_closes_at=NOW + 41 * DAY), "/enrollment_closes_at"),
    ],
)
def test_times_that_contradict_one_another_are_named(run: Run, pointer: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        require_consistent(run)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]


def test_an_open_ended_run_and_a_dated_one_are_consistent() -> None:
    require_consistent(OPEN_ENDED)
    require_consistent(DATED)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (Run(capacity=None, taken=4000), Placement.SEAT),
        (Run(capacity=2, taken=1), Placement.SEAT),
        (Run(capacity=2, taken=2), Placement.WAITLIST),
        (Run(capacity=2, taken=1, waiting=1), Placement.WAITLIST),
        (Run(capacity=0), Placement.WAITLIST),
    ],
)
def test_a_free_seat_goes_to_a_newcomer_only_when_nobody_waits(run: Run, expected: Placement) -> None:
    assert place(run) is expected


def test_without_a_waitlist_a_full_run_is_full() -> None:
    full = Run(capacity=1, taken=1, waitlist=Waitlist.NONE)
    with pytest.raises(OfferingFull):
        place(full)
    with pytest.raises(OfferingFull):
        require_reachable(full)
    require_reachable(replace(full, taken=0))
    require_reachable(replace(full, waitlist=Waitlist.AUTO))


@pytest.mark.parametrize(
    ("run", "seats"),
    [
        (Run(capacity=3, taken=1, waiting=5), 2),
        (Run(capacity=3, taken=1, waiting=1), 1),
        (Run(capacity=3, taken=3, waiting=1), 0),
        (Run(capacity=None, taken=3, waiting=4), 4),
        (Run(capacity=3, taken=1, waiting=5, waitlist=Waitlist.NONE), 0),
        (Run(capacity=3, taken=1, waiting=5, starts_at=NOW), 0),
        (Run(capacity=3, taken=1, waiting=5, starts_at=NOW + HOUR), 2),
    ],
)
def test_free_seats_are_handed_out_until_the_run_starts(run: Run, seats: int) -> None:
    assert promotions(run, NOW) == seats


def test_the_next_in_line_is_seated_or_asked() -> None:
    assert promotion(Run(capacity=1, waitlist=Waitlist.AUTO)) is Promotion.ENROLL
    assert promotion(Run(capacity=1, waitlist=Waitlist.OFFER)) is Promotion.OFFER


def test_an_offer_is_held_for_its_hours_but_never_beyond_the_start() -> None:
    run = Run(capacity=1, offer_hours=48)
    assert offer_expires_at(run, NOW) == NOW + 2 * DAY
    assert offer_expires_at(replace(run, starts_at=NOW + HOUR), NOW) == NOW + HOUR


@given(st.permutations(range(6)), st.integers(0, 8))
def test_the_line_is_ordered_by_the_time_of_the_request(order: list[int], seats: int) -> None:
    line = [InLine(NOW + number * HOUR, UUID(int=9 - number)) for number in order]
    served = next_in_line(line, seats)
    assert served == sorted(line, key=lambda waiting: waiting.requested_at)[:seats]
    for place_in_line, waiting in enumerate(served, start=1):
        assert position(line, waiting.enrollment_id) == place_in_line


def test_who_does_not_wait_has_no_position() -> None:
    assert position([], UUID(int=1)) is None


def test_the_capacity_cannot_fall_below_the_seats_held() -> None:
    require_capacity(Run(capacity=5, taken=3), 3)
    require_capacity(Run(capacity=5, taken=3), None)
    with pytest.raises(SeatsTaken):
        require_capacity(Run(capacity=5, taken=3), 2)


def test_a_waitlist_is_not_abolished_under_the_people_in_it() -> None:
    require_waitlist(Run(capacity=1), Waitlist.NONE)
    require_waitlist(Run(capacity=1, waiting=1), Waitlist.OFFER)
    with pytest.raises(PeopleWaiting):
        require_waitlist(Run(capacity=1, waiting=1), Waitlist.NONE)
