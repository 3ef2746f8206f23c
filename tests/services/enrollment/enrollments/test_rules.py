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
    EnrollmentAction,
    EnrollmentStatus,
    IllegalMove,
    MoveNotYours,
    OwnApproval,
    Result,
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
    EnrollmentStatus.REQUESTED: {
        EnrollmentStatus.APPROVED,
        EnrollmentStatus.DECLINED,
        EnrollmentStatus.EXPIRED,
        EnrollmentStatus.WITHDRAWN,
    },
    EnrollmentStatus.APPROVED: {EnrollmentStatus.ENROLLED, EnrollmentStatus.WAITLISTED},
    EnrollmentStatus.WAITLISTED: {
        EnrollmentStatus.OFFERED,
        EnrollmentStatus.ENROLLED,
        EnrollmentStatus.EXPIRED,
        EnrollmentStatus.WITHDRAWN,
    },
    EnrollmentStatus.OFFERED: {EnrollmentStatus.ENROLLED, EnrollmentStatus.EXPIRED, EnrollmentStatus.WITHDRAWN},
    EnrollmentStatus.ENROLLED: {
        EnrollmentStatus.IN_PROGRESS,
        EnrollmentStatus.COMPLETED,
        EnrollmentStatus.WITHDRAWN,
        EnrollmentStatus.NO_SHOW,
    },
    EnrollmentStatus.IN_PROGRESS: {EnrollmentStatus.COMPLETED, EnrollmentStatus.FAILED, EnrollmentStatus.WITHDRAWN},
    EnrollmentStatus.COMPLETED: {EnrollmentStatus.REVOKED},
}


def test_the_table_is_the_written_one() -> None:
    reached: dict[EnrollmentStatus, set[EnrollmentStatus]] = {}
    for (source, _), transition in TRANSITIONS.items():
        reached.setdefault(source, set()).add(transition.target)
    assert reached == WRITTEN_TABLE


@pytest.mark.parametrize(
    ("status", "moves"),
    [
        (EnrollmentStatus.REQUESTED, ("approve", "decline", "withdraw")),
        (EnrollmentStatus.APPROVED, ()),
        (EnrollmentStatus.WAITLISTED, ("withdraw",)),
        (EnrollmentStatus.OFFERED, ("accept", "withdraw")),
        (EnrollmentStatus.ENROLLED, ("start", "complete", "no-show", "withdraw")),
        (EnrollmentStatus.IN_PROGRESS, ("complete", "fail", "withdraw")),
        (EnrollmentStatus.COMPLETED, ("revoke",)),
        (EnrollmentStatus.REVOKED, ()),
        (EnrollmentStatus.DECLINED, ()),
        (EnrollmentStatus.EXPIRED, ()),
        (EnrollmentStatus.WITHDRAWN, ()),
        (EnrollmentStatus.FAILED, ()),
        (EnrollmentStatus.NO_SHOW, ()),
    ],
)
def test_allowed_lists_the_callers_moves_in_the_order_of_the_lifecycle(
    status: EnrollmentStatus, moves: tuple[str, ...]
) -> None:
    assert allowed(status) == moves


@given(st.sampled_from(EnrollmentStatus), st.sampled_from(EnrollmentAction))
def test_an_illegal_move_names_the_allowed_ones(status: EnrollmentStatus, action: EnrollmentAction) -> None:
    everybody = set(ActingAs) - {ActingAs.PARTICIPANT}
    if (status, action) in TRANSITIONS:
        assert move(status, action, everybody) is TRANSITIONS[status, action].target
    else:
        with pytest.raises(IllegalMove) as refused:
            move(status, action, everybody)
        assert refused.value.extensions["allowed"] == list(allowed(status))


@pytest.mark.parametrize("action", [EnrollmentAction.APPROVE, EnrollmentAction.DECLINE])
@given(also=st.sets(st.sampled_from(ActingAs)))
def test_nobody_answers_their_own_request_whatever_else_they_are(action: EnrollmentAction, also: set[ActingAs]) -> None:
    with pytest.raises(OwnApproval):
        move(EnrollmentStatus.REQUESTED, action, also | {ActingAs.PARTICIPANT})


