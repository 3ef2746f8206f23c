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


class EnrollmentStatus(StrEnum):
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


class EnrollmentAction(StrEnum):
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


HOUSE_ACTIONS = frozenset(
    {EnrollmentAction.ENROLL, EnrollmentAction.WAITLIST, EnrollmentAction.OFFER, EnrollmentAction.EXPIRE}
)
SEATED = frozenset({EnrollmentStatus.OFFERED, EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS})
"""Statuses that hold a seat. An offered seat is held until the answer or the deadline."""
ACTIVE = SEATED | {EnrollmentStatus.REQUESTED, EnrollmentStatus.APPROVED, EnrollmentStatus.WAITLISTED}
"""At most one active enrollment per person and offering (or program without a run)."""

_HOUSE = frozenset({ActingAs.HOUSE})
_ANSWERING = frozenset({ActingAs.APPROVER, ActingAs.ADMINISTRATOR})
_RUNNING = frozenset({ActingAs.LEADER, ActingAs.FACILITATOR, ActingAs.ADMINISTRATOR, ActingAs.CLIENT})
_TAKING_PART = frozenset({ActingAs.PARTICIPANT, ActingAs.LEADER, ActingAs.ADMINISTRATOR})


@dataclass(frozen=True)
class Transition:
    """One line of the table: the status reached, and who may go there."""

    target: EnrollmentStatus
    by: frozenset[ActingAs]


TRANSITIONS: Mapping[tuple[EnrollmentStatus, EnrollmentAction], Transition] = {
    (EnrollmentStatus.REQUESTED, EnrollmentAction.APPROVE): Transition(
        EnrollmentStatus.APPROVED, _ANSWERING | {ActingAs.POLICY}
    ),
    (EnrollmentStatus.REQUESTED, EnrollmentAction.DECLINE): Transition(EnrollmentStatus.DECLINED, _ANSWERING),
    (EnrollmentStatus.REQUESTED, EnrollmentAction.WITHDRAW): Transition(
        EnrollmentStatus.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}
    ),
    (EnrollmentStatus.REQUESTED, EnrollmentAction.EXPIRE): Transition(EnrollmentStatus.EXPIRED, _HOUSE),
    (EnrollmentStatus.APPROVED, EnrollmentAction.ENROLL): Transition(EnrollmentStatus.ENROLLED, _HOUSE),
    (EnrollmentStatus.APPROVED, EnrollmentAction.WAITLIST): Transition(EnrollmentStatus.WAITLISTED, _HOUSE),
    (EnrollmentStatus.WAITLISTED, EnrollmentAction.ENROLL): Transition(EnrollmentStatus.ENROLLED, _HOUSE),
    (EnrollmentStatus.WAITLISTED, EnrollmentAction.OFFER): Transition(EnrollmentStatus.OFFERED, _HOUSE),
    (EnrollmentStatus.WAITLISTED, EnrollmentAction.EXPIRE): Transition(EnrollmentStatus.EXPIRED, _HOUSE),
    (EnrollmentStatus.WAITLISTED, EnrollmentAction.WITHDRAW): Transition(
        EnrollmentStatus.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}
    ),
    (EnrollmentStatus.OFFERED, EnrollmentAction.ACCEPT): Transition(EnrollmentStatus.ENROLLED, _TAKING_PART),
    (EnrollmentStatus.OFFERED, EnrollmentAction.WITHDRAW): Transition(
        EnrollmentStatus.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}
    ),
    (EnrollmentStatus.OFFERED, EnrollmentAction.EXPIRE): Transition(EnrollmentStatus.EXPIRED, _HOUSE),
    (EnrollmentStatus.ENROLLED, EnrollmentAction.START): Transition(
        EnrollmentStatus.IN_PROGRESS, _RUNNING | {ActingAs.PARTICIPANT}
    ),
    (EnrollmentStatus.ENROLLED, EnrollmentAction.COMPLETE): Transition(EnrollmentStatus.COMPLETED, _RUNNING),
    (EnrollmentStatus.ENROLLED, EnrollmentAction.NO_SHOW): Transition(EnrollmentStatus.NO_SHOW, _RUNNING),
    (EnrollmentStatus.ENROLLED, EnrollmentAction.WITHDRAW): Transition(
        EnrollmentStatus.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}
    ),
    (EnrollmentStatus.IN_PROGRESS, EnrollmentAction.COMPLETE): Transition(EnrollmentStatus.COMPLETED, _RUNNING),
    (EnrollmentStatus.IN_PROGRESS, EnrollmentAction.FAIL): Transition(EnrollmentStatus.FAILED, _RUNNING),
    (EnrollmentStatus.IN_PROGRESS, EnrollmentAction.WITHDRAW): Transition(
        EnrollmentStatus.WITHDRAWN, _TAKING_PART | {ActingAs.CLIENT}
    ),
    (EnrollmentStatus.COMPLETED, EnrollmentAction.REVOKE): Transition(EnrollmentStatus.REVOKED, _RUNNING),
}


