"""Due days, statuses over time, and who is asked when a leader does not answer."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.followups.rules import (
    FollowUpKind,
    FollowUpStatus,
    Manager,
    due_on,
    due_range,
    escalates_on,
    next_leader,
    status_on,
    still_due,
)

DUE = date(2026, 3, 10)
MIA, LEA, KAI, EVA = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FollowUpKind.APPROVAL, date(2026, 1, 17)),
        (FollowUpKind.COMPLETION, date(2026, 1, 17)),
        (FollowUpKind.DAY_30, date(2026, 2, 9)),
        (FollowUpKind.DAY_60, date(2026, 3, 11)),
        (FollowUpKind.DAY_90, date(2026, 4, 10)),
    ],
)
def test_each_kind_is_due_so_many_days_after_its_occasion(kind: FollowUpKind, expected: date) -> None:
    assert due_on(kind, datetime(2026, 1, 10, 12, tzinfo=UTC)) == expected


def test_the_day_is_counted_in_utc() -> None:
    late_in_new_york = datetime(2026, 1, 9, 22, tzinfo=timezone(timedelta(hours=-5)))
    assert due_on(FollowUpKind.DAY_30, late_in_new_york) == date(2026, 2, 9)


def test_talks_whose_day_is_over_are_not_asked_for() -> None:
    completed, today = datetime(2026, 1, 10, 12, tzinfo=UTC), date(2026, 2, 10)
    assert still_due(FollowUpKind, completed, today) == [FollowUpKind.DAY_60, FollowUpKind.DAY_90]
    assert still_due(FollowUpKind, completed, date(2026, 2, 9))[0] is FollowUpKind.DAY_30


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 1), FollowUpStatus.OPEN),
        (DUE, FollowUpStatus.OPEN),
        (date(2026, 3, 11), FollowUpStatus.OVERDUE),
        (date(2026, 3, 23), FollowUpStatus.OVERDUE),
        (date(2026, 3, 24), FollowUpStatus.ESCALATED),
        (date(2027, 3, 10), FollowUpStatus.ESCALATED),
    ],
)
def test_an_unanswered_follow_up_grows_old(today: date, expected: FollowUpStatus) -> None:
    assert status_on(today, DUE, done=False) is expected


@given(today=st.dates(), due=st.dates(max_value=date(9999, 12, 1)))
def test_an_answered_follow_up_is_done_on_any_day(today: date, due: date) -> None:
    assert status_on(today, due, done=True) is FollowUpStatus.DONE


@given(
    today=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    days=st.integers(-200, 200),
    wanted=st.sampled_from([FollowUpStatus.OPEN, FollowUpStatus.OVERDUE, FollowUpStatus.ESCALATED]),
)
def test_the_range_of_due_days_selects_exactly_what_the_status_says(
    today: date, days: int, wanted: FollowUpStatus
) -> None:
    due = today + timedelta(days=days)
    first, last = due_range(wanted, today)
    selected = (first is None or first <= due) and (last is None or due <= last)
    assert selected == (status_on(today, due, done=False) is wanted)


def test_escalation_begins_two_weeks_after_the_due_day() -> None:
    assert escalates_on(DUE) == date(2026, 3, 24)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([Manager(LEA, True), Manager(KAI, True), Manager(EVA, True)], KAI),
        ([Manager(LEA, True), Manager(KAI, False), Manager(EVA, True)], EVA),
        ([Manager(LEA, True)], None),
        ([], None),
        ([Manager(KAI, True), Manager(EVA, True)], KAI),  # Lea has left the line: Mia's manager of today
        ([Manager(LEA, True), Manager(MIA, True)], None),
    ],
)
def test_an_ignored_one_goes_to_the_next_active_manager(line: list[Manager], expected: UUID | None) -> None:
    assert next_leader(LEA, MIA, line) == expected


@given(
    active=st.lists(st.booleans(), max_size=6),
    place=st.integers(0, 5),
)
def test_the_next_leader_is_active_and_another(active: list[bool], place: int) -> None:
    line = [Manager(uuid4(), flag) for flag in active]
    leader = line[place].person_id if place < len(line) else uuid4()
    found = next_leader(leader, MIA, line)
    assert found is None or (found != leader and Manager(found, True) in line)
