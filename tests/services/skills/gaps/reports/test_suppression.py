import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.suppression import MINIMUM_GROUP, visible_parts


def beside_their_total(people: dict[str, int]) -> set[str]:
    parts = np.array([[count] for count in people.values()])
    shown = visible_parts(parts.sum(axis=0), parts)[:, 0]
    return {name for name, is_shown in zip(people, shown, strict=True) if is_shown}


def test_a_small_group_is_hidden_and_the_next_smallest_with_it() -> None:
    assert beside_their_total({"large": 40, "middle": 12, "small": 7, "tiny": 3}) == {"large", "middle"}


def test_two_tiny_groups_that_hide_each_other_take_nobody_along() -> None:
    assert beside_their_total({"large": 40, "one": 3, "other": 4}) == {"large"}


def test_two_tiny_groups_that_together_are_still_tiny_take_the_next_along() -> None:
    assert beside_their_total({"large": 40, "middle": 9, "one": 1, "other": 2}) == {"large"}


def test_groups_of_nobody_stay_and_hide_nobody() -> None:
    assert beside_their_total({"large": 40, "empty": 0}) == {"large", "empty"}


def test_a_head_with_one_large_unit_is_not_the_difference_of_two_figures() -> None:
    assert not visible_parts(np.array([9]), np.array([[8]])).any()


PARTS = st.lists(st.integers(0, 12), min_size=1, max_size=6)


@given(st.lists(st.tuples(PARTS, st.integers(0, 7)), min_size=1, max_size=5))
def test_no_figure_and_no_difference_speaks_of_fewer_than_five_people(columns: list[tuple[list[int], int]]) -> None:
    """Several columns at once say what each of them says alone."""
    size = max(len(parts) for parts, _ in columns)
    people = np.array([[*parts, *[0] * (size - len(parts))] for parts, _ in columns]).T
    whole = people.sum(axis=0) + np.array([own for _, own in columns])
    together = visible_parts(whole, people)
    for place in range(len(columns)):
        parts, shown = people[:, place], together[:, place]
        assert (shown == visible_parts(whole[place : place + 1], people[:, place : place + 1])[:, 0]).all()
        assert not ((parts > 0) & (parts < MINIMUM_GROUP) & shown).any()
        if (shown & (parts > 0)).any():
            left_over = whole[place] - parts[shown].sum()
            assert left_over == 0 or left_over >= MINIMUM_GROUP
            hidden = parts[~shown]
            assert len(hidden) != 1 or hidden[0] >= MINIMUM_GROUP


@given(PARTS, st.integers(0, 7))
def test_nothing_is_hidden_that_need_not_be(parts: list[int], own: int) -> None:
    """Showing the largest of the large hidden ones as well would tell of too few."""
    people = np.array([[count] for count in parts])
    shown = visible_parts(people.sum(axis=0) + own, people)[:, 0]
    hidden = sorted(count for count, is_shown in zip(parts, shown, strict=True) if not is_shown)
    if hidden and hidden[-1] >= MINIMUM_GROUP:
        left_over = sum(hidden[:-1]) + own
        alone = sum(0 < count < MINIMUM_GROUP for count in parts) == 1 and len(hidden) == 2
        assert 0 < left_over < MINIMUM_GROUP or alone
