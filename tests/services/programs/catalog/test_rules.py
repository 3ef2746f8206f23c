from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.programs.catalog.rules import (
    LIFE,
    FormatFixed,
    IllegalStatus,
    LevelAsked,
    LevelOutsideScale,
    NotPublishable,
    PrerequisiteCycle,
    Range,
    Taught,
    check_entry_level,
    check_format_change,
    check_no_cycle,
    check_publishable,
    check_status_change,
    check_taught_levels,
    find_cycle,
)
from services.programs.catalog.schemas import STATUSES
from services.programs.formats.course import Course
from services.programs.formats.cross_training import CrossTraining

A, B, C, D = (UUID(int=number) for number in range(1, 5))
FIVE = Range(1, 5)


@pytest.mark.parametrize("present", STATUSES)
@pytest.mark.parametrize("wanted", STATUSES)
def test_every_pair_of_statuses_is_decided_by_the_table(present: str, wanted: str) -> None:
    if wanted == present or wanted in LIFE[present]:
        check_status_change(present, wanted)
    else:
        with pytest.raises(IllegalStatus) as caught:
            check_status_change(present, wanted)
        assert caught.value.extensions == {"allowed": sorted(LIFE[present])}


def test_what_was_published_never_becomes_a_draft_again() -> None:
    assert [present for present, following in LIFE.items() if "draft" in following] == []


def test_only_a_draft_changes_its_format() -> None:
    check_format_change("draft", "course", "volunteer")
    check_format_change("published", "course", "course")
    with pytest.raises(FormatFixed):
        check_format_change("published", "course", "volunteer")


def test_publishing_names_everything_that_is_missing() -> None:
    with pytest.raises(NotPublishable) as caught:
        check_publishable([], [], None, Course())

    assert [fault.pointer for fault in caught.value.errors] == ["/skills", "/hours"]


def test_publishing_asks_the_format_too() -> None:
    rotation = CrossTraining(host_role_id=str(A), source_role_id=str(A), rotation_weeks=4)
    with pytest.raises(NotPublishable) as caught:
        check_publishable([Taught(A, 1, 3)], [], 24, rotation)

    assert [fault.pointer for fault in caught.value.errors] == ["/details/source_role_id"]


@pytest.mark.parametrize(("level", "allowed"), [(2, True), (3, False), (4, False)])
def test_a_program_asks_for_less_than_it_teaches(level: float, allowed: bool) -> None:
    asked = [LevelAsked(1, A, level)]
    if allowed:
        check_publishable([Taught(A, 1, 3)], asked, 24, Course())
    else:
        with pytest.raises(NotPublishable) as caught:
            check_publishable([Taught(A, 1, 3)], asked, 24, Course())
        assert [fault.pointer for fault in caught.value.errors] == ["/prerequisites/1/level"]


@pytest.mark.parametrize(
    ("from_level", "to_level", "pointer"),
    [
        (0, 1, None),
        (1, 5, None),
        (2.5, 3, None),
        (0.5, 2, "/skills/7/from_level"),
        (1, 5.5, "/skills/7/to_level"),
        (0, 0.5, "/skills/7/to_level"),
    ],
)
def test_taught_levels_lie_on_the_scale_or_start_from_nothing(
    from_level: float, to_level: float, pointer: str | None
) -> None:
    if pointer is None:
        check_taught_levels(7, from_level, to_level, FIVE)
    else:
        with pytest.raises(LevelOutsideScale) as caught:
            check_taught_levels(7, from_level, to_level, FIVE)
        assert [fault.pointer for fault in caught.value.errors] == [pointer]


def test_an_entry_level_lies_on_the_scale() -> None:
    check_entry_level(LevelAsked(0, A, 1), FIVE)
    with pytest.raises(LevelOutsideScale):
        check_entry_level(LevelAsked(0, A, 0), FIVE)


def test_a_program_does_not_need_itself() -> None:
    assert find_cycle(A, [A], {}) == (A, A)


def test_a_cycle_is_shown_as_the_way_round() -> None:
    assert find_cycle(A, [B], {B: [C], C: [A]}) == (A, B, C, A)


def test_two_ways_to_the_same_prerequisite_are_no_cycle() -> None:
    assert find_cycle(A, [B, C], {B: [D], C: [D]}) is None


def test_what_the_program_needed_before_does_not_matter() -> None:
    assert find_cycle(A, [B], {A: [C], B: []}) is None


def test_the_fault_points_at_the_prerequisite_that_closes_the_cycle() -> None:
    with pytest.raises(PrerequisiteCycle) as caught:
        check_no_cycle(A, {B: 0, C: 4}, {C: [D], D: [A]})

    assert [fault.pointer for fault in caught.value.errors] == ["/prerequisites/4/program_id"]
    assert caught.value.extensions == {"cycle": [str(step) for step in (A, C, D, A)]}


PROGRAMS = [UUID(int=number) for number in range(8)]


@given(
    st.lists(
        st.tuples(st.sampled_from(PROGRAMS), st.sets(st.sampled_from(PROGRAMS), max_size=3)), min_size=1, max_size=30
    )
)
def test_a_graph_that_grows_only_through_the_check_stays_free_of_cycles(changes: list[tuple[UUID, set[UUID]]]) -> None:
    graph: dict[UUID, set[UUID]] = {}
    for program, needed in changes:
        if find_cycle(program, needed, graph) is None:
            graph[program] = needed

    removed: set[UUID] = set()
    while free := [program for program in PROGRAMS if program not in removed and graph.get(program, set()) <= removed]:
        removed.update(free)
    assert removed == set(PROGRAMS)
