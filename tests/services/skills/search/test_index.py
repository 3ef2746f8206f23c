"""The index: what people type finds what they mean."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.search.index import Entry, LabelIndex

LABELS = [
    "use virtual conference tools",
    "market on social media",
    "manage budgets",
    "manage personal development",
    "database development tools",
    "develop software prototype",
    "train employees",
    "C++",
    "SQL",
    "Café hospitality",
    "water quality testing",
    "conduct quality control analysis",
]
INDEX = LabelIndex([Entry(number, label, True) for number, label in enumerate(LABELS)])
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def found(query: str, limit: int = 5) -> list[str]:
    return [hit.label for hit in INDEX.search(query, limit)]


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("use virtual conference tools", "use virtual conference tools"),
        ("virtual conf", "use virtual conference tools"),
        ("vidtual conference", "use virtual conference tools"),
        ("tools conference virtual use", "use virtual conference tools"),
        ("socialmedia", "market on social media"),
        ("socia lmedia", "market on social media"),
        ("manage bugdets", "manage budgets"),
        ("mange", "manage budgets"),
        ("cafe", "Café hospitality"),
        ("CAFÉ", "Café hospitality"),
        ("c++", "C++"),
        ("waterquality testing", "water quality testing"),
        ("waterxquality testing", "water quality testing"),
        ("conduct quality kontrol anlysis", "conduct quality control analysis"),
    ],
)
def test_the_first_hit_is_what_was_meant(query: str, label: str) -> None:
    assert found(query)[0] == label


@pytest.mark.parametrize("query", ["", "   ", "!?", "zzzzzzzz qqqqqqq", "\U0001f600"])
def test_what_fits_nothing_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_each_skill_is_found_once_by_its_best_label() -> None:
    index = LabelIndex([Entry(0, "video meetings", False), Entry(0, "use virtual meeting tools", True)])
    hits = index.search("video meetings", 5)
    assert [(hit.skill, hit.label) for hit in hits] == [(0, "video meetings")]


def test_ties_go_to_the_shorter_then_the_more_used() -> None:
    index = LabelIndex(
        [Entry(0, "sell shoes", True, 1), Entry(1, "sell shoes", True, 9), Entry(2, "sell shoes now", True)]
    )
    assert [hit.skill for hit in index.search("sell", 5)] == [1, 0, 2]


def test_a_word_that_is_begun_finds_its_label_among_very_many_shorter_ones() -> None:
    labels = [*(f"manage {letter}{other}" for letter in LETTERS for other in LETTERS), "manage an office's personnel"]
    index = LabelIndex([Entry(number, label, True) for number, label in enumerate(labels)])
    assert index.search("manage perso", 1)[0].label == "manage an office's personnel"


@given(st.sampled_from([label for label in LABELS if len(label) > 8]), st.randoms(use_true_random=False))
def test_one_typo_anywhere_is_forgiven(label: str, rng: random.Random) -> None:
    place = rng.randrange(len(label))
    typed = label[:place] + rng.choice(["", rng.choice(LETTERS) + label[place]]) + label[place + 1 :]
    assert label in found(typed, 10)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(query: str) -> None:
    hits = INDEX.search(query, 5)
    assert len(hits) <= 5
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
