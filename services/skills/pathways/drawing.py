"""Pathways as an SVG: a line of boxes per way, from today's role to the target.

Kinds of gap differ by sign and by colour (blue and orange of Okabe & Ito's palette, which colour-blind people
tell apart): ▲ more of a known skill, ◆ a new one.
"""

from collections.abc import Iterator
from html import escape

from services.skills.gaps.rules import GapKind
from services.skills.gaps.schemas import GapRead
from services.skills.gaps.svg import FAINT_INK, picture, shorten, text
from services.skills.pathways.schemas import Pathway, Pathways, PathwayStep

MARGIN = 24
HEAD = 104
BOX_WIDTH = 250
BOX_HEIGHT = 132
ARROW = 78
ROW = BOX_HEIGHT + 48
SHOWN_GAPS = 3
LONGEST_TITLE = 28
LONGEST_SKILL = 26
SIGNS = {GapKind.UPSKILLING: ("▲", "#0072b2"), GapKind.RESKILLING: ("◆", "#a63f00")}
SAID = {GapKind.UPSKILLING: "more of a known skill", GapKind.RESKILLING: "a new skill"}


def draw_pathways(pathways: Pathways) -> str:
    """The whole picture, with its title and description for those who do not see it."""
    start = pathways.current_role.title if pathways.current_role else "No role yet"
    title = f"Pathways from {start} to {pathways.target_role.title}"
    longest = max((len(pathway.steps) for pathway in pathways.data), default=0)
    width = max(2 * MARGIN + BOX_WIDTH + longest * (BOX_WIDTH + ARROW), 620)
    height = HEAD + ROW * len(pathways.data) + MARGIN
    parts = [
        text(MARGIN, MARGIN + 12, shorten(title, (width - 2 * MARGIN) // 10), size=18, weight=600),
        *_legend(),
        *(part for row, pathway in enumerate(pathways.data) for part in _pathway(pathway, start, row)),
    ]
    return picture(title, describe(pathways), width, height, parts)


def describe(pathways: Pathways) -> str:
    """The picture in words."""
    ways = (
        f"{', then '.join(step.role.title for step in pathway.steps)} (effort {pathway.effort:.1f} levels)"
        for pathway in pathways.data
    )
    return f"{len(pathways.data)} ways, the most similar moves first: {'; '.join(ways)}."


def _legend() -> Iterator[str]:
    x = MARGIN
    for kind, (sign, colour) in SIGNS.items():
        yield text(x, MARGIN + 36, sign, fill=colour)
        yield text(x + 18, MARGIN + 36, f"{kind}: {SAID[kind]}", fill=FAINT_INK)
        x += 250


def _pathway(pathway: Pathway, start: str, row: int) -> Iterator[str]:
    y = HEAD + ROW * row
    similarity = "" if pathway.similarity is None else f", similarity {pathway.similarity:.2f}"
    yield text(MARGIN, y - 8, f"Way {row + 1}: effort {pathway.effort:.1f} levels{similarity}", weight=600)
    yield _box(MARGIN, y, "#f2f2f2", start, [text(MARGIN + 12, y + 46, "Today", fill=FAINT_INK)])
    for number, step in enumerate(pathway.steps, start=1):
        x = MARGIN + number * (BOX_WIDTH + ARROW)
        yield from _arrow(x - ARROW, y + BOX_HEIGHT // 2, step)
        yield _box(x, y, "#ffffff", step.role.title, list(_inside(x, y, step)))


def _box(x: int, y: int, fill: str, title: str, inside: list[str]) -> str:
    return (
        f'<g><title>{escape(title)}</title><rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" '
        f'rx="8" fill="{fill}" stroke="#767676"/>'
        f"{text(x + 12, y + 24, shorten(title, LONGEST_TITLE), weight=600)}{''.join(inside)}</g>"
    )


def _inside(x: int, y: int, step: PathwayStep) -> Iterator[str]:
    ready = "" if step.readiness is None else f" · {step.readiness:.0%} ready"
    yield text(x + 12, y + 44, f"Effort {step.effort:.1f}{ready}", size=12, fill=FAINT_INK)
    missing = [gap for gap in step.gaps if gap.gap > 0]
    for line, gap in enumerate(missing[:SHOWN_GAPS]):
        yield from _missing(x + 12, y + 68 + 18 * line, gap)
    if len(missing) > SHOWN_GAPS:
        yield text(x + 12, y + 68 + 18 * SHOWN_GAPS, f"and {len(missing) - SHOWN_GAPS} more", size=12, fill=FAINT_INK)
    if not missing:
        yield text(x + 12, y + 68, "Nothing is missing", size=12)


def _missing(x: int, y: int, gap: GapRead) -> Iterator[str]:
    sign, colour = SIGNS[gap.kind]
    yield text(x, y, sign, size=12, fill=colour)
    yield text(x + 16, y, shorten(gap.skill.label, LONGEST_SKILL), size=12)
    yield text(x + BOX_WIDTH - 24, y, f"+{gap.gap:.1f}", size=12, anchor="end")


def _arrow(x: int, y: int, step: PathwayStep) -> Iterator[str]:
    end = x + ARROW - 6
    yield (
        f'<path d="M{x + 6} {y} H{end - 2} M{end - 8} {y - 5} L{end} {y} L{end - 8} {y + 5}" fill="none" '
        'stroke="#4d4d4d" stroke-width="1.5"/>'
    )
    yield text(x + ARROW / 2, y - 8, step.move, size=12, anchor="middle")
    if step.similarity is not None:
        yield text(x + ARROW / 2, y + 18, f"{step.similarity:.2f}", size=12, fill=FAINT_INK, anchor="middle")
