"""ESCO, the European classification of skills and occupations, as the European Commission publishes it.

CSV files, single or in their two ZIP archives (classification and relations). They are known by their headings, so
that a renamed file, a new column or another edition (1.1, 1.2) is read as well; several languages may come together.

skills_xx                       skills with labels, alternative labels, description
skillGroups_xx,
skillsHierarchy_xx              groups: the upper nodes of the tree
broaderRelationsSkillPillar     `broader` relations; a skill may have several parents
skillSkillRelations             `requires` for essential, `related` for optional
occupations_xx, ISCOGroups_xx   roles; their family is the ISCO-08 unit group
occupationSkillRelations        requirements. ESCO says essential or optional, never how much: the levels are options
                                (3 and 2 unless set), the importance is 1.0 or 0.5

The collections (green, digital, …) repeat skills that skills_xx has, and are left aside.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.skills.imports.formats.esco_concepts import (
    SOURCE,
    Concepts,
    read_concepts,
    read_hierarchy,
    roles,
)
from services.skills.imports.formats.tables import Line, Table, headings_of
from services.skills.imports.records import (
    FileNote,
    Finding,
    FrameworkRecord,
    Options,
    Place,
    Record,
    RelationRecord,
    RequirementRecord,
    error,
    warning,
)
from shared.uploads import UploadedFile, UploadRefused

FRAMEWORK_URI = "http://data.europa.eu/esco/concept-scheme/skills"
ATTRIBUTION = "This service uses the ESCO classification of the European Commission."
ESSENTIAL_IMPORTANCE = 1.0
OPTIONAL_IMPORTANCE = 0.5

SKILL_RELATIONS = {"essential": "requires", "optional": "related"}


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """Every concept and relation of the files, in an order in which nothing refers to what follows it."""
    by_kind = _sort_files(files)
    if set(by_kind) <= {"aside"}:
        raise UploadRefused("not_esco", "None of the files has the headings of an ESCO table.")
    for file in by_kind["aside"]:
        yield FileNote(file.name)
    uri = options.framework_uri or FRAMEWORK_URI
    concepts = Concepts()
    for file in by_kind["concepts"]:
        yield from read_concepts(file, uri, options.language, concepts)
    for file in by_kind["hierarchy"]:
        yield from read_hierarchy(file, uri, options.language, concepts)
    yield FrameworkRecord(
        uri=uri,
        title=options.framework_title or "ESCO",
        version=options.framework_version or _version(files),
        scale_id=options.scale_id,
        attribution=ATTRIBUTION,
        complete=True,
    )
    yield from concepts.skills.values()
    yield from roles(concepts)
    for file in by_kind["broader"]:
        yield from _read_broader(file, uri, concepts)
    for file in by_kind["skill_relations"]:
        yield from _read_skill_relations(file, uri, concepts)
    for file in by_kind["occupation_relations"]:
        yield from _read_occupation_relations(file, options, concepts)


FILE_KINDS: dict[str, frozenset[str]] = {
    "occupation_relations": frozenset({"occupation_uri", "relation_type", "skill_uri"}),
    "skill_relations": frozenset({"original_skill_uri", "relation_type", "related_skill_uri"}),
    "hierarchy": frozenset({"level_0_uri", "level_0_preferred_term"}),
    "broader": frozenset({"concept_uri", "broader_uri"}),
    "concepts": frozenset({"concept_type", "concept_uri", "preferred_label", "status"}),
}


def _sort_files(files: Sequence[UploadedFile]) -> dict[str, list[UploadedFile]]:
    sorted_files: dict[str, list[UploadedFile]] = defaultdict(list)
    for file in files:
        headings = headings_of(file)
        kind = next((kind for kind, wanted in FILE_KINDS.items() if wanted <= headings), "aside")
        collection = "broader_concept_uri" in headings
        sorted_files["aside" if collection else kind].append(file)
    return sorted_files


def _version(files: Sequence[UploadedFile]) -> str:
    """The edition, which the published archives have in their name: `ESCO dataset - v1.1.1 - …`."""
    named = (re.search(r"v(\d+(?:\.\d+)+)", file.name) for file in files)
    return next((found[1] for found in named if found), "")


def _read_broader(file: UploadedFile, framework_uri: str, concepts: Concepts) -> Iterator[Record]:
    table = Table(file, ["concept_uri", "broader_uri"], ["concept_type", "broader_type"])
    yield from table.notes()
    for line in table.lines():
        if isinstance(line, Finding):
            yield line
        elif line["concept_type"] not in ("Occupation", "ISCOGroup"):
            origin, target = line["concept_uri"], line["broader_uri"]
            yield _relation(line.place, framework_uri, origin, "broader", target, concepts)


def _read_skill_relations(file: UploadedFile, framework_uri: str, concepts: Concepts) -> Iterator[Record]:
    required = ["original_skill_uri", "relation_type", "related_skill_uri"]
    table = Table(file, required, ["original_skill_type", "related_skill_type"])
    yield from table.notes()
    for line in table.lines():
        if isinstance(line, Finding):
            yield line
            continue
        kind = SKILL_RELATIONS.get(line["relation_type"])
        if kind is None:
            yield _unknown_relation(line, line["original_skill_uri"])
            continue
        origin, target = line["original_skill_uri"], line["related_skill_uri"]
        yield _relation(line.place, framework_uri, origin, kind, target, concepts)


def _relation(place: Place, framework_uri: str, origin: str, kind: str, target: str, concepts: Concepts) -> Record:
    for uri in (origin, target):
        if concepts.skills and uri not in concepts.skills:
            return error(place, "unknown_skill", f"No skill or group has the URI {uri}.", origin)
    return RelationRecord(place, framework_uri, origin, kind, target)


def _read_occupation_relations(file: UploadedFile, options: Options, concepts: Concepts) -> Iterator[Record]:
    required = ["occupation_uri", "relation_type", "skill_uri"]
    table = Table(file, required, ["skill_type", "occupation_label", "skill_label"])
    yield from table.notes()
    weights = {
        "essential": (options.essential_level, ESSENTIAL_IMPORTANCE, True),
        "optional": (options.optional_level, OPTIONAL_IMPORTANCE, False),
    }
    references = {uri: role.reference for uri, role in concepts.occupations.items()}
    for line in table.lines():
        if isinstance(line, Finding):
            yield line
            continue
        occupation, skill = line["occupation_uri"], line["skill_uri"]
        role = references.get(occupation) or f"{SOURCE}:{occupation}"
        if concepts.occupations and occupation not in references:
            yield error(line.place, "unknown_occupation", f"No occupation has the URI {occupation}.", role)
        elif concepts.skills and skill not in concepts.skills:
            yield error(line.place, "unknown_skill", f"No skill has the URI {skill}.", role)
        elif line["relation_type"] not in weights:
            yield _unknown_relation(line, role)
        else:
            if not line["skill_type"]:
                yield warning(line.place, "empty_skill_type", "The relation names no type of skill.")
            level, importance, essential = weights[line["relation_type"]]
            yield RequirementRecord(line.place, role, skill, level, importance, essential)


def _unknown_relation(line: Line, about: str) -> Finding:
    detail = f"The relation type is {line['relation_type']!r}; essential or optional is meant."
    return error(line.place, "unknown_relation_type", detail, about)
