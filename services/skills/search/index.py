"""A typo-tolerant index over labels, in memory.

Words are found by the deletion neighbourhood of Garbe's SymSpell: two words within one typo share what is
left when a letter of each is deleted, so a look-up replaces a scan. Labels are then ranked by the words
they share with the query, rare words first, and whatever is left over counts against them.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from services.skills.search.words import deletions, split

Key = int
"""Place of a label in the index."""

EXACT, PREFIX, ONE_TYPO, TWO_TYPOS = 1.0, 0.85, 0.7, 0.45
LONG_WORD = 6
"""Words of at least this many letters may hold two typos; shorter ones become other words too easily."""
FIRST_LETTERS = 8
"""Deletions are taken from the beginning of a word only: it keeps the index small and loses nothing, since
candidates are compared whole."""
MOST_COMPLETIONS = 32
MOST_PHRASES = 100
MOST_WORDS = 20
ALTERNATIVE_LABEL = 0.97
UNKNOWN_WORD = 4.0
"""What a word that no label has weighs against a hit."""
SPARE_WORDS = 0.35
"""How much a label's words that nobody asked for count against it."""
NOTHING = (0.0, 0.0, 0.0)
FEW = 10
ENOUGH = 60
"""Labels that are ranked at most. Keys ascend with the length of labels, so the shortest are ranked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A label of a skill. `uses`: how many roles require the skill."""

    skill: int
    label: str
    preferred: bool
    uses: int = 0
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Hit:
    """A skill that was found, by which label, and how well it fits (0..1)."""

    skill: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a typed word may mean: words of the index with how surely, and the beginning of a longer one.

    `endings` are longer ones that begin so, where nothing else is meant: they find labels, but excuse none.
    """

    words: dict[str, float]
    beginning: str | None = None
    endings: tuple[str, ...] = ()


class LabelIndex:
    """Finds skills by their labels. Skills are numbers that the caller maps to ids."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        told = sorted(((split(entry.label), entry) for entry in entries), key=_brevity)
        self.entries = [entry for _, entry in told]
        self._words = [tuple(words) for words, _ in told]
        self._spelled = [f" {' '.join(words)}" for words in self._words]
        self._postings: dict[str, set[Key]] = defaultdict(set)
        self._exact: dict[str, list[Key]] = defaultdict(list)
        for key, words in enumerate(self._words):
            self._exact[self._spelled[key][1:]].append(key)
            for word in words:
                self._postings[word].add(key)
        self._vocabulary = sorted(self._postings)
        self._phrases = sorted(self._exact)
        self._neighbourhood = _neighbourhood(self._vocabulary)
        total = max(len(self.entries), 1)
        self._weights = {word: 1.0 + math.log(total / len(keys)) for word, keys in self._postings.items()}
        self._sums = [sum(self._weights[word] for word in words) for words in self._words]
        self._ties = _places(self.entries)

    def search(self, query: str, limit: int) -> list[Hit]:
        """The skills whose labels fit best, best first; ties go to the shorter label, then to the more used one."""
        words = split(query)[:MOST_WORDS]
        if not words:
            return []
        scores = self._score(self._meanings(words))
        self._add_phrases(" ".join(words), scores)
        return self._best(scores, limit)

    # What the words mean

    def _meanings(self, words: list[str]) -> list[Meaning]:
        words = self._respaced(words)
        alone = len(words) == 1
        return [self._meaning(word, alone, is_last=place == len(words) - 1) for place, word in enumerate(words)]

    def _meaning(self, word: str, alone: bool, *, is_last: bool) -> Meaning:
        longer = self._completions(word) if is_last and (alone or word not in self._postings) else []
        found = dict.fromkeys(longer, PREFIX) if alone else {}
        if word in self._postings:
            found[word] = EXACT
        beginning = word if is_last and self._begins(word) else None
        if not found and beginning is None:
            found = self._typos(word)
        return Meaning(found, beginning, () if found else tuple(longer))

    def _begins(self, beginning: str) -> bool:
        place = bisect_left(self._vocabulary, beginning)
        return place < len(self._vocabulary) and self._vocabulary[place].startswith(beginning)

    def _completions(self, beginning: str) -> list[str]:
        """Words that begin so; of a very short beginning only the first ones, since labels that begin so are
        found anyway."""
        first = bisect_left(self._vocabulary, beginning)
        last = bisect_left(self._vocabulary, beginning + "\U0010ffff", first)
        return self._vocabulary[first : min(last, first + MOST_COMPLETIONS)]

    def _typos(self, word: str) -> dict[str, float]:
        if len(word) < 3:
            return {}
        near = self._within(word, 1)
        return near if near or len(word) < LONG_WORD else self._within(word, 2)

    def _within(self, word: str, distance: int) -> dict[str, float]:
        found: dict[str, float] = {}
        for shorter in deletions(word[:FIRST_LETTERS], distance):
            for candidate in self._neighbourhood.get(shorter, ()):
                if candidate not in found:
                    apart = OSA.distance(word, candidate, score_cutoff=distance)
                    if apart <= distance:
                        found[candidate] = ONE_TYPO if apart == 1 else TWO_TYPOS
        return found

    def _respaced(self, words: list[str]) -> list[str]:
        """The query with its blanks put right: one forgotten, one too many, one hit a key too early or late."""
        for place, word in enumerate(words):
            if word in self._postings or (place == len(words) - 1 and self._begins(word)):
                continue
            before, after = words[:place], words[place + 1 :]
            if (halves := self._cut(word)) is not None and not self._within(word, 1):
                return [*before, *halves, *after]
            if before and (mended := self._moved(before[-1], word)) is not None:
                return [*before[:-1], *mended, *after]
            if after and (mended := self._moved(word, after[0])) is not None:
                return [*before, *mended, *after[1:]]
        return words

    def _cut(self, word: str) -> list[str] | None:
        """Two words written as one, with the blank missing or mistyped as a letter."""
        for cut in range(2, len(word) - 1):
            if word[:cut] in self._postings:
                for rest in (word[cut:], word[cut + 1 :]):
                    if len(rest) > 1 and rest in self._postings:
                        return [word[:cut], rest]
        return None

    def _moved(self, first: str, second: str) -> list[str] | None:
        """Two words whose blank does not belong there, or belongs a letter further."""
        if first + second in self._postings:
            return [first + second]
        for left, right in ((first[:-1], first[-1:] + second), (first + second[:1], second[1:])):
            if left in self._postings and right in self._postings:
                return [left, right]
        return None

    # Which labels hold them

    def _score(self, meanings: list[Meaning]) -> dict[Key, float]:
        """Labels that hold the most telling words of the query, with the share of both that fits together."""
        candidates = self._candidates(meanings)
        asked = UNKNOWN_WORD * sum(1 for meaning in meanings if not meaning.words and meaning.beginning is None)
        tallies: dict[Key, tuple[float, float, float]] = {}
        for meaning in meanings:
            heaviest = max((self._weights[word] for word in meaning.words), default=0.0)
            asked += heaviest
            for key, (sureness, word) in self._reached(meaning, candidates).items():
                weight = self._weights[word]
                shared, found, answered = tallies.get(key, NOTHING)
                tallies[key] = (shared + sureness * weight, found + weight, answered + heaviest)
        return {
            key: shared / (found + asked - answered + SPARE_WORDS * max(self._sums[key] - found, 0.0))
            for key, (shared, found, answered) in tallies.items()
        }

    def _reached(self, meaning: Meaning, candidates: set[Key]) -> dict[Key, tuple[float, str]]:
        """The candidates that hold what a word may mean, with how surely and which of their words it is."""
        reached: dict[Key, tuple[float, str]] = {}
        for word, sureness in sorted(meaning.words.items(), key=_surest_last):
            reached.update(dict.fromkeys(candidates & self._postings[word], (sureness, word)))
        if meaning.beginning is not None:
            typed, spelled = f" {meaning.beginning}", self._spelled
            for key in [key for key in candidates - reached.keys() if typed in spelled[key]]:
                longer = next(word for word in self._words[key] if word.startswith(meaning.beginning))
                reached[key] = (PREFIX, longer)
        return reached

    def _candidates(self, meanings: list[Meaning]) -> set[Key]:
        """Labels with all the words if there are some, and with all but one; of too many the shortest."""
        known = sorted((m for m in meanings if m.words), key=self._count)
        if not known:
            return set()
        present = [self._holding(meaning) for meaning in known]
        whole = set.intersection(*present)
        begun = {key for word in meanings[-1].endings for key in whole & self._postings[word]}
        found = sorted(begun) + sorted(whole - begun)
        if len(found) < FEW and len(present) > 1:
            found += sorted(set.intersection(*present[1:]) | set.intersection(*present[:-1]))[:ENOUGH]
        if len(found) < FEW and len(present) > 1:
            found += sorted(present[0])[:ENOUGH]
        return set(found[:ENOUGH])

    def _holding(self, meaning: Meaning) -> set[Key]:
        words = iter(meaning.words)
        first = self._postings[next(words)]
        return first.union(*(self._postings[word] for word in words)) if len(meaning.words) > 1 else first

    def _count(self, meaning: Meaning) -> int:
        return sum(len(self._postings[word]) for word in meaning.words)

    def _add_phrases(self, typed: str, scores: dict[Key, float]) -> None:
        """Labels that are, or begin with, exactly what was typed come first."""
        first = bisect_left(self._phrases, typed)
        last = bisect_left(self._phrases, typed + "\U0010ffff", first, min(first + MOST_PHRASES, len(self._phrases)))
        for phrase in self._phrases[first:last]:
            for key in self._exact[phrase]:
                scores[key] = 1.0 if phrase == typed else max(scores.get(key, 0.0), 0.9)

    def _best(self, scores: dict[Key, float], limit: int) -> list[Hit]:
        entries, ties = self.entries, self._ties
        ranked = sorted(
            (-round(score if entries[key].preferred else score * ALTERNATIVE_LABEL, 6), ties[key], key)
            for key, score in scores.items()
        )
        best: dict[int, Hit] = {}
        for score, _, key in ranked:
            entry = entries[key]
            if entry.skill not in best:
                best[entry.skill] = Hit(entry.skill, entry.label, round(min(-score, 1.0), 4))
                if len(best) == limit:
                    break
        return list(best.values())


def _places(entries: list[Entry]) -> list[int]:
    """The place of each label among all of them: between equals the shorter goes first, then the more used one."""
    order = sorted(range(len(entries)), key=lambda key: _standing(entries[key]))
    places = [0] * len(entries)
    for place, key in enumerate(order):
        places[key] = place
    return places


def _standing(entry: Entry) -> tuple[int, int, str]:
    return len(entry.label), -entry.uses, entry.label


def _brevity(told: tuple[list[str], Entry]) -> tuple[int, int, int]:
    words, entry = told
    return len(words), -entry.uses, len(entry.label)


def _surest_last(meant: tuple[str, float]) -> float:
    return meant[1]


def _neighbourhood(vocabulary: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in vocabulary:
        if len(word) > 2:
            for shorter in deletions(word[:FIRST_LETTERS], 2 if len(word) >= LONG_WORD else 1):
                found[shorter].append(word)
    return {shorter: tuple(words) for shorter, words in found.items()}
