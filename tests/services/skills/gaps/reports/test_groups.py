from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.groups import Forest, Place, overlapping_figures
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.gaps.totals import Totals, add_up, sum_up

COMPANY, SALES, SHOPS, OFFICE = (UUID(int=number) for number in range(1, 5))
PLACES = [
    Place(SHOPS, "Shops", SALES),
    Place(COMPANY, "Company"),
    Place(SALES, "Sales", COMPANY),
    Place(OFFICE, "Back office", COMPANY),
]


def people(count: int, missing: int = 0) -> Totals:
    return Totals(people=count, asked=count, missing=missing)


def test_groups_are_read_from_the_top_and_by_title() -> None:
    assert [(place.title, depth) for place, depth in Forest(PLACES).order] == [
        ("Company", 0),
        ("Back office", 1),
        ("Sales", 1),
        ("Shops", 2),
    ]


def test_figures_cover_everybody_below() -> None:
    own = {COMPANY: people(1, 1), SALES: people(10, 20), SHOPS: people(20, 300)}
    figures = {f.place.id: f.totals for f in Forest(PLACES).figures(own, 31, suppress=False)}
    assert figures == {COMPANY: people(31, 321), SALES: people(30, 320), SHOPS: people(20, 300)}


def test_a_unit_whose_difference_is_one_person_is_hidden() -> None:
    own = {COMPANY: people(1), SALES: people(10), SHOPS: people(20)}
    shown = {f.place.id for f in Forest(PLACES).figures(own, 31, suppress=True) if f.shown}
    assert shown == {COMPANY}


def test_a_unit_whose_parent_is_gone_is_a_root() -> None:
    assert [place.id for place, _ in Forest([Place(SHOPS, "Shops", SALES)]).order] == [SHOPS]


def test_people_in_no_group_are_not_the_difference() -> None:
    forest = Forest([Place(SALES, "Sales"), Place(OFFICE, "Back office")])
    own = {SALES: people(20), OFFICE: people(10)}
    shown = {f.place.id for f in forest.figures(own, 32, suppress=True) if f.shown}
    assert shown == {SALES}


def test_flat_groups_hide_the_next_smallest_too() -> None:
    own = {SALES: people(20), OFFICE: people(9), SHOPS: people(3)}
    forest = Forest(Place(id, str(id)) for id in own)
    assert {f.place.id for f in forest.figures(own, 32, suppress=True) if f.shown} == {SALES}
    assert {f.place.id for f in forest.figures(own, 32, suppress=False) if f.shown} == set(own)


def test_overlapping_groups_stand_for_themselves() -> None:
    own = {SALES: people(20), OFFICE: people(9), SHOPS: people(3)}
    assert {f.place.id for f in overlapping_figures({}, own, suppress=True) if f.shown} == {SALES, OFFICE}


def test_sums_by_key() -> None:
    assert add_up([(1, people(2)), (2, people(3)), (1, people(4))]) == {1: people(6), 2: people(3)}


@st.composite
def forests(draw: st.DrawFn) -> tuple[Forest, dict[UUID, Totals], int]:
    size = draw(st.integers(1, 9))
    parents = [draw(st.none() | st.integers(0, number - 1)) if number else None for number in range(size)]
    places = [
        Place(UUID(int=n), f"Unit {n}", None if parent is None else UUID(int=parent))
        for n, parent in enumerate(parents)
    ]
    own = {place.id: people(draw(st.integers(0, 12))) for place in places}
    nowhere = draw(st.integers(0, 7))
    return Forest(places), own, nowhere + sum(totals.people for totals in own.values())


@given(forests())
def test_whoever_knows_the_shown_figures_knows_nothing_of_fewer_than_five(
    made: tuple[Forest, dict[UUID, Totals], int],
) -> None:
    forest, own, everybody = made
    figures = {f.place.id: f for f in forest.figures(own, everybody, suppress=True)}
    shown = {id for id, f in figures.items() if f.shown}
    parents: list[tuple[UUID | None, int]] = [(None, everybody), *((id, figures[id].totals.people) for id in shown)]
    for parent_id, count in parents:
        below = [f.totals.people for id, f in figures.items() if id in shown and f.place.parent_id == parent_id]
        left_over = count - sum(below)
        assert not below or left_over == 0 or left_over >= MINIMUM_GROUP


@given(forests())
def test_the_top_groups_hold_everybody_who_is_in_one(made: tuple[Forest, dict[UUID, Totals], int]) -> None:
    forest, own, _ = made
    sums = forest.summed(own)
    roots = [place.id for place, depth in forest.order if depth == 0]
    assert sum_up(sums[id] for id in roots) == sum_up(own.values())
