"""Skills named in a text: which, where, how surely."""

from hypothesis import given
from hypothesis import strategies as st

from services.skills.search.index import Entry
from services.skills.search.mentions import MentionFinder

TOOLS = ["mail", "sales", "map", "music", "photo"]
USE = [Entry(100 + number, f"use {tool} software", True) for number, tool in enumerate(TOOLS)]
FINDER = MentionFinder(
    [
        Entry(1, "SQL", True),
        Entry(2, "manage databases", True),
        Entry(3, "social media", False),
        Entry(4, "social media marketing", True),
        Entry(5, "use spreadsheets software", True),
        Entry(6, "IT", True),
        Entry(7, "Datenbanken verwalten", True, language="de"),
        *USE,
    ]
)


def named(text: str, language: str = "en") -> dict[str, int]:
    return {text[m.start : m.end]: m.skill for m in FINDER.find(text, language)}


def test_other_forms_of_a_word_are_the_same_skill() -> None:
    assert named("You will be managing a database in SQL.") == {"SQL": 1}
    assert named("You are managing databases.") == {"managing databases": 2}


def test_of_two_that_overlap_the_longer_is_taken() -> None:
    assert named("Plan Social Media Marketing and social media.") == {"Social Media Marketing": 4, "social media": 3}


def test_a_leading_verb_may_be_missing_and_is_less_sure() -> None:
    whole = FINDER.find("use spreadsheets software", "en")[0]
    part = FINDER.find("knows spreadsheets software", "en")[0]
    assert (whole.skill, part.skill) == (5, 5)
    assert part.confidence < whole.confidence


def test_short_names_are_meant_as_they_are_written() -> None:
    assert named("it is IT") == {"IT": 6}


def test_labels_of_the_texts_language_only() -> None:
    assert named("Sie können Datenbanken verwalten", "de") == {"Datenbanken verwalten": 7}
    assert named("Sie können Datenbanken verwalten", "en") == {}
    assert named("anything", "xx") == {}


@given(st.text(max_size=200))
def test_places_are_places_of_the_text(text: str) -> None:
    ends = 0
    for mention in FINDER.find(text, "en"):
        assert ends <= mention.start < mention.end <= len(text)
        assert 0 <= mention.confidence <= 1
        ends = mention.end
