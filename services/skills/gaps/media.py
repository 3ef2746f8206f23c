"""The same figures as JSON, as a table or as a picture: the caller's Accept header decides."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import Request, Response

from shared.errors import Problem

JSON = "application/json"
CSV = "text/csv"
SVG = "image/svg+xml"


class NotAcceptable(Problem):
    status, code, title = 406, "not-acceptable", "Not in a form that you accept"


def prefer(*offered: str) -> Callable[[Request, Response], Coroutine[Any, Any, str]]:
    """A dependency: which of the offered media types to answer with. Raises NotAcceptable."""

    async def preferred(request: Request, response: Response) -> str:
        response.headers.append("Vary", "Accept")
        return choose_media(request.headers.get("accept"), offered)

    return preferred


def choose_media(accept: str | None, offered: Sequence[str]) -> str:
    """The offered media type that an Accept header wants most; the first one when it does not mind.

    The most specific range that names a type gives its quality (RFC 9110 section 12.5.1).
    """
    ranges = _ranges(accept or "*/*")
    qualities = [(_quality(media, ranges), -place, media) for place, media in enumerate(offered)]
    quality, _, media = max(qualities)
    if quality == 0:
        raise NotAcceptable(f"This is offered as {', '.join(offered)}.")
    return media


def rendered(content: str, media: str) -> Response:
    """A text answer in another form than JSON."""
    return Response(content, media_type=media, headers={"Vary": "Accept, Accept-Language"})


def documented(*media: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI should say of the other forms of a 200."""
    return {200: {"content": {name: {"schema": {"type": "string"}} for name in media}}}


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(",")[:50]:
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        try:
            found[media] = min(1.0, max(0.0, float(quality)))
        except ValueError:
            continue
    return found


def _quality(media: str, ranges: dict[str, float]) -> float:
    kind = media.partition("/")[0]
    return next((ranges[name] for name in (media, f"{kind}/*", "*/*") if name in ranges), 0.0)
