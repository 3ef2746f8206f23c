"""A table read by its headings, whatever their order and capitals."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from typing import Any, TypeVar, cast

import msgspec

from services.skills.imports.records import FileNote, Finding, Place, error
from shared.uploads import BrokenRow, Row, UploadedFile, UploadRefused

AT_ONCE = 500
"""Rows that are read together."""
One = TypeVar("One")


def normal_heading(heading: str) -> str:
    """`Role Family`, `role_family` and `roleFamily` are one heading."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", heading.strip())
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def headings_of(file: UploadedFile) -> set[str]:
    """The normal headings of a table; empty for a file of another kind."""
    return {normal_heading(heading) for heading in file.headings()} if file.is_table else set()


def tidy(text: str) -> str:
    """One line with single blanks: published labels contain no-break spaces and line ends."""
    return " ".join(text.split())


def check_given(files: Sequence[UploadedFile], given: Mapping[str, Sequence[str]]) -> None:
    """Raises UploadRefused (`unknown_column`) where a column that the sender named stands in no table."""
    there = {heading for file in files for heading in headings_of(file)}
    for heading, names in given.items():
        if not there.intersection(names):
            raise UploadRefused("unknown_column", f"No table has the column {' or '.join(names)}, named for {heading}.")


class Line(msgspec.Struct, frozen=True, gc=False):
    """One row by heading. Cells are stripped of surrounding blanks; unknown columns are left out."""

    place: Place
    values: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.values.get(heading, "")


class Block(msgspec.Struct, frozen=True, gc=False):
    """Rows one after the other under the same headings, column by column. Cells are stripped as those of a line."""

    places: Sequence[Place]
    columns: Mapping[str, Sequence[Any]]

    def halves(self) -> tuple["Block", "Block"]:
        middle = len(self.places) // 2
        return self._part(slice(middle)), self._part(slice(middle, None))

    def _part(self, part: slice) -> "Block":
        return Block(self.places[part], {heading: cells[part] for heading, cells in self.columns.items()})


Names = Mapping[str, Sequence[str]]
"""Other names of headings, normal ones, by ours; the first that a table has is meant."""


@dataclass
class Table:
    """One file whose headings are known to us, by our names, by those that the sender gave (`columns`), or by names
    that others publish them with (`aliases`). A column that the sender named is nothing else besides.

    Raises `UploadRefused` (`missing_headings`, `duplicate_heading`) when it cannot be read by them.
    """

    file: UploadedFile
    required: Sequence[str]
    optional: Sequence[str] = ()
    given: Names = field(default_factory=dict)
    aliases: Names = field(default_factory=dict)
    columns: dict[str, int] = field(init=False)
    unknown: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        written = self.file.headings()
        normal = [normal_heading(heading) for heading in written]
        found = {heading: self._find(heading, normal) for heading in (*self.required, *self.optional)}
        self.columns = {heading: index for heading, index in found.items() if index is not None}
        read = set(self.columns.values())
        names = {normal[index] for index in read}
        self.unknown = tuple(
            heading for heading, name in zip(written, normal, strict=True) if heading and name not in names
        )
        self.demand(self.required)
        twice = sorted(name for name in names if normal.count(name) > 1)
        if twice:
            raise UploadRefused("duplicate_heading", f"{twice[0]} stands twice.", self.file.name, 1)

    def demand(self, headings: Sequence[str]) -> None:
        """Ask for a cell under each of these in every row; raises `UploadRefused` where one is no heading here."""
        self.required = headings
        missing = [heading for heading in headings if heading not in self.columns]
        if missing:
            there = ", ".join(self.file.headings()[:30])
            detail = f"The headings {', '.join(missing)} are missing; it has {there}."
            raise UploadRefused("missing_headings", detail, self.file.name, 1)
        self._demanded = [self.columns[heading] for heading in headings]

    def _find(self, heading: str, normal: Sequence[str]) -> int | None:
        """The place of the column that is meant by one of our headings."""
        given = {name for names in self.given.values() for name in names}
        others = (name for name in (heading, *self.aliases.get(heading, ())) if name not in given)
        names = (*self.given.get(heading, ()), *others)
        return next((normal.index(name) for name in names if name in normal), None)

    def notes(self) -> Iterator[FileNote]:
        if self.unknown:
            yield FileNote(self.file.name, self.unknown)

    def lines(self) -> Iterator[Line | Finding]:
        """Every row that has all the required cells; a finding for each other one."""
        headings, indexes = tuple(self.columns), tuple(self.columns.values())
        for fault, rows in self._judged():
            yield from fault
            for row in rows:
                cells = [row.cells[index].strip() for index in indexes]
                yield Line(Place(self.file.name, row.number), dict(zip(headings, cells, strict=True)))

    def blocks(self) -> Iterator[Block | Finding]:
        """Rows that have all the required cells, some hundreds at a time; a finding for each other one."""
        for fault, rows in self._judged():
            yield from fault
            for part in in_parts(rows):
                cells = list(zip(*(row.cells for row in part), strict=True))
                columns = {heading: [*map(str.strip, cells[index])] for heading, index in self.columns.items()}
                yield Block([Place(self.file.name, row.number) for row in part], columns)

    def _judged(self) -> Iterator[tuple[Sequence[Finding], Iterator[Row]]]:
        """What to tell of rows that are not sound, and sound rows; one of both is empty."""
        for fault, rows in groupby(self.file.rows(), key=self._fault):
            yield ((), cast(Iterator[Row], rows)) if fault is None else (fault, iter(()))

    def _fault(self, row: Row | BrokenRow) -> tuple[Finding, ...] | None:
        """What to tell of a row that is not sound, which is nothing of an empty one; None: it is sound."""
        if isinstance(row, BrokenRow):
            return (error(Place(self.file.name, row.number), row.code, row.detail),)
        empty = [index for index in self._demanded if not row.cells[index].strip()]
        if not empty:
            return None
        if not any(map(str.strip, row.cells)):
            return ()
        wanting = ", ".join(heading for heading, index in self.columns.items() if index in empty)
        return (error(Place(self.file.name, row.number), "missing_value", f"Nothing under {wanting}."),)


