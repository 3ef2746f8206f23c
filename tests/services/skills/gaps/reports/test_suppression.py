from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.suppression import MINIMUM_GROUP, Group, visible_groups


def beside_their_total(people: dict[str, int]) -> set[str]:
    total = Group("total", sum(people.values()), [Group(name, count) for name, count in people.items()])
    return visible_groups([total]) - {"total"}


def test_a_small_group_is_hidden_and_the_next_smallest_with_it() -> None:
    assert beside_their_total({"large": 40, "middle": 12, "small": 7, "tiny": 3}) == {"large", "middle"}


def test_two_tiny_groups_that_hide_each_other_take_nobody_along() -> None:
    assert beside_their_total({"large": 40, "one": 3, "other": 4}) == {"large"}


def test_two_tiny_groups_that_together_are_still_tiny_take_the_next_along() -> None:
    assert beside_their_total({"large": 40, "middle": 9, "one": 1, "other": 2}) == {"large"}


def test_groups_of_nobody_stay_and_hide_nobody() -> None:
    assert beside_their_total({"large": 40, "empty": 0}) == {"large", "empty"}


def test_a_head_with_one_large_unit_is_not_the_difference_of_two_figures() -> None:
    sales = Group("sales", 9, [Group("shop", 8)])
    assert visible_groups([sales]) == {"sales"}


def test_below_a_hidden_group_nothing_is_shown() -> None:
    company = Group("company", 30, [Group("tiny", 2), Group("next", 12, [Group("inner", 12)]), Group("large", 16)])
    assert visible_groups([company]) == {"company", "large"}


def test_a_whole_organisation_of_four_is_hidden() -> None:
    assert visible_groups([Group("company", 4, [Group("unit", 4)])]) == set()


def trees(depth: int = 3) -> st.SearchStrategy[Group[int]]:
    """Trees whose groups count their children and some people of their own; keys are set afterwards."""
    own = st.integers(0, 12)
    leaf = own.map(lambda people: Group(0, people))
    if depth == 0:
        return leaf
    return st.tuples(own, st.lists(trees(depth - 1), max_size=4)).map(
        lambda made: Group(0, made[0] + sum(child.people for child in made[1]), made[1])
    )


def numbered(root: Group[int]) -> list[Group[int]]:
    groups = [root]
    for position, group in enumerate(groups):
        group.key = position
        groups.extend(group.children)
    return groups


@given(trees())
def test_no_figure_and_no_difference_speaks_of_fewer_than_five_people(root: Group[int]) -> None:
    groups = numbered(root)
    shown = visible_groups([root])
    for group in groups:
        if group.key in shown:
            left_over = group.people - sum(c.people for c in group.children if c.key in shown)
            assert group.people == 0 or group.people >= MINIMUM_GROUP
            assert left_over == 0 or left_over >= MINIMUM_GROUP
        else:
            assert not any(child.key in shown for child in group.children)


@given(trees())
def test_a_small_hidden_child_is_never_alone_beside_a_shown_sibling_that_has_people(root: Group[int]) -> None:
    groups = numbered(root)
    shown = visible_groups([root])
    for group in groups:
        if group.key not in shown:
            continue
        hidden = [c for c in group.children if c.key not in shown]
        if len(hidden) == 1 and hidden[0].people < MINIMUM_GROUP:
            assert not any(c.key in shown and c.people for c in group.children)
