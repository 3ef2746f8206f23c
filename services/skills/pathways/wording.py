"""What roles are called and what is said of them, as bags of words."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from services.skills.pathways.vectors import Sparse, by_rarity, unit_rows

ALIAS_CREDIT = 0.5

FILLERS = frozenset(["a", "all", "and", "except", "for", "in", "of", "or", "other", "the", "to", "with"])


def spell_words(title: str) -> list[str]:
    """The words of a title in the singular, without fillers: 'Sales Managers, All Other' is sale, manager."""
    words = re.findall(r"[^\W\d_]+", title.casefold())
    return [_singular(word) for word in words if word not in FILLERS]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        return word[:-1]
    return word


def title_vectors(names: Sequence[tuple[str, Sequence[str]]]) -> Sparse:
    """A row for each role by its title and its other names; rare words weigh more."""
    words: dict[str, int] = {}
    cells: dict[tuple[int, int], float] = {}
    for row, (title, aliases) in enumerate(names):
        for alias in aliases:
            for word in spell_words(alias):
                cells[row, words.setdefault(word, len(words))] = ALIAS_CREDIT
        for word in spell_words(title):
            cells[row, words.setdefault(word, len(words))] = 1.0
    return unit_rows(by_rarity(cells, (len(names), max(1, len(words))), len(names)))


def description_vectors(texts: Sequence[tuple[str, str | None]]) -> Sparse:
    """A row for each role by the words of its title and its description; rare words weigh more.

    A word that comes n times weighs 1 + ln n, as is usual for term frequencies: said twice is not meant twice. A role
    without a description is known by its title alone, so that it is not unlike all others for want of words.
    """
    words: dict[str, int] = {}
    cells: dict[tuple[int, int], float] = {}
    for row, (title, description) in enumerate(texts):
        for word, times in Counter(spell_words(f"{title} {description or ''}")).items():
            cells[row, words.setdefault(word, len(words))] = 1.0 + math.log(times)
    return unit_rows(by_rarity(cells, (len(texts), max(1, len(words))), len(texts)))
