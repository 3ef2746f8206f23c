"""What follows from a move, in the same transaction. The composition root says who reacts, and in which order;
enrollments know nobody who does."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.rules import EnrollmentStatus
from shared.contracts.skills.messages import LineManager
from shared.database.sessions import UnitOfWork

if TYPE_CHECKING:
    from services.enrollment.enrollments.moves import Moves


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
