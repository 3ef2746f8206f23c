from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.horizons import read_horizon
from services.skills.gaps.rules import GapKind, GapStatus, HeldSkill, RoleProfile
from services.skills.pathways.rules import compare_roles, importance_of, name_move, share_of_interest, walk
from services.skills.roles.rules import MoveKind, Requirement

SHORT = read_horizon("short", date(2026, 11, 23))
CODING, DESIGN, LEADING = (UUID(int=number) for number in (1, 2, 3))

FRESHER = RoleProfile(UUID(int=10), "Fresher", (Requirement(CODING, 1),))
ENGINEER = RoleProfile(UUID(int=11), "Software engineer", (Requirement(CODING, 3), Requirement(DESIGN, 2, 0.5)))
MANAGER = RoleProfile(
    UUID(int=12),
    "Engineering manager",
    (Requirement(CODING, 2, 0.5), Requirement(DESIGN, 3), Requirement(LEADING, 3)),
)


def test_a_step_assumes_that_the_targets_of_the_step_before_are_met() -> None:
    first, second = walk(FRESHER, [ENGINEER, MANAGER], {CODING: HeldSkill(1.0)}, SHORT)
    assert {gap.skill_id: gap.gap for gap in first.gaps} == {CODING: 2.0, DESIGN: 2.0}
    assert {gap.skill_id: gap.gap for gap in second.gaps} == {CODING: 0.0, DESIGN: 1.0, LEADING: 3.0}
    assert (first.effort, second.effort) == (3.0, 4.0)


def test_kinds_are_seen_from_the_role_before() -> None:
    first, second = walk(FRESHER, [ENGINEER, MANAGER], {}, SHORT)
    assert {gap.skill_id: gap.kind for gap in first.gaps}[DESIGN] is GapKind.RESKILLING
    assert {gap.skill_id: gap.kind for gap in second.gaps}[DESIGN] is GapKind.UPSKILLING


def test_what_one_said_of_oneself_is_verified_on_the_way() -> None:
    first, second = walk(FRESHER, [ENGINEER, MANAGER], {CODING: HeldSkill(4.0, self_only=True)}, SHORT)
    assert {gap.skill_id: gap.status for gap in first.gaps}[CODING] is GapStatus.UNVERIFIED
    assert {gap.skill_id: gap.status for gap in second.gaps}[CODING] is GapStatus.MET


def test_who_has_no_role_yet_walks_too() -> None:
    [step] = walk(None, [ENGINEER], {}, SHORT)
    assert {gap.kind for gap in step.gaps} == {GapKind.RESKILLING}


def test_two_roles_are_compared_by_who_exactly_meets_the_first() -> None:
    difference = compare_roles(ENGINEER, MANAGER, SHORT)
    assert (difference.gap, difference.upskilling, difference.reskilling) == (4.0, 1.0, 3.0)
    assert difference.readiness == pytest.approx((0.5 * 2 + 2) / (0.5 * 2 + 3 + 3))


def test_a_role_is_no_move_away_from_itself() -> None:
    difference = compare_roles(MANAGER, MANAGER, SHORT)
    assert (difference.gap, difference.readiness) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("declared", "start", "end", "grades", "move"),
    [
        (MoveKind.LATERAL, FRESHER, MANAGER, ("1", "9"), MoveKind.LATERAL),
        (None, ENGINEER, MANAGER, ("3", "4"), MoveKind.RESKILL),
        (None, MANAGER, ENGINEER, ("3", "4"), MoveKind.PROMOTION),
        (None, MANAGER, ENGINEER, ("4", "4"), MoveKind.LATERAL),
        (None, MANAGER, ENGINEER, ("9", "10"), MoveKind.PROMOTION),
        (None, MANAGER, ENGINEER, ("junior", "senior"), MoveKind.LATERAL),
        (None, MANAGER, ENGINEER, (None, "4"), MoveKind.LATERAL),
    ],
)
def test_moves_have_names(
    declared: MoveKind | None,
    start: RoleProfile,
    end: RoleProfile,
    grades: tuple[str | None, str | None],
    move: MoveKind,
) -> None:
    assert name_move(declared, compare_roles(start, end, SHORT), *grades) is move


REQUIREMENTS = st.lists(
    st.builds(
        Requirement,
        skill_id=st.integers(0, 5).map(lambda number: UUID(int=number)),
        level=st.integers(0, 5).map(float),
        importance=st.sampled_from([0.25, 0.5, 1.0]),
    ),
    max_size=6,
    unique_by=lambda requirement: requirement.skill_id,
)
ROLES = st.builds(RoleProfile, id=st.uuids(), title=st.just("Role"), requirements=REQUIREMENTS.map(tuple))
HELD = st.dictionaries(
    st.integers(0, 5).map(lambda number: UUID(int=number)),
    st.builds(HeldSkill, level=st.none() | st.integers(0, 5).map(float)),
)


@given(st.lists(ROLES, min_size=1, max_size=4), HELD)
def test_after_the_last_step_nothing_is_missing_there(stops: list[RoleProfile], held: dict[UUID, HeldSkill]) -> None:
    *_, last = walk(None, [*stops, stops[-1]], held, SHORT)
    assert last.effort == 0


@given(ROLES, ROLES, ROLES, HELD)
def test_a_detour_is_never_less_effort_than_the_target_alone(
    start: RoleProfile, stop: RoleProfile, target: RoleProfile, held: dict[UUID, HeldSkill]
) -> None:
    [direct] = walk(start, [target], held, SHORT, tolerance=0.0)
    detour = walk(start, [stop, target], held, SHORT, tolerance=0.0)
    learned_on_the_way = {gap.skill_id: gap for gap in detour[0].gaps}
    for gap in detour[1].gaps:
        alone = next(found for found in direct.gaps if found.skill_id == gap.skill_id)
        learned = learned_on_the_way.get(gap.skill_id)
        assert gap.gap + (learned.gap if learned else 0.0) >= alone.gap


@dataclass(frozen=True)
class Weighed:
    skill: str
    level: float
    importance: float
    effective_from: date | None = None


@pytest.mark.parametrize(
    ("requirements", "importance"),
    [
        ([Weighed("till", 3, 0.7)], {"till": 0.7}),
        ([Weighed("till", 0, 0.1)], {"till": 0.1}),
        ([Weighed("till", 3, 0.7), Weighed("till", 0, 0.7, date(2026, 1, 1))], {}),
        ([Weighed("till", 3, 0.9, date(2027, 1, 1)), Weighed("till", 2, 0.4)], {"till": 0.4}),
    ],
)
def test_importance_is_that_of_the_latest_requirement_that_has_begun(
    requirements: list[Weighed], importance: dict[str, float]
) -> None:
    assert importance_of(requirements, date(2026, 11, 23)) == importance


def test_interest_is_a_share_of_the_effort() -> None:
    [step] = walk(FRESHER, [ENGINEER], {}, SHORT)
    assert share_of_interest(step.gaps, {DESIGN}) == pytest.approx(1.0 / 4.0)
    assert share_of_interest(step.gaps, {LEADING}) == 0.0
    assert share_of_interest(step.gaps, set()) is None
    assert share_of_interest([], {DESIGN}) is None
