"""A CASE framework as tables, as OpenSALT takes and gives it: the document, its items, its associations.

The headings are the names of the exchange format in any spelling. Items have no address of their own there, so that it
is made of their identifier; ends of associations are named by identifier, by address, or by the item's coding scheme.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.skills.imports.formats.tables import Line, Table, headings_of
from services.skills.imports.records import FileNote, Finding, Place
from shared.uploads import UploadedFile, UploadRefused

DOCUMENT: Mapping[str, str] = {
    "identifier": "identifier",
    "title": "title",
    "language": "language",
    "version": "version",
    "adoption_status": "adoptionStatus",
    "last_change_date": "lastChangeDateTime",
}
ITEM: Mapping[str, str] = {
    "identifier": "identifier",
    "full_statement": "fullStatement",
    "abbreviated_statement": "abbreviatedStatement",
    "human_coding_scheme": "humanCodingScheme",
    "cfitem_type": "CFItemType",
    "language": "language",
    "notes": "notes",
    "status_end_date": "statusEndDate",
}
ENDS = ("origin", "destination")
END_HEADINGS = tuple(f"{end}_node_{what}" for end in ENDS for what in ("identifier", "uri", "human_coding_scheme"))


@dataclass
class CaseTables:
    """A package in the form of its JSON, with the place of each item and association, and what could not be read."""

    content: dict[str, Any]
    places: dict[str, list[Place]] = field(default_factory=lambda: {"CFItems": [], "CFAssociations": []})
    notes: list[Finding | FileNote] = field(default_factory=list)


def read_tables(files: Sequence[UploadedFile]) -> CaseTables:
    """Raises UploadRefused where the document or its items are missing, or there are several of one."""
    document = _only(files, {"identifier", "title"}, without="full_statement")
    items = _only(files, {"identifier", "full_statement"})
    associations = [file for file in files if "association_type" in headings_of(file)]
    tables = CaseTables({"CFItems": [], "CFAssociations": []})
    lines = _lines(Table(document, ("identifier", "title"), tuple(DOCUMENT)), tables)
    if not lines:
        raise UploadRefused("not_case", "The table of the document is empty.", document.name)
    tables.content["CFDocument"] = _addressed(lines[0], DOCUMENT)
    schemes: dict[str, str] = {}
    for line in _lines(Table(items, ("identifier", "full_statement"), tuple(ITEM)), tables):
        tables.content["CFItems"].append(_addressed(line, ITEM))
        tables.places["CFItems"].append(line.place)
        schemes.setdefault(line["human_coding_scheme"], line["identifier"])
    for file in associations:
        for line in _lines(Table(file, ("association_type",), END_HEADINGS), tables):
            tables.content["CFAssociations"].append(_association(line, schemes))
            tables.places["CFAssociations"].append(line.place)
    return tables


def _only(files: Sequence[UploadedFile], headings: set[str], without: str = "") -> UploadedFile:
    found = [file for file in files if headings <= headings_of(file) and without not in headings_of(file)]
    if len(found) != 1:
        detail = f"{len(found)} tables have the headings {', '.join(sorted(headings))}; it is one that is read."
        raise UploadRefused("not_case", detail, files[0].name)
    return found[0]


def _lines(table: Table, tables: CaseTables) -> list[Line]:
    tables.notes += table.notes()
    lines = list(table.lines())
    tables.notes += [line for line in lines if isinstance(line, Finding)]
    return [line for line in lines if isinstance(line, Line)]


def _addressed(line: Line, names: Mapping[str, str]) -> dict[str, str]:
    told = {name: line[heading] for heading, name in names.items() if line[heading]}
    return {**told, "uri": _address(line["identifier"])}


def _association(line: Line, schemes: Mapping[str, str]) -> dict[str, Any]:
    nodes: Iterable[tuple[str, dict[str, str]]] = ((f"{end}NodeURI", _node(line, end, schemes)) for end in ENDS)
    return {"associationType": _in_one_word(line["association_type"]), **dict(nodes)}


def _node(line: Line, end: str, schemes: Mapping[str, str]) -> dict[str, str]:
    identifier = line[f"{end}_node_identifier"] or schemes.get(line[f"{end}_node_human_coding_scheme"] or "-", "")
    return {"identifier": identifier, "uri": line[f"{end}_node_uri"] or (_address(identifier) if identifier else "")}


def _address(identifier: str) -> str:
    return f"urn:uuid:{identifier}"


def _in_one_word(kind: str) -> str:
    """`Is Child Of` is isChildOf."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).split()
    return "".join(words[:1]).lower() + "".join(word.capitalize() for word in words[1:])
