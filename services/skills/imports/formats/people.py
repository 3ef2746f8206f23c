"""What the rows of a roster say, whatever kind of file they stand in: read column by column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import repeat
from operator import eq
from typing import Any

from services.skills.imports.formats.tables import Block, WrongCell, day, reference, truth
from services.skills.imports.records import Finding, Options, PersonRecord, error

REQUIRED = ("external_id", "user_name")
SOURCE = "hris"
LEAVE_REASONS = ("voluntary", "involuntary", "other")

Sources = Sequence[str]
ReadColumn = Callable[[str, Sequence[str], Sources], list[Any]]
"""The values of a column: its heading, its cells, the sending system of each row. Raises WrongCell."""


def _texts(heading: str, cells: Sequence[str], sources: Sources) -> list[str | None]:
    return [text or None for text in map(" ".join, map(str.split, cells))]


def _references(heading: str, cells: Sequence[str], sources: Sources) -> list[Any]:
    pairs = list(zip(cells, sources, strict=True))
    values = {pair: reference(heading, *pair) if pair[0] else None for pair in dict.fromkeys(pairs)}
    return [values[pair] for pair in pairs]


def _each(read: Callable[[str, str], Any]) -> ReadColumn:
    """Reads each text of a column once, however often it stands there."""

    def values_of(heading: str, cells: Sequence[str], sources: Sources) -> list[Any]:
        values = {cell: read(heading, cell) for cell in dict.fromkeys(cells)}
        return [values[cell] for cell in cells]

    return values_of


def _day(heading: str, cell: str) -> date | None:
    return day(heading, cell) if cell else None


def _active(heading: str, cell: str) -> bool:
    return truth(heading, cell) if cell else True


def _email(heading: str, cell: str) -> str | None:
    if cell and (cell.count("@") != 1 or cell.startswith("@") or cell.endswith("@")):
        raise WrongCell("not_an_email", f"{heading} is {cell!r}.")
    return cell or None


def _leave_reason(heading: str, cell: str) -> str | None:
    if cell and cell.lower() not in LEAVE_REASONS:
        raise WrongCell("unknown_leave_reason", f"{heading} is {cell!r}; one of {', '.join(LEAVE_REASONS)}.")
    return cell.lower() or None


COLUMNS: dict[str, ReadColumn] = {
    "user_name": _texts,
    "given_name": _texts,
    "family_name": _texts,
    "email": _each(_email),
    "org_unit": _texts,
    "role_id": _references,
    "manager_id": _references,
    "effective_from": _each(_day),
    "hired_on": _each(_day),
    "left_on": _each(_day),
    "leave_reason": _each(_leave_reason),
    "active": _each(_active),
}
HEADINGS = ("source", *COLUMNS)


def read_people(block: Block, options: Options) -> list[PersonRecord]:
    """The people whom the rows describe. Raises WrongCell when one of them is wrong."""
    cells = block.columns
    default = options.source or SOURCE
    sources = [source or default for source in cells.get("source", repeat("", len(block.places)))]
    columns = {heading: read(heading, cells[heading], sources) for heading, read in COLUMNS.items() if heading in cells}
    _check_leaving(columns)
    people = list(map(partial(reference, "external_id"), cells["external_id"], sources))
    if any(map(eq, people, columns.get("manager_id", ()))):
        raise WrongCell("own_manager", "Nobody is their own manager.")
    values = map(dict, map(zip, repeat(tuple(columns)), zip(*columns.values(), strict=True)))
    return list(map(PersonRecord, block.places, people, map(str.casefold, columns["user_name"]), values))


def _check_leaving(columns: Mapping[str, Sequence[Any]]) -> None:
    """Raises WrongCell when somebody leaves without a date, or before they came."""
    hired, left, reasons = (columns.get(name, ()) for name in ("hired_on", "left_on", "leave_reason"))
    for reason, last in zip(reasons, left, strict=False):
        if reason and not last:
            raise WrongCell("leave_reason_without_date", "leave_reason is given without left_on.")
    for first, last in zip(hired, left, strict=False):
        if first and last and last < first:
            raise WrongCell("left_before_hired", f"Left on {last}, hired on {first}.")


class Roster:
    """Who has been seen in an upload. The second row of one person is refused, since either might be meant."""

    def __init__(self) -> None:
        self._people: dict[str, PersonRecord] = {}
        self._user_names: dict[str, PersonRecord] = {}

    def first_of(self, people: Iterable[PersonRecord | Finding]) -> Iterator[PersonRecord | Finding]:
        """Each person, unless a row before has the same reference or user name."""
        for person in people:
            yield person if isinstance(person, Finding) else self._first(person)

    def _first(self, person: PersonRecord) -> PersonRecord | Finding:
        earlier = self._people.setdefault(person.reference, person)
        if earlier is not person:
            detail = f"{person.reference} stands in row {earlier.place.row} already."
            return error(person.place, "duplicate_row", detail)
        earlier = self._user_names.setdefault(person.user_name_key, person)
        if earlier is not person:
            detail = f"Row {earlier.place.row} has the same user_name."
            return error(person.place, "duplicate_user_name", detail)
        return person
