"""Many people to be counted at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from uuid import UUID

import numpy as np

from services.skills.gaps.rollups.profiles import Array, Profile, read_standings
from services.skills.gaps.rollups.rules import NONE
from services.skills.gaps.rollups.sheets import (
    PEOPLE,
    WEIGHTED,
    WIDTH,
    Allowance,
    Sheet,
    count,
    count_people,
    count_requirements,
)

# So many people are judged at a time: what is worked out of them stays near the processor.
AT_ONCE = 1_000


class Joined(NamedTuple):
    """The people with one profile, read as one: the ids of their groups one after the other, and what they hold."""

    profile_id: UUID
    group_ids: bytes
    held: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """The people of a crowd with one profile: the place of each one's group among the crowd's, and what they hold."""

    profile_id: UUID
    group: Array
    held: bytes


@dataclass(frozen=True, slots=True)
class Crowd:
    """Groups, and the people in them by what they are asked for."""

    groups: list[UUID]
    parts: Sequence[Part]

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """From the group, the profile (as UUIDs or as their text) and the held of each person."""
        found: dict[Any, tuple[list[Any], list[bytes]]] = {}
        for group, profile, held in rows:
            try:
                groups, holdings = found[profile]
            except KeyError:
                groups, holdings = found[profile] = ([], [])
            groups.append(group)
            holdings.append(held)
        places = {id: place for place, id in enumerate({id: None for groups, _ in found.values() for id in groups})}
        parts = [
            Part(_as_uuid(profile), np.fromiter(map(places.__getitem__, groups), np.int64, len(groups)), b"".join(held))
            for profile, (groups, held) in found.items()
        ]
        return cls([*map(_as_uuid, places)], parts)

    @classmethod
    def joined(cls, rows: Sequence[Joined]) -> Self:
        """From people who were put together by the database."""
        ids = np.frombuffer(b"".join(row.group_ids for row in rows), dtype=[("high", ">u8"), ("low", ">u8")])
        high, low = ids["high"].astype(np.uint64), ids["low"].astype(np.uint64)
        order = np.lexsort((low, high))
        is_new = np.ones(len(order), dtype=bool)
        is_new[1:] = (np.diff(high[order]) != 0) | (np.diff(low[order]) != 0)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.cumsum(is_new) - 1
        ends = np.cumsum([len(row.group_ids) // ids.itemsize for row in rows])
        groups = [UUID(bytes=ids[first].tobytes()) for first in order[is_new].tolist()]
        parts = zip(rows, np.split(place, ends[:-1]), strict=True)
        return cls(groups, [Part(row.profile_id, places, row.held) for row, places in parts] if rows else [])

    def profiles(self) -> set[UUID]:
        """What its people are asked for."""
        return {part.profile_id for part in self.parts} - {NONE}


def _as_uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def count_crowd(crowd: Crowd, profiles: Mapping[UUID, Profile], allowance: Allowance) -> Sheet:
    """The figures of a crowd by its groups, for all days. Who is asked for nothing is nowhere."""
    sheets: list[Sheet] = []
    for part, profile in asked_parts(crowd, profiles):
        sheets += count(profile, read_standings(profile, part.held), part.group, allowance)
    return Sheet.join(sheets)


def asked_parts(crowd: Crowd, profiles: Mapping[UUID, Profile]) -> Iterator[tuple[Part, Profile]]:
    """Those who are asked for anything."""
    for part in crowd.parts:
        if part.profile_id != NONE and profiles[part.profile_id].skills:
            yield part, profiles[part.profile_id]


class CrowdCount:
    """The figures of a crowd on one day: of its groups and of its skills, and of its groups in some skills.

    What there are too many of to be written down all, groups times skills, is counted for the skills that are wanted.
    """

    def __init__(self, crowd: Crowd, profiles: Mapping[UUID, Profile], allowance: Allowance, day: int) -> None:
        self.crowd = crowd
        self.profiles = profiles
        self.allowance = allowance
        self.day = day
        self.by_group = np.zeros((len(crowd.groups), WIDTH), dtype=np.int64)
        highest = max((int(profile.asked["skill"].max(initial=0)) for profile in profiles.values()), default=0)
        self.by_skill = np.zeros((highest + 1, WIDTH), dtype=np.int64)
        """By number of skill."""
        for profile, rows, group, held in self._portions(None):
            asked = profile.asked[rows]
            groups, of_groups, of_requirements = count_people(asked, profile.slots[rows], held, group, allowance)
            self.by_group[groups] += of_groups
            self.by_skill[asked["skill"]] += of_requirements

    def heaviest(self, count: int | None) -> Array:
        """The skills with the largest weighted gap over all groups, the largest first."""
        skills = np.flatnonzero(self.by_skill[:, PEOPLE])
        return skills[np.argsort(-self.by_skill[skills][:, WEIGHTED].sum(axis=1), kind="stable")][:count]

    def cells(self, skills: Sequence[int]) -> Array:
        """The figures of each group in some skills: groups × skills × figures."""
        place = np.full(max(len(self.by_skill), *(skill + 1 for skill in skills), 0), -1)
        place[np.asarray(skills, dtype=np.int64)] = np.arange(len(skills))
        found = np.zeros((len(self.crowd.groups), len(skills), WIDTH), dtype=np.int64)
        for profile, rows, group, held in self._portions(place):
            asked = profile.asked[rows]
            groups, figures = count_requirements(asked, profile.slots[rows], held, group, self.allowance)
            found[np.ix_(groups, place[asked["skill"]])] += figures
        return found

    def _portions(self, place: Array | None) -> Iterator[tuple[Profile, Array, Array, Array]]:
        """A profile, its requirements on the day (in skills that have a place), and some people."""
        for part, profile in asked_parts(self.crowd, self.profiles):
            is_asked = (profile.asked["holds_from"] <= self.day) & (self.day < profile.asked["holds_until"])
            if place is not None:
                is_asked &= place[profile.asked["skill"]] >= 0
            rows = np.flatnonzero(is_asked)
            held = read_standings(profile, part.held)
            for start in range(0, len(held) if len(rows) else 0, AT_ONCE):
                end = start + AT_ONCE
                yield profile, rows, part.group[start:end], held[start:end]
