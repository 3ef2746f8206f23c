"""The moves of a plan, and the due days of its items."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrollment.plans.rules import (
    LEADER_ACTIONS,
    TRANSITIONS,
    DueFrom,
    DueState,
    ItemStatus,
    PlanAction,
    PlanStatus,
    RelativeDue,
    allowed,
    due_state,
    move,
    resolve_due,
)

DUE = date(2027, 3, 31)
LEGAL = [
    (PlanStatus.DRAFT, PlanAction.SUBMIT, PlanStatus.IN_REVIEW),
    (PlanStatus.DRAFT, PlanAction.CANCEL, PlanStatus.CANCELLED),
    (PlanStatus.IN_REVIEW, PlanAction.APPROVE, PlanStatus.ACTIVE),
    (PlanStatus.IN_REVIEW, PlanAction.RETURN, PlanStatus.DRAFT),
    (PlanStatus.IN_REVIEW, PlanAction.CANCEL, PlanStatus.CANCELLED),
    (PlanStatus.ACTIVE, PlanAction.COMPLETE, PlanStatus.COMPLETED),
    (PlanStatus.ACTIVE, PlanAction.CANCEL, PlanStatus.CANCELLED),
    (PlanStatus.COMPLETED, PlanAction.REOPEN, PlanStatus.ACTIVE),
    (PlanStatus.CANCELLED, PlanAction.REOPEN, PlanStatus.DRAFT),
]


@pytest.mark.parametrize("status", PlanStatus)
@pytest.mark.parametrize("action", PlanAction)
def test_a_plan_moves_only_as_the_table_says(status: PlanStatus, action: PlanAction) -> None:
    expected = {(s, a): t for s, a, t in LEGAL}.get((status, action))
    assert move(status, action, [ItemStatus.DONE]) is expected


def test_every_state_has_a_row_and_can_be_left() -> None:
    assert set(TRANSITIONS) == set(PlanStatus)
    assert all(TRANSITIONS.values())


@given(items=st.lists(st.sampled_from(ItemStatus), max_size=5), status=st.sampled_from(PlanStatus))
def test_what_is_allowed_is_exactly_what_moves(items: list[ItemStatus], status: PlanStatus) -> None:
    moving = [action for action in PlanAction if move(status, action, items) is not None]
    assert set(moving) == set(allowed(status, items))


@pytest.mark.parametrize("open_item", [ItemStatus.PLANNED, ItemStatus.ENROLLED])
def test_a_plan_with_an_open_item_is_not_complete(open_item: ItemStatus) -> None:
    assert move(PlanStatus.ACTIVE, PlanAction.COMPLETE, [ItemStatus.DONE, open_item]) is None
    assert allowed(PlanStatus.ACTIVE, [open_item]) == [PlanAction.CANCEL]


def test_only_the_answers_to_a_review_are_the_leaders() -> None:
    assert {PlanAction.APPROVE, PlanAction.RETURN} == LEADER_ACTIONS


@pytest.mark.parametrize(
    ("today", "status", "expected"),
    [
        (date(2027, 3, 16), ItemStatus.PLANNED, DueState.LATER),
        (date(2027, 3, 17), ItemStatus.PLANNED, DueState.SOON),
        (DUE, ItemStatus.ENROLLED, DueState.SOON),
        (date(2027, 4, 1), ItemStatus.ENROLLED, DueState.OVERDUE),
        (date(2027, 4, 1), ItemStatus.DONE, DueState.NONE),
    ],
)
def test_a_due_day_comes_near_and_passes(today: date, status: ItemStatus, expected: DueState) -> None:
    assert due_state(today, DUE, status) is expected


def test_an_item_without_a_due_day_is_never_due() -> None:
    assert due_state(date(2030, 1, 1), None, ItemStatus.PLANNED) is DueState.NONE


START = datetime(2026, 12, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("relative", "hired_on", "expected"),
    [
        (RelativeDue(7), None, date(2027, 1, 6)),
        (RelativeDue(30, DueFrom.HIRED_ON), date(2024, 3, 1), date(2024, 3, 31)),
        (RelativeDue(-7, DueFrom.HIRED_ON), date(2024, 3, 1), date(2024, 2, 23)),
        (RelativeDue(30, DueFrom.HIRED_ON), None, None),
    ],
)
def test_a_relative_due_day_counts_from_its_anchor(
    relative: RelativeDue, hired_on: date | None, expected: date | None
) -> None:
    assert resolve_due(relative, START, hired_on) == expected
