"""The heatmap of gaps as a table of figures: groups of people down, skills across."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.skills.gaps.reports.groups import Place
from services.skills.gaps.reports.suppression import MINIMUM_GROUP
from services.skills.gaps.rollups.profiles import Array
from services.skills.gaps.rollups.sheets import totals_of
from services.skills.gaps.service import rounded

# Spreadsheets run what begins like a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class HeatmapCell:
    """`people` who are asked for the skill, None where the group may not be shown: it is too small, or (`protects`)
    a smaller one could be worked out from it.

    `gap` is their mean gap in levels, `readiness` Σ importance·min(level, target) / Σ importance·target,
    0..1; both None where nothing is asked or nothing may be shown.
    """

    people: int | None
    gap: float | None = None
    readiness: float | None = None
    protects: bool = False

    @property
    def suppressed(self) -> bool:
        return self.people is None


@dataclass(frozen=True, slots=True)
class HeatmapRow:
    """One group; `depth` is how far it is indented below the top."""

    id: UUID
    title: str
    depth: int
    cells: tuple[HeatmapCell, ...]
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HeatmapColumn:
    id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class Heatmap:
    """`rows[i].cells[j]` belongs to `columns[j]`."""

    title: str
    note: str
    columns: Sequence[HeatmapColumn]
    rows: Sequence[HeatmapRow]


@dataclass(frozen=True, slots=True)
class Grid:
    """A heatmap as arrays: groups in reading order with how deep they lie, figures groups × columns × `Totals`, and
    which of them may be shown. Rows are made of those groups only that somebody asks for.
    """

    columns: Sequence[HeatmapColumn]
    groups: Sequence[tuple[Place, int]]
    figures: Array
    shown: Array
    pending: int = 0
    """People who are still being counted anew."""

    def upper(self, most: int) -> Sequence[int]:
        """At most so many groups: all, or those of as many levels as there is room for, or the first ones."""
        depths = sorted(depth for _, depth in self.groups)
        if len(depths) <= most:
            return range(len(depths))
        found = [position for position, (_, depth) in enumerate(self.groups) if depth < depths[most]]
        return found or range(most)

    def rows(self, positions: Iterable[int]) -> list[HeatmapRow]:
        return [self._row(position) for position in positions]

    def _row(self, position: int) -> HeatmapRow:
        place, depth = self.groups[position]
        cells = zip(self.figures[position].tolist(), self.shown[position].tolist(), strict=True)
        return HeatmapRow(
            place.id,
            place.title,
            depth,
            tuple(_cell(figures, is_shown) for figures, is_shown in cells),
            place.parent_id,
        )


def _cell(figures: Sequence[int], is_shown: bool) -> HeatmapCell:
    totals = totals_of(figures)
    if not totals.people:
        return HeatmapCell(0)
    if not is_shown:
        return HeatmapCell(None, protects=totals.people >= MINIMUM_GROUP)
    return HeatmapCell(totals.people, rounded(totals.gap), rounded(totals.readiness))


HEADINGS = ("group_id", "group", "skill_id", "skill", "people", "gap", "readiness", "suppressed")


def write_csv(heatmap: Heatmap) -> str:
    """One line per cell; figures of suppressed cells are empty. Text that a spreadsheet would run is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in heatmap.rows:
        for column, cell in zip(heatmap.columns, row.cells, strict=True):
            names = (str(row.id), guard_text(row.title), str(column.id), guard_text(column.label))
            writer.writerow((*names, *_texts(cell)))
    return out.getvalue()


def _texts(cell: HeatmapCell) -> tuple[str, ...]:
    figures = (cell.people, cell.gap, cell.readiness)
    return (*("" if figure is None else f"{figure:g}" for figure in figures), str(cell.suppressed).lower())


def guard_text(text: str) -> str:
    """A leading apostrophe keeps `= + - @`, tab and return from starting a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
