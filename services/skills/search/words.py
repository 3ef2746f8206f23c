"""How text becomes words: what counts as the same word when people type it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:[+#]+)?", re.UNICODE)
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian", "it": "italian",
    "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, folded, and where it stands there."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without accents: `Café` is `cafe`. Keeps the number of words."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def split(text: str) -> list[str]:
    """The folded words of a text; `C++` and `C#` are words."""
    return _WORD.findall(fold(text))


def locate(text: str) -> list[Word]:
    """The words of a text with their places in it."""
    return [Word(fold(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """What a word shares with its other forms in this language (Snowball), so that a text's `managing databases`
    is the label's `manage database`. Words of an unknown language stay as they are.
    """
    stemmer = _stemmer(language.partition("-")[0].lower())
    return word if stemmer is None else str(stemmer.stemWord(word))


@lru_cache(maxsize=64)
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(_SNOWBALL[language]) if language in _SNOWBALL else None


def deletions(word: str, count: int) -> set[str]:
    """The word itself and what is left of it when up to `count` of its letters are deleted."""
    found = {word}
    edge = {word}
    for _ in range(count):
        edge = {shorter[:place] + shorter[place + 1 :] for shorter in edge for place in range(len(shorter))}
        found |= edge
    return found
