"""Who answers a request, until when, and what happens when nobody does.

People answer people: a policy may approve or choose who is asked, it never declines. A request that nobody
answers goes one step up before it expires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

N = TypeVar("N", float, Decimal)


class ApprovalQueue(StrEnum):
    """Who is asked."""

    LEADERS = "leaders"
    ADMINISTRATORS = "learning_administrators"


@dataclass(frozen=True)
class Leader:
    """One manager in the reporting line, nearest first, with the deputies in force today."""

    person_id: UUID
    active: bool = True
    deputy_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Step:
    """One rung of the ladder: the people who may answer, or the administrators' queue."""

    queue: ApprovalQueue
    approver_ids: tuple[UUID, ...] = ()


ADMINISTRATORS = Step(ApprovalQueue.ADMINISTRATORS)
LEADERS_ASKED = 2
"""The line manager and one level above; then the learning and development administrators."""


def ladder(person_id: UUID, line: Sequence[Leader]) -> tuple[Step, ...]:
    """Whom to ask, in order: the active line manager with their deputies (the deputies alone while the
    manager is inactive), the next such manager up, at last the administrators' queue, also for people
    without a manager. Never the person themselves."""
    steps = [step for leader in line if (step := _step(person_id, leader)) is not None]
    return (*steps[:LEADERS_ASKED], ADMINISTRATORS)


def _step(person_id: UUID, leader: Leader) -> Step | None:
    answering = ((leader.person_id,) if leader.active else ()) + leader.deputy_ids
    approvers = tuple(dict.fromkeys(approver for approver in answering if approver != person_id))
    return Step(ApprovalQueue.LEADERS, approvers) if approvers else None


@dataclass(frozen=True)
class Deadline:
    """How long each step has. The defaults give a week, and a week again after each escalation."""

    answer_within: timedelta = timedelta(days=7)


class Lapse(StrEnum):
    """What an unanswered request does at its deadline."""

    ESCALATE = "escalate"
    REMIND = "remind"
    EXPIRE = "expire"


def lapse(steps: Sequence[Step], position: int, escalations: int) -> Lapse:
    """What happens when step `position` (0 = first) has let its deadline pass.

    Up while there is somebody further up; a request that started with the administrators is put before them
    once more; then it expires.
    """
    if position + 1 < len(steps):
        return Lapse.ESCALATE
    return Lapse.REMIND if escalations == 0 else Lapse.EXPIRE


def answer_by(now: datetime, deadline: Deadline) -> datetime:
    return now + deadline.answer_within


@dataclass(frozen=True)
class Request:
    """The attributes that a policy looks at. Money in the program's currency; None = nothing stated."""

    program_format: str
    hours: float
    cost: Decimal | None = None
    currency: str | None = None


class ApprovalRoute(StrEnum):
    """What a policy does with a request. There is no 'decline'."""

    APPROVE = "approve"
    ASK_LEADER = "ask_leader"
    ASK_ADMINISTRATORS = "ask_administrators"


@dataclass(frozen=True)
class PolicyRule:
    """One line of a policy: a request within every stated limit takes the route. Cost limits count in one
    currency; another currency is not within the limit, because nobody stated a rate."""

    route: ApprovalRoute
    max_hours: float | None = None
    min_hours: float | None = None
    max_cost: Decimal | None = None
    min_cost: Decimal | None = None
    currency: str | None = None
    formats: tuple[str, ...] = ()

    def covers(self, request: Request) -> bool:
        return self._covers_format(request) and self._covers_hours(request) and self._covers_cost(request)

    def _covers_format(self, request: Request) -> bool:
        return not self.formats or request.program_format in self.formats

    def _covers_hours(self, request: Request) -> bool:
        return _within(request.hours, self.min_hours, self.max_hours)

    def _covers_cost(self, request: Request) -> bool:
        if self.max_cost is None and self.min_cost is None:
            return True
        cost = request.cost or Decimal(0)
        comparable = cost == 0 or request.currency == self.currency
        return comparable and _within(cost, self.min_cost, self.max_cost)


def _within(value: N, lowest: N | None, highest: N | None) -> bool:
    return (lowest is None or value >= lowest) and (highest is None or value <= highest)


def route(policy: Sequence[PolicyRule], request: Request) -> ApprovalRoute:
    """The first rule that covers the request; without one the leader is asked."""
    return next((rule.route for rule in policy if rule.covers(request)), ApprovalRoute.ASK_LEADER)


@dataclass(frozen=True)
class Policy:
    """A version of the policy. Number 0 is the default of an installation: every leader is asked."""

    number: int = 0
    deadline: Deadline = Deadline()
    rules: tuple[PolicyRule, ...] = ()


def first_step(steps: Sequence[Step], chosen: ApprovalRoute) -> int:
    """Where on the ladder to begin."""
    return len(steps) - 1 if chosen is ApprovalRoute.ASK_ADMINISTRATORS else 0


def approvers_asked(steps: Sequence[Step], first: int, position: int) -> tuple[UUID, ...]:
    """Everybody who may answer by now: an escalation adds people and takes nobody's answer away."""
    asked = (approver for step in steps[first : position + 1] for approver in step.approver_ids)
    return tuple(dict.fromkeys(asked))
