"""One uploaded file, read as rows of a table, as JSON lines or as one JSON value."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import msgspec

from shared.uploads.limits import Limits, UploadRefused

TABLE_SUFFIXES = (".csv", ".txt", ".tsv")
WORKBOOK_SUFFIX = ".xlsx"
SUFFIXES = (*TABLE_SUFFIXES, ".json", ".ndjson", ".jsonl")


class Row(msgspec.Struct, frozen=True, gc=False):
    """One record of a table. `number` is its row in a spreadsheet: the heading is row 1."""

    number: int
    cells: list[str]


class BrokenRow(msgspec.Struct, frozen=True, gc=False):
    """A record that cannot be laid under the headings. The ones after it can."""

    number: int
    code: str
    detail: str


@dataclass
class UploadedFile:
    """One readable file. Each call of `open`, `rows`, … starts from its first byte again.

    `cells` gives the rows of a table that is no text: a sheet of a workbook.
    """

    name: str
    opener: Callable[[], BinaryIO]
    limits: Limits = field(default_factory=Limits)
    cells: Callable[[], Iterator[list[str]]] | None = None

    @property
    def base_name(self) -> str:
        return PurePosixPath(self.name).name

    @property
    def is_table(self) -> bool:
        return self.cells is not None or self.base_name.lower().removesuffix(".gz").endswith(TABLE_SUFFIXES)

    @property
    def is_empty(self) -> bool:
        """Whether a table has no row at all, not even headings."""
        return next(_records(self), None) is None

    def open(self) -> BinaryIO:
        return self.opener()

    def text(self) -> Iterator[str]:
        """The lines, decoded as UTF-8 with or without a byte order mark; line ends stay as they are."""
        with self.open() as stream:
            reader = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            try:
                yield from reader
            except UnicodeDecodeError as error:
                raise UploadRefused("not_utf8", _encoding_detail(error), self.name) from error

    def headings(self) -> list[str]:
        """The cells of the first row, without surrounding blanks."""
        for headings in _records(self):
            return [heading.strip() for heading in headings]
        raise UploadRefused("empty_file", "There is nothing in this file.", self.name)

    def rows(self) -> Iterator[Row | BrokenRow]:
        """The records after the heading. Short ones are filled with empty cells, blank ones left out."""
        records = _records(self)
        width = len(next(records, []))
        for number, cells in enumerate(records, start=2):
            if len(cells) != width:
                if not cells:
                    continue
                if any(cells[width:]):
                    yield BrokenRow(number, "too_many_cells", f"{len(cells)} cells under {width} headings.")
                    continue
                cells = (cells + [""] * width)[:width]
            if "\0" in "".join(cells):
                yield BrokenRow(number, "nul_character", "A cell contains the character NUL.")
                continue
            yield Row(number, cells)

    def json(self) -> Any:
        """The whole file as one JSON value."""
        with self.open() as stream:
            return _decoded(stream.read(), self.name, None)

    def json_lines(self) -> Iterator[tuple[int, Any]]:
        """Newline-delimited JSON: the number of each line that is not blank, and its value."""
        for number, line in enumerate(self.text(), start=1):
            if line.strip():
                yield number, _decoded(line.encode(), self.name, number)


def _records(file: UploadedFile) -> Iterator[list[str]]:
    if file.cells is not None:
        yield from file.cells()
        return
    # The limit belongs to the csv module and is global: every reader of this process shares it.
    csv.field_size_limit(file.limits.cell)
    delimiter = _delimiter(file)
    if delimiter == "\t":
        yield from _tabbed(file)
        return
    records = csv.reader(file.text(), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            code = "field_too_long" if "field larger" in str(error) else "broken_table"
            raise UploadRefused(code, f"Row {number} cannot be read: {error}.", file.name, number) from error
        yield cells


def _tabbed(file: UploadedFile) -> Iterator[list[str]]:
    """Tab-separated text as databases publish it: quotation marks are letters like others.

    Spreadsheets put them around a cell all the same; such a pair is taken off.
    """
    for line in file.text():
        cells = line.rstrip("\r\n").split("\t") if line.strip() else []
        if any(len(cell) > file.limits.cell for cell in cells):
            raise UploadRefused("field_too_long", "A cell is too long.", file.name)
        yield [_unquoted(cell) for cell in cells]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _delimiter(file: UploadedFile) -> str:
    """Comma, semicolon (the spreadsheets of half of Europe) or tab: what the heading has most of."""
    first = next(file.text(), "")
    return max(",;\t", key=first.count)


def _encoding_detail(error: UnicodeDecodeError) -> str:
    wrong = error.object[error.start]
    return f"Not UTF-8: the byte 0x{wrong:02X} stands where it cannot. Save the file as 'CSV UTF-8'."


def _decoded(content: bytes, name: str, row: int | None) -> Any:
    if not content.strip():
        raise UploadRefused("empty_file", "There is nothing in this file.", name)
    try:
        return msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UploadRefused("broken_json", f"Not JSON: {error}.", name, row) from error
