from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.groups import Forest, Place
from services.skills.gaps.reports.suppression import MINIMUM_GROUP

COMPANY, SALES, SHOPS, OFFICE = (UUID(int=number) for number in range(1, 5))
PLACES = [
    Place(SHOPS, "Shops", SALES),
    Place(COMPANY, "Company"),
    Place(SALES, "Sales", COMPANY),
    Place(OFFICE, "Back office", COMPANY),
]


def sums(forest: Forest, own: dict[UUID, int]) -> dict[UUID, int]:
    """All levels down, of groups with one figure each."""
    found = forest.summed(forest.arrange(list(own), np.array([[count] for count in own.values()])))
    return {place.id: int(row[0]) for (place, _), row in zip(forest.order, found, strict=True)}


def shown(forest: Forest, own: dict[UUID, int], everybody: int) -> set[UUID]:
    people = np.array([[count] for count in sums(forest, own).values()])
    visible = forest.shown(people, np.array([everybody]))
    return {place.id for (place, _), row in zip(forest.order, visible, strict=True) if row[0]}


def test_groups_are_read_from_the_top_and_by_title() -> None:
    assert [(place.title, depth) for place, depth in Forest(PLACES).order] == [
        ("Company", 0),
        ("Back office", 1),
        ("Sales", 1),
        ("Shops", 2),
    ]


def test_figures_cover_everybody_below() -> None:
    own = {COMPANY: 1, SALES: 10, SHOPS: 20}
    assert sums(Forest(PLACES), own) == {COMPANY: 31, SALES: 30, SHOPS: 20, OFFICE: 0}


def test_groups_that_are_in_no_tree_are_left_out() -> None:
    assert sums(Forest([Place(SALES, "Sales", SHOPS), Place(SHOPS, "Shops", SALES)]), {SALES: 7}) == {}


def test_a_unit_whose_difference_is_one_person_is_hidden_and_its_parts_take_its_place() -> None:
    assert shown(Forest(PLACES), {COMPANY: 1, SALES: 10, SHOPS: 20}, 31) == {COMPANY, OFFICE, SHOPS}


def test_two_people_beside_an_organisation_do_not_blind_all_of_it() -> None:
    visitors = Place(UUID(int=9), "Visitors")
    own = {SALES: 6, SHOPS: 20, OFFICE: 8, visitors.id: 2}
    assert shown(Forest([*PLACES, visitors]), own, 36) == {SALES, SHOPS}


def test_a_unit_whose_parent_is_gone_is_a_root() -> None:
    assert [place.id for place, _ in Forest([Place(SHOPS, "Shops", SALES)]).order] == [SHOPS]


def test_people_in_no_group_are_not_the_difference() -> None:
    forest = Forest([Place(SALES, "Sales"), Place(OFFICE, "Back office")])
    assert shown(forest, {SALES: 20, OFFICE: 10}, 32) == {SALES}


def test_flat_groups_hide_the_next_smallest_too() -> None:
    own = {SALES: 20, OFFICE: 9, SHOPS: 3}
    assert shown(Forest(Place(id, str(id)) for id in own), own, 32) == {SALES}


def test_parts_that_would_give_a_hidden_group_away_stay_hidden() -> None:
    places = [Place(COMPANY, "Company"), Place(SALES, "Sales", COMPANY), Place(SHOPS, "Shops", SALES)]
    assert shown(Forest(places), {COMPANY: 2, SHOPS: 12}, 14) == {COMPANY}


def test_a_whole_organisation_of_four_is_hidden() -> None:
    assert shown(Forest([Place(SALES, "Sales")]), {SALES: 4}, 4) == set()


@st.composite
def forests(draw: st.DrawFn) -> tuple[Forest, dict[UUID, int], int]:
    size = draw(st.integers(1, 9))
    parents = [draw(st.none() | st.integers(0, number - 1)) if number else None for number in range(size)]
    places = [
        Place(UUID(int=n), f"Unit {n}", None if parent is None else UUID(int=parent))
        for n, parent in enumerate(parents)
    ]
    own = {place.id: draw(st.integers(0, 12)) for place in places}
    return Forest(places), own, draw(st.integers(0, 7)) + sum(own.values())


@given(forests())
def test_whoever_knows_the_shown_figures_knows_nothing_of_fewer_than_five(
    made: tuple[Forest, dict[UUID, int], int],
) -> None:
    forest, own, everybody = made
    people = sums(forest, own)
    visible = {id for id in shown(forest, own, everybody) if people[id]}
    above = {place.id: place.parent_id for place, _ in forest.order}

    def nearest(id: UUID) -> UUID | None:
        found = above[id]
        while found is not None and found not in visible:
            found = above[found]
        return found

    for whole, count in [(None, everybody), *((id, people[id]) for id in visible)]:
        below = [people[id] for id in visible if nearest(id) == whole]
        left_over = count - sum(below)
        assert not below or left_over == 0 or left_over >= MINIMUM_GROUP


@given(forests())
def test_a_group_counts_its_own_people_and_those_of_its_parts(made: tuple[Forest, dict[UUID, int], int]) -> None:
    forest, own, _ = made
    people = sums(forest, own)
    for place, _ in forest.order:
        parts = [people[part.id] for part, _ in forest.order if part.parent_id == place.id]
        assert people[place.id] == own[place.id] + sum(parts)
