"""Lists of gaps as bars, and trends as lines, for paper and browser. Every mark says its figure as well."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from html import escape

from services.skills.gaps.reports.schemas import GroupGaps, TrendPointRead
from services.skills.gaps.svg import FAINT_INK, HATCHING, INK, MARGIN, picture, shorten, text

# More bars cannot be looked at together.
MOST_BARS = 40
BAR, ROW = "#993404", 30
LABELS, BARS, FIGURES = 264, 300, 260
STEP, PANEL = 96, 130
HIDDEN = "hidden to protect a small group"


def draw_groups(title: str, note: str, groups: Sequence[GroupGaps]) -> str:
    """A bar per group, as long as its mean weighted gap; beside it what it stands for."""
    longest = max((group.weighted_gap or 0 for group in groups), default=0) or 1
    top = MARGIN + 64
    parts = [
        f"<defs>{HATCHING}</defs>",
        *_heading(title, note),
        text(MARGIN + LABELS, top - 10, "Mean weighted gap per person, in levels", size=12, fill=FAINT_INK),
        *(part for row, group in enumerate(groups) for part in _bar(group, top + ROW * row, longest)),
    ]
    if not groups:
        parts.append(text(MARGIN, top + 20, "Nothing to show."))
    hidden = sum(group.suppressed for group in groups)
    said = f"{len(groups)} groups, {hidden} of them hidden. {note}"
    width = 2 * MARGIN + LABELS + BARS + FIGURES
    return picture(title, said, width, top + ROW * max(1, len(groups)) + MARGIN, parts)


def _bar(group: GroupGaps, y: int, longest: float) -> Iterator[str]:
    title, x = group.group.title, MARGIN + LABELS
    yield f"<g><title>{escape(title)}</title>{text(MARGIN, y + 19, shorten(title, 34))}</g>"
    if group.suppressed:
        yield f'<rect x="{x}" y="{y + 4}" width="60" height="20" rx="3" fill="url(#hatching)" stroke="#bdbdbd"/>'
        yield text(x + 70, y + 19, HIDDEN, fill=FAINT_INK)
        return
    gap = group.weighted_gap or 0
    length = round(BARS * gap / longest)
    yield f'<rect x="{x}" y="{y + 4}" width="{max(1, length)}" height="20" rx="3" fill="{BAR}"/>'
    ready = "" if group.readiness is None else f" · readiness {group.readiness:.0%}"
    yield text(x + max(1, length) + 8, y + 19, f"{gap:.1f} · n {group.people:,}{ready}")


def draw_trend(title: str, note: str, points: Sequence[TrendPointRead]) -> str:
    """Readiness above, weighted gap below, a point per closed cycle, the live one last and hollow."""
    gaps = [point.weighted_gap for point in points]
    top = MARGIN + 100
    parts = [
        *_heading(title, note),
        *_panel("Readiness", [point.readiness for point in points], 1.0, top, lambda share: f"{share:.0%}"),
        *_panel(
            "Mean weighted gap per person, in levels",
            gaps,
            max((gap for gap in gaps if gap is not None), default=0) or 1,
            top + PANEL + 74,
            lambda gap: f"{gap:.1f}",
        ),
        *(part for place, point in enumerate(points) for part in _below(point, place, top + 2 * PANEL + 98)),
    ]
    width = max(720, 2 * MARGIN + STEP * len(points))
    return picture(title, f"{len(points)} points, the last one live. {note}", width, top + 2 * PANEL + 140, parts)


def _panel(
    name: str, figures: Sequence[float | None], most: float, top: int, say: Callable[[float], str]
) -> Iterator[str]:
    yield text(MARGIN, top - 36, name, size=12, fill=FAINT_INK)
    bottom, right = top + PANEL, MARGIN + STEP * len(figures)
    yield f'<line x1="{MARGIN}" y1="{bottom}" x2="{right}" y2="{bottom}" stroke="#767676"/>'
    spots = [
        None if figure is None else (_across(place), round(bottom - PANEL * figure / most, 1))
        for place, figure in enumerate(figures)
    ]
    for before, after in itertools.pairwise(spots):
        if before and after:
            yield (
                f'<line x1="{before[0]}" y1="{before[1]}" x2="{after[0]}" y2="{after[1]}" '
                f'stroke="{BAR}" stroke-width="2.5"/>'
            )
    for place, (figure, spot) in enumerate(zip(figures, spots, strict=True)):
        if figure is None or spot is None:
            yield text(_across(place), bottom - 8, "–", fill=FAINT_INK, anchor="middle")
            continue
        fill = "#ffffff" if place == len(figures) - 1 else BAR
        yield f'<circle cx="{spot[0]}" cy="{spot[1]}" r="5" fill="{fill}" stroke="{BAR}" stroke-width="2.5"/>'
        yield text(spot[0], spot[1] - 11, say(figure), fill=INK, anchor="middle")


def _below(point: TrendPointRead, place: int, y: int) -> Iterator[str]:
    day = "now" if point.closed_at is None else f"{point.closed_at:%Y-%m-%d}"
    yield text(_across(place), y, day, size=12, anchor="middle")
    people = "hidden" if point.suppressed else f"n {point.people:,}"
    yield text(_across(place), y + 18, people, size=12, fill=FAINT_INK, anchor="middle")


def _across(place: int) -> int:
    return MARGIN + STEP * place + STEP // 2


def _heading(title: str, note: str) -> list[str]:
    return [
        text(MARGIN, MARGIN + 12, title, size=18, weight=600),
        text(MARGIN, MARGIN + 34, note, fill=FAINT_INK),
    ]
