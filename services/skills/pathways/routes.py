"""Ways from one role to another over the graph of moves.

A move's length is -ln(similarity): lengths add up as similarities multiply, so the shortest way is the one
whose product of similarities is largest. Inside the graph a role leads to its nearest neighbours and to the
roles that the organisation's own career moves name. Nearest neighbours alone connect only about a third of
all pairs, so the start leads to every role and every role to the target: there is always an answer.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import yen

from services.skills.pathways.similarity import RoleIndex

NEIGHBOURS = 15
CANDIDATES = 16
MOST_MOVES = 4
# Two roles with nothing in common are still a move that somebody may make.
LEAST_SIMILARITY = 0.01
# What every move costs by itself, however alike the roles are: settling in takes time.
SETTLING_IN = 0.3
# A stop on the way must make the hardest move easier by at least this much.
EASIER_BY = 0.05

Positions = NDArray[np.int64]
Similarities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Route:
    """Roles in order, the start excluded and the target last, with the similarity of each move."""

    role_ids: tuple[UUID, ...]
    similarities: tuple[float, ...]

    @property
    def similarity(self) -> float:
        """0..1, the product over its moves: what routes are ranked by."""
        return math.prod(self.similarities)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Moves as columns: from, to, how similar the two roles are."""

    start: Positions
    end: Positions
    similarity: Similarities

    def where(self, kept: NDArray[np.bool_]) -> "_Edges":
        return _Edges(self.start[kept], self.end[kept], self.similarity[kept])


class RoleGraph:
    """Nearest neighbours and declared moves of every role in an index."""

    def __init__(self, index: RoleIndex, moves: Iterable[tuple[UUID, UUID]]) -> None:
        self.index = index
        self._declared = {
            (index.position[start], index.position[end])
            for start, end in moves
            if start in index and end in index and start != end
        }
        self._declared_codes = np.array([a * len(index.role_ids) + b for a, b in self._declared], dtype=np.int64)

    def find_routes(self, start: UUID, target: UUID, limit: int) -> list[Route]:
        """At most `limit` ways, most similar first: the direct move, and detours that make it easier."""
        here, there = self.index.position[start], self.index.position[target]
        similarity = self.index.similarities(start)
        direct = self._route((here, there))
        found: dict[tuple[int, ...], Route] = {(here, there): direct}
        for stops in self._shortest(here, there, similarity):
            if len(found) < limit and len(stops) - 1 <= MOST_MOVES:
                found.setdefault(stops, self._route(stops))
        return sorted(found.values(), key=lambda route: (-route.similarity, len(route.role_ids)))

    def _shortest(self, here: int, there: int, from_here: Similarities) -> list[tuple[int, ...]]:
        edges = self._worthwhile(here, there, from_here)
        size = len(self.index.role_ids)
        lengths = SETTLING_IN - np.log(np.clip(edges.similarity, LEAST_SIMILARITY, 1.0))
        moves = (edges.start.astype(np.int32), edges.end.astype(np.int32))
        graph = sparse.csr_array((lengths, moves), shape=(size, size))
        _, before = yen(graph, here, there, CANDIDATES, return_predecessors=True)
        return [_walk_back(row, here, there) for row in before]

    def _worthwhile(self, here: int, there: int, from_here: Similarities) -> _Edges:
        """The moves that are easier than the direct one, and those that the organisation declares."""
        to_there = self.index.similarities(self.index.role_ids[there])
        everyone = np.arange(len(from_here))
        inner = self._near.where((self._near.start != here) & (self._near.end != there))
        leaving = _Edges(np.full_like(everyone, here), everyone, from_here)
        arriving = _Edges(everyone, np.full_like(everyone, there), to_there).where(everyone != here)
        edges = _joined([inner, leaving, arriving])
        easier = edges.similarity >= max(LEAST_SIMILARITY, from_here[there]) + EASIER_BY
        declared = np.isin(edges.start * len(everyone) + edges.end, self._declared_codes)
        return edges.where((easier | declared) & (edges.end != here))

    def _route(self, stops: tuple[int, ...]) -> Route:
        role_ids = tuple(self.index.role_ids[stop] for stop in stops)
        moves = pairwise(role_ids)
        similarities = (max(LEAST_SIMILARITY, self.index.compare(a, b).similarity) for a, b in moves)
        return Route(role_ids[1:], tuple(similarities))

    @cached_property
    def _near(self) -> _Edges:
        """Made when the first pathway is asked for: adjacent roles do not need it."""
        parts = [
            _Edges(np.full_like(nearest, here), nearest, similarity)
            for here, nearest, similarity in self.index.neighbours(NEIGHBOURS)
        ]
        near = _joined(parts)
        known = set(zip(near.start.tolist(), near.end.tolist(), strict=True))
        return _joined([near, self._edges_of(sorted(self._declared - known))])

    def _edges_of(self, moves: list[tuple[int, int]]) -> _Edges:
        ids = self.index.role_ids
        return _Edges(
            np.array([start for start, _ in moves], dtype=np.int64),
            np.array([end for _, end in moves], dtype=np.int64),
            np.array([self.index.compare(ids[a], ids[b]).similarity for a, b in moves], dtype=np.float64),
        )


def _joined(parts: list[_Edges]) -> _Edges:
    return _Edges(
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.similarity for part in parts]),
    )


def _walk_back(before: NDArray[Any], here: int, there: int) -> tuple[int, ...]:
    stops = [there]
    while stops[-1] != here:
        stops.append(int(before[stops[-1]]))
    return tuple(reversed(stops))
