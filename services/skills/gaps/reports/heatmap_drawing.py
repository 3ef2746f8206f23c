"""The heatmap as an SVG that a person can read on paper and in a browser, colour-blind or not.

Colours are five steps of ColorBrewer's YlOrBr, an order of lightness that survives every kind of colour
blindness and a grey printer; each cell says its figure as well. Text on a step is black or white, whichever
contrasts more (WCAG 2.2, at least 4.5 to 1). Hatched = hidden because too few people stand behind it, or because
those of a small group could be worked out from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from services.skills.gaps.reports.heatmap import Heatmap, HeatmapCell, HeatmapRow
from services.skills.gaps.svg import FAINT_INK, HATCHING, MARGIN, picture, shorten, text, text_colour

STEPS = ("#ffffe5", "#fee391", "#fe9929", "#993404", "#662506")
# Mean gap in levels from which the next step begins.
BOUNDS = (0.25, 0.75, 1.5, 2.5)
STEP_NAMES = ("under ¼", "¼ to ¾", "¾ to 1½", "1½ to 2½", "over 2½")

CELL_WIDTH = 46
CELL_HEIGHT = 30
LABEL_WIDTH = 264
HEAD_HEIGHT = 258
INDENT = 14
LONGEST_LABEL = 34
LONGEST_HEAD = 30
LEGEND_WIDTH = 890
# More cannot be looked at together: the heads and the last row would be two screens apart.
MOST_ROWS = 80

WHY_HIDDEN = {False: "hidden, too few people", True: "hidden to protect a small group"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the grid of cells lies in the drawing."""

    left: int
    top: int
    width: int
    height: int


def draw_heatmap(heatmap: Heatmap) -> str:
    """The whole picture, with its title and description for those who do not see it."""
    frame = _frame(heatmap)
    parts = [
        f"<defs>{HATCHING}</defs>",
        text(MARGIN, MARGIN + 12, heatmap.title, size=18, weight=600),
        text(MARGIN, MARGIN + 34, heatmap.note, fill=FAINT_INK),
        *_legend(),
        *_heads(heatmap, frame),
        *(part for number, row in enumerate(heatmap.rows) for part in _row(heatmap, frame, number, row)),
    ]
    return picture(heatmap.title, describe(heatmap), frame.width, frame.height, parts)


def describe(heatmap: Heatmap) -> str:
    """The picture in words: its size and its three largest figures."""
    shown = [
        (cell.gap, row.title, column.label)
        for row in heatmap.rows
        for column, cell in zip(heatmap.columns, row.cells, strict=True)
        if cell.gap
    ]
    largest = sorted(shown, key=lambda found: (-found[0], found[1], found[2]))[:3]
    worst = "; ".join(f"{title}, {label}: {gap:.1f} levels" for gap, title, label in largest)
    size = f"Mean gap in levels of {len(heatmap.columns)} skills in {len(heatmap.rows)} groups."
    return f"{size} Largest: {worst}." if worst else f"{size} No gap is shown."


def step_of(gap: float) -> int:
    """Which of the five steps of colour a mean gap has."""
    return sum(gap >= bound for bound in BOUNDS)


def _frame(heatmap: Heatmap) -> _Frame:
    left, top = MARGIN + LABEL_WIDTH, MARGIN + HEAD_HEIGHT
    # The slanted heads of the last columns reach out to the right.
    width = max(left + CELL_WIDTH * len(heatmap.columns) + 150, LEGEND_WIDTH) + MARGIN
    return _Frame(left, top, width, top + CELL_HEIGHT * max(1, len(heatmap.rows)) + MARGIN)


def _heads(heatmap: Heatmap, frame: _Frame) -> Iterator[str]:
    for number, column in enumerate(heatmap.columns):
        x, y = frame.left + CELL_WIDTH * number + CELL_WIDTH // 2, frame.top - 10
        yield (
            f'<g transform="rotate(-45 {x} {y})"><title>{escape(column.label)}</title>'
            f"{text(x, y, shorten(column.label, LONGEST_HEAD))}</g>"
        )
    if not (heatmap.rows and heatmap.columns):
        yield text(frame.left, frame.top + 20, "Nothing to show.")


def _row(heatmap: Heatmap, frame: _Frame, number: int, row: HeatmapRow) -> Iterator[str]:
    y = frame.top + CELL_HEIGHT * number
    indent = INDENT * min(row.depth, 6)
    label = shorten(row.title, LONGEST_LABEL - 2 * min(row.depth, 6))
    weight = 600 if row.depth == 0 else 400
    yield (
        f"<g><title>{escape(row.title)}</title>"
        f"{text(MARGIN + indent, y + CELL_HEIGHT // 2 + 5, label, weight=weight)}</g>"
    )
    for position, (column, cell) in enumerate(zip(heatmap.columns, row.cells, strict=True)):
        yield _cell(frame.left + CELL_WIDTH * position, y, cell, f"{row.title} · {column.label}")


def _cell(x: int, y: int, cell: HeatmapCell, place: str) -> str:
    if cell.suppressed:
        return _box(x, y, "url(#hatching)", f"{place}: {WHY_HIDDEN[cell.protects]}")
    if cell.gap is None:
        return _box(x, y, "#ffffff", f"{place}: not asked for", _centred(x, y, "·", "#767676"))
    fill = STEPS[step_of(cell.gap)]
    readiness = "" if cell.readiness is None else f", {cell.readiness:.0%} of what is asked for"
    said = f"{place}: mean gap {cell.gap:.2f} levels, {cell.people} people{readiness}"
    return _box(x, y, fill, said, _centred(x, y, f"{cell.gap:.1f}", text_colour(fill)))


def _box(x: int, y: int, fill: str, said: str, inside: str = "") -> str:
    return (
        f'<g><title>{escape(said)}</title><rect x="{x}" y="{y}" width="{CELL_WIDTH - 2}" '
        f'height="{CELL_HEIGHT - 2}" rx="3" fill="{fill}" stroke="#bdbdbd" stroke-width="0.75"/>{inside}</g>'
    )


def _centred(x: int, y: int, content: str, fill: str) -> str:
    middle = x + (CELL_WIDTH - 2) / 2
    return text(middle, y + CELL_HEIGHT / 2 + 4, content, fill=fill, anchor="middle")


def _legend() -> Iterator[str]:
    """Above the cells, where it is seen first however many rows there are."""
    y = MARGIN + 68
    yield text(MARGIN, y - 6, "Mean gap in levels", size=12, fill=FAINT_INK)
    swatches = [
        *zip(STEPS, STEP_NAMES, strict=True),
        ("url(#hatching)", "hidden to protect small groups"),
        ("#ffffff", "not asked for"),
    ]
    x = MARGIN
    for fill, name in swatches:
        yield (
            f'<rect x="{x}" y="{y}" width="18" height="18" rx="3" fill="{fill}" stroke="#bdbdbd" '
            f'stroke-width="0.75"/>{text(x + 24, y + 14, name, size=12)}'
        )
        x += 42 + 7 * len(name)
