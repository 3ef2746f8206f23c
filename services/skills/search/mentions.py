"""Which skills a text names, where, and how surely.

Labels are laid into a tree of stemmed words; the text is read once from left to right, and at each word the
longest label that begins there is taken. Labels of skills often begin with a verb that texts leave out
(`use spreadsheets` for somebody who knows `spreadsheets`), so they are also known without it, less surely.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.skills.search.index import Entry
from services.skills.search.words import Word, fold, locate, split, stem

WHOLE, WITHOUT_VERB = 1.0, 0.75
ALTERNATIVE_LABEL = 0.95
COMMON_WORD = 0.6
"""A single word that is common in labels is seldom meant as that skill."""
ACRONYM_LENGTH = 3
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Mention:
    """A skill named in a text: `text[start:end]`, by which label, and with which confidence (0..1)."""

    skill: int
    label: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Name:
    """A way to name a skill, at the end of a branch."""

    entry: Entry
    sureness: float


class _Branch:
    __slots__ = ("names", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Branch] = {}
        self.names: list[_Name] = []


class MentionFinder:
    """Knows labels and finds them in texts. Skills are numbers that the caller maps to ids."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._roots: dict[str, _Branch] = {}
        known = [(entry, split(entry.label)) for entry in entries]
        verbs = _leading_words(known)
        counts = Counter(word for _, words in known for word in set(words))
        self._rarity = _Rarity(counts, len(known))
        for entry, words in known:
            if not words or len(words) > MOST_WORDS:
                continue
            self._plant(entry, words, WHOLE)
            if len(words) > 2 and (entry.language, words[0]) in verbs:
                self._plant(entry, words[1:], WITHOUT_VERB)

    def find(self, text: str, language: str) -> list[Mention]:
        """Mentions in the order of the text; where two overlap, the longer one. Labels of `language` only."""
        words = locate(text)
        root = self._roots.get(language)
        if root is None:
            return []
        stems = [stem(word.text, language) for word in words]
        found: list[Mention] = []
        place = 0
        while place < len(words):
            length, names = self._longest(root, stems, place)
            here = [self._mention(name, text, words[place : place + length]) for name in names]
            sure = [mention for mention in here if mention is not None]
            if sure:
                found.append(max(sure, key=lambda mention: (mention.confidence, -mention.skill)))
                place += length
            else:
                place += 1
        return found

    def _plant(self, entry: Entry, words: Sequence[str], sureness: float) -> None:
        branch = self._roots.setdefault(entry.language, _Branch())
        for word in words:
            branch = branch.next.setdefault(stem(word, entry.language), _Branch())
        branch.names.append(_Name(entry, sureness))

    def _longest(self, root: _Branch, stems: Sequence[str], place: int) -> tuple[int, list[_Name]]:
        branch, longest, names = root, 0, list[_Name]()
        for length, word in enumerate(stems[place : place + MOST_WORDS], start=1):
            following = branch.next.get(word)
            if following is None:
                break
            branch = following
            if branch.names:
                longest, names = length, branch.names
        return longest, names

    def _mention(self, name: _Name, text: str, words: Sequence[Word]) -> Mention | None:
        start, end = words[0].start, words[-1].end
        said = text[start:end]
        if len(words) == 1 and len(said) <= ACRONYM_LENGTH and said != name.entry.label:
            return None  # `IT` is not `it`
        confidence = name.sureness * (1.0 if name.entry.preferred else ALTERNATIVE_LABEL)
        if len(words) == 1:
            confidence *= self._rarity.of(words[0].text)
        if fold(said) != fold(name.entry.label) and name.sureness == WHOLE:
            confidence *= 0.95
        return Mention(name.entry.skill, name.entry.label, start, end, round(confidence, 2))


class _Rarity:
    """How telling a single word is: 1 for a word of one label, COMMON_WORD for one of very many."""

    def __init__(self, counts: Counter[str], labels: int) -> None:
        self._counts = counts
        self._scale = math.log(max(labels, 2))

    def of(self, word: str) -> float:
        return 1.0 - (1.0 - COMMON_WORD) * math.log(max(self._counts[word], 1)) / self._scale


def _leading_words(known: Iterable[tuple[Entry, list[str]]]) -> set[tuple[str, str]]:
    """Words with which many longer labels begin, per language: `use`, `manage`, `develop` …"""
    first = Counter((entry.language, words[0]) for entry, words in known if len(words) > 2)
    return {word for word, count in first.items() if count >= 5}
