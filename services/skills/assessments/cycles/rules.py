"""When an assessment cycle is open, what its successor looks like, and who owes which rating in it."""

import calendar
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.rules import SYSTEM_SOURCES


class Kind(StrEnum):
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    AD_HOC = "ad_hoc"


class Status(StrEnum):
    """`late`: the last day has passed and nobody has closed the cycle; ratings are still taken."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


# Fewer people than this stand behind no figure that outsiders see.
MINIMUM_GROUP = 5
MONTHS: Mapping[Kind, int] = {Kind.QUARTERLY: 3, Kind.ANNUAL: 12}


def status_on(today: date, opens_on: date, closes_on: date, closed: bool) -> Status:
    if closed:
        return Status.CLOSED
    if today < opens_on:
        return Status.SCHEDULED
    return Status.OPEN if today <= closes_on else Status.LATE


@dataclass(frozen=True, slots=True)
class Period:
    title: str
    opens_on: date
    closes_on: date


def next_period(kind: Kind, last: Period) -> Period:
    """The period right after `last`: a quarter, a year, or as many days as `last` had."""
    opens_on = last.closes_on + timedelta(days=1)
    if months := MONTHS.get(kind):
        closes_on = add_months(opens_on, months) - timedelta(days=1)
    else:
        closes_on = opens_on + (last.closes_on - last.opens_on)
    return Period(_retitled(last.title, kind, opens_on), opens_on, closes_on)


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _retitled(title: str, kind: Kind, opens_on: date) -> str:
    base = re.sub(r" \([^()]*\d{4}[^()]*\)$", "", title)
    labels = {
        Kind.QUARTERLY: f"{opens_on.year} Q{(opens_on.month + 2) // 3}",
        Kind.ANNUAL: str(opens_on.year),
        Kind.AD_HOC: f"from {opens_on.isoformat()}",
    }
    return f"{base} ({labels[kind]})"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in the cycle's audience, the skills that their role needs, and who leads them today."""

    person_id: UUID
    skill_ids: Sequence[UUID]
    manager_id: UUID | None


@dataclass(frozen=True, slots=True)
class Given:
    """A standing rating of the cycle, reduced to what answers an invitation."""

    person_id: UUID
    skill_id: UUID
    source: Source
    assessor: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """One rating that is owed. `assessor_id` is None where the cycle does not name a person for it."""

    person_id: UUID
    skill_id: UUID
    source: Source
    assessor_id: UUID | None
    wanted: int
    given: int

    @property
    def done(self) -> bool:
        return self.given >= self.wanted


def invitations(
    participants: Iterable[Participant],
    sources: Collection[Source],
    given: Iterable[Given],
    minimum_peers: int,
) -> list[Invitation]:
    """Who owes which rating: each participant's required skills by each required source.

    Anybody's rating as that source answers it; of peers the policy's minimum is wanted, and how many have
    answered is told only once all of them have.
    """
    raters: dict[tuple[UUID, UUID, Source], set[str]] = {}
    for rating in given:
        raters.setdefault((rating.person_id, rating.skill_id, rating.source), set()).add(rating.assessor)
    found = []
    for participant in participants:
        for skill_id in participant.skill_ids:
            for source in Source:
                if source in sources:
                    answered = len(raters.get((participant.person_id, skill_id, source), ()))
                    found.append(_invitation(participant, skill_id, source, answered, minimum_peers))
    return found


def _invitation(
    participant: Participant, skill_id: UUID, source: Source, answered: int, minimum_peers: int
) -> Invitation:
    owners = {Source.SELF: participant.person_id, Source.MANAGER: participant.manager_id}
    wanted = minimum_peers if source is Source.PEER else 1
    given = min(answered, wanted)
    if source is Source.PEER and given < wanted:
        given = 0
    return Invitation(participant.person_id, skill_id, source, owners.get(source), wanted, given)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cycle is."""

    wanted: int
    done: int

    @property
    def share(self) -> float | None:
        return round(self.done / self.wanted, 4) if self.wanted else None


def progress(found: Iterable[Invitation]) -> Progress:
    answers = [invitation.done for invitation in found]
    return Progress(len(answers), sum(answers))


def reminders(found: Iterable[Invitation]) -> dict[UUID, int]:
    """How many ratings each named person still owes."""
    owed: dict[UUID, int] = {}
    for invitation in found:
        if not invitation.done and invitation.assessor_id is not None and invitation.source not in SYSTEM_SOURCES:
            owed[invitation.assessor_id] = owed.get(invitation.assessor_id, 0) + 1
    return owed


@dataclass(frozen=True, slots=True)
class Movement:
    """How the levels of one skill moved between two snapshots, over those whom both know a level of."""

    skill_id: UUID
    people: int
    before: float
    after: float
    raised: int
    lowered: int

    @property
    def change(self) -> float:
        return self.after - self.before


def hidden(movement: Movement, *, suppress: bool) -> bool:
    """Whether its figures stay hidden: too few people stand behind them, and the reader does not lead them."""
    return suppress and movement.people < MINIMUM_GROUP
