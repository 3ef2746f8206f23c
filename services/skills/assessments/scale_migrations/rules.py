"""How levels that were given on one scale are read on another.

A mapping names for every level of the old scale one of the new, and never turns two levels round. Between two
mapped levels decimals follow the straight line (piecewise linear interpolation). 0 lies below every scale: it stays 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

DECIMALS = 4
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """Points from (0, 0) upwards: a level of the old scale, and what it is on the new one."""

    points: tuple[Point, ...]

    @classmethod
    def of(cls, mapping: Mapping[float, float]) -> "Reading":
        return cls(((0.0, 0.0), *sorted(mapping.items())))

    def forth(self, level: float) -> float:
        """A level of the old scale, on the new one. What lies above the old scale is read as its top."""
        return _along(self.points, level)

    def back(self, level: float) -> float:
        """The lowest level of the old scale that is read as at least this one; at most its top."""
        turned = [(new, old) for old, new in self.points]
        rising = [point for place, point in enumerate(turned) if place == 0 or point[0] > turned[place - 1][0]]
        return _along(rising, level)


def _along(points: Sequence[Point], level: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(points):
        if level <= x1:
            return round(y0 + (max(level, x0) - x0) / (x1 - x0) * (y1 - y0), DECIMALS)
    return points[-1][1]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the mapping at a level of the old scale."""

    level: str
    detail: str


def faults(mapping: Mapping[str, float], old: Sequence[float], new: Sequence[float]) -> list[Fault]:
    """Everything wrong with a mapping from the levels of one scale to those of another."""
    found = [Fault(f"{level:g}", "This level of the old scale goes nowhere.") for level in _missing(mapping, old)]
    known = {f"{level:g}" for level in old}
    found += [Fault(text, "The old scale has no such level.") for text in mapping if text not in known]
    highest = 0.0
    for text in (f"{level:g}" for level in old if f"{level:g}" in mapping):
        if mapping[text] not in new:
            found.append(Fault(text, f"The new scale has no level {mapping[text]:g}."))
        elif mapping[text] < highest:
            found.append(Fault(text, "A higher level does not go below a lower one."))
        highest = max(highest, mapping[text])
    return found


def _missing(mapping: Mapping[str, float], old: Sequence[float]) -> Iterator[float]:
    return (level for level in old if f"{level:g}" not in mapping)


@dataclass(frozen=True, slots=True)
class ScaleMove:
    """One migration of one framework."""

    from_scale_id: UUID
    to_scale_id: UUID
    reading: Reading
    migrated_at: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """The steps from a scale to the one in force: each a reading, taken forth or back."""

    steps: tuple[tuple[Reading, bool], ...] = ()

    def read(self, level: float) -> float:
        """A level of the route's first scale, on its last one."""
        for reading, forth in self.steps:
            level = reading.forth(level) if forth else reading.back(level)
        return level

    def after(self, reading: Reading, *, forth: bool) -> "Route":
        """This route with a step before it."""
        return Route(((reading, forth), *self.steps))


def scale_in_force(moves: Sequence[ScaleMove], at: datetime | None) -> UUID | None:
    """The scale of a framework at a moment, or now; None where it never had another. `moves` are in order of time."""
    if not moves:
        return None
    past = [move for move in moves if at is None or move.migrated_at <= at]
    return past[-1].to_scale_id if past else moves[0].from_scale_id


def routes(moves: Sequence[ScaleMove], at: datetime | None = None) -> dict[UUID, Route]:
    """How levels of each scale that a framework ever had are read on the one in force at a moment, or now.

    `moves` are in order of time. A level on the scale in force is read as it was given, also where the framework
    came back to that scale. What was given on a later scale is read back: somebody asks about a day before it.
    """
    target = scale_in_force(moves, at)
    if target is None:
        return {}
    found = {target: Route()}
    for move in reversed(moves):
        if at is None or move.migrated_at <= at:
            found.setdefault(move.from_scale_id, found[move.to_scale_id].after(move.reading, forth=True))
    for move in moves:
        if at is not None and move.migrated_at > at:
            found.setdefault(move.to_scale_id, found[move.from_scale_id].after(move.reading, forth=False))
    return found


def rekeyed(descriptions: Mapping[str, str], mapping: Mapping[str, float]) -> dict[str, str]:
    """What the levels of a scale mean for one skill, under the levels of the new scale.

    Where several old levels become one, it has the texts of all of them, the lowest first.
    """
    found: dict[str, list[str]] = {}
    for level in sorted(descriptions, key=float):
        if level in mapping:
            found.setdefault(f"{mapping[level]:g}", []).append(descriptions[level])
    return {level: "\n".join(texts) for level, texts in found.items()}
