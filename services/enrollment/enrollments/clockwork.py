"""What time does to enrollments: offers lapse, and the line closes when the run starts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.enrollment.enrollments.moves import Moves, Reaction
from services.enrollment.enrollments.repository import EnrollmentRepository
from services.enrollment.enrollments.rules import EnrollmentAction, EnrollmentStatus
from services.enrollment.enrollments.seats import Seats
from services.enrollment.offerings.repository import OfferingRepository
from shared.clock import Clock
from shared.clockwork import BATCH, Clockwork
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork


class EnrollmentClockwork(Clockwork):
    """Looks for what is due, once a second."""

    def __init__(self, database: Database, reactions: Sequence[Reaction], clock: Clock) -> None:
        self.database = database
        self.reactions = reactions
        self.clock = clock

    async def work(self) -> int:
        """Do what is due now. Returns how many rows were looked at."""
        now = self.clock()
        async with self.database.reading() as session:
            offers = [
                (row.id, row.offering_id) for row in await EnrollmentRepository(session).lapsed_offers(now, BATCH)
            ]
            started = await OfferingRepository(session).started_with_waiting(now, BATCH)
        for run_id in started:
            async with self.database.writing() as unit:
                await Seats(Moves(unit, self.reactions, now)).close_line(run_id)
        for enrollment_id, offering_id in offers:
            async with self.database.writing() as unit:
                await self._lapse(unit, enrollment_id, offering_id, now)
        return len(offers) + len(started)

    async def _lapse(self, session: UnitOfWork, enrollment_id: UUID, offering_id: UUID | None, now: datetime) -> None:
        moves = Moves(session, self.reactions, now)
        seats = Seats(moves)
        await seats.hold(offering_id)
        enrollment = await moves.enrollments.get_fresh(enrollment_id)
        if enrollment.status != EnrollmentStatus.OFFERED or (enrollment.offer_expires_at or now) > now:
            return
        reason = "The offered seat was not accepted in time."
        await moves.make(enrollment, EnrollmentAction.EXPIRE, reason=reason, offer_expires_at=None)
        await seats.leave(offering_id, EnrollmentStatus.OFFERED, EnrollmentStatus.EXPIRED)
