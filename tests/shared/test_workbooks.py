"""Workbooks: what a person sees in the cells is what is read, and nothing in them is trusted."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.uploads import BrokenRow, Limits, Row, UploadRefused, open_upload, verify
from shared.uploads.sheets import day_text, number_text
from shared.uploads.workbooks import shows_a_date
from tests.workbooks import archive, parts_of, row, workbook

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy;@"/>'
    '<numFmt numFmtId="165" formatCode="0.0 &quot;days&quot;"/>'
    '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>'
)


def rows_of(parts: dict[str, str], limits: Limits | None = None) -> list[Row | BrokenRow]:
    files = open_upload("book.xlsx", archive(parts), limits)
    verify(files)
    return [row for file in files for row in file.rows()]


def cells(rows: str, **parts: str) -> list[list[str]]:
    """The cells of a sheet below a heading of five columns."""
    found = rows_of(parts_of({"Sheet": row("ABCDE") + rows}, **parts))
    return [row.cells for row in found if isinstance(row, Row)]


def refusal(parts: dict[str, str], limits: Limits | None = None) -> str:
    with pytest.raises(UploadRefused) as caught:
        rows_of(parts, limits)
    return caught.value.code


def test_a_sheet_is_a_table() -> None:
    (file,) = open_upload("book.xlsx", workbook([["name", "level"], ["welding", "3"]]))
    assert (file.name, file.is_table, file.headings()) == ("book.xlsx", True, ["name", "level"])
    assert list(file.rows()) == list(file.rows()) == [Row(2, ["welding", "3"])]


def test_every_visible_sheet_is_a_table() -> None:
    parts = parts_of({"Skills": row(["a"]), "Notes": row(["b"]), "Empty": "", "Lists": row(["c"])})
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace('name="Lists"', 'name="Lists" state="hidden"')
    files = open_upload("book.xlsx", archive(parts))
    assert [(file.name, file.headings()) for file in files] == [
        ("book.xlsx#Skills", ["a"]),
        ("book.xlsx#Notes", ["b"]),
    ]


def test_workbooks_in_an_archive_are_opened_too() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as outer:
        outer.writestr("db_30_0_excel/Skills.xlsx", workbook([["name"], ["welding"]]))
        outer.writestr("db_30_0_excel/Read me.txt", "name\n")
    files = open_upload("db_30_0_excel.zip", buffer.getvalue())
    assert [file.name for file in files] == [
        "db_30_0_excel.zip/db_30_0_excel/Skills.xlsx",
        "db_30_0_excel.zip/db_30_0_excel/Read me.txt",
    ]
    assert list(files[0].rows()) == [Row(2, ["welding"])]


def test_every_kind_of_cell() -> None:
    texts = "<si><t>shared</t></si><si><r><t>in </t></r><r><t>parts</t></r><rPh><t>sound</t></rPh></si>"
    rows = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>'
        '<c t="str"><f>A1&amp;"x"</f><v>made_x000A_here</v></c></row>'
        '<row><c><v>4.1200000000000001</v></c><c s="1"><v>45352</v></c><c s="2"><v>45352.75</v></c>'
        '<c s="3"><v>2.5</v></c><c t="d"><v>2024-03-01T00:00:00</v></c></row>'
    )
    assert cells(rows, texts=texts, styles=STYLES) == [
        ["shared", "in parts", "true", "#N/A", "made\nhere"],
        ["4.12", "2024-03-01", "2024-03-01T18:00:00", "2.5", "2024-03-01"],
    ]


def test_rows_and_cells_that_are_left_out_are_empty() -> None:
    found = rows_of(
        parts_of({"Sheet": row("ABC") + '<row r="4"><c r="B4"><v>1</v></c></row><row r="5"><c r="C5" s="1"/></row>'})
    )
    assert found == [Row(4, ["", "1", ""])]


def test_cells_beyond_the_headings_are_reported() -> None:
    found = rows_of(parts_of({"Sheet": row("AB") + row("abc") + row("de")}))
    assert found == [BrokenRow(2, "too_many_cells", "3 cells under 2 headings."), Row(3, ["d", "e"])]


def test_another_prefix_says_the_same() -> None:
    parts = parts_of({"Sheet": row(["name"]) + "<row><c><v>3</v></c></row>"})
    sheet = parts["xl/worksheets/s1.xml"].replace("xmlns=", "xmlns:x=")
    for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        sheet = sheet.replace(f"<{name}>", f"<x:{name}>").replace(f"</{name}>", f"</x:{name}>")
        sheet = sheet.replace(f"<{name} ", f"<x:{name} ")
    parts["xl/worksheets/s1.xml"] = sheet
    assert rows_of(parts) == [Row(2, ["3"])]


@pytest.mark.parametrize(
    ("written", "starts_in_1904", "day"),
    [
        ("1", False, "1900-01-01"),
        ("59", False, "1900-02-28"),
        ("61", False, "1900-03-01"),
        ("45352", False, "2024-03-01"),
        ("43890", True, "2024-03-01"),
        ("45352.500001", False, "2024-03-01T12:00:00"),
        ("0.25", False, "06:00:00"),
        ("-1", False, "-1"),
        ("3000000", False, "3000000"),
        ("soon", False, "soon"),
    ],
)
def test_days_are_counted_as_spreadsheets_count_them(written: str, starts_in_1904: bool, day: str) -> None:
    assert day_text(written, starts_in_1904=starts_in_1904) == day


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("yyyy-mm-dd", True),
        ("[h]:mm:ss", True),
        ("[$-407]d. mmmm yyyy;@", True),
        ("General", False),
        ("0.00", False),
        ('0 "days"', False),
        ("[Red]0", False),
        ("0.00E+00", False),
        ("#,##0\\ \\d", False),
    ],
)
def test_formats_that_show_a_date(code: str, date: bool) -> None:
    assert shows_a_date(code) is date


@pytest.mark.parametrize(
    ("written", "text"),
    [("8", "8"), ("007", "007"), ("0.1", "0.1"), ("3.0000000000000004", "3"), ("NaN", "NaN"), ("x", "x"), ("", "")],
)
def test_numbers_have_the_digits_that_are_shown(written: str, text: str) -> None:
    assert number_text(written) == text


def far() -> dict[str, str]:
    return parts_of(
        {"Sheet": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'}
    )


def entities() -> dict[str, str]:
    parts = parts_of({"Sheet": row(["a"]) + row(["&b;"])})
    sheet = parts["xl/worksheets/s1.xml"].replace("&amp;", "&")
    return {**parts, "xl/worksheets/s1.xml": '<!DOCTYPE w [<!ENTITY b "boom">]>' + sheet}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"readme.txt": "nothing"}, "broken_workbook"),
        (parts_of({}), "broken_workbook"),
        (parts_of({"Sheet": "<row><c></row>"}), "broken_workbook"),
        (parts_of({"Sheet": row(["a"]) + '<row><c t="s"><v>7</v></c></row>'}), "broken_workbook"),
        (parts_of({"Sheet": '<row r="2"/><row r="2"/>'}), "broken_workbook"),
        (parts_of({"Sheet": '<row r="9999999"/>'}), "broken_workbook"),
        (
            parts_of({"Sheet": row(["a"]) + '<row><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>'}),
            "broken_workbook",
        ),
        (far(), "broken_workbook"),
        (entities(), "broken_workbook"),
        (parts_of({"Sheet": ""}), "empty_file"),
    ],
    ids=["no_workbook", "no_sheet", "no_xml", "no_text", "twice", "too_deep", "backwards", "far", "entities", "empty"],
)
def test_what_cannot_be_read_is_refused(parts: dict[str, str], code: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        [(file.headings(), list(file.rows())) for file in open_upload("book.xlsx", archive(parts))]
    assert caught.value.code == code


@pytest.mark.parametrize("content", [b"", b"name,level\n", b"\xd0\xcf\x11\xe0 encrypted", b"PK\x03\x04 cut off"])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(UploadRefused) as caught:
        open_upload("book.xlsx", content)
    assert caught.value.code in ("empty_file", "unknown_file_type", "broken_archive")


def test_a_long_text_in_very_many_cells_is_a_bomb() -> None:
    text = f"<si><t>{'long ' * 20_000}</t></si>"
    parts = parts_of({"Sheet": '<row><c t="s"><v>0</v></c></row>' * 500}, texts=text)
    assert refusal(parts) == "too_compressed"


def test_shared_parts_are_counted_before_any_row_is_read() -> None:
    parts = parts_of({"Sheet": row(["a"])}, texts="<si/>" * 2_000_000)
    with pytest.raises(UploadRefused) as caught:
        open_upload("book.xlsx", archive(parts))
    assert caught.value.code == "too_compressed"


def test_a_cell_that_is_too_long_is_refused() -> None:
    assert refusal(parts_of({"Sheet": row(["a"]) + row(["b" * 100])}), Limits(cell=99)) == "field_too_long"


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["C"]), max_size=5), max_size=5), max_size=5))
def test_texts_come_out_as_they_went_in(table: list[list[str]]) -> None:
    headings = [["A", "B", "C", "D", "E"]]
    (file,) = open_upload("book.xlsx", workbook([*headings, *table]))
    told = [row.cells for row in file.rows() if isinstance(row, Row) and any(row.cells)]
    assert told == [cells + [""] * (5 - len(cells)) for cells in table if any(cells)]


@given(st.binary(max_size=60), st.integers(0, 200))
def test_whatever_stands_in_a_sheet_is_read_or_refused(noise: bytes, place: int) -> None:
    parts = parts_of({"Sheet": row(["name"]) + row(["welding"])})
    sheet = parts["xl/worksheets/s1.xml"]
    parts["xl/worksheets/s1.xml"] = sheet[:place] + noise.decode("latin-1") + sheet[place:]
    with contextlib.suppress(UploadRefused):
        for found in rows_of(parts):
            assert isinstance(found, Row | BrokenRow)
