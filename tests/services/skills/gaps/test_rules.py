"""The table of cases, one test a row, then what must hold for any requirements and any ratings."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.horizons import Horizon, InvalidHorizon, Term, read_horizon
from services.skills.gaps.rules import (
    Gap,
    GapKind,
    GapStatus,
    HeldSkill,
    RoleProfile,
    find_gaps,
    in_force,
    most_weighted_first,
    summarize,
)
from services.skills.roles.rules import Requirement

TODAY = date(2026, 11, 23)
SHORT = read_horizon("short", TODAY)
CONFERENCE, SOCIAL = UUID(int=1), UUID(int=2)
LABELS = {CONFERENCE: "Use virtual conference tools", SOCIAL: "Market on social media"}

SALES = RoleProfile(UUID(int=10), "Sales representative", (Requirement(CONFERENCE, 3, 1.0, True),))
MARKETING = RoleProfile(
    UUID(int=11),
    "Social media marketer",
    (Requirement(CONFERENCE, 3, 0.5, False), Requirement(SOCIAL, 3, 1.0, True)),
)


def role(*requirements: Requirement) -> RoleProfile:
    return RoleProfile(UUID(int=99), "Analyst", requirements)


def only_gap(requirement: Requirement, held: HeldSkill | None = None, horizon: Horizon = SHORT) -> Gap:
    target = role(requirement)
    known: Mapping[UUID, HeldSkill] = {requirement.skill_id: held} if held else {}
    [gap] = find_gaps(target, target, known, horizon)
    return gap


def test_the_sales_representative_who_wants_to_market_on_social_media() -> None:
    gaps = most_weighted_first(find_gaps(MARKETING, SALES, {SOCIAL: HeldSkill(1.0)}, SHORT), LABELS)
    social, conference = gaps
    assert (social.skill_id, social.level, social.gap, social.weighted_gap) == (SOCIAL, 1.0, 2.0, 2.0)
    assert (social.status, social.kind, social.horizon) == (GapStatus.GAP, GapKind.RESKILLING, Term.NOW)
    assert social.reason.code == "not_in_current_role"
    assert social.reason.text == "Sales representative does not need this skill; Social media marketer does."
    assert (conference.level, conference.gap, conference.weighted_gap) == (None, 3.0, 1.5)
    assert (conference.status, conference.kind) == (GapStatus.UNRATED, GapKind.UPSKILLING)
    assert conference.reason.code == "in_current_role"
    assert conference.reason.text == "Sales representative needs this skill too, at level 3."
    summary = summarize(gaps)
    assert summary.readiness is not None
    assert (round(summary.readiness, 4), summary.assessed_share, summary.essential_open) == (0.2222, 0.5, 1)
    assert summary.weighted_gap == 3.5


def test_after_the_training_two_thirds_are_reached() -> None:
    gaps = most_weighted_first(find_gaps(MARKETING, SALES, {SOCIAL: HeldSkill(3.0)}, SHORT), LABELS)
    social = gaps[-1]
    assert (social.level, social.gap, social.weighted_gap, social.status) == (3.0, 0.0, 0.0, GapStatus.MET)
    summary = summarize(gaps)
    assert round(summary.readiness or 0, 4) == 0.6667
    assert (summary.weighted_gap, summary.essential_open) == (1.5, 0)


def test_a_skill_of_the_current_role_is_upskilling_whatever_the_levels_and_the_reason_gives_both() -> None:
    senior = RoleProfile(UUID(int=12), "Sales lead", (Requirement(CONFERENCE, 4.5),))
    [gap] = find_gaps(senior, SALES, {}, SHORT)
    assert gap.kind is GapKind.UPSKILLING
    assert gap.reason.text.endswith("needs this skill too, at level 3; Sales lead at level 4.5.")


def test_a_gap_to_ones_own_role_is_upskilling() -> None:
    [gap] = find_gaps(SALES, SALES, {}, SHORT)
    assert (gap.kind, gap.reason.text) == (
        GapKind.UPSKILLING,
        "Sales representative needs this skill, at level 3.",
    )


def test_a_role_that_becomes_another_one_is_reskilling() -> None:
    gap = only_gap(Requirement(SOCIAL, 3, redesign=True))
    assert (gap.kind, gap.reason.code) == (GapKind.RESKILLING, "role_redesigned")
    assert gap.reason.text == "Analyst itself becomes another role, which needs this skill at level 3."


def test_without_a_current_role_everything_is_reskilling() -> None:
    [gap] = find_gaps(SALES, None, {}, SHORT)
    assert (gap.kind, gap.reason.code) == (GapKind.RESKILLING, "no_current_role")


def test_a_target_below_the_level_is_met_and_never_negative() -> None:
    gap = only_gap(Requirement(SOCIAL, 2), HeldSkill(4.5))
    assert (gap.gap, gap.status) == (0.0, GapStatus.MET)
    assert summarize([gap]).readiness == 1.0


@pytest.mark.parametrize(
    ("level", "status", "missing"),
    [(2.75, GapStatus.MET, 0.0), (2.74, GapStatus.GAP, 0.26), (2.9999999999999996, GapStatus.MET, 0.0)],
)
def test_a_quarter_of_a_level_is_tolerated(level: float, status: GapStatus, missing: float) -> None:
    gap = only_gap(Requirement(SOCIAL, 3), HeldSkill(level))
    assert gap.status is status
    assert gap.gap == pytest.approx(missing)


def test_never_rated_is_no_level_and_not_zero() -> None:
    never, none = only_gap(Requirement(SOCIAL, 3)), only_gap(Requirement(SOCIAL, 3), HeldSkill(0.0))
    assert (never.status, never.level, never.gap) == (GapStatus.UNRATED, None, 3.0)
    assert (none.status, none.level, none.gap) == (GapStatus.GAP, 0.0, 3.0)
    assert (summarize([never]).assessed_share, summarize([none]).assessed_share) == (0.0, 1.0)


def test_ones_own_word_alone_never_meets_a_target() -> None:
    gap = only_gap(Requirement(SOCIAL, 3, essential=True), HeldSkill(4.0, self_only=True))
    assert (gap.status, gap.gap) == (GapStatus.UNVERIFIED, 0.0)
    assert summarize([gap]).readiness == 0.0
    assert summarize([gap]).essential_open == 1


def test_ones_own_word_below_the_target_is_a_gap() -> None:
    gap = only_gap(Requirement(SOCIAL, 3), HeldSkill(2.9, self_only=True))
    assert gap.status is GapStatus.GAP
    assert gap.gap == pytest.approx(0.1)


def test_a_policy_may_trust_ones_own_word() -> None:
    target = role(Requirement(SOCIAL, 3))
    [gap] = find_gaps(target, target, {SOCIAL: HeldSkill(3.0, self_only=True)}, SHORT, self_may_meet=True)
    assert gap.status is GapStatus.MET


def test_who_is_exempt_owes_nothing_and_is_in_neither_sum() -> None:
    target = role(Requirement(SOCIAL, 3, essential=True), Requirement(CONFERENCE, 2))
    held = {SOCIAL: HeldSkill(1.0, exempt=True), CONFERENCE: HeldSkill(2.0)}
    gaps = {gap.skill_id: gap for gap in find_gaps(target, target, held, SHORT)}
    assert (gaps[SOCIAL].status, gaps[SOCIAL].gap) == (GapStatus.EXEMPT, 0.0)
    summary = summarize(list(gaps.values()))
    assert (summary.readiness, summary.assessed_share, summary.essential_open) == (1.0, 1.0, 0)


def test_exempt_from_everything_is_no_readiness() -> None:
    gap = only_gap(Requirement(SOCIAL, 3), HeldSkill(1.0, exempt=True))
    summary = summarize([gap])
    assert (summary.readiness, summary.assessed_share) == (None, None)
    assert summary.reason is not None
    assert summary.reason.code == "all_exempt"


def test_a_suspended_skill_is_as_unrated() -> None:
    gap = only_gap(Requirement(SOCIAL, 3), HeldSkill(4.0, suspended=True))
    assert (gap.status, gap.level, gap.gap, gap.reason.code) == (GapStatus.UNRATED, None, 3.0, "suspended")


def test_a_role_without_requirements_has_no_readiness() -> None:
    summary = summarize(find_gaps(role(), SALES, {}, SHORT))
    assert summary.readiness is None
    assert summary.reason is not None
    assert summary.reason.code == "no_requirements"


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("horizon", "level"),
    [("now", 2.0), ("short", 3.0), (days(365).isoformat(), 3.0), (days(366).isoformat(), 4.0), ("long", 4.0)],
)
def test_the_latest_requirement_that_the_horizon_reaches_counts(horizon: str, level: float) -> None:
    requirements = (
        Requirement(SOCIAL, 4, effective_from=days(366)),
        Requirement(SOCIAL, 2),
        Requirement(SOCIAL, 3, effective_from=days(365)),
    )
    assert in_force(role(*requirements), read_horizon(horizon, TODAY))[SOCIAL].level == level


def test_level_zero_ends_the_need() -> None:
    requirements = (Requirement(SOCIAL, 2), Requirement(SOCIAL, 0, effective_from=days(30)))
    assert in_force(role(*requirements), read_horizon("short", TODAY)) == {}
    assert in_force(role(*requirements), read_horizon("now", TODAY))[SOCIAL].level == 2


@pytest.mark.parametrize(
    ("effective_from", "term"),
    [
        (None, Term.NOW),
        (TODAY, Term.NOW),
        (days(1), Term.SHORT),
        (days(365), Term.SHORT),
        (days(366), Term.LONG),
    ],
)
def test_each_gap_says_how_far_ahead_it_is(effective_from: date | None, term: Term) -> None:
    requirement = Requirement(SOCIAL, 2, effective_from=effective_from)
    gap = only_gap(requirement, horizon=read_horizon("long", TODAY))
    assert gap.horizon is term


@pytest.mark.parametrize("text", ["soon", "", "2026-11-22", "2026-13-01", "SHORT"])
def test_a_horizon_that_is_none(text: str) -> None:
    with pytest.raises(InvalidHorizon):
        read_horizon(text, TODAY)


def test_equal_weights_are_ordered_by_essential_and_label() -> None:
    ids = [UUID(int=number) for number in range(4)]
    labels = dict(zip(ids, ["zebra", "Apple", "banana", "cherry"], strict=True))
    target = role(*(Requirement(i, 3, 0.5, essential=i == ids[0]) for i in ids[:3]), Requirement(ids[3], 4))
    order = [labels[gap.skill_id] for gap in most_weighted_first(find_gaps(target, None, {}, SHORT), labels)]
    assert order == ["cherry", "zebra", "Apple", "banana"]


LEVELS = st.sampled_from([step / 4 for step in range(21)])
SKILLS = st.integers(0, 6).map(lambda number: UUID(int=number))
REQUIREMENTS = st.builds(
    Requirement,
    skill_id=SKILLS,
    level=LEVELS,
    importance=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    essential=st.booleans(),
    effective_from=st.none() | st.integers(-400, 800).map(days),
    redesign=st.booleans(),
)
ROLES = st.lists(REQUIREMENTS, max_size=10).map(lambda found: role(*found))
HELD = st.dictionaries(
    SKILLS,
    st.builds(
        HeldSkill,
        level=st.none() | LEVELS,
        self_only=st.booleans(),
        exempt=st.booleans(),
        suspended=st.booleans(),
    ),
)
HORIZONS = st.sampled_from(["now", "short", "long"]).map(lambda name: read_horizon(name, TODAY))


@given(ROLES, st.none() | ROLES, HELD, HORIZONS)
def test_every_gap_stays_within_its_bounds(
    target: RoleProfile, current: RoleProfile | None, held: dict[UUID, HeldSkill], horizon: Horizon
) -> None:
    gaps = find_gaps(target, current, held, horizon)
    assert len({gap.skill_id for gap in gaps}) == len(gaps)
    for gap in gaps:
        assert 0 <= gap.gap <= gap.target_level
        assert 0 <= gap.reached <= gap.required or gap.status is GapStatus.EXEMPT
        known = held.get(gap.skill_id, HeldSkill())
        assert gap.level == (None if known.suspended else known.level)
        if gap.status is GapStatus.MET:
            assert gap.gap == 0
    summary = summarize(gaps)
    assert summary.readiness is None or 0 <= summary.readiness <= 1
    assert summary.assessed_share is None or 0 <= summary.assessed_share <= 1


@given(ROLES, HELD, HORIZONS, SKILLS, LEVELS)
def test_a_higher_verified_level_never_lowers_readiness(
    target: RoleProfile, held: dict[UUID, HeldSkill], horizon: Horizon, skill: UUID, rise: float
) -> None:
    before = held.get(skill, HeldSkill())
    if before.exempt or before.suspended or before.self_only:
        return
    after = {**held, skill: HeldSkill((before.level or 0.0) + rise)}
    old, new = (summarize(find_gaps(target, None, known, horizon)) for known in (held, after))
    assert (new.readiness or 0) >= (old.readiness or 0) - 1e-12
    assert new.weighted_gap <= old.weighted_gap + 1e-12