class IllegalMove(Conflict):
    """The status does not allow it; `allowed` lists what it does allow."""

    code, title = "illegal-move", "The enrollment's status does not allow this"

    def __init__(self, status: EnrollmentStatus, action: EnrollmentAction) -> None:
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

    def __init__(self, action: EnrollmentAction, by: Iterable[ActingAs]) -> None:
        who = ", ".join(sorted(one for one in by if one is not ActingAs.HOUSE))
        super().__init__(f"Only these may {action} this enrollment: {who}.")


class OwnApproval(Forbidden):
    """Nobody answers their own request, whatever else they are."""

    code, title = "own-approval", "Nobody approves oneself"

    def __init__(self) -> None:
        super().__init__("An enrollment is approved or declined by somebody else than the participant.")


def allowed(status: EnrollmentStatus) -> tuple[EnrollmentAction, ...]:
    """The moves that a caller can make from here, in the order of the lifecycle; the house's own are left
    out."""
    return tuple(
        action for action in EnrollmentAction if (status, action) in TRANSITIONS and action not in HOUSE_ACTIONS
    )


def move(status: EnrollmentStatus, action: EnrollmentAction, acting_as: Iterable[ActingAs]) -> EnrollmentStatus:
    """The status that `action` leads to.

    Raises IllegalMove when the status does not allow it, OwnApproval when the participant would answer
    their own request, MoveNotYours when the actor is none of those who may.
    """
    transition = TRANSITIONS.get((status, action))
    if transition is None:
        raise IllegalMove(status, action)
    held = frozenset(acting_as)
    if action in {EnrollmentAction.APPROVE, EnrollmentAction.DECLINE} and ActingAs.PARTICIPANT in held:
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
    EnrollmentStatus.ENROLLED,
    EnrollmentStatus.IN_PROGRESS,
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.FAILED,
    EnrollmentStatus.NO_SHOW,
    EnrollmentStatus.WITHDRAWN,
    EnrollmentStatus.REVOKED,
)
"""What a learning system can say about a participant."""

_REPORTING = frozenset({ActingAs.CLIENT, ActingAs.POLICY})


def moves_of_report(current: EnrollmentStatus, reported: EnrollmentStatus) -> tuple[EnrollmentAction, ...]:
    """The shortest way from where the enrollment stands to what a learning system reports; empty when it is
    there.

    A report needs no approval: a pending request is approved by policy on the way. It never jumps a queue:
    a person who waits for a seat here is not moved by a report, except out. Raises IllegalMove when the
    table knows no way.
    """
    if reported is EnrollmentStatus.REVOKED and current not in {EnrollmentStatus.COMPLETED, EnrollmentStatus.REVOKED}:
        raise IllegalMove(current, EnrollmentAction.REVOKE)
    ways: deque[tuple[EnrollmentStatus, tuple[EnrollmentAction, ...]]] = deque([(current, ())])
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


def _reportable(action: EnrollmentAction, transition: Transition) -> bool:
    placed = (
        action is EnrollmentAction.ENROLL
        and transition is TRANSITIONS[EnrollmentStatus.APPROVED, EnrollmentAction.ENROLL]
    )
    return placed or bool(transition.by & _REPORTING)


def _action_to(status: EnrollmentStatus) -> EnrollmentAction:
    return next(action for (_, action), transition in TRANSITIONS.items() if transition.target is status)
