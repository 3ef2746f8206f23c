"""Figures of groups of people: sums all levels down, and which of them may be shown."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.skills.gaps.reports.suppression import MINIMUM_GROUP, Group, visible_groups
from services.skills.gaps.totals import Totals, add_up


@dataclass(frozen=True, slots=True)
class Place:
    """A group in its tree: an org unit, a manager, or (without a parent) a role."""

    id: UUID
    title: str
    parent_id: UUID | None = None


def places_of(units: Mapping[UUID, tuple[str, UUID | None]]) -> list[Place]:
    """Groups by id, title and parent."""
    return [Place(id, title, parent_id) for id, (title, parent_id) in units.items()]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A group with the figures of everybody in it, all levels down."""

    place: Place
    depth: int
    totals: Totals
    shown: bool


class Forest:
    """Groups as trees, in the order in which a person reads them: each group before those inside it."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {place.id: place for place in places}
        self._children: dict[UUID | None, list[Place]] = {}
        for place in self.places.values():
            parent = place.parent_id if place.parent_id in self.places else None
            self._children.setdefault(parent, []).append(place)
        for siblings in self._children.values():
            siblings.sort(key=lambda place: (place.title.casefold(), place.id))
        self._line: dict[UUID, tuple[UUID, ...]] = {}
        self.order = list(self._walk())

    def _walk(self) -> Iterator[tuple[Place, int]]:
        """Groups that stand in a circle are in no tree and are left out."""
        waiting = list(reversed(self._children.get(None, [])))
        while waiting:
            place = waiting.pop()
            above = self._line.get(place.parent_id, ()) if place.parent_id else ()
            self._line[place.id] = (*above, place.id)
            yield place, len(above)
            waiting.extend(reversed(self._children.get(place.id, [])))

    def summed(self, own: Mapping[UUID, Totals]) -> dict[UUID, Totals]:
        """The figures of each group that has any, with those of all groups below it."""
        return add_up((id, totals) for place_id, totals in own.items() for id in self._line.get(place_id, ()))

    def shown(self, sums: Mapping[UUID, Totals], everybody: int) -> set[UUID]:
        """Groups whose figures may be shown beside those of `everybody` together."""
        found = visible_groups([Group[UUID | None](None, everybody, self._groups(None, sums))])
        return {id for id in found if id is not None}

    def _groups(self, parent: UUID | None, sums: Mapping[UUID, Totals]) -> list[Group[UUID | None]]:
        return [
            Group(place.id, sums[place.id].people, self._groups(place.id, sums))
            for place in self._children.get(parent, [])
            if place.id in sums
        ]

    def figures(self, own: Mapping[UUID, Totals], everybody: int, *, suppress: bool) -> list[GroupFigures]:
        """Every group that has people, in reading order. `everybody` counts also those in no group."""
        sums = self.summed(own)
        shown = self.shown(sums, everybody) if suppress else set(sums)
        return [
            GroupFigures(place, depth, sums[place.id], place.id in shown)
            for place, depth in self.order
            if place.id in sums and sums[place.id].people
        ]


def overlapping_figures(
    titles: Mapping[UUID, str], own: Mapping[UUID, Totals], *, suppress: bool
) -> list[GroupFigures]:
    """Groups that share their people (skills): each stands for itself, no difference speaks of anybody."""
    return [
        GroupFigures(Place(id, titles.get(id, "")), 0, totals, not suppress or totals.people >= MINIMUM_GROUP)
        for id, totals in own.items()
        if totals.people
    ]
