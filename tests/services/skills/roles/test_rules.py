from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.skills.roles.rules import (
    Difference,
    Requirement,
    ScaleRange,
    difference,
    effective,
    faults,
    next_start,
)

TOOLS, SOCIAL = UUID(int=1), UUID(int=2)
FIVE, SEVEN = ScaleRange(UUID(int=11), 1, 5), ScaleRange(UUID(int=12), 1, 7)
SCALES = {TOOLS: FIVE, SOCIAL: FIVE}
TODAY, NEXT_YEAR = date(2026, 11, 23), date(2027, 1, 1)


def test_a_sound_set_has_no_faults() -> None:
    assert faults([Requirement(TOOLS, 3), Requirement(TOOLS, 0, effective_from=NEXT_YEAR)], SCALES) == []
    assert faults([Requirement(TOOLS, 2.5), Requirement(SOCIAL, 5)], SCALES) == []


def test_one_requirement_per_skill_and_day() -> None:
    found = faults([Requirement(TOOLS, 3), Requirement(TOOLS, 4)], SCALES)
    assert [(fault.index, fault.field) for fault in found] == [(1, "effective_from")]


def test_levels_stay_on_their_scale() -> None:
    found = faults([Requirement(TOOLS, 5.5), Requirement(SOCIAL, 0.5)], SCALES)
    assert [(fault.index, fault.field) for fault in found] == [(0, "level"), (1, "level")]


def test_unknown_skills_and_a_second_scale_are_refused() -> None:
    found = faults(
        [Requirement(UUID(int=9), 3), Requirement(TOOLS, 3), Requirement(SOCIAL, 3)], SCALES | {SOCIAL: SEVEN}
    )
    assert [(fault.index, fault.field) for fault in found] == [(0, "skill_id"), (2, "skill_id")]


def test_the_latest_that_has_begun_is_in_force() -> None:
    now, later = Requirement(TOOLS, 2), Requirement(TOOLS, 4, effective_from=NEXT_YEAR)
    assert effective([later, now], TODAY) == [now]
    assert effective([later, now], NEXT_YEAR) == [later]


def test_level_zero_ends_a_need() -> None:
    requirements = [Requirement(TOOLS, 2), Requirement(TOOLS, 0, effective_from=NEXT_YEAR)]
    assert effective(requirements, NEXT_YEAR) == []


def test_the_next_start() -> None:
    requirements = [Requirement(TOOLS, 2), Requirement(TOOLS, 0, effective_from=NEXT_YEAR)]
    assert next_start(requirements, TODAY) == NEXT_YEAR
    assert next_start(requirements, NEXT_YEAR) is None


def test_what_changed_between_two_sets() -> None:
    old = [Requirement(TOOLS, 2), Requirement(SOCIAL, 3)]
    new = [Requirement(TOOLS, 3), Requirement(TOOLS, 4, effective_from=NEXT_YEAR)]
    found = difference(old, new)
    assert found == Difference(added=(new[1],), changed=(new[0],), removed=(old[1],))
    assert found.skill_ids == {TOOLS, SOCIAL}
    assert not difference(old, list(reversed(old)))


days = st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1))
sets = st.lists(
    st.builds(Requirement, st.sampled_from([TOOLS, SOCIAL]), st.integers(0, 5).map(float), effective_from=days),
    unique_by=lambda requirement: requirement.key,
)


@given(sets, st.dates(date(2025, 1, 1), date(2029, 1, 1)))
def test_law_what_is_in_force_does_not_depend_on_the_order(requirements: list[Requirement], day: date) -> None:
    found = effective(requirements, day)
    assert len({r.skill_id for r in found}) == len(found)
    assert sorted(found, key=lambda r: r.skill_id) == sorted(
        effective(list(reversed(requirements)), day), key=lambda r: r.skill_id
    )
    start = next_start(requirements, day)
    if start is not None:
        before = date.fromordinal(start.toordinal() - 1)
        assert {r.key for r in effective(requirements, before)} == {r.key for r in found}
