"""Small groups stay hidden: no figure, and no difference of two figures, may speak of fewer than five people.

Groups form trees (org units, reporting lines, or one total over a flat list), and a group's figure covers
everybody below it. Hiding a small group is not enough where its parent and its siblings are shown: then the
next smallest sibling is hidden too, until what is left over speaks of enough people. Below a small group nothing
is shown; the parts of a large one that is hidden for a small one's sake take its place. This is complementary cell
suppression as statistics offices practise it (Hundepool et al., Statistical Disclosure Control, 2012, chapter 4),
for one additive tree.
"""

from collections.abc import Sequence

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
