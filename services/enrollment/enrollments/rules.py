"""Who may move an enrollment where: one table, and the few decisions around it.

    requested ─► approved ─► enrolled ─► in_progress ─► completed ─► revoked
        │            └─────► waitlisted ─► offered ─► enrolled
        └─► declined, expired, withdrawn        (no_show and failed end it too)

`approved` is passed through, never rested in: a seat is taken or the waitlist is joined in the same step.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict, Forbidden, Unprocessable


class Status(StrEnum):
    """Where an enrollment stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    NO_SHOW = "no_show"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Action(StrEnum):
    """What moves it. The values are the last segments of the paths that callers use, and those of the
    house's own."""

    APPROVE = "approve"
    DECLINE = "decline"
    ACCEPT = "accept"
    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    NO_SHOW = "no-show"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    ENROLL = "enroll"
    WAITLIST = "waitlist"
    OFFER = "offer"
    EXPIRE = "expire"


class ActingAs(StrEnum):
    """As what somebody acts on one enrollment; one caller may be several."""

    PARTICIPANT = "participant"
    APPROVER = "approver"
    LEADER = "leader"
    FACILITATOR = "facilitator"
    ADMINISTRATOR = "administrator"
    CLIENT = "client"
    POLICY = "policy"
    HOUSE = "house"


HOUSE_ACTIONS = frozenset({Action.ENROLL, Action.WAITLIST, Action.OFFER, Action.EXPIRE})
SEATED = frozenset({Status.OFFERED, Status.ENROLLED, Status.IN_PROGRESS})
"""Statuses that hold a seat. An offered seat is held until the answer or the deadline."""
ACTIVE = SEATED | {Status.REQUESTED, Status.APPROVED, Status.WAITLISTED}
"""At most one active enrollment per person and offering (or program without a run)."""

_HOUSE = frozenset({ActingAs.HOUSE})
_ANSWERING = frozenset({ActingAs.APPROVER, ActingAs.ADMINISTRATOR})
_RUNNING = frozenset({ActingAs.LEADER, ActingAs.FACILITATOR, ActingAs.ADMINISTRATOR, ActingAs.CLIENT})
_TAKING_PART = frozenset({ActingAs.PARTICIPANT, ActingAs.LEADER, ActingAs.ADMINISTRATOR})


@dataclass(frozen=True)
class Transition:
    """One line of the table: the status reached, and who may go there."""

    target: Status
    by: frozenset[ActingAs]


TRANSITIONS: Mapping[tuple[Status, Action], Transition] = {
    (Status.REQUESTED, Action.APPROVE): Transition(Status.APPROVED, _ANSWERING | {ActingAs.POLICY}),
    (Status.REQUESTED, Action.DECLINE): Transition(Status.DECLINED, _ANSWERING),
    (Status.REQUESTED, Action.WITHDRAW): Transition(Status.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}),
    (Status.REQUESTED, Action.EXPIRE): Transition(Status.EXPIRED, _HOUSE),
    (Status.APPROVED, Action.ENROLL): Transition(Status.ENROLLED, _HOUSE),
    (Status.APPROVED, Action.WAITLIST): Transition(Status.WAITLISTED, _HOUSE),
    (Status.WAITLISTED, Action.ENROLL): Transition(Status.ENROLLED, _HOUSE),
    (Status.WAITLISTED, Action.OFFER): Transition(Status.OFFERED, _HOUSE),
    (Status.WAITLISTED, Action.EXPIRE): Transition(Status.EXPIRED, _HOUSE),
    (Status.WAITLISTED, Action.WITHDRAW): Transition(Status.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}),
    (Status.OFFERED, Action.ACCEPT): Transition(Status.ENROLLED, _TAKING_PART),
    (Status.OFFERED, Action.WITHDRAW): Transition(Status.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}),
    (Status.OFFERED, Action.EXPIRE): Transition(Status.EXPIRED, _HOUSE),
    (Status.ENROLLED, Action.START): Transition(Status.IN_PROGRESS, _RUNNING | {ActingAs.PARTICIPANT}),
    (Status.ENROLLED, Action.COMPLETE): Transition(Status.COMPLETED, _RUNNING),
    (Status.ENROLLED, Action.NO_SHOW): Transition(Status.NO_SHOW, _RUNNING),
    (Status.ENROLLED, Action.WITHDRAW): Transition(Status.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}),
    (Status.IN_PROGRESS, Action.COMPLETE): Transition(Status.COMPLETED, _RUNNING),
    (Status.IN_PROGRESS, Action.FAIL): Transition(Status.FAILED, _RUNNING),
    (Status.IN_PROGRESS, Action.WITHDRAW): Transition(Status.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}),
    (Status.COMPLETED, Action.REVOKE): Transition(Status.REVOKED, _RUNNING),
}


class IllegalMove(Conflict):
    """The status does not allow it; `allowed` lists what it does allow."""

    code, title = "illegal-move", "The enrollment's status does not allow this"

    def __init__(self, status: Status, action: Action) -> None:
        moves = allowed(status)
        possible = ", ".join(moves) or "nothing"
        super().__init__(
            f"An enrollment that is {status} cannot {action}; allowed: {possible}.",
            allowed=list(moves),
            current=status,
        )


