"""Many people to be counted at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from services.skills.gaps.rollups.profiles import Array, Profile, read_standings
from services.skills.gaps.rollups.rules import NONE
from services.skills.gaps.rollups.sheets import Allowance, Sheet, count


@dataclass(frozen=True, slots=True)
class Crowd:
    """Groups and profiles, and of each person the places of theirs among these, and what they hold, packed."""

    groups: list[UUID]
    profiles: list[UUID]
    group: Array
    profile: Array
    held: Sequence[bytes]

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> "Crowd":
        """From the group, the profile (as UUIDs or as their text) and the held of each person."""
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [(), (), ()]
        groups, group = _places(columns[0])
        profiles, profile = _places(columns[1])
        return cls(groups, profiles, group, profile, columns[2])


def _places(values: Sequence[Any]) -> tuple[list[UUID], Array]:
    """Each value once, as a UUID, and for each place in the list which one it is."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    ids = [value if isinstance(value, UUID) else UUID(value) for value in places]
    return ids, np.array([places[value] for value in values], dtype=np.int64)


def count_crowd(crowd: Crowd, profiles: Mapping[UUID, Profile], allowance: Allowance) -> Sheet:
    """The figures of a crowd by its groups. Who is asked for nothing is nowhere."""
    order = np.argsort(crowd.profile, kind="stable")
    bounds = np.searchsorted(crowd.profile[order], np.arange(len(crowd.profiles) + 1))
    sheets: list[Sheet] = []
    for place, id in enumerate(crowd.profiles):
        if id != NONE and profiles[id].skills:
            people = order[bounds[place] : bounds[place + 1]]
            held = read_standings(profiles[id], [crowd.held[person] for person in people.tolist()])
            sheets += count(profiles[id], held, crowd.group[people], allowance)
    return Sheet.join(sheets)
