"""Counting people into sheets of figures, by group and skill: the same rules as for one person, on arrays.

The figures are those of `Totals`, in its order and as exact: whole numbers, and whole millionths that are cut off.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from services.skills.gaps.rollups.profiles import Array, Profile
from services.skills.gaps.rules import NOISE
from services.skills.gaps.totals import HAIR, UNIT, Totals

# Stands where a skill's number would: the figures of people altogether.
ALTOGETHER = 0
PEOPLE = Totals._fields.index("people")
WIDTH = len(Totals._fields)
# Their sum is the weighted gap.
WEIGHTED = [Totals._fields.index(name) for name in ("upskilling", "reskilling")]
_KEY = [("skill", "<i4"), ("holds_from", "<i4"), ("holds_until", "<i4")]
WIDE = np.dtype([*_KEY, ("figures", "<i8", (WIDTH,))])
NARROW = np.dtype([*_KEY, ("figures", "<u4", (WIDTH,))])
"""Nearly all figures fit into half the bytes, and sheets are read by the thousand."""
_NARROWEST = 2**32
_WIDE_ROWS = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the rating policy lets pass: see `find_gaps`."""

    tolerance: float
    self_may_meet: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of figures; `group` counts groups from 0, `figures` has a column per field of `Totals`.

    A row holds for the days from `holds_from` to just before `holds_until`. Rows add up.
    """

    group: Array
    skill: Array
    holds_from: Array
    holds_until: Array
    figures: Array

    @classmethod
    def join(cls, sheets: Iterable["Sheet"]) -> "Sheet":
        parts = [*sheets, NOTHING]
        return cls(
            np.concatenate([sheet.group for sheet in parts]),
            np.concatenate([sheet.skill for sheet in parts]),
            np.concatenate([sheet.holds_from for sheet in parts]),
            np.concatenate([sheet.holds_until for sheet in parts]),
            np.concatenate([sheet.figures for sheet in parts]),
        )

    @classmethod
    def read(cls, packed: Sequence[bytes]) -> "Sheet":
        """The sheets of several groups, each as `pack` wrote it."""
        ends = [_WIDE_ROWS.size + _WIDE_ROWS.unpack_from(group)[0] * WIDE.itemsize for group in packed]
        wide = _Rows([group[_WIDE_ROWS.size : end] for group, end in zip(packed, ends, strict=True)], WIDE)
        narrow = _Rows([group[end:] for group, end in zip(packed, ends, strict=True)], NARROW)
        # By columns, because figures are added up column by column.
        figures = np.empty((WIDTH, len(wide.cells) + len(narrow.cells)), dtype=np.int64).T
        figures[: len(wide.cells)], figures[len(wide.cells) :] = wide.cells["figures"], narrow.cells["figures"]
        skill, holds_from, holds_until = (np.concatenate([wide.cells[name], narrow.cells[name]]) for name, _ in _KEY)
        return cls(np.concatenate([wide.group, narrow.group]), skill, holds_from, holds_until, figures)

    def pack(self, groups: int) -> list[bytes]:
        """Each group's rows as bytes: how many wide ones there are, these, and the others. The rows are in order of
        group, as `added` leaves them.
        """
        is_wide = np.asarray((self.figures >= _NARROWEST).any(axis=1))
        wide = self._packed(is_wide, WIDE, groups)
        narrow = self._packed(np.logical_not(is_wide), NARROW, groups)
        return [_WIDE_ROWS.pack(len(few) // WIDE.itemsize) + few + many for few, many in zip(wide, narrow, strict=True)]

    def _packed(self, chosen: Array, form: np.dtype[Any], groups: int) -> list[bytes]:
        cells = np.empty(np.count_nonzero(chosen), dtype=form)
        cells["skill"], cells["figures"] = self.skill[chosen], self.figures[chosen]
        cells["holds_from"], cells["holds_until"] = self.holds_from[chosen], self.holds_until[chosen]
        bounds = np.searchsorted(self.group[chosen], np.arange(groups + 1)).tolist()
        return [cells[start:end].tobytes() for start, end in pairwise(bounds)]

    def added(self) -> "Sheet":
        """One row for each group, skill and period, in this order."""
        order = np.lexsort((self.holds_until, self.holds_from, self.skill, self.group))
        keys = (self.group[order], self.skill[order], self.holds_from[order], self.holds_until[order])
        if not len(order):
            return self
        new = np.logical_or.reduce([np.diff(key, prepend=key[0] - 1) != 0 for key in keys])
        starts = np.flatnonzero(new)
        figures = np.add.reduceat(self.figures[order], starts, axis=0)
        group, skill, holds_from, holds_until = (key[starts] for key in keys)
        return Sheet(group, skill, holds_from, holds_until, figures)

    def on(self, day: int) -> "Sheet":
        """The rows that hold on a day."""
        holds = (self.holds_from <= day) & (day < self.holds_until)
        if holds.all():
            return self
        return Sheet(
            self.group[holds], self.skill[holds], self.holds_from[holds], self.holds_until[holds], self.figures[holds]
        )

    def altogether(self, groups: int) -> Array:
        """The figures of each group: groups × figures."""
        rows = self.skill == ALTOGETHER
        return _add_at(self.group[rows], self.figures[rows], groups)

    def by_skill(self) -> tuple[Array, Array]:
        """The skills in order, and their figures over all groups."""
        figures = _add_at(self.skill, self.figures, self._skills)
        skills = np.flatnonzero(figures[1:, PEOPLE]) + 1
        return skills, figures[skills]

    def heaviest(self, count: int | None) -> Array:
        """The skills with the largest weighted gap over all groups, the largest first."""
        people, weight = (
            np.bincount(self.skill, weights=figure, minlength=self._skills)
            for figure in (self.figures[:, PEOPLE], self.figures[:, WEIGHTED].sum(axis=1))
        )
        skills = np.flatnonzero(people[1:]) + 1
        return skills[np.argsort(-weight[skills], kind="stable")][:count]

    @property
    def _skills(self) -> int:
        return int(self.skill.max(initial=ALTOGETHER)) + 1

    def cells(self, groups: int, skills: Sequence[int]) -> Array:
        """The figures of each group in some skills: groups × skills × figures."""
        place = np.full(max(self._skills, *(skill + 1 for skill in skills), 0), -1)
        place[np.asarray(skills, dtype=np.int64)] = np.arange(len(skills))
        rows = np.flatnonzero(place[self.skill] >= 0)
        keys = self.group[rows] * len(skills) + place[self.skill[rows]]
        return _add_at(keys, self.figures[rows], groups * len(skills)).reshape(groups, len(skills), WIDTH)


class _Rows:
    """Packed rows of one form of several groups, and which group each is of."""

    def __init__(self, packed: Sequence[bytes], form: np.dtype[Any]) -> None:
        self.cells = np.frombuffer(b"".join(packed), dtype=form)
        self.group = np.repeat(np.arange(len(packed)), [len(rows) // form.itemsize for rows in packed])


def _empty() -> Sheet:
    none = np.empty(0, dtype=np.int64)
    return Sheet(none, none, none, none, np.empty((0, WIDTH), dtype=np.int64))


NOTHING = _empty()


def count(profile: Profile, held: Array, group: Array, allowance: Allowance) -> list[Sheet]:
    """The figures of people (rows of `held`) with one profile, each in the group of theirs, as sheets to be joined."""
    if not len(profile.asked) or not len(group):
        return []
    held, groups, starts = _by_group(held, group)
    judged = _judge(profile.asked, profile.slots, held, allowance)
    figures = _figures(profile.asked, np.add.reduceat(judged, starts, axis=0))
    return [_by_requirement(profile, groups, figures), *_editions(profile, groups, starts, figures, judged)]


def count_requirements(
    asked: Array, slots: Array, held: Array, group: Array, allowance: Allowance
) -> tuple[Array, Array]:
    """Of people who are asked the same, on a day on which all of it holds: their groups, and groups × requirements ×
    figures.
    """
    held, groups, starts = _by_group(held, group)
    return groups, _figures(asked, np.add.reduceat(_judge(asked, slots, held, allowance), starts, axis=0))


def count_people(
    asked: Array, slots: Array, held: Array, group: Array, allowance: Allowance
) -> tuple[Array, Array, Array]:
    """Of the same people: their groups, groups × figures where a person counts once however much is asked of them, and
    requirements × figures of all groups together.
    """
    held, groups, starts = _by_group(held, group)
    judged = _judge(asked, slots, held, allowance)
    figures = _figures(asked, np.add.reduceat(judged, starts, axis=0))
    return groups, _once(figures, judged, starts), figures.sum(axis=0)


def _by_group(held: Array, group: Array) -> tuple[Array, Array, Array]:
    """People in order of their groups, each group once, and where it begins."""
    order = np.argsort(group, kind="stable")
    groups, starts = np.unique(group[order], return_index=True)
    return held[order], groups, starts


def _once(figures: Array, judged: Array, starts: Array) -> Array:
    """The figures of all requirements together; of people, and of those with gaps, each counts once."""
    sums = figures.sum(axis=1)
    for place in (0, 1):  # asked, and open
        sums[:, place] = np.add.reduceat(judged[:, place].any(axis=1), starts, dtype=np.int64)
    return np.asarray(sums)


def _judge(asked: Array, slots: Array, held: Array, allowance: Allowance) -> Array:
    """What `find_gaps` says of each person and requirement: people × judgement × requirements. A judgement is whether
    it is asked, open, rated; what is reached of it, and what is missing, plain and weighted by importance.
    """
    target, importance = asked["level"], asked["importance"]
    level = held["level"][:, slots]
    own_word = held["own_word"][:, slots] & (not allowance.self_may_meet)
    is_asked = ~held["exempt"][:, slots]
    rated = is_asked & ~np.isnan(level)
    level[~rated] = 0.0
    below = rated & (level < target - np.where(own_word, 0.0, allowance.tolerance) - NOISE)
    is_open = is_asked & (~rated | below | own_word)
    gap = np.where(is_open, np.maximum(0.0, target - level), 0.0)
    judged = np.empty((len(held), 6, len(target)), dtype=np.int64)
    judged[:, 0], judged[:, 1], judged[:, 2] = is_asked, is_open, rated
    judged[:, 3] = _millionths(np.where(below | ~own_word, importance * np.minimum(level, target), 0.0))
    judged[:, 4] = _millionths(gap)
    judged[:, 5] = _millionths(importance * gap)
    return judged


def _figures(asked: Array, sums: Array) -> Array:
    """Summed judgements as the figures of `Totals`, in its order: groups × requirements × figures."""
    people, is_open, rated, reached, missing, weighted = (sums[:, place] for place in range(6))
    columns = [
        people,
        is_open,
        people,
        rated,
        is_open * asked["essential"],
        people * _millionths(asked["importance"] * asked["level"]),
        reached,
        missing,
        weighted * ~asked["redesign"],
        weighted * asked["redesign"],
    ]
    return np.stack(columns, axis=2)


def _millionths(figure: Array) -> Array:
    """Cut off, not rounded, as `totals.millionths` does."""
    return (figure * UNIT + HAIR * UNIT).astype(np.int64)


def _by_requirement(profile: Profile, groups: Array, figures: Array) -> Sheet:
    """A row per group and requirement that anybody in it is asked for."""
    rows, columns = np.nonzero(figures[:, :, PEOPLE])
    asked = profile.asked[columns]
    return Sheet(
        groups[rows],
        asked["skill"].astype(np.int64),
        asked["holds_from"],
        asked["holds_until"],
        figures[rows, columns],
    )


def _editions(profile: Profile, groups: Array, starts: Array, figures: Array, judged: Array) -> Iterable[Sheet]:
    """A row per group and edition: a person counts once, however much is asked of them."""
    for start, end in profile.editions:
        holds = (profile.asked["holds_from"] <= start) & (end <= profile.asked["holds_until"])
        sums = _once(figures[:, holds], judged[:, :, holds], starts)
        size = len(groups)
        yield Sheet(groups, _full(size, ALTOGETHER), _full(size, start), _full(size, end), sums)


def _full(size: int, value: int) -> Array:
    return np.full(size, value, dtype=np.int64)


def _add_at(keys: Array, figures: Array, size: int) -> Array:
    """The sums of rows with the same key. Floats hold whole numbers up to 2⁵³, far beyond any organisation's."""
    found = np.zeros((size, figures.shape[1]), dtype=np.int64)
    for column in range(figures.shape[1]):
        found[:, column] = np.bincount(keys, weights=figures[:, column], minlength=size)
    return found


def totals_of(figures: Any) -> Totals:
    """One row of figures."""
    return Totals(*(int(figure) for figure in figures))
