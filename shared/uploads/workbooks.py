"""Workbooks of spreadsheet programs (.xlsx, ECMA-376): which sheets there are, and what their cells refer to.

Read here rather than by a library: openpyxl takes four times as long, and calamine ends the process over a sheet
of a few bytes whose two cells lie far apart. No part may declare a document type, so that there are no entities.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO
from xml.parsers import expat

from shared.uploads.files import UploadedFile
from shared.uploads.limits import MEBIBYTE, Meter, UploadRefused
from shared.uploads.sheets import Cells, Sheet, Texts

Parts = Mapping[str, Callable[[], BinaryIO]]
"""The members of a workbook by name in lower case, each as a stream that is counted."""

CHUNK = 64 * 1024
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of the built-in formats that show a number as a date or a time (ECMA-376 part 1, 18.8.30)."""
LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


@dataclass
class Workbook:
    """What the sheets share: texts that cells refer to by number, and which styles show a date."""

    name: str
    parts: Parts
    meter: Meter
    path: str = field(init=False)
    related: dict[str, tuple[str, str]] = field(init=False)
    sheets: list[tuple[str, str]] = field(init=False, default_factory=list)
    starts_in_1904: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        found = (path for kind, path in self._relations("", "_rels/.rels").values() if kind == "officeDocument")
        self.path = next(found, "xl/workbook.xml")
        folder, base = posixpath.split(self.path)
        self.related = self._relations(folder, f"{folder}/_rels/{base}.rels".lstrip("/"))
        for element, attributes in self.elements(self.path):
            if element == "sheet" and attributes.get("state", "visible") == "visible":
                kind, path = self.related.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet":
                    self.sheets.append((attributes.get("name", ""), path))
            elif element == "workbookPr":
                self.starts_in_1904 = attributes.get("date1904") in ("1", "true")

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts, in order."""
        path = self._path_of("sharedStrings")
        if path is None:
            return []
        texts = Texts()
        parser = strict_parser(texts.start)
        parser.EndElementHandler, parser.CharacterDataHandler = texts.end, texts.text
        for _ in parsed(self.open(path), parser, self.name):
            pass
        return texts.found

    @cached_property
    def date_styles(self) -> frozenset[int]:
        """Numbers of the cell styles that show a number as a date or a time."""
        path = self._path_of("styles")
        formats, styles, dated = set(DATE_FORMATS), list[int](), False
        for element, attributes in self.elements(path) if path else ():
            if element == "numFmt" and shows_a_date(attributes.get("formatCode", "")):
                formats.add(_whole(attributes.get("numFmtId", "")))
            elif element in ("cellXfs", "cellStyleXfs"):
                dated = element == "cellXfs"
            elif element == "xf" and dated:
                styles.append(_whole(attributes.get("numFmtId", "0")))
        return frozenset(style for style, format in enumerate(styles) if format in formats)

    def elements(self, path: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The elements of a part by local name, with their attributes."""
        found: list[tuple[str, dict[str, str]]] = []

        def keep(name: str, attributes: dict[str, str]) -> None:
            found.append((local(name), {local(key): value for key, value in attributes.items()}))

        parser = strict_parser(keep)
        for _ in parsed(self.open(path), parser, self.name):
            yield from found
            found.clear()

    def open(self, path: str) -> BinaryIO:
        try:
            return self.parts[path.lower()]()
        except KeyError as error:
            raise UploadRefused("broken_workbook", f"The workbook has no part {path}.", self.name) from error

    def drain(self) -> None:
        """Unpack the shared parts once and keep nothing, so that a bomb in them shows at once."""
        for kind in ("sharedStrings", "styles"):
            if path := self._path_of(kind):
                with self.open(path) as stream:
                    while stream.read(MEBIBYTE):
                        pass

    def _path_of(self, wanted: str) -> str | None:
        return next((path for kind, path in self.related.values() if kind == wanted), None)

    def _relations(self, folder: str, path: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: by id the last word of the type, and the path."""
        found: dict[str, tuple[str, str]] = {}
        for element, attributes in self.elements(path) if path.lower() in self.parts else ():
            if element == "Relationship":
                target = attributes.get("Target", "")
                absolute = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, posixpath.normpath(absolute))
        return found


def open_workbook(name: str, parts: Parts, meter: Meter) -> list[UploadedFile]:
    """The sheets that people see and that have rows, each as a table. Raises UploadRefused (`broken_workbook`)."""
    book = Workbook(name, parts, meter)
    book.drain()
    if not book.sheets:
        raise UploadRefused("broken_workbook", "There is no sheet in this workbook.", name)
    if len(book.sheets) == 1:
        return [_table(book, name, book.sheets[0][1])]
    tables = [_table(book, f"{name}#{title}", path) for title, path in book.sheets]
    return [table for table in tables if not table.is_empty] or tables[:1]


def _table(book: Workbook, name: str, path: str) -> UploadedFile:
    def cells() -> Iterator[list[str]]:
        sheet = Sheet(Cells(book.texts, book.date_styles, book.starts_in_1904, book.meter.limits, name))
        parser = strict_parser(sheet.start)
        parser.EndElementHandler, parser.CharacterDataHandler = sheet.end, sheet.text
        for _ in parsed(book.open(path), parser, name):
            book.meter.reach(f"{name}: text", sheet.given)
            yield from sheet.rows
            sheet.rows.clear()

    return UploadedFile(name, lambda: book.open(path), book.meter.limits, cells)


def shows_a_date(code: str) -> bool:
    """Whether a number format shows a date or a time: `dd.mm.yyyy`, `[h]:mm`, but not `0.00 "days"`."""
    return bool(set(LITERALS.sub("", code.lower())) & set("dmyhs")) and code.lower() != "general"


def strict_parser(start: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    """A parser that tells `start` of each element and takes no document type, and so no entity."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start

    def refuse(*_: object) -> None:
        raise expat.ExpatError("document types are not read")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def parsed(stream: BinaryIO, parser: expat.XMLParserType, name: str) -> Iterator[None]:
    """Feed a part to the parser, and pause after each piece so that what was found can be taken."""
    with stream:
        try:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise UploadRefused("broken_workbook", f"The workbook cannot be read: {error}.", name) from error
    yield


def local(name: str) -> str:
    """A name without its namespace's prefix."""
    return name.rpartition(":")[2]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else -1
