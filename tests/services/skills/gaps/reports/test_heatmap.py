import csv
import io
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.reports.heatmap import (
    FORMULA_STARTS,
    Heatmap,
    HeatmapCell,
    HeatmapColumn,
    HeatmapRow,
    guard_text,
    write_csv,
)

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
