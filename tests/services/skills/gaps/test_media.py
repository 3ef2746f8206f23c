import pytest

from services.skills.gaps.media import CSV, JSON, SVG, NotAcceptable, choose_media

OFFERED = (JSON, CSV, SVG)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/json", JSON),
        ("text/csv", CSV),
        ("image/*", SVG),
        ("image/avif,image/webp,image/svg+xml,image/*;q=0.8,*/*;q=0.5", SVG),
        ("text/csv;q=0.3, image/svg+xml;q=0.9", SVG),
        ("application/json;q=0, */*", CSV),
        ("TEXT/CSV", CSV),
        ("text/csv;q=high, image/svg+xml", SVG),
    ],
)
def test_the_accept_header_decides(accept: str | None, chosen: str) -> None:
    assert choose_media(accept, OFFERED) == chosen


@pytest.mark.parametrize("accept", ["text/html", "*/*;q=0", "application/json;q=0"])
def test_what_is_not_offered_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        choose_media(accept, OFFERED)
