"""Which label is shown."""

import pytest

from shared.languages import choose_label, parse_accept_language


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        (None, []),
        ("de", ["de"]),
        ("fr;q=0.3, de-AT, en;q=0.8", ["de-AT", "en", "fr"]),
        ("*, de;q=0", []),
        ("de;q=x, en", ["en"]),
    ],
)
def test_accept_language(header: str | None, tags: list[str]) -> None:
    assert parse_accept_language(header) == tags


@pytest.mark.parametrize(
    ("languages", "label"), [(["de-AT"], "Hallo"), (["fr"], "Hello"), (["fr", "DE"], "Hallo"), ([], "Hello")]
)
def test_the_first_accepted_language_wins_then_english(languages: list[str], label: str) -> None:
    assert choose_label({"en": "Hello", "de": "Hallo"}, languages) == label


def test_any_label_is_better_than_none() -> None:
    assert choose_label({"pl": "Cześć", "da": "Hej"}, ["fr"]) == "Hej"
