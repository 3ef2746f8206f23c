"""Seats and the line for them: who gets one, who waits, who is next.

The four promises: a seat is never sold twice; the waitlist is served in the order of the requests; nobody
is promoted after the run has started; no newcomer passes the queue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict, Unprocessable

DEFAULT_OFFER_HOURS = 48


class Waitlist(StrEnum):
    """What happens when a seat is free and people wait for it."""

    AUTO = "auto"
    OFFER = "offer"
    NONE = "none"


class Placement(StrEnum):
    """What an approved request gets."""

    SEAT = "seat"
    WAITLIST = "waitlist"


class Promotion(StrEnum):
    """How the next person in line gets a free seat."""

    ENROLL = "enroll"
    OFFER = "offer"


class OfferingFull(Conflict):
    """No seat is free, and this run has no waitlist. The request stays as it is until a seat is free."""

    code, title = "offering-full", "No seat is free"

    def __init__(self) -> None:
        super().__init__("No seat is free, and this offering has no waitlist.")


class EnrollmentClosed(Conflict):
    """Outside the enrollment window."""

    code, title = "enrollment-closed", "Enrollment is not open"


class SeatsTaken(Conflict):
    """The capacity cannot be lower than the seats that are already taken."""

    code, title = "seats-taken", "More seats are taken than that"

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} seats are taken; withdraw people first.", seats_taken=taken)


class PeopleWaiting(Conflict):
    """A waitlist cannot be abolished while people stand in it."""

    code, title = "people-waiting", "People are waiting"

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} people wait for a seat; the waitlist cannot be switched off.", waiting=waiting)


class OfferingUsed(Conflict):
    """A run with people in it is not taken away under them."""

    code, title = "offering-used", "People take part in this run"


@dataclass(frozen=True)
class Run:
    """One run of a program, as far as seats are concerned.

    `capacity` None = no limit. `starts_at` None = open-ended: it runs now, and never starts in the sense of
    'too late'. `taken` counts held seats, offered ones included; `waiting` the people in line.
    """

    capacity: int | None
    taken: int = 0
    waiting: int = 0
    waitlist: Waitlist = Waitlist.AUTO
    offer_hours: int = DEFAULT_OFFER_HOURS
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    enrollment_opens_at: datetime | None = None
    enrollment_closes_at: datetime | None = None

    @property
    def free(self) -> int | None:
        """Seats nobody holds; None = no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)


def has_started(run: Run, now: datetime) -> bool:
    return run.starts_at is not None and run.starts_at <= now


def closes_at(run: Run) -> datetime | None:
    """The end of the enrollment window: as stated, else the start of the run, else never."""
    return run.enrollment_closes_at or run.starts_at


def require_open(run: Run, now: datetime) -> None:
    """Raises EnrollmentClosed unless a request may be made now."""
    if run.enrollment_opens_at is not None and now < run.enrollment_opens_at:
        raise EnrollmentClosed("Enrollment has not opened yet.", opens_at=run.enrollment_opens_at.isoformat())
    closing = closes_at(run)
    if closing is not None and now >= closing:
        raise EnrollmentClosed("Enrollment is closed.", closed_at=closing.isoformat())
    require_running(run, now)


def require_running(run: Run, now: datetime) -> None:
    """Raises EnrollmentClosed when the run is over: nobody can join it any more."""
    if run.ends_at is not None and now >= run.ends_at:
        raise EnrollmentClosed("This run is over.", closed_at=run.ends_at.isoformat())


def require_reachable(run: Run) -> None:
    """Raises OfferingFull when a request could get neither a seat nor a place in line."""
    if run.waitlist is Waitlist.NONE and run.free == 0:
        raise OfferingFull


def require_consistent(run: Run) -> None:
    """Raises Unprocessable when the times contradict one another."""
    if run.starts_at and run.ends_at and run.ends_at <= run.starts_at:
        raise Unprocessable("A run ends after it starts.", pointer="/ends_at")
    closing = closes_at(run)
    if run.enrollment_opens_at and closing and closing <= run.enrollment_opens_at:
        raise Unprocessable("Enrollment closes after it opens.", pointer="/enrollment_closes_at")
    if run.enrollment_closes_at and run.ends_at and run.enrollment_closes_at > run.ends_at:
        raise Unprocessable("Enrollment closes before the run is over.", pointer="/enrollment_closes_at")


def place(run: Run) -> Placement:
    """What an approved request gets: a free seat unless somebody waits already, else a place in line.

    Raises OfferingFull when the run has no waitlist.
    """
    if run.waiting == 0 and run.free != 0:
        return Placement.SEAT
    if run.waitlist is Waitlist.NONE:
        raise OfferingFull
    return Placement.WAITLIST


def promotions(run: Run, now: datetime) -> int:
    """How many people in line get a seat now."""
    if has_started(run, now) or run.waitlist is Waitlist.NONE:
        return 0
    return run.waiting if run.free is None else min(run.free, run.waiting)


def promotion(run: Run) -> Promotion:
    """Whether the next in line is seated at once or asked first."""
    return Promotion.OFFER if run.waitlist is Waitlist.OFFER else Promotion.ENROLL


def offer_expires_at(run: Run, now: datetime) -> datetime:
    """Until when an offered seat is held: `offer_hours` from now, and never beyond the start of the run."""
    deadline = now + timedelta(hours=run.offer_hours)
    return deadline if run.starts_at is None else min(deadline, run.starts_at)


@dataclass(frozen=True, order=True)
class InLine:
    """One approved request that waits: ordered by the time of the request, then by its (time-ordered) id."""

    requested_at: datetime
    enrollment_id: UUID


def next_in_line(queue: Iterable[InLine], seats: int) -> list[InLine]:
    """The first `seats` of the queue, whatever order it came in."""
    return sorted(queue)[:seats]


def position(queue: Iterable[InLine], enrollment_id: UUID) -> int | None:
    """The place in line, 1 = next; None for somebody who does not wait."""
    ids = [waiting.enrollment_id for waiting in sorted(queue)]
    return ids.index(enrollment_id) + 1 if enrollment_id in ids else None


def require_capacity(run: Run, capacity: int | None) -> None:
    """Raises SeatsTaken when the new capacity is below the seats that are held."""
    if capacity is not None and capacity < run.taken:
        raise SeatsTaken(run.taken)


def require_waitlist(run: Run, waitlist: Waitlist) -> None:
    """Raises PeopleWaiting when the waitlist would be abolished under the people in it."""
    if waitlist is Waitlist.NONE and run.waiting:
        raise PeopleWaiting(run.waiting)
