"""The few pieces of SVG that every drawing is made of."""

from collections.abc import Iterable
from html import escape

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
INK = "#1a1a1a"
FAINT_INK = "#4d4d4d"
MARGIN = 24

HATCHING = (
    '<pattern id="hatching" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="#f4f4f4"/><line x1="0" y1="0" x2="0" y2="7" stroke="#767676" '
    'stroke-width="2"/></pattern>'
)


def picture(title: str, description: str, width: int, height: int, parts: Iterable[str]) -> str:
    """A whole drawing on white, with its title and description for those who do not see it."""
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc" '
        f'font-family="{FONT}" font-size="13" fill="{INK}">'
    )
    named = f'<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(description)}</desc>'
    paper = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    return "\n".join([opening, named, paper, *parts, "</svg>"])


def text(
    x: float, y: float, content: str, *, size: int = 13, weight: int = 400, fill: str = INK, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(content)}</text>'
    )


def shorten(label: str, longest: int) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1].rstrip()}…"


def text_colour(background: str) -> str:
    """Black or white, whichever contrasts more with the background."""
    light = luminance(background)
    on_white = 1.05 / (light + 0.05)
    on_black = (light + 0.05) / 0.05
    return "#ffffff" if on_white > on_black else "#000000"


def luminance(colour: str) -> float:
    """Relative luminance, 0..1, of `#rrggbb` (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(share * channel for share, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
