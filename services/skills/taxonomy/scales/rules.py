"""Decisions about scales."""

from collections.abc import Sequence

from shared.errors import Unprocessable


class LevelOutsideScale(Unprocessable):
    code, title = "level-outside-scale", "The level is not on the scale"


def check_level(level: float, levels: Sequence[float], pointer: str) -> None:
    """A rating's level is 0 (none) or one of the scale's levels. Raises LevelOutsideScale naming the place."""
    if level != 0 and level not in levels:
        shown = ", ".join(f"{number:g}" for number in levels)
        raise LevelOutsideScale(f"The level should be 0 or one of {shown}.", pointer=pointer)
