"""What comes of a coverage requirement, and when its figures stay hidden."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.skills.gaps.reports.suppression import MINIMUM_GROUP


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many people were wanted, and how many hold the skill at the level."""

    wanted: int
    holders: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.holders)

    @property
    def met(self) -> bool:
        return self.missing == 0


def tells_of_few(people: int, wider: Iterable[int]) -> bool:
    """Whether a figure about `people`, or its difference from that of a `wider` group, speaks of one to four."""
    return any(0 < few < MINIMUM_GROUP for few in (people, *(count - people for count in wider)))


def level_fault(level: float, lowest: float, highest: float) -> str | None:
    """Why a level cannot be asked for, or None. It may lie between two levels of the scale."""
    return None if lowest <= level <= highest else f"The level is within the scale, {lowest:g} to {highest:g}."
