"""The roster of a personnel system, one JSON object per line: the body of `PUT /v1/people/by-external-id`, and with it
`external_id` and, where it is not the option `source` (`hris` unless set), `source`.

What a line leaves out stays as it is stored; null clears it. Unknown names are left aside and listed. A line that is
no such object is reported and the others are taken. Rows are counted by line, from 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby

import msgspec

from services.skills.imports.formats.people import HEADINGS, REQUIRED, Roster, read_people
from services.skills.imports.formats.tables import Block, WrongCell, in_parts, read_blocks
from services.skills.imports.records import FileNote, Finding, Options, PersonRecord, Place, Record, error
from shared.uploads import UploadedFile, UploadRefused

KNOWN = frozenset({*REQUIRED, *HEADINGS})
Values = Mapping[str, str | bool | None]
_DECODER = msgspec.json.Decoder(dict[str, str | bool | None])
_LOOSE = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """A record per person; the second line of one person is refused, since either might be meant.

    Raises UploadRefused for a table.
    """
    roster, read = Roster(), partial(_read, options=options)
    for file in files:
        if file.is_table:
            raise UploadRefused("not_json_lines", "A table has no JSON objects in it.", file.name)
        unknown: dict[str, None] = {}
        yield from roster.first_of(read_blocks(_blocks(file, unknown), read))
        if unknown:
            yield FileNote(file.name, tuple(unknown))


def _blocks(file: UploadedFile, unknown: dict[str, None]) -> Iterator[Block | Finding]:
    """Lines one after the other that have the same names, as a block."""
    for names, lines in groupby(_objects(file), key=_names):
        if names is None:
            yield from (line for line in lines if isinstance(line, Finding))
            continue
        unknown.update(dict.fromkeys(name for name in names if name not in KNOWN))
        for part in in_parts(lines):
            places, objects = zip(*part, strict=True)
            columns = zip(names, zip(*map(dict.values, objects), strict=True), strict=True)
            yield Block(places, {name: cells for name, cells in columns if name in KNOWN})


def _objects(file: UploadedFile) -> Iterator[tuple[Place, Values] | Finding]:
    for number, text in enumerate(file.text(), start=1):
        if text.strip():
            place = Place(file.name, number)
            try:
                yield place, _object(text)
            except WrongCell as wrong:
                yield error(place, wrong.code, wrong.detail)


def _names(line: tuple[Place, Values] | Finding) -> tuple[str, ...] | None:
    return None if isinstance(line, Finding) else tuple(line[1])


def _read(block: Block, options: Options) -> list[PersonRecord]:
    """The people of lines, which say the same as the cells of a table. Raises WrongCell."""
    columns = {name: _cells(name, values) for name, values in block.columns.items()}
    for heading in REQUIRED:
        if not all(columns.get(heading, ("",))):
            raise WrongCell("missing_value", f"{heading} is missing.")
    return read_people(Block(block.places, columns), options)


def _object(text: str) -> dict[str, str | bool | None]:
    try:
        return _DECODER.decode(text)
    except msgspec.ValidationError:
        return _known_of(text)
    except (msgspec.DecodeError, UnicodeEncodeError) as wrong:
        raise WrongCell("not_an_object", f"The line is no JSON object: {wrong}.") from wrong


def _known_of(text: str) -> dict[str, str | bool | None]:
    """The object where only names that nobody knows may have other kinds of values; those are left empty."""
    try:
        loose = _LOOSE.decode(text)
    except msgspec.ValidationError as wrong:
        raise WrongCell("not_an_object", f"The line is no JSON object: {wrong}.") from wrong
    known = msgspec.json.encode({name: raw for name, raw in loose.items() if name in KNOWN})
    try:
        return {**dict.fromkeys(loose), **_DECODER.decode(known)}
    except msgspec.ValidationError as wrong:
        raise WrongCell("wrong_value", f"Text, true, false or null is expected: {wrong}.") from wrong


def _cells(name: str, values: Sequence[str | bool | None]) -> list[str]:
    texts = [value if isinstance(value, str) else _cell(name, value) for value in values]
    return list(map(" ".join, map(str.split, texts)))


def _cell(name: str, value: bool | None) -> str:
    if value is None:
        return ""
    if name != "active":
        raise WrongCell("wrong_value", f"{name} is no text.")
    return "true" if value else "false"
