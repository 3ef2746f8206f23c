"""The roster of a personnel system, one row per person, with the names of `PUT /v1/people/by-external-id`.

| heading | meaning |
| --- | --- |
| `external_id` | the person in the sending system, or `source:external_id` |
| `source` | the sending system of this row; the option `source` (`hris` unless set) where absent |
| `user_name`, `given_name`, `family_name`, `email` | as they are; `user_name` is unique without regard to capitals |
| `org_unit` | a code; an unknown one is made |
| `role_id`, `manager_id` | an id, `source:external_id`, or an external id of the same source |
| `effective_from` | the day from which role, manager and org unit of the row hold; today where empty |
| `hired_on`, `left_on` | YYYY-MM-DD |
| `leave_reason` | voluntary, involuntary or other: only together with `left_on` |
| `active` | true or false |

An absent column leaves what is stored as it is; an empty cell clears it. Unknown columns are left aside and listed.
A manager may stand further down, or arrive with a later upload.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from services.skills.imports.formats.tables import Line, Table, WrongCell, check_given, day, reference, tidy, truth
from services.skills.imports.records import Finding, Options, PersonRecord, Record, error
from shared.uploads import UploadedFile

REQUIRED = ("external_id", "user_name")
SOURCE = "hris"
LEAVE_REASONS = ("voluntary", "involuntary", "other")

Cell = Callable[[str, str, str], Any]


def _text(heading: str, text: str, source: str) -> str | None:
    return tidy(text) or None


def _reference(heading: str, text: str, source: str) -> str | None:
    return reference(heading, text, source) if text else None


def _day(heading: str, text: str, source: str) -> date | None:
    return day(heading, text) if text else None


def _active(heading: str, text: str, source: str) -> bool:
    return truth(heading, text) if text else True


def _email(heading: str, text: str, source: str) -> str | None:
    if text and (text.count("@") != 1 or text.startswith("@") or text.endswith("@")):
        raise WrongCell("not_an_email", f"{heading} is {text!r}.")
    return text or None


def _leave_reason(heading: str, text: str, source: str) -> str | None:
    if text and text.lower() not in LEAVE_REASONS:
        raise WrongCell("unknown_leave_reason", f"{heading} is {text!r}; one of {', '.join(LEAVE_REASONS)}.")
    return text.lower() or None


CELLS: dict[str, Cell] = {
    "user_name": _text,
    "given_name": _text,
    "family_name": _text,
    "email": _email,
    "org_unit": _text,
    "role_id": _reference,
    "manager_id": _reference,
    "effective_from": _day,
    "hired_on": _day,
    "left_on": _day,
    "leave_reason": _leave_reason,
    "active": _active,
}

OPTIONAL = ("source", *CELLS)


def is_heading(heading: str) -> bool:
    """Whether a table of people may have it."""
    return heading in (*REQUIRED, *OPTIONAL)


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """A record per person; the second row of one person is refused, since either might be meant."""
    seen: dict[str, PersonRecord] = {}
    user_names: dict[str, PersonRecord] = {}
    check_given(files, options.columns)
    for file in files:
        table = Table(file, REQUIRED, OPTIONAL, options.columns)
        yield from table.notes()
        for line in table.lines():
            if isinstance(line, Finding):
                yield line
                continue
            try:
                person = read_person(line, options)
            except WrongCell as wrong:
                yield error(line.place, wrong.code, wrong.detail)
                continue
            yield first_of(person, seen, user_names)


def first_of(person: PersonRecord, seen: dict[str, PersonRecord], user_names: dict[str, PersonRecord]) -> Record:
    """The person, unless a row before has the same reference or user name."""
    earlier = seen.setdefault(person.reference, person)
    if earlier is not person:
        detail = f"{person.reference} stands in row {earlier.place.row} already."
        return error(person.place, "duplicate_row", detail)
    earlier = user_names.setdefault(person.values["user_name"].casefold(), person)
    if earlier is not person:
        detail = f"Row {earlier.place.row} has the same user_name."
        return error(person.place, "duplicate_user_name", detail)
    return person


def read_person(line: Line, options: Options) -> PersonRecord:
    """The person whom a row describes. Raises WrongCell."""
    source = line["source"] or options.source or SOURCE
    cells = line.values
    values = {heading: cell(heading, cells[heading], source) for heading, cell in CELLS.items() if heading in cells}
    if values.get("leave_reason") and "left_on" in values and not values["left_on"]:
        raise WrongCell("leave_reason_without_date", "leave_reason is given without left_on.")
    if values.get("left_on") and values.get("hired_on") and values["left_on"] < values["hired_on"]:
        raise WrongCell("left_before_hired", f"Left on {values['left_on']}, hired on {values['hired_on']}.")
    person = reference("external_id", line["external_id"], source)
    if values.get("manager_id") == person:
        raise WrongCell("own_manager", "Nobody is their own manager.")
    return PersonRecord(line.place, person, values)
