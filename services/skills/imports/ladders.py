"""The order of the levels of one role: which of them is the next step up.

A capability framework publishes the levels of a role as titles and required skills, without saying in which order
they are climbed (the United Kingdom's lists them by alphabet). Two signs tell it: the sum of the required levels,
which rises from step to step, and for the steps that lead others the word in the title, because a head of a
profession needs fewer of its skills than the experts who report to them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Steps below 'lead' are ordered by what they require; from there on by the word.
LEADERSHIP = ("lead", "principal", "head", "chief")
TRACKS = " - "


@dataclass(frozen=True)
class Rung:
    """A step of a ladder with its titles: more than one where tracks run side by side."""

    number: int
    titles: tuple[str, ...]


def ladder(demands: Mapping[str, float]) -> list[Rung]:
    """The rungs from the lowest up, numbered from 1.

    `demands` gives for each title of one role the sum of its required levels. `Lead developer` and `Lead developer -
    management` are one rung with two tracks.
    """
    rungs: dict[str, list[str]] = {}
    for title in sorted(demands, key=lambda title: (TRACKS in title, title)):
        rungs.setdefault(_without_track(title), []).append(title)
    ordered = sorted(rungs.items(), key=lambda rung: (_leadership(rung[0]), demands[rung[1][0]], rung[0]))
    return [Rung(number, tuple(titles)) for number, (_, titles) in enumerate(ordered, start=1)]


def promotions(rungs: Sequence[Rung]) -> Iterator[tuple[str, str]]:
    """From each title to the titles one rung up: on the same track where it goes on, else on every one."""
    for lower, upper in pairwise(rungs):
        for title in lower.titles:
            same = [other for other in upper.titles if _track(other) == _track(title)]
            # Whoever is not on a track yet may choose any.
            open_choice = len(lower.titles) == 1 or not same
            for other in upper.titles if open_choice else same:
                yield title, other


def _leadership(title: str) -> int:
    words = title.lower().split()
    ends = {words[0], words[-1]} if words else set()
    return max((rank for rank, word in enumerate(LEADERSHIP, start=1) if word in ends), default=0)


def _without_track(title: str) -> str:
    return title.split(TRACKS)[0].strip()


def _track(title: str) -> str:
    return title.partition(TRACKS)[2].strip()
