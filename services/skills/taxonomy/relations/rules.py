"""Decisions about relations."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from shared.errors import Unprocessable

OPPOSITE = {"broader": "narrower", "narrower": "broader", "related": "related", "same_as": "same_as"}
"""How a relation looks from its other end. `requires` says nothing about the way back."""

One = TypeVar("One", bound=Hashable)


class BroaderCircle(Unprocessable):
    """A skill cannot lie above itself."""

    code, title = "broader-circle", "The hierarchy would run in a circle"


def find_circle(relations: Iterable[tuple[One, str, One]]) -> list[tuple[One, str, One]]:
    """The `broader` relations that lie on a circle: their ends can be reached from each other."""
    broader = [relation for relation in relations if relation[1] == "broader"]
    places: dict[One, int] = {}
    starts = [places.setdefault(start, len(places)) for start, _, _ in broader]
    ends = [places.setdefault(end, len(places)) for _, _, end in broader]
    graph = sparse.coo_array((np.ones(len(broader), np.int8), (starts, ends)), shape=(len(places), len(places)))
    _, island = connected_components(graph, directed=True, connection="strong")
    return [r for r in broader if island[places[r[0]]] == island[places[r[2]]]]
