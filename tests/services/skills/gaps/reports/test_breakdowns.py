"""What is hidden in a list cannot be asked for by its id: one rule for one group and for all of them."""

from collections.abc import Iterator
from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.groups import Forest, Place
from services.skills.gaps.reports.suppression import MINIMUM_GROUP, Branch, Breakdown, tells_team_apart

ROOT, A, B, C = (UUID(int=number) for number in range(1, 5))
AUDITED = [Branch(ROOT, "Root", None, 1), Branch(A, "A", ROOT, 9), Branch(B, "B", ROOT, 8), Branch(C, "C", ROOT, 3)]


def test_a_unit_hidden_for_its_siblings_sake_cannot_be_asked_for() -> None:
    units = Breakdown(AUDITED, 21)
    assert {id for id in units if units.shows(id)} == {ROOT, A}


def test_nothing_is_told_of_a_group_that_nobody_knows() -> None:
    assert Breakdown(AUDITED, 21).shows(UUID(int=99))


def test_groups_in_a_circle_are_not_shown() -> None:
    assert not Breakdown([Branch(A, "A", B, 9), Branch(B, "B", A, 9)], 18).shows(A)


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Branch], int]:
    size = draw(st.integers(1, 10))
    parents = [draw(st.none() | st.integers(0, number - 1)) if number else None for number in range(size)]
    branches = [
        Branch(UUID(int=n), draw(st.sampled_from("ab")), None if above is None else UUID(int=above), people)
        for n, above in enumerate(parents)
        for people in [draw(st.integers(0, 12))]
    ]
    return branches, draw(st.integers(0, 7)) + sum(branch.people for branch in branches)


def parts_shown(branches: list[Branch], units: Breakdown) -> Iterator[tuple[int, list[int]]]:
    """The people of everybody and of each group that can be read, and of the nearest groups below that can."""
    above: dict[UUID, UUID | None] = {branch.id: branch.parent_id for branch in branches}
    readable = {id for id in above if units.shows(id) and units.people(id)}

    def nearest(id: UUID) -> UUID | None:
        found = above[id]
        while found is not None and found not in readable:
            found = above[found]
        return found

    for whole in (None, *readable):
        count = units.everybody if whole is None else units.people(whole)
        yield count, [units.people(id) for id in readable if nearest(id) == whole]


@given(trees())
def test_no_parent_less_what_can_be_read_of_it_leaves_one_to_four_people(made: tuple[list[Branch], int]) -> None:
    branches, everybody = made
    units = Breakdown(branches, everybody)
    for whole, parts in parts_shown(branches, units):
        assert not parts or not 0 < whole - sum(parts) < MINIMUM_GROUP
        assert not any(0 < part < MINIMUM_GROUP for part in parts)
        # Nor does it with some of the parts only.
        assert not any(0 < whole - part < MINIMUM_GROUP for part in parts)


@given(trees())
def test_one_group_is_told_of_as_in_the_list_of_all(made: tuple[list[Branch], int]) -> None:
    branches, everybody = made
    units = Breakdown(branches, everybody)
    forest = Forest(Place(branch.id, branch.title, branch.parent_id) for branch in branches)
    people = np.array([[units.people(place.id)] for place, _ in forest.order])
    shown = forest.shown(people, np.array([everybody]))[:, 0].tolist()
    assert [units.shows(place.id) for place, _ in forest.order] == shown


def in_units(a: int, b: int) -> Breakdown:
    return Breakdown([Branch(A, "A", None, a), Branch(B, "B", None, b)], a + b)


def test_a_team_that_is_a_unit_but_for_its_head_is_told_apart() -> None:
    assert tells_team_apart(in_units(20, 30), in_units(19, 0))
    assert tells_team_apart(in_units(20, 30), in_units(20, 2))
    assert not tells_team_apart(in_units(20, 30), in_units(20, 0))
    assert not tells_team_apart(in_units(20, 30), in_units(14, 0))
    assert not tells_team_apart(in_units(20, 30), in_units(18, 4))


def test_a_unit_that_cannot_be_read_tells_nothing_of_a_team() -> None:
    assert not tells_team_apart(in_units(4, 30), in_units(3, 0))