class MoveNotYours(Forbidden):
    """The move is legal, but not for this actor."""

    code, title = "move-not-yours", "Somebody else has to do this"

    def __init__(self, action: Action, by: Iterable[ActingAs]) -> None:
        who = ", ".join(sorted(one for one in by if one is not ActingAs.HOUSE))
        super().__init__(f"Only these may {action} this enrollment: {who}.")


class OwnApproval(Forbidden):
    """Nobody answers their own request, whatever else they are."""

    code, title = "own-approval", "Nobody approves oneself"

    def __init__(self) -> None:
        super().__init__("An enrollment is approved or declined by somebody else than the participant.")


def allowed(status: Status) -> tuple[Action, ...]:
    """The moves that a caller can make from here, in the order of the lifecycle; the house's own are left
    out."""
    return tuple(action for action in Action if (status, action) in TRANSITIONS and action not in HOUSE_ACTIONS)


def move(status: Status, action: Action, acting_as: Iterable[ActingAs]) -> Status:
    """The status that `action` leads to.

    Raises IllegalMove when the status does not allow it, OwnApproval when the participant would answer
    their own request, MoveNotYours when the actor is none of those who may.
    """
    transition = TRANSITIONS.get((status, action))
    if transition is None:
        raise IllegalMove(status, action)
    held = frozenset(acting_as)
    if action in {Action.APPROVE, Action.DECLINE} and ActingAs.PARTICIPANT in held:
        raise OwnApproval
    if not held & transition.by:
        raise MoveNotYours(action, transition.by)
    return transition.target


@dataclass(frozen=True)
class TaughtSkill:
    """What the program teaches, in levels of the skill's scale."""

    skill_id: UUID
    from_level: float
    to_level: float


@dataclass(frozen=True)
class Result:
    """The level that a participant reached in one taught skill."""

    skill_id: UUID
    level: float


def results_of_completion(taught: Sequence[TaughtSkill], given: Sequence[Result] | None) -> tuple[Result, ...]:
    """What a completion says about levels.

    None = every taught skill reached the program's `to_level`. A list names the skills that were reached; a
    skill that it leaves out was not, and an empty list says that nothing was. Nothing beyond what the
    program teaches is accepted: it would be evidence for something that nobody taught.
    """
    if given is None:
        return tuple(Result(skill.skill_id, skill.to_level) for skill in taught)
    targets = {skill.skill_id: skill.to_level for skill in taught}
    seen: set[UUID] = set()
    for index, result in enumerate(given):
        if result.skill_id not in targets:
            raise Unprocessable("The program does not teach this skill.", pointer=f"/results/{index}/skill_id")
        if result.skill_id in seen:
            raise Unprocessable("The skill is named twice.", pointer=f"/results/{index}/skill_id")
        if result.level > targets[result.skill_id]:
            raise Unprocessable(
                f"The program leads to level {targets[result.skill_id]:g} at most.",
                pointer=f"/results/{index}/level",
            )
        seen.add(result.skill_id)
    return tuple(given)


CLOCK_SKEW = timedelta(minutes=5)
"""A learning system's clock may be a little ahead of ours."""


def completion_time(given: datetime | None, now: datetime) -> datetime:
    """When it was completed; None = now. Never in the future."""
    if given is not None and given > now + CLOCK_SKEW:
        raise Unprocessable("A completion cannot lie in the future.", pointer="/completed_at")
    return given or now


REPORTABLE = (
    Status.ENROLLED,
    Status.IN_PROGRESS,
    Status.COMPLETED,
    Status.FAILED,
    Status.NO_SHOW,
    Status.WITHDRAWN,
    Status.REVOKED,
)
"""What a learning system can say about a participant."""

_REPORTING = frozenset({ActingAs.CLIENT, ActingAs.POLICY})


def moves_of_report(current: Status, reported: Status) -> tuple[Action, ...]:
    """The shortest way from where the enrollment stands to what a learning system reports; empty when it is
    there.

    A report needs no approval: a pending request is approved by policy on the way. It never jumps a queue:
    a person who waits for a seat here is not moved by a report, except out. Raises IllegalMove when the
    table knows no way.
    """
    if reported is Status.REVOKED and current not in {Status.COMPLETED, Status.REVOKED}:
        raise IllegalMove(current, Action.REVOKE)
    ways: deque[tuple[Status, tuple[Action, ...]]] = deque([(current, ())])
    visited = {current}
    while ways:
        status, way = ways.popleft()
        if status is reported:
            return way
        for (source, action), transition in TRANSITIONS.items():
            if source is status and transition.target not in visited and _reportable(action, transition):
                visited.add(transition.target)
                ways.append((transition.target, (*way, action)))
    raise IllegalMove(current, _action_to(reported))


def _reportable(action: Action, transition: Transition) -> bool:
    placed = action is Action.ENROLL and transition is TRANSITIONS[Status.APPROVED, Action.ENROLL]
    return placed or bool(transition.by & _REPORTING)


def _action_to(status: Status) -> Action:
    return next(action for (_, action), transition in TRANSITIONS.items() if transition.target is status)
