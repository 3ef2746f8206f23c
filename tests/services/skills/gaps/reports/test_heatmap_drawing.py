import re
from itertools import pairwise
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.heatmap import Heatmap, HeatmapCell, HeatmapColumn, HeatmapRow
from services.skills.gaps.reports.heatmap_drawing import (
    BOUNDS,
    STEP_NAMES,
    STEPS,
    describe,
    draw_heatmap,
    step_of,
)
from services.skills.gaps.svg import luminance, text_colour

SVG = "{http://www.w3.org/2000/svg}"
# WCAG 2.2 asks for 4.5; what barely reaches it is not read easily on a coloured cell.
READABLE = 6.0


def one_row(*cells: HeatmapCell, title: str = "Sales") -> Heatmap:
    columns = [HeatmapColumn(UUID(int=n), f"Skill {n}") for n in range(len(cells))]
    return Heatmap("Gaps by org unit and skill", "Horizon short", columns, [HeatmapRow(UUID(int=99), title, 0, cells)])


def texts(drawing: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(drawing).iter(f"{SVG}text")]  # noqa: S314


def test_it_has_a_title_a_description_and_a_legend() -> None:
    root = ElementTree.fromstring(draw_heatmap(one_row(HeatmapCell(9, 1.2, 0.6))))  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SVG}title") == "Gaps by org unit and skill"
    assert "Sales, Skill 0: 1.2 levels" in (root.findtext(f"{SVG}desc") or "")
    assert {*STEP_NAMES, "hidden to protect small groups", "not asked for"} <= set(texts(draw_heatmap(one_row())))


def test_a_hidden_cell_is_hatched_and_tells_no_figure() -> None:
    drawing = draw_heatmap(one_row(HeatmapCell(None)))
    assert "Sales · Skill 0: hidden, too few people" in drawing
    assert len(re.findall(r'fill="url\(#hatching\)"', drawing)) == 2
    assert not [text for text in texts(drawing) if re.fullmatch(r"\d+\.\d", text)]


def test_a_group_hidden_for_a_small_ones_sake_is_not_called_small() -> None:
    drawing = draw_heatmap(one_row(HeatmapCell(None, protects=True)))
    assert "Sales · Skill 0: hidden to protect a small group" in drawing
    assert "too few people" not in drawing


def test_a_figure_is_written_in_its_cell() -> None:
    assert "2.0" in texts(draw_heatmap(one_row(HeatmapCell(9, 2.0, 0.3))))


def test_nothing_to_show_is_said() -> None:
    empty = Heatmap("Gaps", "Horizon short", [], [])
    assert "Nothing to show." in texts(draw_heatmap(empty))
    assert describe(empty).endswith("No gap is shown.")


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("step", STEPS)
def test_text_can_be_read_on_every_step(step: str) -> None:
    assert contrast(step, text_colour(step)) >= READABLE


def test_steps_darken_in_order_so_that_no_colour_is_needed_to_read_them() -> None:
    lights = [luminance(step) for step in STEPS]
    assert all(contrast(a, b) > 1.2 for a, b in pairwise(STEPS))
    assert lights == sorted(lights, reverse=True)


def test_each_bound_begins_a_step() -> None:
    assert [step_of(bound) for bound in (0.0, *BOUNDS)] == [0, 1, 2, 3, 4]
    assert [step_of(bound - 0.01) for bound in BOUNDS] == [0, 1, 2, 3]


CELLS = st.builds(
    HeatmapCell,
    people=st.none() | st.integers(0, 500),
    gap=st.none() | st.floats(0, 5),
    readiness=st.none() | st.floats(0, 1),
)
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('<>&"'), max_size=60)


@given(st.lists(CELLS, max_size=5), NAMES)
def test_whatever_the_names_it_is_well_formed(cells: list[HeatmapCell], title: str) -> None:
    root = ElementTree.fromstring(draw_heatmap(one_row(*cells, title=title)))  # noqa: S314
    assert root.tag == f"{SVG}svg"
