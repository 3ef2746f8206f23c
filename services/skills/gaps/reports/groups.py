"""Groups of people as trees: sums all levels down, and which of them may be shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

import numpy as np

from services.skills.gaps.reports.suppression import MINIMUM_GROUP, visible_among, visible_parts
from services.skills.gaps.rollups.profiles import Array
from services.skills.gaps.rollups.sheets import PEOPLE


@dataclass(frozen=True, slots=True)
class Place:
    """A group in its tree: an org unit, a manager, or (without a parent) a role."""

    id: UUID
    title: str
    parent_id: UUID | None = None


def places_of(units: Mapping[UUID, tuple[str, UUID | None]]) -> list[Place]:
    """Groups by id, title and parent."""
    return [Place(id, title, parent_id) for id, (title, parent_id) in units.items()]


class Forest:
    """Groups as trees, in the order in which a person reads them: each group before those inside it.

    Arrays have a row per group, in this order. Groups that stand in a circle are in no tree and are left out.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        known = {place.id: place for place in places}
        children: dict[UUID | None, list[Place]] = {}
        for place in known.values():
            parent = place.parent_id if place.parent_id in known else None
            children.setdefault(parent, []).append(place)
        for siblings in children.values():
            siblings.sort(key=lambda place: (place.title.casefold(), place.id))
        self.order = list(_walk(children))
        self._positions = {place.id: position for position, (place, _) in enumerate(self.order)}
        self._ends = _ends([depth for _, depth in self.order])
        self._families = [
            (-1 if parent is None else self._positions[parent], [self._positions[place.id] for place in siblings])
            for parent, siblings in children.items()
            if parent is None or parent in self._positions
        ]
        self._families.sort()  # a group before those inside it
        self._parts = dict(self._families)
        """The groups right below each group."""

    def arrange(self, ids: Sequence[UUID], figures: Array) -> Array:
        """Rows of some groups, put where the groups stand in the forest; other groups have nothing."""
        found = np.zeros((len(self.order), *figures.shape[1:]), dtype=figures.dtype)
        rows = [row for row, id in enumerate(ids) if id in self._positions]
        found[[self._positions[ids[row]] for row in rows]] = figures[rows]
        return found

    def summed(self, own: Array) -> Array:
        """The figures of each group with those of all groups below it."""
        upto = np.concatenate([np.zeros((1, *own.shape[1:]), dtype=own.dtype), np.cumsum(own, axis=0)])
        below: Array = upto[self._ends] - upto[:-1]
        return below

    def shown(self, people: Array, everybody: Array) -> Array:
        """Which groups' figures may be shown, column by column of `people` (groups × columns, all levels down),
        beside those of `everybody` together.
        """
        shown = np.zeros(people.shape, dtype=bool)
        top = (everybody == 0) | (everybody >= MINIMUM_GROUP)
        for parent, below in self._families:
            whole, is_shown = (everybody, top) if parent < 0 else (people[parent], shown[parent])
            if is_shown.any():
                shown[below] |= visible_parts(whole, people[below]) & is_shown
                hidden = is_shown & ~shown[below] & (people[below] >= MINIMUM_GROUP)
                for column in np.flatnonzero(hidden.any(axis=0)):
                    left_over = int(whole[column] - people[below, column][shown[below, column]].sum())
                    large = [below[row] for row in np.flatnonzero(hidden[:, column])]
                    self._show_instead(large, left_over, people[:, column], shown[:, column])
        return shown

    def _show_instead(self, hidden: list[int], left_over: int, people: Array, shown: Array) -> None:
        """Where a large group is hidden for a small one's sake, its parts take its place: a few people beside a whole
        organisation must not blind all of it. `left_over` counts everybody who is not shown so far.
        """
        parts = [part for group in hidden for part in self._parts.get(group, ())]
        if not parts:
            return
        shown[parts] = visible_among(left_over, people[parts].tolist())
        left_over -= int(people[parts][shown[parts]].sum())
        large = [part for part in parts if not shown[part] and people[part] >= MINIMUM_GROUP]
        self._show_instead(large, left_over, people, shown)


def _walk(children: Mapping[UUID | None, list[Place]]) -> Iterator[tuple[Place, int]]:
    waiting = [(place, 0) for place in reversed(children.get(None, []))]
    while waiting:
        place, depth = waiting.pop()
        yield place, depth
        waiting.extend((child, depth + 1) for child in reversed(children.get(place.id, [])))


def _ends(depths: Sequence[int]) -> list[int]:
    """For each group in reading order the position after the last one inside it."""
    ends, open_ = [0] * len(depths), list[int]()
    for position, depth in enumerate(chain(depths, [0])):
        while open_ and (position == len(depths) or depths[open_[-1]] >= depth):
            ends[open_.pop()] = position
        open_.append(position)
    return ends


def people_of(figures: Array) -> Array:
    """The column of people."""
    found: Array = figures[..., PEOPLE]
    return found
