"""Seats and the line for them: an approved request is placed, a freed seat goes to the next in line.

Whoever changes an enrollment with a seat holds its offering first, so that all of this has one order of locks.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.enrollment.enrollments.acting import Actor
from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.moves import Moves, Reaction
from services.enrollment.enrollments.rules import SEATED, EnrollmentAction, EnrollmentStatus
from services.enrollment.offerings import rules
from services.enrollment.offerings.models import Offering
from services.enrollment.offerings.repository import OfferingRepository
from services.enrollment.offerings.rules import Placement, Promotion
from services.enrollment.offerings.service import Reaction as OfferingReaction
from services.enrollment.offerings.service import run_of
from shared.database.sessions import UnitOfWork

PLACED = {Placement.SEAT: EnrollmentAction.ENROLL, Placement.WAITLIST: EnrollmentAction.WAITLIST}


class Seats:
    """Hands out seats inside one transaction."""

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self.now: datetime = moves.now
        self.enrollments = moves.enrollments
        self.offerings = OfferingRepository(moves.session)

    async def claim(self, offering_id: UUID | None) -> Placement:
        """Take a seat, or a place in line. Raises OfferingFull without a waitlist, EnrollmentClosed when the run
        is over. A free seat is one conditional UPDATE; only who finds none holds the offering and looks again."""
        if offering_id is None or await self.offerings.claim_seat(offering_id, self.now):
            return Placement.SEAT
        offering = await self._hold_current(offering_id)
        if offering.deleted_at is not None:
            raise rules.EnrollmentClosed("This run was taken away.")
        rules.require_running(run_of(offering), self.now)
        placement = rules.place(run_of(offering))
        seat = placement is Placement.SEAT
        await self.offerings.count(offering_id, taken=int(seat), waiting=int(not seat))
        return placement

    async def approve(self, enrollment: Enrollment, actor: Actor, reason: str | None) -> Enrollment:
        """Approve a request and place it in the same step. Who approves for somebody without a leader becomes the
        one who follows up."""
        placement = await self.claim(enrollment.offering_id)
        leader_id = enrollment.leader_id or actor.person_id
        approved = await self.moves.make(enrollment, EnrollmentAction.APPROVE, actor, reason, leader_id=leader_id)
        return await self.moves.make(approved, PLACED[placement])

    async def claim_for_report(self, offering_id: UUID | None) -> None:
        """Take a seat for somebody who takes part already. Raises OfferingFull when there is none."""
        if offering_id is not None and not await self.offerings.claim_seat(offering_id, self.now):
            raise rules.OfferingFull

    async def hold(self, offering_id: UUID | None) -> None:
        """Keep the offering from everybody else until the end of the transaction."""
        if offering_id is not None:
            await self.offerings.hold(offering_id)

    async def leave(self, offering_id: UUID | None, source: EnrollmentStatus, target: EnrollmentStatus) -> None:
        """Give back the seat or the place in line that a move from `source` to `target` frees; the next in line
        moves up. The offering is held."""
        if offering_id is None:
            return
        seat = source in SEATED and target not in SEATED
        place = source is EnrollmentStatus.WAITLISTED and target is not EnrollmentStatus.WAITLISTED
        if seat or place:
            await self.offerings.count(offering_id, taken=-int(seat), waiting=-int(place))
        if seat:
            await self.hand_out(offering_id)

    async def hand_out(self, offering_id: UUID) -> None:
        """Give every free seat to the next in line, by order of request, until the run starts."""
        offering = await self.offerings.hold(offering_id)
        run = run_of(offering)
        seats = rules.promotions(run, self.now)
        if not seats:
            return
        for enrollment in await self.enrollments.first_in_line(offering_id, seats):
            await self.offerings.count(offering_id, taken=1, waiting=-1)
            await self._promote(enrollment, run)

    async def _promote(self, enrollment: Enrollment, run: rules.Run) -> None:
        if rules.promotion(run) is Promotion.OFFER:
            until = rules.offer_expires_at(run, self.now)
            await self.moves.make(enrollment, EnrollmentAction.OFFER, offer_expires_at=until)
        else:
            await self.moves.make(enrollment, EnrollmentAction.ENROLL)

    async def follow(self, offering_id: UUID) -> None:
        """Carry a change of the offering over to the people in it: who runs it, offers that would outlive the start,
        new seats. Raises OfferingUsed when it was taken away under them."""
        offering = await self.offerings.hold(offering_id)
        if offering.deleted_at is not None:
            if await self.enrollments.has_active(offering_id):
                raise rules.OfferingUsed("Somebody holds a seat, waits for one or has asked for one.")
            return
        await self.enrollments.follow_offering(offering_id, offering.facilitator_id, offering.starts_at)
        await self.hand_out(offering_id)

    async def close_line(self, offering_id: UUID) -> None:
        """Let the places in line of a run that has started expire."""
        offering = await self.offerings.hold(offering_id)
        if rules.has_started(run_of(offering), self.now):
            await self._expire_line(offering)

    async def _expire_line(self, offering: Offering) -> None:
        for enrollment in await self.enrollments.first_in_line(offering.id, offering.waiting):
            await self.offerings.count(offering.id, waiting=-1)
            await self.moves.make(enrollment, EnrollmentAction.EXPIRE, reason="The run has started.")

    async def _hold_current(self, offering_id: UUID) -> Offering:
        offering = await self.offerings.hold(offering_id)
        if offering.waiting and rules.has_started(run_of(offering), self.now):
            await self._expire_line(offering)
            offering = await self.offerings.hold(offering_id)
        return offering


def on_changed_offering(reactions: Sequence[Reaction]) -> OfferingReaction:
    """What follows for the people in an offering when it has changed."""

    async def follow(session: UnitOfWork, offering_id: UUID, now: datetime) -> None:
        await Seats(Moves(session, reactions, now)).follow(offering_id)

    return follow
