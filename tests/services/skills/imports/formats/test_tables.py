from datetime import date

import pytest

from services.skills.imports.formats.tables import (
    Table,
    WrongCell,
    day,
    normal_heading,
    number,
    reference,
    slug,
    tidy,
    truth,
)
from services.skills.imports.records import FileNote, Place, error
from shared.uploads import UploadRefused, open_upload


def table(content: str, required: list[str], optional: list[str]) -> Table:
    return Table(open_upload("t.csv", content.encode())[0], required, optional)


@pytest.mark.parametrize("written", ["Role Family", "role_family", "roleFamily", " ROLE FAMILY ", "role-family"])
def test_a_heading_is_known_in_every_spelling(written: str) -> None:
    assert normal_heading(written) == "role_family"


def test_lines_by_heading_with_unknown_columns_noted() -> None:
    read = table("b, A ,Shoe Size\n 2 ,1,44\n,,\nx,,\n1,2,3,4\n", ["a"], ["b", "c"])
    line, missing, broken = read.lines()
    assert list(read.notes()) == [FileNote("t.csv", ("Shoe Size",))]
    assert (line["a"], line["b"], line["c"]) == ("1", "2", "")  # type: ignore[index]
    assert missing == error(Place("t.csv", 4), "missing_value", "Nothing under a.")
    assert broken == error(Place("t.csv", 5), "too_many_cells", "4 cells under 3 headings.")


def test_a_table_without_its_headings_is_refused() -> None:
    with pytest.raises(UploadRefused) as caught:
        table("b\n1\n", ["a"], [])
    assert caught.value.code == "missing_headings"
    with pytest.raises(UploadRefused) as caught:
        table("a,A\n1,2\n", ["a"], [])
    assert caught.value.code == "duplicate_heading"


def test_cells() -> None:
    assert truth("t", "Yes")
    assert not truth("t", "0")
    assert number("n", "2,5", 0, 3) == number("n", "2.5", 0, 3) == 2.5
    assert day("d", "2026-11-23") == date(2026, 11, 23)
    assert reference("r", "E1", "hris") == "hris:E1"
    assert reference("r", "lms:E1", "hris") == "lms:E1"
    uuid = "01890000-0000-7000-8000-000000000000"
    assert reference("r", uuid, "hris") == uuid
    assert tidy(" a\u00a0b\n c ") == "a b c"
    assert slug("Design (UX) & Überblick") == "design-ux-überblick"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: truth("t", "maybe"), "not_a_truth_value"),
        (lambda: number("n", "many", 0, 1), "not_a_number"),
        (lambda: number("n", "nan", 0, 1), "not_a_number"),
        (lambda: number("n", "1e3", 0, 1), "not_a_number"),
        (lambda: number("n", "1.1", 0, 1), "out_of_range"),
        (lambda: day("d", "23.11.2026"), "not_a_date"),
        (lambda: reference("r", "a\tb", "hris"), "not_a_reference"),
    ],
)
def test_wrong_cells_have_a_code(call: object, code: str) -> None:
    with pytest.raises(WrongCell) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == code
