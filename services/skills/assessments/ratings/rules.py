"""The ledger's rules: who may rate whom as what, which entries stand, and when what peers say is let out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.skills.assessments.policies.rules import Source

# Sources whose assessor is the system that sends the rating, not a person.
SYSTEM_SOURCES = frozenset({Source.TEST, Source.CERTIFICATION, Source.LEARNING})


@dataclass(frozen=True, slots=True)
class Rating:
    """One standing entry of the ledger: what one assessor said of one person's skill.

    `assessor` is a person's id, or the sending client for tests, certificates and learning.
    `cycle_closed_at` is when the assessment cycle that the rating belongs to was closed.
    """

    id: UUID
    source: Source
    assessor: str
    level: float
    assessed_at: datetime
    recorded_at: datetime
    expires_at: datetime | None = None
    cycle_closed_at: datetime | None = None

    def order(self) -> tuple[datetime, datetime, UUID]:
        return self.assessed_at, self.recorded_at, self.id

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


class Entry(StrEnum):
    """What may be appended to a rating after it was recorded. Nothing is ever changed or removed."""

    REVOKED = "revoked"
    DISPUTED = "disputed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Standing(StrEnum):
    """What those entries add up to."""

    RECORDED = "recorded"
    DISPUTED = "disputed"
    REVOKED = "revoked"


AFTER: dict[Standing, dict[Entry, Standing]] = {
    Standing.RECORDED: {Entry.REVOKED: Standing.REVOKED, Entry.DISPUTED: Standing.DISPUTED},
    # A dispute that is upheld withdraws the rating; one that is dismissed makes it count again.
    Standing.DISPUTED: {
        Entry.UPHELD: Standing.REVOKED,
        Entry.DISMISSED: Standing.RECORDED,
        Entry.REVOKED: Standing.REVOKED,
    },
    Standing.REVOKED: {},
}


def standing_at(entries: Iterable[tuple[datetime, Entry]], at: datetime) -> Standing:
    """Where a rating stands at a moment, from its entries in the order they were appended."""
    standing = Standing.RECORDED
    for moment, entry in entries:
        if moment <= at:
            standing = AFTER[standing].get(entry, standing)
    return standing


@dataclass(frozen=True, slots=True)
class Recorded:
    """A rating and everything that was ever appended to it, oldest first. `rating.level` is as it was given, on the
    scale `scale_id` (None: the framework's first one).
    """

    rating: Rating
    scale_id: UUID | None
    entries: tuple[tuple[datetime, UUID, Entry], ...] = ()


def stood_after(ledger: Iterable[Recorded], moment: datetime, id: UUID) -> list[Recorded]:
    """What stood once something had entered the ledger (a rating or an entry, by when and under which id). What
    came later is not seen, whatever day it speaks of.
    """
    found = []
    for recorded in ledger:
        rating = recorded.rating
        then = [(at, entry) for at, entry_id, entry in recorded.entries if (at, entry_id) <= (moment, id)]
        if (rating.recorded_at, rating.id) <= (moment, id) and standing_at(then, moment) is Standing.RECORDED:
            found.append(recorded)
    return found


@dataclass(frozen=True, slots=True)
class Assessor:
    """The people around a rating, as the org chart says it was when the assessment took place."""

    person_id: UUID
    assessor_id: UUID | None
    managers: Collection[UUID] = ()
    reports: Collection[UUID] = ()


def assessor_fault(source: Source, who: Assessor) -> str | None:
    """Why `who` may not rate as `source`, or None if they may."""
    if source in SYSTEM_SOURCES:
        return None if who.assessor_id is None else f"A {source} rating has no assessor: the sending system is it."
    if source is Source.SELF:
        return None if who.assessor_id == who.person_id else "A self rating is given by the person."
    if who.assessor_id is None:
        return f"A {source} rating names its assessor."
    if who.assessor_id == who.person_id:
        return f"Nobody rates themselves as {source}."
    return _colleague_fault(source, who, who.assessor_id)


def _colleague_fault(source: Source, who: Assessor, assessor_id: UUID) -> str | None:
    manages = assessor_id in who.managers
    if source is Source.MANAGER and not manages:
        return "The assessor was not in the person's reporting line when the assessment took place."
    if source in (Source.SUPERVISOR, Source.PEER) and manages:
        return f"The assessor is the person's manager, so this is no {source} rating."
    if source is Source.PEER and assessor_id in who.reports:
        return "The assessor reports to the person, so this is no peer rating."
    return None


def released_peers(ratings: Sequence[Rating], minimum: int, at: datetime) -> list[Rating]:
    """The peer ratings that may be let out at a moment, in any order of input.

    They wait until `minimum` different peers have rated, and so do all later ones, so that no single change
    of the mean gives away what one of them said. When an assessment cycle closes, those that wait in it are
    let out too, if that many peers are then out altogether.
    """
    released: list[Rating] = []
    waiting: list[Rating] = []
    for _, _, rating, closing in _timeline(ratings, at):
        if rating is not None:
            waiting.append(rating)
            leaving = waiting if _raters(waiting) >= minimum else []
        else:
            leaving = [r for r in waiting if r.cycle_closed_at == closing]
            leaving = leaving if _raters([*released, *leaving]) >= minimum else []
        released += leaving
        waiting = [r for r in waiting if r not in leaving]
    return released


def _timeline(ratings: Sequence[Rating], at: datetime) -> list[tuple[datetime, str, Rating | None, datetime | None]]:
    arrivals = [(r.recorded_at, str(r.id), r, None) for r in ratings]
    closings = {r.cycle_closed_at for r in ratings if r.cycle_closed_at is not None and r.cycle_closed_at <= at}
    # A tilde sorts after every id: what is recorded at the moment of closing is in the cycle.
    return sorted([*arrivals, *((moment, "~", None, moment) for moment in closings)], key=lambda e: e[:2])


def _raters(ratings: Iterable[Rating]) -> int:
    return len({rating.assessor for rating in ratings})
