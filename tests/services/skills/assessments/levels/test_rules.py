"""The level formula, by hand-worked examples and by the laws that every ledger obeys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.assessments.levels.rules import Contribution, Level, confidence, level_of
from services.skills.assessments.policies.rules import DEFAULT_POLICY, Policy, Source
from services.skills.assessments.ratings.rules import Rating

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_numbers = iter(range(1, 1_000_000))


def rating(
    source: Source,
    level: float,
    assessor: str = "a",
    *,
    days_ago: float = 0,
    expires_in: float | None = None,
    cycle_closed_at: datetime | None = None,
) -> Rating:
    moment = NOW - timedelta(days=days_ago)
    return Rating(
        id=UUID(int=next(_numbers)),
        source=source,
        assessor=assessor,
        level=level,
        assessed_at=moment,
        recorded_at=moment,
        expires_at=None if expires_in is None else NOW + timedelta(days=expires_in),
        cycle_closed_at=cycle_closed_at,
    )


def peers(*levels: float, days_ago: float = 0, first: int = 1) -> list[Rating]:
    return [rating(Source.PEER, level, f"p{n}", days_ago=days_ago) for n, level in enumerate(levels, first)]


def value(*ratings: Rating, policy: Policy = DEFAULT_POLICY) -> float | None:
    return level_of(ratings, policy, NOW).level


def part(level: Level, source: Source) -> Contribution:
    return next(c for c in level.contributions if c.source is source)


def test_never_rated_is_no_level_and_zero_is_one() -> None:
    assert value() is None
    assert value(rating(Source.MANAGER, 0)) == 0


def test_sources_are_weighed() -> None:
    # (0.8 · 2 + 1.0 · 4) / 1.8
    assert value(rating(Source.MANAGER, 2), rating(Source.TEST, 4)) == pytest.approx(3.1111, abs=1e-4)


def test_a_half_life_halves_the_weight() -> None:
    # (0.8 · 0.5 · 2 + 1.0 · 4) / 1.4
    assert value(rating(Source.MANAGER, 2, days_ago=365), rating(Source.TEST, 4)) == pytest.approx(3.4286, abs=1e-4)


def test_a_source_is_as_young_as_its_newest_rating_and_averages_its_assessors() -> None:
    level = level_of(
        [rating(Source.MANAGER, 2, "lea", days_ago=365), rating(Source.MANAGER, 3, "kim", days_ago=10)],
        DEFAULT_POLICY,
        NOW,
    )
    manager = part(level, Source.MANAGER)
    assert (manager.mean, manager.raters, manager.share) == (2.5, 2, 1.0)
    assert manager.age_days(NOW) == pytest.approx(10)


def test_only_the_latest_of_each_assessor_counts() -> None:
    assert value(rating(Source.MANAGER, 1, "lea", days_ago=30), rating(Source.MANAGER, 4, "lea")) == 4


def test_self_counts_until_another_source_does() -> None:
    own = rating(Source.SELF, 5, "mia")
    alone = level_of([own], DEFAULT_POLICY, NOW)
    assert (alone.level, alone.verified, alone.self_only) == (5, False, True)
    both = level_of([own, rating(Source.MANAGER, 2)], DEFAULT_POLICY, NOW)
    assert (both.level, both.verified, both.disagreement) == (2, True, 3)
    assert part(both, Source.SELF).share == 0


def test_mia_reaches_three_by_learning_although_her_manager_said_one() -> None:
    own, manager = rating(Source.SELF, 1, "mia", days_ago=2), rating(Source.MANAGER, 1, "lea", days_ago=1)
    learning = rating(Source.LEARNING, 3, "lms")
    level = level_of([own, manager, learning], DEFAULT_POLICY, NOW)
    assert (level.level, level.verified) == (3, True)
    assert part(level, Source.MANAGER).superseded_by == learning.id
    assert part(level, Source.MANAGER).share == 0
    assert part(level, Source.LEARNING).share == 1
    assert value(own, manager) == 1


def test_learning_leaves_what_came_after_it_and_what_is_higher() -> None:
    # The manager spoke later: (0.8 · 2 + 0.6 · 3) / 1.4
    assert value(rating(Source.LEARNING, 3, "lms", days_ago=1), rating(Source.MANAGER, 2)) == pytest.approx(
        2.4286, abs=1e-2
    )
    # The test was higher, the manager lower: (1.0 · 4 + 0.6 · 3) / 1.6
    level = level_of(
        [rating(Source.TEST, 4), rating(Source.MANAGER, 1), rating(Source.LEARNING, 3, "lms")],
        DEFAULT_POLICY,
        NOW,
    )
    assert level.level == pytest.approx(3.625)


def test_learning_below_the_level_has_no_share() -> None:
    level = level_of([rating(Source.MANAGER, 4, days_ago=1), rating(Source.LEARNING, 2, "lms")], DEFAULT_POLICY, NOW)
    assert (level.level, part(level, Source.LEARNING).share, level.disagreement) == (4, 0, 0)


def test_a_lesser_course_after_a_greater_one_changes_nothing() -> None:
    assert value(rating(Source.LEARNING, 3, "lms", days_ago=9), rating(Source.LEARNING, 2, "lms")) == 3


def test_a_boast_after_learning_is_disagreement_only() -> None:
    level = level_of(
        [rating(Source.LEARNING, 3, "lms", days_ago=1), rating(Source.SELF, 5, "mia")], DEFAULT_POLICY, NOW
    )
    assert (level.level, level.verified, level.disagreement) == (3, True, 2)


def test_peers_below_the_minimum_leave_no_trace() -> None:
    assert level_of(peers(4, 4), DEFAULT_POLICY, NOW) == level_of([], DEFAULT_POLICY, NOW)


def test_peers_count_from_the_minimum_on_and_their_mean_is_rounded_to_halves() -> None:
    level = level_of(peers(3, 3, 4), DEFAULT_POLICY, NOW)
    assert (level.level, part(level, Source.PEER).raters) == (3.5, 3)
    assert value(*peers(1, 1, 2)) == 1.5


def test_later_peers_enter_in_batches() -> None:
    first = peers(2, 2, 2, days_ago=9)
    assert value(*first, *peers(5, 5, first=4)) == 2
    assert value(*first, *peers(5, 5, 5, first=4)) == 3.5


def test_a_peer_who_changes_their_mind_waits_for_the_batch_too() -> None:
    first = peers(2, 2, 2, days_ago=9)
    again = rating(Source.PEER, 5, "p1")
    assert value(*first, again) == 2
    assert value(*first, again, *peers(5, 5, first=2)) == 5


def test_waiting_peers_enter_when_their_cycle_closes() -> None:
    first = peers(2, 2, 2, days_ago=9)
    late = rating(Source.PEER, 5, "p4", days_ago=2, cycle_closed_at=NOW - timedelta(days=1))
    assert value(*first, late) == 3
    assert value(*first, replace(late, cycle_closed_at=NOW + timedelta(days=1))) == 2
    assert value(late) is None


def test_peers_are_known_from_when_they_were_recorded() -> None:
    late = [replace(r, recorded_at=NOW) for r in peers(2, 2, 2, days_ago=9)]
    yesterday = NOW - timedelta(days=1)
    assert level_of(late, DEFAULT_POLICY, yesterday).level is None
    assert level_of(late, DEFAULT_POLICY, NOW).level == 2


def test_expiry_does_not_bring_back_the_same_assessors_older_rating() -> None:
    older = rating(Source.MANAGER, 2, "lea", days_ago=9)
    assert value(older, rating(Source.MANAGER, 4, "lea", expires_in=-1)) is None
    assert value(older, rating(Source.MANAGER, 4, "kim", expires_in=-1)) == 2


def test_the_next_change_is_the_next_expiry() -> None:
    level = level_of(
        [
            rating(Source.TEST, 3, expires_in=30),
            rating(Source.MANAGER, 3, expires_in=9),
            rating(Source.SELF, 2),
        ],
        DEFAULT_POLICY,
        NOW,
    )
    assert level.next_change_at == NOW + timedelta(days=9)


def test_what_is_assessed_later_is_not_known_yet() -> None:
    assert value(rating(Source.MANAGER, 3, days_ago=-1)) is None


def test_a_source_without_weight_counts_nowhere() -> None:
    policy = Policy(weights={Source.SELF: 0.3})
    assert value(rating(Source.MANAGER, 5), rating(Source.SELF, 2), policy=policy) == 2


def test_confidence_grows_with_sources_and_fades_with_time_and_disagreement() -> None:
    def sure(*ratings: Rating) -> float:
        found = confidence(level_of(ratings, DEFAULT_POLICY, NOW), DEFAULT_POLICY, NOW, span=4)
        assert found is not None
        return found

    # 1 − (1 − 0.9 · 0.8)
    assert sure(rating(Source.MANAGER, 3)) == pytest.approx(0.72)
    assert sure(rating(Source.MANAGER, 3), rating(Source.TEST, 3)) > 0.9
    assert sure(rating(Source.MANAGER, 3, days_ago=365)) == pytest.approx(0.36)
    assert sure(rating(Source.MANAGER, 1), rating(Source.TEST, 5)) == 0
    assert sure(rating(Source.SELF, 3)) < sure(rating(Source.MANAGER, 3))
    assert confidence(level_of([], DEFAULT_POLICY, NOW), DEFAULT_POLICY, NOW, span=4) is None


def test_very_old_ratings_still_have_a_level() -> None:
    policy = Policy(half_life_days=1)
    assert value(rating(Source.MANAGER, 3, days_ago=40_000), policy=policy) == 3


assessors = st.sampled_from(["a", "b", "c", "d"])
halves = st.integers(0, 5).map(float)


@st.composite
def ledgers(draw: st.DrawFn, sources: tuple[Source, ...] = tuple(Source), size: int = 10) -> list[Rating]:
    return [
        rating(
            draw(st.sampled_from(sources)),
            draw(halves),
            draw(assessors),
            days_ago=draw(st.integers(0, 2000)),
            expires_in=draw(st.none() | st.integers(-50, 50)),
        )
        for _ in range(draw(st.integers(0, size)))
    ]


@given(ledgers())
def test_law_the_level_lies_between_what_the_counting_sources_say(ledger: list[Rating]) -> None:
    level = level_of(ledger, DEFAULT_POLICY, NOW)
    means = [c.mean for c in level.contributions if c.share > 0]
    if level.level is None:
        assert not means
    else:
        assert min(means) <= level.level + 1e-3
        assert level.level - 1e-3 <= max(means)
        assert sum(c.share for c in level.contributions) == pytest.approx(1, abs=1e-3)


@given(ledgers(), st.randoms(use_true_random=False))
def test_law_order_of_input_does_not_matter(ledger: list[Rating], chance: Random) -> None:
    shuffled = list(ledger)
    chance.shuffle(shuffled)
    assert level_of(shuffled, DEFAULT_POLICY, NOW) == level_of(ledger, DEFAULT_POLICY, NOW)


@given(ledgers(tuple(s for s in Source if s is not Source.SELF)), halves, st.integers(0, 2000))
def test_law_learning_never_lowers(ledger: list[Rating], reached: float, days_ago: int) -> None:
    before = value(*ledger)
    after = value(*ledger, rating(Source.LEARNING, reached, "lms", days_ago=days_ago))
    assert after is not None
    assert after >= (before or 0)


@given(ledgers(), halves)
def test_law_learning_that_comes_last_never_lowers_even_a_self_rating(ledger: list[Rating], reached: float) -> None:
    before = value(*[replace(r, assessed_at=r.assessed_at - timedelta(1)) for r in ledger])
    newest = rating(Source.LEARNING, reached, "lms")
    after = value(*[replace(r, assessed_at=r.assessed_at - timedelta(1)) for r in ledger], newest)
    assert after is not None
    assert after >= (before or 0)


@given(ledgers(), st.integers(0, 3000))
def test_law_waiting_changes_no_level_before_the_next_change(ledger: list[Rating], days: int) -> None:
    level = level_of(ledger, DEFAULT_POLICY, NOW)
    later = NOW + timedelta(days=days)
    if level.next_change_at is None or later < level.next_change_at:
        assert level_of(ledger, DEFAULT_POLICY, later).level == level.level


@given(ledgers((Source.PEER,), size=12))
def test_law_fewer_peers_than_the_minimum_are_never_told(ledger: list[Rating]) -> None:
    level = level_of(ledger, DEFAULT_POLICY, NOW)
    assert all(c.raters >= DEFAULT_POLICY.minimum_peers and c.mean * 2 % 1 == 0 for c in level.contributions)
