"""Small groups stay hidden: no figure, and no difference of two figures, may speak of fewer than five people.

Groups form trees (org units, reporting lines, or one total over a flat list), and a group's figure covers
everybody below it. Hiding a small group is not enough where its parent and its siblings are shown: then the
next smallest sibling is hidden too, until what is left over speaks of enough people. Below a hidden group
nothing is shown. This is complementary cell suppression as statistics offices practise it (Hundepool et al.,
Statistical Disclosure Control, 2012, chapter 4), for one additive tree.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

MINIMUM_GROUP = 5

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class Group(Generic[Key]):
    """`people` stand behind its figure, those of its `children` included."""

    key: Key
    people: int
    children: "list[Group[Key]]" = field(default_factory=list)


def visible_groups(roots: Iterable[Group[Key]], minimum: int = MINIMUM_GROUP) -> set[Key]:
    """The keys whose figures may be shown; groups of nobody are harmless and stay."""
    shown: set[Key] = set()
    waiting = [root for root in roots if not _small(root, minimum)]
    while waiting:
        group = waiting.pop()
        shown.add(group.key)
        waiting.extend(_shown_parts(group.people, group.children, minimum))
    return shown


def _small(group: Group[Key], minimum: int) -> bool:
    return 0 < group.people < minimum


def _shown_parts(people: int, parts: list[Group[Key]], minimum: int) -> list[Group[Key]]:
    """The parts of a shown group of `people` that may be shown beside it."""
    empty = [part for part in parts if part.people == 0]
    shown = sorted(
        (part for part in parts if part.people >= minimum),
        key=lambda part: (part.people, str(part.key)),
    )
    left_over = people - sum(part.people for part in shown)
    alone = len(parts) - len(empty) - len(shown) == 1
    while shown and (0 < left_over < minimum or alone):
        left_over += shown.pop(0).people
        alone = False
    return empty + shown
