"""What stands in the cells of a worksheet, as text: what a person would read there, numbers and days unformatted."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.uploads.limits import Limits, UploadRefused

MOST_ROWS, MOST_COLUMNS = 1_048_576, 1_000
"""Rows as spreadsheet programs have them; of their 16,384 columns no table uses so many, and a far cell costs nothing
to write but a row of that width to read."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
COLUMN = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
NO_CELLS: list[str] = []
LAST_DAY = 2_958_465
"""31 December 9999, the last day that spreadsheets know."""


def plain_text(text: str) -> str:
    """A text without the escapes that stand for control characters: `_x000D_`."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def number_text(text: str) -> str:
    """A number with the fifteen digits that spreadsheets show: 4.1200000000000001 is 4.12."""
    if text.isdecimal() and len(text) <= 15:
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value:.15g}" if math.isfinite(value) else text


def day_text(text: str, *, starts_in_1904: bool) -> str:
    """A day, a moment or a time of day from the count of days since the end of 1899, as ISO 8601.

    Spreadsheets believe in a 29 February 1900, so that the days before it are counted one too low.
    """
    try:
        value = float(text)
    except ValueError:
        return text
    if not 0 <= value < LAST_DAY + 1:
        return text
    seconds = round(value * 86_400)
    if seconds < 86_400:
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60).isoformat()
    first = date(1904, 1, 1) if starts_in_1904 else date(1899, 12, 31 if seconds < 60 * 86_400 else 30)
    moment = datetime(first.year, first.month, first.day) + timedelta(seconds=seconds)  # noqa: DTZ001 - as written
    return moment.date().isoformat() if seconds % 86_400 == 0 else moment.isoformat()


@dataclass(frozen=True, slots=True)
class Cells:
    """What is needed to read a cell: the shared texts, the styles that show days, how days are counted."""

    texts: Sequence[str]
    date_styles: frozenset[int]
    starts_in_1904: bool
    limits: Limits
    file: str

    def read(self, kind: str, style: str | None, written: str) -> str:
        """The text of a cell of this kind (the attribute `t`)."""
        reader = READERS.get(kind)
        if reader is not None:
            text = reader(self, written)
        elif style is not None and style.isdecimal() and int(style) in self.date_styles:
            text = day_text(written, starts_in_1904=self.starts_in_1904)
        else:
            text = number_text(written)
        if len(text) > self.limits.cell:
            raise UploadRefused("field_too_long", "A cell is too long.", self.file)
        return text

    def shared(self, written: str) -> str:
        if not written.isdecimal() or int(written) >= len(self.texts):
            raise UploadRefused("broken_workbook", f"There is no shared text {written[:20]!r}.", self.file)
        return self.texts[int(written)]


READERS: dict[str, Callable[[Cells, str], str]] = {
    "s": Cells.shared,
    "str": lambda _, written: plain_text(written),
    "inlineStr": lambda _, written: plain_text(written),
    "b": lambda _, written: {"1": "true", "0": "false"}.get(written, written),
    "e": lambda _, written: written,
    "d": lambda _, written: written.removesuffix("T00:00:00"),
}
"""Kinds of cells other than numbers (ECMA-376 part 1, 18.18.11)."""


class Texts:
    """Takes the shared texts from the events of a parser."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._reading = self._sounds = False

    def start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self._pieces.clear()
        elif name == "rPh":
            self._sounds = True  # how a text is pronounced is no part of it
        elif name == "t":
            self._reading = not self._sounds

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self.found.append(plain_text("".join(self._pieces)))
        elif name == "rPh":
            self._sounds = False
        elif name == "t":
            self._reading = False

    def text(self, piece: str) -> None:
        if self._reading:
            self._pieces.append(piece)


class Sheet:
    """Takes the rows of a worksheet from the events of a parser. Rows that are left out are empty ones."""

    def __init__(self, cells: Cells) -> None:
        self.rows: list[list[str]] = []
        self.given = 0
        """Characters given out so far. One long text may stand in very many cells."""
        self._cells = cells
        self._row: list[str] = []
        self._number = 0
        self._column = 0
        self._kind = "n"
        self._style: str | None = None
        self._pieces: list[str] = []
        self._reading = self._sounds = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self._reading = not self._sounds
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif name == "rPh":
            self._sounds = True

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self._reading = False
        elif name == "c":
            if self._pieces:
                self._end_cell()
        elif name == "row":
            self.rows.append(self._row)
        elif name == "rPh":
            self._sounds = False

    def text(self, piece: str) -> None:
        if self._reading:
            self._pieces.append(piece)

    def _start_row(self, written: str | None) -> None:
        number = self._number + 1 if written is None else int(written) if written.isdecimal() else 0
        if not self._number < number <= MOST_ROWS:
            raise self._broken(f"Row {written} does not follow row {self._number}.")
        self.rows += [NO_CELLS] * (number - self._number - 1)
        self._number, self._column, self._row = number, 0, []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        column = self._column + 1
        if place := attributes.get("r"):
            found = COLUMN.fullmatch(place)
            column = _column_number(found[1]) if found else 0
        if not self._column < column:
            raise self._broken(f"The cell {place!r} does not follow the one before.")
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s")
        self._pieces.clear()

    def _end_cell(self) -> None:
        text = self._cells.read(self._kind, self._style, "".join(self._pieces))
        self._pieces.clear()
        if not text:
            return
        if self._column > MOST_COLUMNS:
            raise self._broken(f"Row {self._number} has more than {MOST_COLUMNS} columns.")
        self._row += [""] * (self._column - 1 - len(self._row))
        self._row.append(text)
        self.given += len(text)

    def _broken(self, detail: str) -> UploadRefused:
        return UploadRefused("broken_workbook", detail, self._cells.file, self._number or None)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
