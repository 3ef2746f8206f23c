"""Figures of groups of people: sums all levels down, and which of them may be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from services.skills.gaps.reports.suppression import MINIMUM_GROUP, Group, visible_groups
from services.skills.gaps.totals import Totals, sum_up

Key = TypeVar("Key")


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
        self.order = list(self._walk())

    def _walk(self) -> Iterable[tuple[Place, int]]:
        waiting = [(place, 0) for place in reversed(self._children.get(None, []))]
        while waiting:
            place, depth = waiting.pop()
            yield place, depth
            waiting.extend((child, depth + 1) for child in reversed(self._children.get(place.id, [])))

    def summed(self, own: Mapping[UUID, Totals]) -> dict[UUID, Totals]:
        """Each group's figures with those of all groups below it."""
        sums: dict[UUID, Totals] = {}
        for place, _ in reversed(self.order):
            below = (sums[child.id] for child in self._children.get(place.id, []))
            sums[place.id] = sum_up([own.get(place.id, Totals()), *below])
        return sums

    def shown(self, sums: Mapping[UUID, Totals], everybody: int) -> set[UUID]:
        """Groups whose figures may be shown beside those of `everybody` together."""
        roots = [self._group(place, sums) for place in self._children.get(None, [])]
        return visible_groups([Group[UUID | None](None, everybody, roots)]) - {None}  # type: ignore[return-value]

    def _group(self, place: Place, sums: Mapping[UUID, Totals]) -> Group[UUID | None]:
        children = [self._group(child, sums) for child in self._children.get(place.id, [])]
        return Group(place.id, sums[place.id].people, children)

    def figures(self, own: Mapping[UUID, Totals], everybody: int, *, suppress: bool) -> list[GroupFigures]:
        """Every group that has people, in reading order. `everybody` counts also those in no group."""
        sums = self.summed(own)
        shown = self.shown(sums, everybody) if suppress else set(sums)
        return [
            GroupFigures(place, depth, sums[place.id], place.id in shown)
            for place, depth in self.order
            if sums[place.id].people
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


def add_up(figures: Iterable[tuple[Key, Totals]]) -> dict[Key, Totals]:
    """The sum of the figures under each key."""
    sums: dict[Key, Totals] = {}
    for key, totals in figures:
        sums[key] = sums[key] + totals if key in sums else totals
    return sums
