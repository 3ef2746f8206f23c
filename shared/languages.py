"""Labels follow Accept-Language."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import Depends, Request, Response

FALLBACK_LANGUAGE = "en"
_ASKED = "upskill.language_asked"


def choose_label(labels: Mapping[str, str], languages: Iterable[str]) -> str:
    """The label for the first accepted language that has one (de-AT falls back to de), else English, else any.

    `languages` are BCP 47 tags in the caller's order of preference; `labels` is not empty.
    """
    by_tag = {language.lower(): label for language, label in labels.items()}
    for language in (*languages, FALLBACK_LANGUAGE):
        tag = language.lower()
        while tag:
            if tag in by_tag:
                return by_tag[tag]
            tag = tag.rpartition("-")[0]
    return labels[min(labels)]


def parse_accept_language(header: str | None) -> list[str]:
    """The tags of an Accept-Language header by falling quality (RFC 9110 section 12.5.4); what is odd is left out."""
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate((header or "").split(",")[:20]):
        tag, _, parameter = part.strip().partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if tag and tag != "*" and quality > 0:
            found.append((-quality, place, tag.strip()))
    return [tag for _, _, tag in sorted(found)]


async def _languages(request: Request) -> list[str]:
    request.scope[_ASKED] = True
    return parse_accept_language(request.headers.get("accept-language"))


def vary(request: Request, response: Response) -> None:
    """Tell caches that the answer follows the language, where it does; the frame calls it."""
    if _ASKED in request.scope:
        response.headers["Vary"] = "Accept-Language"


Languages = Annotated[list[str], Depends(_languages)]
"""The caller's languages in order of preference, for `choose_label`."""
