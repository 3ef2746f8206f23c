"""How the ratings of one person in one skill become one level that explains itself.

level = Σ weight · recency · mean / Σ weight · recency over the sources that count, where

- a source's mean is the mean of the latest rating of each of its assessors;
- recency = 0.5 ^ (age of the source's newest rating / half-life). The present cancels out of the quotient,
  so a level moves only when a rating arrives, is withdrawn or expires, never by mere waiting;
- peers count from the policy's minimum on, enter in batches, and their mean is rounded to halves, so that
  nobody can work out what one of them said;
- a `learning` rating marks a change: what was rated lower before it no longer describes the person
  (`superseded_by`). It counts only where it lifts the level, so that learning never lowers anybody;
- a person's own rating counts only while no other source does. Otherwise it shows as disagreement.

An expired rating does not count, and neither does the same assessor's older one. Ratings that were revoked or
are disputed are not passed in at all: then the older one counts again. Never rated is None; 0 is a rating.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.skills.assessments.policies.rules import Policy, Source
from services.skills.assessments.ratings.rules import Rating, released_peers

SECONDS_PER_DAY = 86_400
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one source says, and how much of the level is its doing. Shares add up to 1 (0 when unrated)."""

    source: Source
    mean: float
    raters: int
    newest_at: datetime
    weight: float
    share: float
    superseded_by: UUID | None = None

    def age_days(self, at: datetime) -> float:
        return max(0.0, (at - self.newest_at).total_seconds() / SECONDS_PER_DAY)


@dataclass(frozen=True, slots=True)
class Level:
    """The answer for one person and one skill. `level` is None while nothing counts."""

    level: float | None
    verified: bool
    disagreement: float | None
    contributions: tuple[Contribution, ...]
    next_change_at: datetime | None

    @property
    def self_only(self) -> bool:
        return self.level is not None and not self.verified


def level_of(ratings: Iterable[Rating], policy: Policy, at: datetime) -> Level:
    """The level at a moment. `ratings` are the standing ones of one person in one skill, in any order."""
    known = [rating for rating in ratings if _known_from(rating) <= at and policy.weight(rating.source) > 0]
    counting = _latest_of_each_assessor(known, policy, at)
    learnings = sorted(
        (r for r in known if r.source is Source.LEARNING and not r.expired(at)),
        key=Rating.order,
        reverse=True,
    )
    lifted = [reading for r in learnings if (reading := _with_learning(r, counting, policy)) is not None]
    best = max(lifted, key=_value) if lifted else _without_learning(counting, policy)
    if not lifted and learnings:
        best.idle = learnings[0]
    return _explained(best, policy, _next_change(known, at))


def confidence(level: Level, policy: Policy, at: datetime, span: float) -> float | None:
    """How sure the level is, 0..1; None when unrated. `span` is the width of the scale in levels.

    The chance that at least one counting source is right when each is right with 0.9 · weight · recency
    (independent witnesses), times the agreement 1 − disagreement / span. It fades while time passes.
    """
    if level.level is None:
        return None
    doubt = 1.0
    for contribution in level.contributions:
        if contribution.share > 0:
            trust = 0.9 * min(1.0, contribution.weight)
            doubt *= 1 - trust * recency(contribution.age_days(at), policy)
    agreement = 1 - min(1.0, (level.disagreement or 0.0) / span) if span > 0 else 1.0
    return round((1 - doubt) * agreement, DECIMALS)


@dataclass(slots=True)
class _Reading:
    """One way to read the ledger: which ratings speak, which learning (if any) has replaced which of them."""

    speaking: Mapping[Source, Sequence[Rating]]
    superseded: Mapping[Source, Sequence[Rating]]
    learning: Rating | None = None
    idle: Rating | None = None
    level: float | None = None
    shares: Mapping[Source, float] | None = None


def _known_from(rating: Rating) -> datetime:
    """A peer's rating is known from when it was recorded, whatever day it speaks of: asking for past days must
    not show the peers in other sets than those in which they were let out.
    """
    return rating.recorded_at if rating.source is Source.PEER else rating.assessed_at


def _latest_of_each_assessor(known: Sequence[Rating], policy: Policy, at: datetime) -> list[Rating]:
    peers = released_peers([r for r in known if r.source is Source.PEER], policy.minimum_peers, at)
    others = [r for r in known if r.source not in (Source.PEER, Source.LEARNING)]
    latest: dict[tuple[Source, str], Rating] = {}
    for rating in sorted([*peers, *others], key=Rating.order):
        latest[rating.source, rating.assessor] = rating
    return [rating for rating in latest.values() if not rating.expired(at)]


