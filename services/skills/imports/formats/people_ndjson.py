"""The roster of a personnel system, one JSON object per line: the body of `PUT /v1/people/by-external-id`, and with it
`external_id` and, where it is not the option `source` (`hris` unless set), `source`.

What a line leaves out stays as it is stored; null clears it. Unknown names are left aside and listed. A line that is
no such object is reported and the others are taken. Rows are counted by line, from 1.
"""

from collections.abc import Iterator, Sequence

import msgspec

from services.skills.imports.formats.people_csv import CELLS, REQUIRED, first_of, read_person
from services.skills.imports.formats.tables import Line, WrongCell
from services.skills.imports.records import FileNote, Options, PersonRecord, Place, Record, error
from shared.uploads import UploadedFile, UploadRefused

KNOWN = frozenset({*REQUIRED, "source", *CELLS})
_DECODER = msgspec.json.Decoder(dict[str, str | bool | None])
_LOOSE = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """A record per person; the second line of one person is refused, since either might be meant.

    Raises UploadRefused for a table.
    """
    seen: dict[str, PersonRecord] = {}
    user_names: dict[str, PersonRecord] = {}
    for file in files:
        if file.is_table:
            raise UploadRefused("not_json_lines", "A table has no JSON objects in it.", file.name)
        unknown: dict[str, None] = {}
        for number, text in enumerate(file.text(), start=1):
            if not text.strip():
                continue
            place = Place(file.name, number)
            try:
                values = _values(text, unknown)
                yield first_of(read_person(Line(place, values), options), seen, user_names)
            except WrongCell as wrong:
                yield error(place, wrong.code, wrong.detail)
        if unknown:
            yield FileNote(file.name, tuple(unknown))


def _values(text: str, unknown: dict[str, None]) -> dict[str, str]:
    """The line as the cells of a table have it. Raises WrongCell."""
    found = _object(text)
    if not found.keys() <= KNOWN:
        unknown.update(dict.fromkeys(name for name in found if name not in KNOWN))
        found = {name: value for name, value in found.items() if name in KNOWN}
    values = {name: _cell(name, value) for name, value in found.items()}
    for heading in REQUIRED:
        if not values.get(heading):
            raise WrongCell("missing_value", f"{heading} is missing.")
    return values


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


def _cell(name: str, value: str | bool | None) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    if value is None:
        return ""
    if name != "active":
        raise WrongCell("wrong_value", f"{name} is no text.")
    return "true" if value else "false"
