"""Decisions of the taxonomy: how a skill's life goes, what a scale accepts."""

from collections.abc import Mapping, Sequence

from shared.errors import Conflict, Unprocessable

LIFE: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"published", "deprecated"}),
    "published": frozenset({"deprecated"}),
    "deprecated": frozenset({"published"}),
}
"""From a status to the statuses that may follow it. A published skill never becomes a draft again: it is in use."""

OPPOSITE = {"broader": "narrower", "narrower": "broader", "related": "related", "same_as": "same_as"}


class IllegalStatus(Conflict):
    """The skill cannot go from its status to the asked one; carries the allowed ones."""

    code, title = "illegal-status", "The skill cannot take this status"


class LevelOutsideScale(Unprocessable):
    code, title = "level-outside-scale", "The level is not on the scale"


def check_status_change(present: str, wanted: str) -> None:
    """Raises IllegalStatus when a skill may not go from `present` to `wanted`."""
    if wanted != present and wanted not in LIFE[present]:
        allowed = sorted(LIFE[present])
        raise IllegalStatus(f"A {present} skill cannot become {wanted}.", allowed=allowed)


def check_level(level: float, levels: Sequence[float], pointer: str) -> None:
    """A rating's level is 0 (none) or one of the scale's levels. Raises LevelOutsideScale naming the place."""
    if level != 0 and level not in levels:
        shown = ", ".join(f"{number:g}" for number in levels)
        raise LevelOutsideScale(f"The level should be 0 or one of {shown}.", pointer=pointer)
