"""Lists and trends of gaps as CSV: a line per group or cycle, what is hidden or not known is empty."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from services.skills.gaps.reports.heatmap import guard_text
from services.skills.gaps.reports.schemas import GroupGaps, TrendPointRead

FIGURES = (
    "people",
    "suppressed",
    "readiness",
    "assessed_share",
    "weighted_gap",
    "upskilling",
    "reskilling",
    "people_with_gaps",
    "essential_open",
)
POINT = ("cycle_id", "closed_at", "people", "suppressed", "readiness", "weighted_gap")


def write_groups(groups: Iterable[GroupGaps]) -> str:
    """Text that a spreadsheet would run is quoted."""
    lines = ((g.group.id, guard_text(g.group.title), g.group.parent_id, *_values(g, FIGURES)) for g in groups)
    return _write(("group_id", "group", "parent_id", *FIGURES), lines)


def write_trend(points: Iterable[TrendPointRead]) -> str:
    """The live point has no cycle."""
    return _write(POINT, (_values(point, POINT) for point in points))


def _values(row: GroupGaps | TrendPointRead, names: Sequence[str]) -> list[Any]:
    said = row.model_dump(mode="json", include=set(names))
    return [str(said[name]).lower() if isinstance(said[name], bool) else said[name] for name in names]


def _write(headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows(lines)
    return out.getvalue()
