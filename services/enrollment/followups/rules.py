"""What a leader owes after an approval and after a completion, when, and what happens when nobody does it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID


class FollowUpKind(StrEnum):
    """The occasion of the talk."""

    APPROVAL = "approval"
    COMPLETION = "completion"
    DAY_30 = "day_30"
    DAY_60 = "day_60"
    DAY_90 = "day_90"


class FollowUpStatus(StrEnum):
    """Where a follow-up stands; everything but `done` is a function of today's date."""

    OPEN = "open"
    DONE = "done"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class Applied(StrEnum):
    """The leader's observation: does the person use at work what was learned (Kirkpatrick level 3)?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


# Days from the approval, or from the completion, until the talk is due. A week is enough to agree on what
# the training is for and to look at what was learned; behaviour shows after 30 to 90 days.
DUE_AFTER_DAYS = {
    FollowUpKind.APPROVAL: 7,
    FollowUpKind.COMPLETION: 7,
    FollowUpKind.DAY_30: 30,
    FollowUpKind.DAY_60: 60,
    FollowUpKind.DAY_90: 90,
}
AFTER_APPROVAL = (FollowUpKind.APPROVAL,)
AFTER_COMPLETION = (FollowUpKind.COMPLETION, FollowUpKind.DAY_30, FollowUpKind.DAY_60, FollowUpKind.DAY_90)

# A follow-up that is this many days overdue is the next manager's business too.
ESCALATE_AFTER_DAYS = 14


@dataclass(frozen=True)
class Manager:
    """One step of a reporting line, nearest first."""

    person_id: UUID
    active: bool


def due_on(kind: FollowUpKind, occasion: datetime) -> date:
    """The day (UTC) on which a follow-up of this kind is due after its occasion."""
    return occasion.astimezone(UTC).date() + timedelta(days=DUE_AFTER_DAYS[kind])


def still_due(kinds: Iterable[FollowUpKind], occasion: datetime, today: date) -> list[FollowUpKind]:
    """The kinds whose due day is not over yet: a completion reported a year later asks for no talks of the past."""
    return [kind for kind in kinds if due_on(kind, occasion) >= today]


def status_on(today: date, due: date, done: bool) -> FollowUpStatus:
    """open up to and including the due day, then overdue, and escalated from 14 days overdue on."""
    if done:
        return FollowUpStatus.DONE
    if today <= due:
        return FollowUpStatus.OPEN
    return FollowUpStatus.OVERDUE if today < escalates_on(due) else FollowUpStatus.ESCALATED


def escalates_on(due: date) -> date:
    """The first day on which an unanswered follow-up counts as escalated."""
    return due + timedelta(days=ESCALATE_AFTER_DAYS)


def due_range(status: FollowUpStatus, today: date) -> tuple[date | None, date | None]:
    """The first and last due day that give an unanswered follow-up this status today; None = without end."""
    escalated_until = today - timedelta(days=ESCALATE_AFTER_DAYS)
    return {
        FollowUpStatus.OPEN: (today, None),
        FollowUpStatus.OVERDUE: (escalated_until + timedelta(days=1), today - timedelta(days=1)),
        FollowUpStatus.ESCALATED: (None, escalated_until),
        FollowUpStatus.DONE: (None, None),
    }[status]


def next_leader(leader_id: UUID, person_id: UUID, line: list[Manager]) -> UUID | None:
    """To whom an ignored follow-up goes: the next active manager above the leader, never the person themself.

    `line` is the person's reporting line, nearest first. A leader who is no longer in it is passed over
    altogether, so the nearest active manager of today takes over. None: there is nobody above.
    """
    ids = [manager.person_id for manager in line]
    above = line[ids.index(leader_id) + 1 :] if leader_id in ids else line
    return next((m.person_id for m in above if m.active and m.person_id not in (leader_id, person_id)), None)
