"""Small groups stay hidden: no figure, and no difference of two figures, may speak of fewer than five people.

Groups form trees (org units, reporting lines, or one total over a flat list), and a group's figure covers
everybody below it. Hiding a small group is not enough where its parent and its siblings are shown: then the
next smallest sibling is hidden too, until what is left over speaks of enough people. Below a small group nothing
is shown; the parts of a large one that is hidden for a small one's sake take its place. This is complementary cell
suppression as statistics offices practise it (Hundepool et al., Statistical Disclosure Control, 2012, chapter 4),
for one additive tree. What is hidden in a list cannot be asked for by its id either: `Breakdown` says so of one
group, by the same rule.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from services.skills.gaps.rollups.profiles import Array

MINIMUM_GROUP = 5


def visible_parts(whole: Array, parts: Array) -> Array:
    """Which parts of shown groups may be shown beside them: parts × columns.

    Each column is a group of `whole` people and the people in its `parts`. Parts of nobody are harmless.
    """
    enough = parts >= MINIMUM_GROUP
    small = (parts > 0) & ~enough
    left_over = whole - np.where(enough, parts, 0).sum(axis=0)
    telling = ((left_over > 0) & (left_over < MINIMUM_GROUP)) | (small.sum(axis=0) == 1)
    shown = ~small
    for column in np.flatnonzero(telling & enough.any(axis=0)):
        shown[:, column] = visible_among(int(whole[column]), parts[:, column].tolist())
    return shown


def visible_among(whole: int, parts: Sequence[int]) -> list[bool]:
    """Which parts of a group of `whole` people may be shown beside it: the smallest are hidden until nothing can be
    told of those hidden.
    """
    shown = sorted((place for place, people in enumerate(parts) if people >= MINIMUM_GROUP), key=parts.__getitem__)
    left_over = whole - sum(parts[place] for place in shown)
    alone = sum(0 < people < MINIMUM_GROUP for people in parts) == 1
    while shown and (0 < left_over < MINIMUM_GROUP or alone):
        left_over += parts[shown.pop(0)]
        alone = False
    return [people == 0 or place in shown for place, people in enumerate(parts)]


class Branch(NamedTuple):
    """A group in its tree, with the people right in it. Ids are of any kind that can be compared."""

    id: Any
    title: str
    parent_id: Any
    people: int


class Breakdown:
    """Everybody by groups that form trees: whether one group is shown there, as `Forest.shown` says of all of them.

    `everybody` are all people, also those in no group. Only the groups on the way to one and those beside them are
    looked at.
    """

    def __init__(self, branches: Iterable[Branch], everybody: int) -> None:
        self.everybody = everybody
        self._branches = {branch.id: branch for branch in branches}
        self._parts: dict[Any, list[Branch]] = {}
        for branch in self._branches.values():
            self._parts.setdefault(self._parent(branch), []).append(branch)
        self._people = self._add_up()

    def __iter__(self) -> Any:
        return iter(self._people)

    def people(self, id: Any) -> int:
        """Those in a group, all levels down."""
        return self._people.get(id, 0)

    def shows(self, id: Any) -> bool:
        """Whether the figures of a group may be shown. Of a group that nobody knows there is nothing to tell; groups
        that stand in a circle are in no tree and are not shown.
        """
        if id not in self._branches:
            return True
        if id not in self._people or 0 < self.everybody < MINIMUM_GROUP:
            return False
        whole, family, is_shown = self.everybody, self._family([None]), False
        for step in self._way_to(id):
            visible = dict(zip(family, visible_among(whole, [self._people[part] for part in family]), strict=True))
            is_shown = visible[step]
            if is_shown:
                whole, family = self._people[step], self._family([step])
            elif self._people[step] < MINIMUM_GROUP:
                return False
            else:  # its parts may take its place
                whole -= sum(self._people[part] for part in family if visible[part])
                hidden = [part for part in family if not visible[part] and self._people[part] >= MINIMUM_GROUP]
                family = self._family(hidden)
        return is_shown

    def _parent(self, branch: Branch) -> Any:
        return branch.parent_id if branch.parent_id in self._branches else None

    def _add_up(self) -> dict[Any, int]:
        order = list(self._parts.get(None, ()))
        for branch in order:  # grows while it is walked
            order.extend(self._parts.get(branch.id, ()))
        found = {branch.id: branch.people for branch in order}
        for branch in reversed(order):
            if (parent := self._parent(branch)) is not None:
                found[parent] += found[branch.id]
        return found

    def _way_to(self, id: Any) -> list[Any]:
        """The groups that a group is in and the group itself, from the top on."""
        way = [id]
        while (parent := self._parent(self._branches[way[-1]])) is not None:
            way.append(parent)
        return way[::-1]

    def _family(self, parents: Iterable[Any]) -> list[Any]:
        """The groups right below some groups, in reading order."""
        families = [sorted(self._parts.get(parent, ()), key=_reading_order) for parent in parents]
        return [branch.id for family in families for branch in family]


def _reading_order(branch: Branch) -> tuple[str, Any]:
    return branch.title.casefold(), branch.id


def tells_team_apart(units: Breakdown, team: Breakdown) -> bool:
    """Whether a team and a unit that is shown differ by one to four people: `units` has everybody by org unit, `team`
    the people of the team. Two groups tell of their difference where one of them has all people of the other.
    """
    size = team.everybody
    return any(
        0 < abs(units.people(id) - size) < MINIMUM_GROUP
        and team.people(id) in (size, units.people(id))
        and units.shows(id)
        for id in units
    )
