"""Likeness on small roles, by hand, and what holds for any roles."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.pathways.similarity import TITLE_SHARE, RoleIndex, RoleOutline, spell_words

OWN, GRID = UUID(int=1), UUID(int=2)


def skill(number: int) -> UUID:
    return UUID(int=1000 + number)


def outline(number: int, title: str, importance: dict[int, float], *aliases: str) -> RoleOutline:
    weights = {skill(key): value for key, value in importance.items()}
    return RoleOutline(UUID(int=number), title, aliases, weights)


def index_of(*roles: RoleOutline, broader: dict[UUID, list[UUID]] | None = None) -> RoleIndex:
    skills = {skill_id for role in roles for skill_id in role.importance}
    return RoleIndex(roles, dict.fromkeys(skills, OWN), broader or {})


def test_roles_that_share_their_rare_skills_come_first() -> None:
    index = index_of(
        outline(1, "Baker", {0: 1.0, 1: 1.0}),
        outline(2, "Confectioner", {0: 1.0, 1: 1.0}),
        outline(3, "Driver", {0: 1.0, 2: 1.0}),
        outline(4, "Clerk", {0: 1.0, 3: 1.0}),
    )
    assert [found.role_id.int for found in index.most_similar(UUID(int=1), 3)] == [2, 3, 4]
    assert index.compare(UUID(int=1), UUID(int=2)).profile == pytest.approx(1.0)


def test_an_optional_skill_counts_half() -> None:
    index = index_of(
        outline(1, "Baker", {1: 1.0}),
        outline(2, "Confectioner", {1: 1.0, 2: 0.5}),
        outline(3, "Cook", {1: 0.5, 2: 1.0}),
    )
    assert [found.role_id.int for found in index.most_similar(UUID(int=1), 2)] == [2, 3]


def test_a_shared_broader_skill_is_worth_something() -> None:
    roles = (outline(1, "Baker", {1: 1.0}), outline(2, "Miller", {2: 1.0}), outline(3, "Pilot", {3: 1.0}))
    index = index_of(*roles, broader={skill(1): [skill(9)], skill(2): [skill(9)]})
    assert [found.role_id.int for found in index.most_similar(UUID(int=1), 2)] == [2, 3]
    assert 0 < index.compare(UUID(int=1), UUID(int=2)).profile < 0.5


def test_a_grid_compares_what_stands_out_and_not_how_much_is_asked() -> None:
    def profile(base: float, *high: int) -> dict[int, float]:
        return {number: base + (0.3 if number in high else 0.0) for number in range(20)}

    index = index_of(
        outline(1, "Modest bookkeeper", profile(0.1, 1, 2, 3)),
        outline(2, "Chief accountant", profile(0.6, 1, 2, 3)),
        outline(3, "Porter", profile(0.1, 7, 8, 9)),
    )
    first, second = index.most_similar(UUID(int=1), 2)
    assert [first.role_id.int, second.role_id.int] == [2, 3]
    assert first.profile == pytest.approx(1.0)
    assert second.profile == 0.0


def test_titles_and_other_names_are_blended_in() -> None:
    index = index_of(
        outline(1, "Sales managers", {1: 1.0}),
        outline(2, "Manager, sales", {2: 1.0}),
        outline(3, "Head of retail", {3: 1.0}, "sales manager"),
        outline(4, "Pilot", {4: 1.0}),
    )
    same, alias, other = index.most_similar(UUID(int=1), 3)
    assert [found.role_id.int for found in (same, alias, other)] == [2, 3, 4]
    assert same.title == pytest.approx(1.0)
    assert same.similarity == pytest.approx(TITLE_SHARE)
    assert other.similarity == 0.0
    assert 0 < alias.title < 1


def test_a_role_that_asks_for_nothing_is_still_answered() -> None:
    index = index_of(outline(1, "New role", {}), outline(2, "Pilot", {1: 1.0}))
    assert [found.similarity for found in index.most_similar(UUID(int=1), 5)] == [0.0]


def test_a_single_role_has_no_neighbours() -> None:
    index = index_of(outline(1, "Only role", {1: 1.0}))
    assert index.most_similar(UUID(int=1), 5) == []
    assert [len(nearest) for _, nearest, _ in index.neighbours(5)] == [0]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Sales Managers, All Other", ["sale", "manager"]),
        ("Secretaries and Clerks", ["secretary", "clerk"]),
        ("Boss", ["boss"]),
        ("Verkäufer/in", ["verkäufer"]),
    ],
)
def test_words_of_a_title(title: str, words: list[str]) -> None:
    assert spell_words(title) == words


ROLES = st.lists(
    st.dictionaries(st.integers(0, 8), st.sampled_from([0.0, 0.5, 1.0]), max_size=6), min_size=2, max_size=8
)


@given(ROLES, st.sampled_from([0, 1]))
def test_likeness_is_mutual_and_a_share(profiles: list[dict[int, float]], other: int) -> None:
    index = index_of(*(outline(n, f"Role {n % 3}", profile) for n, profile in enumerate(profiles)))
    for found in index.most_similar(UUID(int=other), len(profiles)):
        back = index.compare(found.role_id, UUID(int=other))
        assert 0 <= found.similarity <= 1
        assert back.similarity == pytest.approx(found.similarity)


@given(ROLES)
def test_neighbours_are_the_most_similar(profiles: list[dict[int, float]]) -> None:
    index = index_of(*(outline(n, f"Role {n % 3}", profile) for n, profile in enumerate(profiles)))
    for here, nearest, similarities in index.neighbours(3):
        best = index.most_similar(index.role_ids[here], 3)
        assert [index.role_ids[there] for there in nearest] == [found.role_id for found in best]
        assert np.clip(similarities, 0, 1) == pytest.approx([found.similarity for found in best])
