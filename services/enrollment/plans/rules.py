"""A development plan: which moves it allows, and when its items are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum


class PlanStatus(StrEnum):
    """Where a plan stands between the person and their leader."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class PlanAction(StrEnum):
    """What can be done with a plan as a whole."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    COMPLETE = "complete"
    CANCEL = "cancel"
    REOPEN = "reopen"


class ItemStatus(StrEnum):
    """Where one item of a plan stands."""

    PLANNED = "planned"
    ENROLLED = "enrolled"
    DONE = "done"


class DueState(StrEnum):
    """An item's due day seen from today."""

    NONE = "none"
    LATER = "later"
    SOON = "soon"
    OVERDUE = "overdue"


class DueFrom(StrEnum):
    """What a relative due date counts from."""

    PLAN_START = "plan_start"
    HIRED_ON = "hired_on"


TRANSITIONS: dict[PlanStatus, dict[PlanAction, PlanStatus]] = {
    PlanStatus.DRAFT: {PlanAction.SUBMIT: PlanStatus.IN_REVIEW, PlanAction.CANCEL: PlanStatus.CANCELLED},
    PlanStatus.IN_REVIEW: {
        PlanAction.APPROVE: PlanStatus.ACTIVE,
        PlanAction.RETURN: PlanStatus.DRAFT,
        PlanAction.CANCEL: PlanStatus.CANCELLED,
    },
    PlanStatus.ACTIVE: {PlanAction.COMPLETE: PlanStatus.COMPLETED, PlanAction.CANCEL: PlanStatus.CANCELLED},
    PlanStatus.COMPLETED: {PlanAction.REOPEN: PlanStatus.ACTIVE},
    PlanStatus.CANCELLED: {PlanAction.REOPEN: PlanStatus.DRAFT},
}

# Only the person's leader (or an administrator) answers a review; everything else the person may do alone.
LEADER_ACTIONS = frozenset({PlanAction.APPROVE, PlanAction.RETURN})

# In these states items may change and may be enrolled: learning need not wait for the review.
OPEN_STATUSES = frozenset({PlanStatus.DRAFT, PlanStatus.IN_REVIEW, PlanStatus.ACTIVE})

DUE_SOON_DAYS = 14


@dataclass(frozen=True)
class RelativeDue:
    """So many days after an anchor; negative days lie before it."""

    days: int
    after: DueFrom = DueFrom.PLAN_START


def allowed(status: PlanStatus, items: Iterable[ItemStatus]) -> list[PlanAction]:
    """The actions that this plan allows now. A plan is only complete when all of its items are done."""
    open_items = any(item is not ItemStatus.DONE for item in items)
    return [action for action in TRANSITIONS[status] if not (action is PlanAction.COMPLETE and open_items)]


def move(status: PlanStatus, action: PlanAction, items: Iterable[ItemStatus]) -> PlanStatus | None:
    """The status after the action, or None when the plan does not allow it."""
    return TRANSITIONS[status][action] if action in allowed(status, items) else None


def due_state(today: date, due: date | None, status: ItemStatus) -> DueState:
    """overdue after the due day, soon within 14 days of it; a done item is never due."""
    if due is None or status is ItemStatus.DONE:
        return DueState.NONE
    if today > due:
        return DueState.OVERDUE
    return DueState.SOON if due - today <= timedelta(days=DUE_SOON_DAYS) else DueState.LATER


def resolve_due(relative: RelativeDue, plan_start: datetime, hired_on: date | None) -> date | None:
    """The day that a relative due date means for one person; None when its anchor is unknown."""
    anchors = {DueFrom.PLAN_START: plan_start.astimezone(UTC).date(), DueFrom.HIRED_ON: hired_on}
    anchor = anchors[relative.after]
    return None if anchor is None else anchor + timedelta(days=relative.days)