@pytest.mark.parametrize(
    ("action", "status", "who"),
    [
        (EnrollmentAction.APPROVE, EnrollmentStatus.REQUESTED, {"approver", "administrator", "policy"}),
        (EnrollmentAction.DECLINE, EnrollmentStatus.REQUESTED, {"approver", "administrator"}),
        (EnrollmentAction.ACCEPT, EnrollmentStatus.OFFERED, {"participant", "leader", "administrator"}),
        (EnrollmentAction.COMPLETE, EnrollmentStatus.ENROLLED, {"leader", "facilitator", "administrator", "client"}),
        (EnrollmentAction.REVOKE, EnrollmentStatus.COMPLETED, {"leader", "facilitator", "administrator", "client"}),
        (
            EnrollmentAction.START,
            EnrollmentStatus.ENROLLED,
            {"participant", "leader", "facilitator", "administrator", "client"},
        ),
        (EnrollmentAction.EXPIRE, EnrollmentStatus.WAITLISTED, {"house"}),
    ],
)
def test_who_may(action: EnrollmentAction, status: EnrollmentStatus, who: set[str]) -> None:
    for one in ActingAs:
        if one in who:
            assert move(status, action, {one})
        else:
            with pytest.raises((MoveNotYours, OwnApproval)):
                move(status, action, {one})


def test_a_policy_approves_and_never_declines() -> None:
    by_policy = {action for (_, action), transition in TRANSITIONS.items() if ActingAs.POLICY in transition.by}
    assert by_policy == {EnrollmentAction.APPROVE}


def test_the_house_acts_alone_on_its_own_moves() -> None:
    for (_, action), transition in TRANSITIONS.items():
        assert (transition.by == {ActingAs.HOUSE}) == (action in HOUSE_ACTIONS)


def test_what_holds_a_seat_is_active_and_what_is_over_is_not() -> None:
    over = set(EnrollmentStatus) - ACTIVE
    assert SEATED < ACTIVE
    assert over == {
        EnrollmentStatus.DECLINED,
        EnrollmentStatus.EXPIRED,
        EnrollmentStatus.WITHDRAWN,
        EnrollmentStatus.COMPLETED,
        EnrollmentStatus.FAILED,
        EnrollmentStatus.NO_SHOW,
        EnrollmentStatus.REVOKED,
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
        (EnrollmentStatus.REQUESTED, EnrollmentStatus.COMPLETED, ("approve", "enroll", "complete")),
        (EnrollmentStatus.REQUESTED, EnrollmentStatus.FAILED, ("approve", "enroll", "start", "fail")),
        (EnrollmentStatus.ENROLLED, EnrollmentStatus.COMPLETED, ("complete",)),
        (EnrollmentStatus.ENROLLED, EnrollmentStatus.FAILED, ("start", "fail")),
        (EnrollmentStatus.COMPLETED, EnrollmentStatus.COMPLETED, ()),
        (EnrollmentStatus.COMPLETED, EnrollmentStatus.REVOKED, ("revoke",)),
        (EnrollmentStatus.WAITLISTED, EnrollmentStatus.WITHDRAWN, ("withdraw",)),
        (EnrollmentStatus.OFFERED, EnrollmentStatus.WITHDRAWN, ("withdraw",)),
    ],
)
def test_a_report_takes_the_shortest_way(
    current: EnrollmentStatus, reported: EnrollmentStatus, way: tuple[str, ...]
) -> None:
    assert moves_of_report(current, reported) == way


@pytest.mark.parametrize(
    ("current", "reported"),
    [
        (EnrollmentStatus.WAITLISTED, EnrollmentStatus.ENROLLED),
        (EnrollmentStatus.OFFERED, EnrollmentStatus.COMPLETED),
        (EnrollmentStatus.COMPLETED, EnrollmentStatus.IN_PROGRESS),
        (EnrollmentStatus.REQUESTED, EnrollmentStatus.REVOKED),
        (EnrollmentStatus.DECLINED, EnrollmentStatus.ENROLLED),
    ],
)
def test_a_report_jumps_no_queue_and_turns_nothing_back(current: EnrollmentStatus, reported: EnrollmentStatus) -> None:
    with pytest.raises(IllegalMove):
        moves_of_report(current, reported)


@given(st.sampled_from(EnrollmentStatus), st.sampled_from(REPORTABLE))
def test_every_way_of_a_report_follows_the_table(current: EnrollmentStatus, reported: EnrollmentStatus) -> None:
    try:
        way = moves_of_report(current, reported)
    except IllegalMove:
        return
    for action in way:
        current = TRANSITIONS[current, action].target
    assert current is reported
