"""What a role asks for, and what a person is known to hold of it, as arrays that can be counted quickly.

A requirement holds from one day until another, so that one count serves every horizon: a report asks for the day
that its horizon ends on. Days are ordinals; 0 is the beginning of time.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.skills.roles.rules import Requirement

BEGINNING, FOREVER = 0, 2**31 - 1
ASKED = np.dtype(
    [
        ("skill", "<i4"),
        ("holds_from", "<i4"),
        ("holds_until", "<i4"),  # the first day on which it no longer holds
        ("level", "<f8"),
        ("importance", "<f8"),
        ("essential", "?"),
        ("redesign", "?"),
    ]
)
HELD = np.dtype([("level", "<f8"), ("exempt", "?"), ("own_word", "?")])
_HELD = struct.Struct("<d??")

Array = NDArray[Any]


@dataclass(frozen=True)
class Profile:
    """The requirements of a role (`ASKED`, in order of skill and day). Equal requirements have an equal id."""

    asked: Array

    @classmethod
    def of(cls, requirements: Iterable[Requirement], numbers: Mapping[UUID, int]) -> "Profile":
        """`numbers` are the small numbers that stand for skills."""
        by_skill: dict[int, list[Requirement]] = {}
        for requirement in requirements:
            by_skill.setdefault(numbers[requirement.skill_id], []).append(requirement)
        rows = [row for skill in sorted(by_skill) for row in _intervals(skill, by_skill[skill])]
        return cls(np.array(rows, dtype=ASKED))

    @classmethod
    def read(cls, packed: bytes) -> "Profile":
        return cls(np.frombuffer(packed, dtype=ASKED))

    @cached_property
    def packed(self) -> bytes:
        return self.asked.tobytes()

    @cached_property
    def id(self) -> UUID:
        return UUID(bytes=blake2b(self.packed, digest_size=16).digest())

    @cached_property
    def skills(self) -> list[int]:
        """The skills that are asked for at any time: the order in which a person's standing is packed."""
        return [int(skill) for skill in np.unique(self.asked["skill"])]

    @cached_property
    def slots(self) -> Array:
        """For each requirement the place of its skill in `skills`."""
        return np.searchsorted(np.asarray(self.skills, dtype=np.int64), self.asked["skill"])

    @cached_property
    def editions(self) -> list[tuple[int, int]]:
        """From when until when the same requirements hold together."""
        days = {BEGINNING, FOREVER, *self.asked["holds_from"].tolist(), *self.asked["holds_until"].tolist()}
        return list(pairwise(sorted(days)))


ASKS_NOTHING = Profile(np.array([], dtype=ASKED)).id
"""The profile of a role without requirements."""


def _intervals(skill: int, requirements: Sequence[Requirement]) -> list[tuple[Any, ...]]:
    """Of each skill the latest requirement that has begun holds, until the next one; at level 0 nothing is asked."""
    begins = sorted(
        ((r.effective_from.toordinal() if r.effective_from else BEGINNING, r) for r in requirements), key=_day
    )
    ends = [*(day for day, _ in begins[1:]), FOREVER]
    return [
        (skill, day, end, r.level, r.importance, r.essential, r.redesign)
        for (day, r), end in zip(begins, ends, strict=True)
        if day < end and r.level > 0
    ]


def _day(begin: tuple[int, Requirement]) -> int:
    return begin[0]


def pack_held(level: float | None, *, exempt: bool = False, own_word: bool = False) -> bytes:
    """What is known of one person and one skill, as `HELD` has it; no level where nothing counts."""
    return _HELD.pack(np.nan if level is None else level, exempt, own_word)


UNKNOWN = pack_held(None)


def pack_standing(profile: Profile, held: Mapping[int, bytes]) -> bytes:
    """What a person holds of everything that a profile asks for."""
    return b"".join([held.get(skill, UNKNOWN) for skill in profile.skills])


def read_standings(profile: Profile, packed: bytes) -> Array:
    """A row per person, a column per skill of the profile."""
    return np.frombuffer(packed, dtype=HELD).reshape(-1, len(profile.skills))
