"""Sheets of figures, packed and read again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.skills.gaps.rollups.sheets import NARROW, WIDTH, Sheet

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 5), st.sampled_from([0, 7, 2**32 - 1, 2**32, 2**50])), max_size=12
)


def sheet_of(rows: list[tuple[int, int, int]]) -> Sheet:
    group, skill, figure = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(3))
    figures = np.outer(figure, np.arange(1, WIDTH + 1))
    return Sheet(group, skill, np.zeros(len(rows), dtype=np.int64), np.full(len(rows), 9), figures).added()


@given(ROWS)
def test_what_is_packed_is_read_again_however_large_its_figures_are(rows: list[tuple[int, int, int]]) -> None:
    sheet = sheet_of(rows)
    found = Sheet.read(sheet.pack(4)).added()
    for name in ("group", "skill", "holds_from", "holds_until", "figures"):
        assert (getattr(found, name) == getattr(sheet, name)).all()


def test_ordinary_figures_take_half_the_bytes() -> None:
    [packed] = sheet_of([(0, 1, 7)]).pack(1)
    assert len(packed) == NARROW.itemsize + 4