def _without_learning(counting: Sequence[Rating], policy: Policy) -> _Reading:
    return _weighed(_Reading(_enough_peers(_by_source(counting), policy), {}), policy)


def _with_learning(learning: Rating, counting: Sequence[Rating], policy: Policy) -> _Reading | None:
    """The reading in which `learning` counts, or None where it is not above the level that it meets.

    A self-rating that came after the learning is no part of that level: another source counted by then.
    """
    met = [r for r in counting if r.source is not Source.SELF or r.order() < learning.order()]
    if learning.level <= _value(_without_learning(met, policy)):
        return None
    replaced = [r for r in counting if r.order() < learning.order() and r.level < learning.level]
    speaking = _by_source(r for r in counting if r not in replaced)
    speaking[Source.LEARNING] = [learning]
    reading = _Reading(_enough_peers(speaking, policy), _enough_peers(_by_source(replaced), policy), learning)
    reading = _weighed(reading, policy)
    return reading if _value(reading) >= _value(_without_learning(met, policy)) else None


def _by_source(ratings: Iterable[Rating]) -> dict[Source, list[Rating]]:
    found: dict[Source, list[Rating]] = {}
    for rating in ratings:
        found.setdefault(rating.source, []).append(rating)
    return found


def _enough_peers(ratings: dict[Source, list[Rating]], policy: Policy) -> dict[Source, list[Rating]]:
    if len(ratings.get(Source.PEER, ())) < policy.minimum_peers:
        ratings.pop(Source.PEER, None)
    return ratings


def _weighed(reading: _Reading, policy: Policy) -> _Reading:
    others: list[Source] = [source for source in reading.speaking if source is not Source.SELF]
    counted = others or list(reading.speaking)
    if not counted:
        return reading
    newest = {source: _newest(reading.speaking[source]) for source in counted}
    latest = max(newest.values())
    # Ages against the newest rating, not against now: the same quotient, and nothing underflows to 0/0.
    pull = {
        source: policy.weight(source) * recency((latest - newest[source]).total_seconds() / SECONDS_PER_DAY, policy)
        for source in counted
    }
    total = math.fsum(pull.values())
    reading.shares = {source: part / total for source, part in pull.items()}
    means = {source: _mean(source, reading.speaking[source]) for source in counted}
    level = math.fsum(share * means[source] for source, share in reading.shares.items())
    reading.level = round(min(max(level, min(means.values())), max(means.values())), DECIMALS)
    return reading


def _value(reading: _Reading) -> float:
    return -1.0 if reading.level is None else reading.level


def recency(age_days: float, policy: Policy) -> float:
    """How much of its weight a rating of this age still has: half of it after every half-life."""
    return float(0.5 ** (age_days / policy.half_life_days))


def _newest(ratings: Sequence[Rating]) -> datetime:
    return max(rating.assessed_at for rating in ratings)


def _mean(source: Source, ratings: Sequence[Rating]) -> float:
    mean = math.fsum(rating.level for rating in ratings) / len(ratings)
    return math.floor(mean * 2 + 0.5) / 2 if source is Source.PEER else mean


def _explained(reading: _Reading, policy: Policy, next_change_at: datetime | None) -> Level:
    shares = reading.shares or {}
    means = [_mean(source, ratings) for source, ratings in reading.speaking.items()]
    return Level(
        level=reading.level,
        verified=any(share > 0 for source, share in shares.items() if source is not Source.SELF),
        disagreement=round(max(means) - min(means), DECIMALS) if means else None,
        contributions=tuple(_contributions(reading, shares, policy)),
        next_change_at=next_change_at,
    )


def _contributions(reading: _Reading, shares: Mapping[Source, float], policy: Policy) -> Iterable[Contribution]:
    spoken: dict[Source, tuple[Sequence[Rating], UUID | None]] = {
        source: (ratings, None) for source, ratings in reading.speaking.items()
    }
    for source, ratings in reading.superseded.items():
        spoken.setdefault(source, (ratings, reading.learning.id if reading.learning else None))
    if reading.idle is not None:
        spoken[Source.LEARNING] = ([reading.idle], None)
    for source in Source:
        if source in spoken:
            ratings, superseded_by = spoken[source]
            yield Contribution(
                source=source,
                mean=round(_mean(source, ratings), DECIMALS),
                raters=len(ratings),
                newest_at=_newest(ratings),
                weight=policy.weight(source),
                share=round(shares.get(source, 0.0), DECIMALS),
                superseded_by=superseded_by,
            )


def _next_change(known: Iterable[Rating], at: datetime) -> datetime | None:
    return min((r.expires_at for r in known if r.expires_at is not None and r.expires_at > at), default=None)
