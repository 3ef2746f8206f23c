"""CASE packages (1EdTech Competencies and Academic Standards Exchange, 1.0 and 1.1): JSON, one document per file, or a
workbook or tables of one document.

CFDocument       a framework; the document's `version`, else its last change, is the edition
CFItems          skills: the abbreviated statement is the label, else the full one; both are kept
CFAssociations   isChildOf and isPartOf are `broader`; isRelatedTo and isPeerOf `related`; exactMatchOf `same_as`;
                 A precedes B is B `requires` A; replacedBy deprecates the item and names its successor

Other associations (exemplar, hasSkillLevel, isTranslationOf, extensions) say nothing that is kept here and are noted.
What points out of the package is taken where that skill is known already.

Rows are counted by the place of an item or association in its list, from 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.skills.imports.formats.case_tables import read_tables
from services.skills.imports.formats.tables import tidy
from services.skills.imports.records import (
    Finding,
    FrameworkRecord,
    Options,
    Place,
    Record,
    RelationRecord,
    SkillRecord,
    error,
    warning,
)
from shared.uploads import UploadedFile, UploadRefused

RELATIONS: Mapping[str, tuple[str, bool]] = {
    "isChildOf": ("broader", False),
    "isPartOf": ("broader", False),
    "isRelatedTo": ("related", False),
    "isPeerOf": ("related", False),
    "exactMatchOf": ("same_as", False),
    "precedes": ("requires", True),
}
"""Ours for theirs, and whether origin and destination change places."""

REPLACED = "replacedBy"
KNOWLEDGE_TYPES = frozenset({"knowledge", "concept", "fact"})
LONGEST_LABEL = 500
LONGEST_TEXT = 20_000


@dataclass
class Package:
    """One package: its items by identifier, and what stands in place of what."""

    file: UploadedFile
    uri: str
    document_id: str
    language: str
    places: Mapping[str, Sequence[Place]]
    items: dict[str, SkillRecord] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)

    def place(self, list_name: str, number: int) -> Place:
        if list_name in self.places:
            return self.places[list_name][number - 1]
        return Place(f"{self.file.name}#{list_name}", number)


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """Framework, items and associations of each package."""
    tables = [file for file in files if file.is_table]
    if tables:
        read = read_tables(tables)
        yield from read.notes
        yield from _read_package(tables[0], read.content, options, read.places)
    for file in files:
        if not file.is_table:
            yield from _read_package(file, _document_of(file), options, {})


def _document_of(file: UploadedFile) -> dict[str, Any]:
    package = file.json()
    if not isinstance(package, dict) or not isinstance(package.get("CFDocument"), dict):
        raise UploadRefused("not_case", "There is no CFDocument in this file.", file.name)
    return package


def _read_package(
    file: UploadedFile, content: dict[str, Any], options: Options, places: Mapping[str, Sequence[Place]]
) -> Iterator[Record]:
    document = content["CFDocument"]
    title, uri = _text(document, "title"), options.framework_uri or _text(document, "uri")
    identifier = _text(document, "identifier")
    if not (title and uri and identifier):
        raise UploadRefused("not_case", "The CFDocument lacks its identifier, uri or title.", file.name)
    package = Package(file, uri, identifier, _text(document, "language") or options.language, places)
    yield FrameworkRecord(
        uri=uri,
        title=options.framework_title or tidy(title),
        version=options.framework_version or _text(document, "version") or _text(document, "lastChangeDateTime")[:10],
        scale_id=options.scale_id,
        complete=True,
    )
    deprecated = _text(document, "adoptionStatus").lower() == "deprecated"
    for number, item in enumerate(_list(content, "CFItems"), start=1):
        yield from _read_item(package, package.place("CFItems", number), item, deprecated)
    relations = [
        record
        for number, association in enumerate(_list(content, "CFAssociations"), start=1)
        for record in _read_association(package, package.place("CFAssociations", number), association)
    ]
    yield from _with_successors(package)
    yield from relations


def _read_item(package: Package, place: Place, item: Any, deprecated: bool) -> Iterator[Finding]:
    statement = tidy(_text(item, "fullStatement"))
    identifier, uri = _text(item, "identifier"), _text(item, "uri")
    if not (identifier and uri and statement):
        yield error(place, "missing_value", "An item lacks its identifier, uri or fullStatement.", uri or None)
        return
    if identifier in package.items:
        yield error(place, "duplicate_row", f"The item {identifier} stands twice.", package.items[identifier].uri)
        return
    language = _text(item, "language") or package.language
    label = tidy(_text(item, "abbreviatedStatement")) or statement
    notes = (statement if label != statement or len(statement) > LONGEST_LABEL else "", _text(item, "notes"))
    package.items[identifier] = SkillRecord(
        place=place,
        framework_uri=package.uri,
        uri=uri,
        kind="knowledge" if _text(item, "CFItemType").lower() in KNOWLEDGE_TYPES else "skill",
        labels={language: label[:LONGEST_LABEL]},
        descriptions=_description(language, notes),
        status="deprecated" if deprecated or _is_over(_text(item, "statusEndDate")) else "published",
        code=_text(item, "humanCodingScheme") or None,
    )


def _description(language: str, parts: Sequence[str]) -> dict[str, str]:
    text = "\n\n".join(part for part in parts if part)[:LONGEST_TEXT]
    return {language: text} if text else {}


def _read_association(package: Package, place: Place, association: Any) -> Iterator[Finding | RelationRecord]:
    kind = _text(association, "associationType")
    origin, destination = _node(association, "originNodeURI"), _node(association, "destinationNodeURI")
    if not (origin[1] and destination[1]):
        yield error(place, "missing_value", "An association lacks one of its ends.")
        return
    if kind == REPLACED:
        package.successors[origin[0]] = _uri(package, destination)
        return
    if kind not in RELATIONS:
        yield warning(place, "unknown_relation_type", f"Associations of the type {kind!r} are not kept.")
        return
    if package.document_id in (origin[0], destination[0]):
        return  # a child of the document itself is a root
    ours, turned = RELATIONS[kind]
    ends = (_uri(package, origin), _uri(package, destination))
    first, second = ends[::-1] if turned else ends
    yield RelationRecord(place, package.uri, first, ours, second, external=True)


def _with_successors(package: Package) -> Iterator[SkillRecord]:
    for identifier, item in package.items.items():
        successor = package.successors.get(identifier)
        if successor is None:
            yield item
            continue
        yield SkillRecord(
            place=item.place,
            framework_uri=item.framework_uri,
            uri=item.uri,
            kind=item.kind,
            labels=item.labels,
            descriptions=item.descriptions,
            status="deprecated",
            code=item.code,
            replaced_by=successor,
        )


def _node(association: Any, name: str) -> tuple[str, str]:
    """Identifier and URI of one end; a bare URI names itself."""
    node = association.get(name) if isinstance(association, dict) else None
    if isinstance(node, str):
        return node.rpartition("/")[2], node
    return _text(node, "identifier"), _text(node, "uri")


def _uri(package: Package, node: tuple[str, str]) -> str:
    identifier, uri = node
    return package.items[identifier].uri if identifier in package.items else uri


def _text(holder: Any, name: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def _list(content: dict[str, Any], name: str) -> list[Any]:
    found = content.get(name)
    return found if isinstance(found, list) else []


def _is_over(day: str) -> bool:
    """Whether an item's status ended on a day that has a meaning and is past."""
    try:
        return date.fromisoformat(day[:10]) <= date.today()  # noqa: DTZ011 - a day without a place on the clock
    except ValueError:
        return False
