"""Likeness on small roles, by hand, and what holds for any roles."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.pathways.similarity import (
    DESCRIPTION_SHARE,
    FAMILY_SHARE,
    OTHER_NAMES_SHARE,
    TITLE_SHARE,
    RoleIndex,
    RoleOutline,
)
from services.skills.pathways.wording import spell_words

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
    assert same.similarity == pytest.approx(TITLE_SHARE + OTHER_NAMES_SHARE / 4)
    assert other.similarity == 0.0
    assert 0 < alias.title < 1


def test_what_is_said_of_roles_is_blended_in() -> None:
    told = {
        1: ("Baker", "Make bread and rolls in an oven"),
        2: ("Miller", "Drive a van"),
        3: ("Confectioner", "Bake rolls, and make dough for bread"),
        4: ("Pilot", None),
    }
    roles = [
        RoleOutline(UUID(int=number), title, (), {skill(number): 1.0}, description=description)
        for number, (title, description) in told.items()
    ]
    index = RoleIndex(roles, {skill(number): OWN for number in told}, {})
    first, *others = index.most_similar(UUID(int=1), 3)
    assert first.role_id.int == 3
    assert 0 < first.description < 1
    assert first.similarity == pytest.approx(DESCRIPTION_SHARE * 3 / 4 * first.description)
    assert [other.similarity for other in others if other.role_id.int == 4] == [0.0]


def test_a_role_without_a_description_is_known_by_its_title() -> None:
    roles = [
        RoleOutline(UUID(int=1), "Baker", (), {}, description="Make bread"),
        RoleOutline(UUID(int=2), "Bread maker", (), {}),
        RoleOutline(UUID(int=3), "Pilot", (), {}, description="Fly aeroplanes"),
    ]
    parts = {found.role_id.int: found.description for found in RoleIndex(roles, {}, {}).most_similar(UUID(int=1), 2)}
    assert parts[2] > parts[3] == 0.0


def test_skills_and_knowledge_are_each_compared_with_their_own_mean() -> None:
    """Otherwise two roles whose knowledge is slight altogether would be alike for that alone."""

    def profile(known: float, *high: int) -> dict[int, float]:
        skills = {number: 0.6 + (0.2 if number in high else 0.0) for number in range(12)}
        return skills | {number: known + (0.2 if number in high else 0.0) for number in range(12, 24)}

    roles = [
        outline(1, "Cook", profile(0.1, 1, 2, 13)),
        outline(2, "Chemist", profile(0.6, 1, 2, 13)),
        outline(3, "Porter", profile(0.1, 7, 8, 20)),
    ]
    skills = {skill(number): "skill" if number < 12 else "knowledge" for number in range(24)}
    apart = RoleIndex(roles, dict.fromkeys(skills, OWN), {}, skills)
    assert [found.role_id.int for found in apart.most_similar(UUID(int=1), 2)] == [2, 3]
    together = RoleIndex(roles, dict.fromkeys(skills, OWN), {})
    assert [found.role_id.int for found in together.most_similar(UUID(int=1), 2)] == [3, 2]


def test_one_job_family_tips_the_scales() -> None:
    roles = [
        RoleOutline(UUID(int=number), title, (), {skill(1): 1.0}, family)
        for number, (title, family) in enumerate(
            [("Baker", "Food"), ("Miller", None), ("Driver", "Transport"), ("Cook", "Food")], start=1
        )
    ]
    index = RoleIndex(roles, {skill(1): OWN}, {})
    found = index.most_similar(UUID(int=1), 3)
    assert [(other.role_id.int, other.family) for other in found] == [(4, 1.0), (2, 0.0), (3, 0.0)]
    assert found[0].similarity - found[1].similarity == pytest.approx(FAMILY_SHARE)
    assert index.compare(UUID(int=2), UUID(int=2)).family == 0.0


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