def in_parts(rows: Iterable[One]) -> Iterator[list[One]]:
    """Some hundreds of rows at a time."""
    rest = iter(rows)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def read_blocks(blocks: Iterable[Block | Finding], read: Callable[[Block], Iterable[One]]) -> Iterator[One | Finding]:
    """What is read from blocks. A block with a wrong row is read by halves until that row stands alone."""
    for block in blocks:
        if isinstance(block, Finding):
            yield block
            continue
        try:
            yield from read(block)
        except WrongCell as wrong:
            if len(block.places) > 1:
                yield from read_blocks(block.halves(), read)
            else:
                yield error(block.places[0], wrong.code, wrong.detail)


class WrongCell(ValueError):
    """A cell whose text is not of its kind. Carries the stable code and the sentence of the finding."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


TRUE_WORDS = ("true", "yes", "y", "1", "x")
FALSE_WORDS = ("false", "no", "n", "0")


def truth(heading: str, text: str) -> bool:
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise WrongCell("not_a_truth_value", f"{heading} is {text!r}; true or false is meant.")


def number(heading: str, text: str, lowest: float, highest: float) -> float:
    """A decimal within its range, inclusive. A decimal comma is understood."""
    try:
        value = float(text.replace(",", ".")) if re.fullmatch(r"[+-]?\d*[.,]?\d+", text) else None
    except ValueError:
        value = None
    if value is None:
        raise WrongCell("not_a_number", f"{heading} is {text!r}, not a number.")
    if not lowest <= value <= highest:
        raise WrongCell("out_of_range", f"{heading} is {text}; {lowest:g} to {highest:g} is possible.")
    return value


def day(heading: str, text: str) -> date:
    """A date as YYYY-MM-DD: other orders of day and month cannot be told apart."""
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise WrongCell("not_a_date", f"{heading} is {text!r}; YYYY-MM-DD is meant.") from cause


def reference(heading: str, text: str, source: str) -> str:
    """`source:external_id`, an id or a URI as it is; a bare external id gets the upload's source."""
    if ":" in text or (len(text) == UUID_LENGTH and UUID_FORM.fullmatch(text)):
        return text
    if not text.isprintable() and any(character.isspace() and character != " " for character in text):
        raise WrongCell("not_a_reference", f"{heading} is {text!r}.")
    return f"{source}:{text}"


UUID_LENGTH = 36
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def slug(text: str) -> str:
    """A stable name for an address, made from a title: lower-case ASCII words joined by hyphens.

    Titles of other alphabets keep their letters, which addresses may carry percent-encoded.
    """
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")
