"""The one place where an enrollment changes its status: row, timeline, fact and what follows, together.

The composition root says who reacts to a move, and in which order; enrollments know nobody who does.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.enrollment.enrollments.acting import HOUSE, Actor
from services.enrollment.enrollments.facts import fact_of
from services.enrollment.enrollments.models import Enrollment, EnrollmentMove
from services.enrollment.enrollments.repository import EnrollmentRepository, TimelineRepository
from services.enrollment.enrollments.rules import TRANSITIONS, EnrollmentAction, EnrollmentStatus, IllegalMove
from shared.contracts.skills.messages import LineManager
from shared.database.sessions import UnitOfWork
from shared.events.outbox import record

REQUEST = "request"


@dataclass(frozen=True)
class Move:
    """One move that was just made. `previous` None = the request itself, which alone knows the reporting `line`.
    `maker` makes what has to follow at once, with all that follows from it."""

    maker: "Moves"
    enrollment: Enrollment
    previous: EnrollmentStatus | None
    current: EnrollmentStatus
    at: datetime
    actor_person_id: UUID | None = None
    actor_client_id: str | None = None
    reason: str | None = None
    line: Sequence[LineManager] = field(default=())

    @property
    def leader_id(self) -> UUID | None:
        return self.enrollment.leader_id


Reaction = Callable[[UnitOfWork, Move], Awaitable[None]]
"""Called after each move. It makes no remote call, and what it raises undoes the move."""


class Moves:
    """Makes moves; whether they are legal for the actor has been decided before."""

    def __init__(self, session: UnitOfWork, reactions: Sequence[Reaction], now: datetime) -> None:
        self.session = session
        self.reactions = reactions
        self.now = now
        self.enrollments = EnrollmentRepository(session)
        self.timeline = TimelineRepository(session)

    async def request(
        self, enrollment: Enrollment, actor: Actor, reason: str | None, line: Sequence[LineManager]
    ) -> Enrollment:
        """Record a new enrollment as requested."""
        await self.enrollments.add(enrollment)
        await self._tell(enrollment, REQUEST, None, EnrollmentStatus.REQUESTED, actor, reason, line)
        return enrollment

    async def make(
        self,
        enrollment: Enrollment,
        action: EnrollmentAction,
        actor: Actor = HOUSE,
        reason: str | None = None,
        **values: Any,
    ) -> Enrollment:
        """Make a move of the table. Raises IllegalMove when somebody else has moved the enrollment meanwhile."""
        source = EnrollmentStatus(enrollment.status)
        target = TRANSITIONS[source, action].target
        moved = await self.enrollments.shift(enrollment.id, source, target, values)
        if moved is None:
            raise IllegalMove(EnrollmentStatus((await self.enrollments.get_fresh(enrollment.id)).status), action)
        await self._tell(moved, action, source, target, actor, reason)
        return moved

    async def _tell(
        self,
        enrollment: Enrollment,
        action: str,
        source: EnrollmentStatus | None,
        target: EnrollmentStatus,
        actor: Actor,
        reason: str | None,
        line: Sequence[LineManager] = (),
    ) -> None:
        await self.timeline.append(
            EnrollmentMove(
                enrollment_id=enrollment.id,
                at=self.now,
                action=action,
                from_status=source,
                to_status=target,
                actor_kind=actor.kind,
                actor_person_id=actor.person_id,
                actor_client_id=actor.client_id,
                reason=reason,
            )
        )
        await record(self.session, fact_of(enrollment, target, actor, self.now))
        move = Move(self, enrollment, source, target, self.now, actor.person_id, actor.client_id, reason, line)
        for react in self.reactions:
            await react(self.session, move)
