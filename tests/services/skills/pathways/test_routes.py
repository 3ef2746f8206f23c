import math
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.pathways.routes import EASIER_BY, LEAST_SIMILARITY, MOST_MOVES, RoleGraph
from services.skills.pathways.similarity import RoleIndex, RoleOutline

FRAMEWORK = UUID(int=1)


def graph_of(profiles: list[dict[int, float]], moves: list[tuple[int, int]] | None = None) -> RoleGraph:
    roles = [
        RoleOutline(UUID(int=n), f"title{'x' * n}", (), {UUID(int=1000 + s): w for s, w in profile.items()})
        for n, profile in enumerate(profiles)
    ]
    frameworks = {skill_id: FRAMEWORK for role in roles for skill_id in role.importance}
    return RoleGraph(RoleIndex(roles, frameworks, {}), [(UUID(int=start), UUID(int=end)) for start, end in moves or []])


LADDER = [{0: 1.0, 1: 1.0}, {1: 1.0, 2: 1.0}, {2: 1.0, 3: 1.0}, {9: 1.0}]


def test_a_stop_that_makes_the_hardest_move_easier_is_offered_beside_the_direct_way() -> None:
    routes = graph_of(LADDER).find_routes(UUID(int=0), UUID(int=2), 5)
    assert {tuple(stop.int for stop in route.role_ids) for route in routes} == {(2,), (1, 2)}


def test_the_more_similar_way_comes_first() -> None:
    routes = graph_of(LADDER).find_routes(UUID(int=0), UUID(int=2), 5)
    assert [route.similarity for route in routes] == sorted((r.similarity for r in routes), reverse=True)


def test_roles_with_nothing_in_common_still_have_an_answer() -> None:
    [route] = graph_of(LADDER).find_routes(UUID(int=0), UUID(int=3), 5)
    assert (route.role_ids, route.similarity) == ((UUID(int=3),), LEAST_SIMILARITY)


def test_a_declared_way_is_offered_however_little_its_roles_share() -> None:
    profiles = [{0: 1.0}, {1: 1.0}, {2: 1.0}]
    routes = graph_of(profiles, [(0, 1), (1, 2)]).find_routes(UUID(int=0), UUID(int=2), 5)
    assert [tuple(stop.int for stop in route.role_ids) for route in routes] == [(2,), (1, 2)]


def test_moves_of_unknown_roles_and_to_oneself_are_left_out() -> None:
    graph = graph_of([{0: 1.0}, {1: 1.0}], [(0, 77), (1, 1)])
    assert len(graph.find_routes(UUID(int=0), UUID(int=1), 5)) == 1


PROFILES = st.lists(
    st.dictionaries(st.integers(0, 6), st.sampled_from([0.5, 1.0]), min_size=1, max_size=4), min_size=2, max_size=9
)


@given(PROFILES, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=4), st.integers(1, 5))
def test_every_pair_has_ways_and_each_of_them_arrives(
    profiles: list[dict[int, float]], moves: list[tuple[int, int]], limit: int
) -> None:
    start, target = UUID(int=0), UUID(int=len(profiles) - 1)
    graph = graph_of(profiles, moves)
    routes = graph.find_routes(start, target, limit)
    declared = {(UUID(int=a), UUID(int=b)) for a, b in moves}
    direct = max(LEAST_SIMILARITY, graph.index.compare(start, target).similarity)
    assert 1 <= len(routes) <= limit
    assert (target,) in {route.role_ids for route in routes}
    assert len({route.role_ids for route in routes}) == len(routes)
    for route in routes:
        stops = (start, *route.role_ids)
        assert stops[-1] == target
        assert len(set(stops)) == len(stops)
        assert len(route.role_ids) == len(route.similarities) <= MOST_MOVES
        assert route.similarity == pytest.approx(math.prod(route.similarities))
        if len(stops) > 2:
            for move, similarity in zip(pairwise(stops), route.similarities, strict=True):
                assert move in declared or similarity >= direct + EASIER_BY - 1e-9
