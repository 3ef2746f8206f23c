"""The state table, from every status, for everybody."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.enrollments.rules import (
    ACTIVE,
    CLOCK_SKEW,
    HOUSE_ACTIONS,
    REPORTABLE,
    SEATED,
    TRANSITIONS,
    ActingAs,
    Action,
    IllegalMove,
    MoveNotYours,
    OwnApproval,
    Result,
    Status,
    TaughtSkill,
    allowed,
    completion_time,
    move,
    moves_of_report,
    results_of_completion,
)
from shared.errors import Unprocessable

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
VIDEO, SOCIAL, OTHER = (UUID(int=number) for number in (1, 2, 3))
TAUGHT = (TaughtSkill(VIDEO, 0, 2), TaughtSkill(SOCIAL, 1, 3))

WRITTEN_TABLE = {
    Status.REQUESTED: {Status.APPROVED, Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN},
    Status.APPROVED: {Status.ENROLLED, Status.WAITLISTED},
    Status.WAITLISTED: {Status.OFFERED, Status.ENROLLED, Status.EXPIRED, Status.WITHDRAWN},
    Status.OFFERED: {Status.ENROLLED, Status.EXPIRED, Status.WITHDRAWN},
    Status.ENROLLED: {Status.IN_PROGRESS, Status.COMPLETED, Status.WITHDRAWN, Status.NO_SHOW},
    Status.IN_PROGRESS: {Status.COMPLETED, Status.FAILED, Status.WITHDRAWN},
    Status.COMPLETED: {Status.REVOKED},
}


def test_the_table_is_the_written_one() -> None:
    reached: dict[Status, set[Status]] = {}
    for (source, _), transition in TRANSITIONS.items():
        reached.setdefault(source, set()).add(transition.target)
    assert reached == WRITTEN_TABLE


@pytest.mark.parametrize(
    ("status", "moves"),
    [
        (Status.REQUESTED, ("approve", "decline", "withdraw")),
        (Status.APPROVED, ()),
        (Status.WAITLISTED, ("withdraw",)),
        (Status.OFFERED, ("accept", "withdraw")),
        (Status.ENROLLED, ("start", "complete", "no-show", "withdraw")),
        (Status.IN_PROGRESS, ("complete", "fail", "withdraw")),
        (Status.COMPLETED, ("revoke",)),
        (Status.REVOKED, ()),
        (Status.DECLINED, ()),
        (Status.EXPIRED, ()),
        (Status.WITHDRAWN, ()),
        (Status.FAILED, ()),
        (Status.NO_SHOW, ()),
    ],
)
def test_allowed_lists_the_callers_moves_in_the_order_of_the_lifecycle(status: Status, moves: tuple[str, ...]) -> None:
    assert allowed(status) == moves


@given(st.sampled_from(Status), st.sampled_from(Action))
def test_an_illegal_move_names_the_allowed_ones(status: Status, action: Action) -> None:
    everybody = set(ActingAs) - {ActingAs.PARTICIPANT}
    if (status, action) in TRANSITIONS:
        assert move(status, action, everybody) is TRANSITIONS[status, action].target
    else:
        with pytest.raises(IllegalMove) as refused:
            move(status, action, everybody)
        assert refused.value.extensions["allowed"] == list(allowed(status))


@pytest.mark.parametrize("action", [Action.APPROVE, Action.DECLINE])
@given(also=st.sets(st.sampled_from(ActingAs)))
def test_nobody_answers_their_own_request_whatever_else_they_are(action: Action, also: set[ActingAs]) -> None:
    with pytest.raises(OwnApproval):
        move(Status.REQUESTED, action, also | {ActingAs.PARTICIPANT})


@pytest.mark.parametrize(
    ("action", "status", "who"),
    [
        (Action.APPROVE, Status.REQUESTED, {"approver", "administrator", "policy"}),
        (Action.DECLINE, Status.REQUESTED, {"approver", "administrator"}),
        (Action.ACCEPT, Status.OFFERED, {"participant", "leader", "administrator"}),
        (Action.COMPLETE, Status.ENROLLED, {"leader", "facilitator", "administrator", "client"}),
        (Action.REVOKE, Status.COMPLETED, {"leader", "facilitator", "administrator", "client"}),
        (Action.START, Status.ENROLLED, {"participant", "leader", "facilitator", "administrator", "client"}),
        (Action.EXPIRE, Status.WAITLISTED, {"house"}),
    ],
)
def test_who_may(action: Action, status: Status, who: set[str]) -> None:
    for one in ActingAs:
        if one in who:
            assert move(status, action, {one})
        else:
            with pytest.raises((MoveNotYours, OwnApproval)):
                move(status, action, {one})


def test_a_policy_approves_and_never_declines() -> None:
    by_policy = {action for (_, action), transition in TRANSITIONS.items() if ActingAs.POLICY in transition.by}
    assert by_policy == {Action.APPROVE}


def test_the_house_acts_alone_on_its_own_moves() -> None:
    for (_, action), transition in TRANSITIONS.items():
        assert (transition.by == {ActingAs.HOUSE}) == (action in HOUSE_ACTIONS)


def test_what_holds_a_seat_is_active_and_what_is_over_is_not() -> None:
    over = set(Status) - ACTIVE
    assert SEATED < ACTIVE
    assert over == {
        Status.DECLINED,
        Status.EXPIRED,
        Status.WITHDRAWN,
        Status.COMPLETED,
        Status.FAILED,
        Status.NO_SHOW,
        Status.REVOKED,
    }


def test_no_results_stated_means_every_taught_skill_reached_its_level() -> None:
    assert results_of_completion(TAUGHT, None) == (Result(VIDEO, 2), Result(SOCIAL, 3))


def test_stated_results_stand_and_what_they_leave_out_was_not_reached() -> None:
    assert results_of_completion(TAUGHT, [Result(SOCIAL, 2.5)]) == (Result(SOCIAL, 2.5),)
    assert results_of_completion(TAUGHT, []) == ()
    assert results_of_completion((), None) == ()


@pytest.mark.parametrize(
    ("given_results", "pointer"),
    [
        ([Result(SOCIAL, 3), Result(OTHER, 1)], "/results/1/skill_id"),
        ([Result(SOCIAL, 3), Result(SOCIAL, 2)], "/results/1/skill_id"),
        ([Result(VIDEO, 2.5)], "/results/0/level"),
    ],
)
def test_results_beyond_what_is_taught_are_refused_with_their_place(given_results: list[Result], pointer: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        results_of_completion(TAUGHT, given_results)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]


def test_completion_time_defaults_to_now_and_is_never_in_the_future() -> None:
    earlier = NOW - timedelta(days=3)
    assert completion_time(None, NOW) == NOW
    assert completion_time(earlier, NOW) == earlier
    assert completion_time(NOW + CLOCK_SKEW, NOW) == NOW + CLOCK_SKEW
    with pytest.raises(Unprocessable):
        completion_time(NOW + CLOCK_SKEW + timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("current", "reported", "way"),
    [
        (Status.REQUESTED, Status.COMPLETED, ("approve", "enroll", "complete")),
        (Status.REQUESTED, Status.FAILED, ("approve", "enroll", "start", "fail")),
        (Status.ENROLLED, Status.COMPLETED, ("complete",)),
        (Status.ENROLLED, Status.FAILED, ("start", "fail")),
        (Status.COMPLETED, Status.COMPLETED, ()),
        (Status.COMPLETED, Status.REVOKED, ("revoke",)),
        (Status.WAITLISTED, Status.WITHDRAWN, ("withdraw",)),
        (Status.OFFERED, Status.WITHDRAWN, ("withdraw",)),
    ],
)
def test_a_report_takes_the_shortest_way(current: Status, reported: Status, way: tuple[str, ...]) -> None:
    assert moves_of_report(current, reported) == way


@pytest.mark.parametrize(
    ("current", "reported"),
    [
        (Status.WAITLISTED, Status.ENROLLED),
        (Status.OFFERED, Status.COMPLETED),
        (Status.COMPLETED, Status.IN_PROGRESS),
        (Status.REQUESTED, Status.REVOKED),
        (Status.DECLINED, Status.ENROLLED),
    ],
)
def test_a_report_jumps_no_queue_and_turns_nothing_back(current: Status, reported: Status) -> None:
    with pytest.raises(IllegalMove):
        moves_of_report(current, reported)


@given(st.sampled_from(Status), st.sampled_from(REPORTABLE))
def test_every_way_of_a_report_follows_the_table(current: Status, reported: Status) -> None:
    try:
        way = moves_of_report(current, reported)
    except IllegalMove:
        return
    for action in way:
        current = TRANSITIONS[current, action].target
    assert current is reported
