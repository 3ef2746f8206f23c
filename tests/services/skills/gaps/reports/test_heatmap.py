import csv
import io
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.groups import Place
from services.skills.gaps.reports.heatmap import (
    FORMULA_STARTS,
    Grid,
    Heatmap,
    HeatmapCell,
    HeatmapColumn,
    HeatmapRow,
    guard_text,
    write_csv,
)
from services.skills.gaps.reports.schemas import GroupBy
from services.skills.gaps.reports.service import table_of

SALES, SHOPS = UUID(int=1), UUID(int=2)
SOCIAL, STOCK = UUID(int=3), UUID(int=4)


def heatmap() -> Heatmap:
    return Heatmap(
        title="Gaps by org unit and skill",
        note="Horizon short",
        columns=[HeatmapColumn(SOCIAL, "Market on social media"), HeatmapColumn(STOCK, "Plan <stock>")],
        rows=[
            HeatmapRow(SALES, "=cmd|' /C calc'!A0", 0, (HeatmapCell(12, 1.5, 0.5), HeatmapCell(0))),
            HeatmapRow(SHOPS, 'Shops, "North"', 1, (HeatmapCell(None), HeatmapCell(8, 0.0, 1.0))),
        ],
    )


def test_csv_has_a_line_per_cell() -> None:
    lines = list(csv.DictReader(io.StringIO(write_csv(heatmap()))))
    assert [(line["group"], line["skill"], line["people"], line["gap"], line["readiness"]) for line in lines] == [
        ("'=cmd|' /C calc'!A0", "Market on social media", "12", "1.5", "0.5"),
        ("'=cmd|' /C calc'!A0", "Plan <stock>", "0", "", ""),
        ('Shops, "North"', "Market on social media", "", "", ""),
        ('Shops, "North"', "Plan <stock>", "8", "0", "1"),
    ]
    assert [line["suppressed"] for line in lines] == ["false", "false", "true", "false"]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_text_starts_a_formula(start: str) -> None:
    assert guard_text(f"{start}1+1") == f"'{start}1+1"


@given(st.text())
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    guarded = guard_text(text)
    assert not guarded.startswith(FORMULA_STARTS)
    assert guarded in (text, f"'{text}")


def grid(*depths: int) -> Grid:
    groups = [(Place(UUID(int=number), f"Unit {number}"), depth) for number, depth in enumerate(depths)]
    return Grid([], groups, np.zeros((len(depths), 0, 10)), np.ones((len(depths), 0), dtype=bool))


@pytest.mark.parametrize(
    ("depths", "most", "drawn"),
    [
        ((0, 1, 2, 1), 4, [0, 1, 2, 3]),
        ((0, 1, 2, 1), 3, [0, 1, 3]),
        ((0, 1, 2, 1), 2, [0]),
        ((0, 0, 0), 2, [0, 1]),
        ((), 2, []),
    ],
)
def test_a_drawing_shows_as_many_whole_levels_as_there_is_room_for(
    depths: tuple[int, ...], most: int, drawn: list[int]
) -> None:
    assert list(grid(*depths).upper(most)) == drawn


def test_what_is_left_out_is_said() -> None:
    table = table_of(GroupBy.ORG_UNIT, "short", grid(0, 1, 1, 1), 2)
    assert [row.title for row in table.rows] == ["Unit 0"]
    assert table.note.endswith("3 groups further down are not drawn.")
    assert len(table_of(GroupBy.ORG_UNIT, "short", grid(0, 1, 1, 1)).rows) == 4


@pytest.mark.parametrize(
    ("group_by", "said"), [(GroupBy.ORG_UNIT, True), (GroupBy.MANAGER, True), (GroupBy.ROLE, False)]
)
def test_levels_are_spoken_of_where_there_are_any(group_by: GroupBy, said: bool) -> None:
    assert ("all levels below" in table_of(group_by, "short", grid(0)).note) is said


@pytest.mark.parametrize(("people", "protects"), [(4, False), (5, True)])
def test_it_is_known_why_a_cell_is_hidden(people: int, protects: bool) -> None:
    figures = np.zeros((1, 1, 10), dtype=np.int64)
    figures[0, 0, 0] = people
    [row] = Grid([], [(Place(SALES, "Sales"), 0)], figures, np.zeros((1, 1), dtype=bool)).rows([0])
    assert row.cells == (HeatmapCell(None, protects=protects),)
