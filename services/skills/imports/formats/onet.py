"""The O*NET database of the United States: occupations with rated skills, knowledge and abilities.

Its text edition (tab-separated) and its spreadsheet edition (workbooks, or saved as CSV) are read by their headings;
compressed with gzip or in a ZIP archive as well.

Skills, Knowledge, Abilities    every element becomes a skill, every pair of importance (IM, 1 to 5) and level (LV,
                                0 to 7) a requirement: importance (IM - 1) / 4, the level as it is. 'Not Relevant'
                                means level 0. A value that O*NET recommends to suppress is taken with a warning, and
                                marks the requirement as of low precision.
Occupation Data                 roles; the family is the major group of the occupational classification
Job Zones                       the grade of the role, 1 to 5
Alternate Titles                aliases of the role
Level Scale Anchors             what a level means for an element
Content Model Reference         descriptions of the elements, and the groups above them

Essential is what is rated 3 ('important') or more. Other tables are left aside.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from services.skills.imports.formats.onet_tables import (
    OCCUPATION,
    SCALE,
    SCALE_KEY,
    family_of,
    importance,
    kind_of_element,
    sort_files,
)
from services.skills.imports.formats.tables import Line, Table, WrongCell, number, tidy
from services.skills.imports.records import (
    FileNote,
    Finding,
    FrameworkRecord,
    Options,
    Place,
    Record,
    RelationRecord,
    RequirementRecord,
    RoleRecord,
    SkillRecord,
    error,
    warning,
)
from shared.uploads import UploadedFile, UploadRefused

FRAMEWORK_URI = "https://www.onetonline.org"
ELEMENT_URI = "/find/descriptor/result/"
ATTRIBUTION = (
    "This product includes information from the O*NET {}Database by the U.S. Department of Labor, Employment and "
    "Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA. "
    "Some of this information was modified. USDOL/ETA has not approved, endorsed, or tested these modifications."
)
SOURCE = "onet"
RANGES = {"IM": (1, 5), "LV": (0, 7)}
IMPORTANT = 3.0
MOST_ALIASES = 200
TABLE_OF = {"description": "occupations", "grade": "job_zones", "aliases": "alternate_titles"}
"""Which table tells what of a role."""

RATING_DETAILS = ("title", "scale_name", "n", "standard_error", "lower_ci_bound", "upper_ci_bound")
RATING_MARKS = ("recommend_suppress", "not_relevant", "date", "domain_source")


@dataclass
class Occupation:
    place: Place
    title: str
    description: str | None = None
    zone: str | None = None
    aliases: dict[str, str] = field(default_factory=dict)


@dataclass
class Database:
    """What the tables say, joined by the codes of occupations and elements."""

    uri: str
    source: str
    occupations: dict[str, Occupation] = field(default_factory=dict)
    listed: bool = False
    elements: dict[str, SkillRecord] = field(default_factory=dict)
    model: dict[str, Line] = field(default_factory=dict)
    anchors: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    ratings: dict[tuple[str, str], dict[str, tuple[float, Place]]] = field(default_factory=dict)
    imprecise: set[tuple[str, str]] = field(default_factory=set)

    def element_uri(self, element_id: str) -> str:
        return f"{self.uri}{ELEMENT_URI}{element_id}"

    def role(self, line: Line) -> str | None:
        """The reference of the occupation that a row is about."""
        return f"{self.source}:{line[OCCUPATION]}" if line[OCCUPATION] else None


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """The framework of elements, then roles and what they require."""
    by_kind = sort_files(files)
    if not by_kind["ratings"] and not by_kind["occupations"]:
        raise UploadRefused("not_onet", "None of the files has the headings of an O*NET table of occupations.")
    database = Database((options.framework_uri or FRAMEWORK_URI).rstrip("/"), options.source or SOURCE)
    for file in by_kind[None]:
        yield FileNote(file.name)
    for kind, (required, optional, read) in READERS.items():
        for file in by_kind[kind]:
            table = Table(file, required, optional)
            yield from table.notes()
            yield from _read(table, read, database)
    version = options.framework_version or _version(files)
    yield SCALE
    yield FrameworkRecord(
        uri=database.uri,
        title=options.framework_title or "O*NET",
        version=version,
        scale_key=None if options.scale_id else SCALE_KEY,
        scale_id=options.scale_id,
        attribution=ATTRIBUTION.format(f"{version} " if version else ""),
    )
    yield from _skills(database)
    unsaid = frozenset(name for name, kind in TABLE_OF.items() if not by_kind[kind])
    yield from _roles(database, unsaid)
    yield from _requirements(database)


def _read(table: Table, read: "Reader", database: Database) -> Iterator[Finding]:
    for line in table.lines():
        if isinstance(line, Finding):
            yield line
            continue
        try:
            yield from read(line, database) or ()
        except WrongCell as wrong:
            yield error(line.place, wrong.code, wrong.detail, database.role(line))


def _read_occupation(line: Line, database: Database) -> Iterator[Finding]:
    database.listed = True
    code = line[OCCUPATION]
    if code in database.occupations:
        yield error(line.place, "duplicate_row", f"{code} stands twice.")
        return
    database.occupations[code] = Occupation(line.place, tidy(line["title"]), line["description"] or None)


def _read_zone(line: Line, database: Database) -> None:
    if occupation := database.occupations.get(line[OCCUPATION]):
        occupation.zone = f"{number('job_zone', line['job_zone'], 1, 5):g}"


def _read_alternate_title(line: Line, database: Database) -> None:
    occupation = database.occupations.get(line[OCCUPATION])
    title = tidy(line["alternate_title"])
    if occupation is not None and title.casefold() != occupation.title.casefold():
        occupation.aliases.setdefault(title.casefold(), title)


def _read_anchor(line: Line, database: Database) -> None:
    level = round(number("anchor_value", line["anchor_value"], 0, 7))
    if line["scale_id"] == "LV" and level:
        database.anchors[line["element_id"]][level] = line["anchor_description"]


def _read_model(line: Line, database: Database) -> None:
    database.model.setdefault(line["element_id"], line)


def _read_rating(line: Line, database: Database) -> Iterator[Finding]:
    code, element_id, scale = line[OCCUPATION], line["element_id"], line["scale_id"]
    kind = kind_of_element(element_id)
    if kind is None or scale not in RANGES:
        detail = f"Element {element_id} on the scale {scale!r} is neither an importance nor a level of a skill."
        yield error(line.place, "unknown_scale", detail, database.role(line))
        return
    if code not in database.occupations:
        if database.listed:
            yield error(line.place, "unknown_occupation", f"No occupation has the code {code}.", database.role(line))
            return
        database.occupations[code] = Occupation(line.place, tidy(line["title"]) or code)
    value = number("data_value", line["data_value"], *RANGES[scale])
    if scale == "LV" and line["not_relevant"].upper() == "Y":
        value = 0.0
    if line["recommend_suppress"].upper() == "Y":
        detail = f"O*NET recommends to suppress the {scale} of {line['element_name']} for {code}: its precision is low."
        yield warning(line.place, "low_precision", detail)
        database.imprecise.add((code, element_id))
    pair = database.ratings.setdefault((code, element_id), {})
    if scale in pair:
        yield error(line.place, "duplicate_row", f"The same rating stands in row {pair[scale][1].row}.")
        return
    pair[scale] = (value, line.place)
    if element_id not in database.elements:
        uri = database.element_uri(element_id)
        labels = {"en": tidy(line["element_name"])}
        database.elements[element_id] = SkillRecord(line.place, database.uri, uri, kind, labels, code=element_id)


Reader = Callable[[Line, Database], Iterator[Finding] | None]
READERS: dict[str, tuple[Sequence[str], Sequence[str], Reader]] = {
    "occupations": ((OCCUPATION, "title"), ("description",), _read_occupation),
    "job_zones": ((OCCUPATION, "job_zone"), ("title", "date", "domain_source"), _read_zone),
    "alternate_titles": ((OCCUPATION, "alternate_title"), ("title", "short_title", "source_s"), _read_alternate_title),
    "anchors": (
        ("element_id", "scale_id", "anchor_value", "anchor_description"),
        ("element_name", "scale_name"),
        _read_anchor,
    ),
    "content_model": (("element_id", "element_name"), ("description",), _read_model),
    "ratings": (
        (OCCUPATION, "element_id", "element_name", "scale_id", "data_value"),
        (*RATING_DETAILS, *RATING_MARKS),
        _read_rating,
    ),
}
"""The tables in the order in which they are read: required headings, other known headings, reader of a row."""


def _version(files: Sequence[UploadedFile]) -> str:
    """The edition, which the published archives have in their name: `db_30_0_text.zip`."""
    named = (re.search(r"db_(\d+)_(\d+)", file.name) for file in files)
    return next((f"{found[1]}.{found[2]}" for found in named if found), "")


def _skills(database: Database) -> Iterator[SkillRecord | RelationRecord]:
    """Elements, the groups above them where the content model is there, and who stands under whom."""
    groups: dict[str, Line] = {}
    for element_id in database.elements:
        parent = element_id.rpartition(".")[0]
        while parent in database.model and "." in parent:
            groups[parent] = database.model[parent]
            parent = parent.rpartition(".")[0]
    for group_id, line in sorted(groups.items()):
        yield _described(
            SkillRecord(
                line.place, database.uri, database.element_uri(group_id), "group", {"en": tidy(line["element_name"])}
            ),
            database,
            group_id,
        )
    for element_id, skill in database.elements.items():
        yield _described(skill, database, element_id)
    for element_id in (*sorted(groups), *database.elements):
        parent = element_id.rpartition(".")[0]
        if parent in groups:
            place = groups[parent].place
            origin, target = database.element_uri(element_id), database.element_uri(parent)
            yield RelationRecord(place, database.uri, origin, "broader", target)


def _described(skill: SkillRecord, database: Database, element_id: str) -> SkillRecord:
    line = database.model.get(element_id)
    return SkillRecord(
        place=skill.place,
        framework_uri=skill.framework_uri,
        uri=skill.uri,
        kind=skill.kind,
        labels=skill.labels,
        descriptions={"en": line["description"]} if line and line["description"] else {},
        level_descriptions=database.anchors.get(element_id, {}),
        code=element_id,
    )


def _roles(database: Database, unsaid: frozenset[str]) -> Iterator[RoleRecord | Finding]:
    for code, occupation in database.occupations.items():
        aliases = list(occupation.aliases.values())
        if len(aliases) > MOST_ALIASES:
            detail = f"{code} has {len(aliases)} other titles; the first {MOST_ALIASES} are taken."
            yield warning(occupation.place, "too_many_aliases", detail)
        yield RoleRecord(
            place=occupation.place,
            reference=f"{database.source}:{code}",
            title=occupation.title,
            family=family_of(code),
            grade=occupation.zone,
            description=occupation.description,
            aliases=tuple(aliases[:MOST_ALIASES]),
            unsaid=unsaid,
        )


def _requirements(database: Database) -> Iterator[RequirementRecord | Finding]:
    for (code, element_id), pair in database.ratings.items():
        role = f"{database.source}:{code}"
        if len(pair) < len(RANGES):
            (scale, (_, place)) = next(iter(pair.items()))
            yield error(place, "incomplete_rating", f"{scale} of {element_id} for {code} stands alone.", role)
            continue
        rated, place = pair["IM"]
        yield RequirementRecord(
            place=place,
            role=role,
            skill=database.element_uri(element_id),
            level=pair["LV"][0],
            importance=importance(rated),
            essential=rated >= IMPORTANT,
            low_precision=(code, element_id) in database.imprecise,
        )
