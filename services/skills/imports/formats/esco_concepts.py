"""The concepts of ESCO: skills, groups and occupations of all the files and languages, joined by URI."""

import re
from collections.abc import Callable, Iterator

from services.skills.imports.formats.tables import Line, Table, tidy
from services.skills.imports.records import Finding, Record, RoleRecord, SkillRecord, error, warning
from shared.uploads import UploadedFile

SOURCE = "esco"
CODE_SOURCE = "esco-code"

KINDS = {
    "knowledge": "knowledge",
    "skill/competence": "skill",
    "language": "language",
    "attitude": "attitude",
}
REUSE_LEVELS = frozenset({"transversal", "cross-sector", "sector-specific", "occupation-specific"})
LANGUAGE_SCHEME = "skill-language-groups"
STATUSES = {"released": "published", "obsolete": "deprecated", "deprecated": "deprecated"}
CONCEPT_HEADINGS = (
    "skill_type",
    "reuse_level",
    "isco_group",
    "alt_labels",
    "hidden_labels",
    "status",
    "modified_date",
    "regulated_profession_note",
    "scope_note",
    "definition",
    "in_scheme",
    "description",
    "code",
    "nace_code",
)


class Concepts:
    """What has been read so far, by URI; the ISCO-08 groups by code."""

    def __init__(self) -> None:
        self.skills: dict[str, SkillRecord] = {}
        self.occupations: dict[str, RoleRecord] = {}
        self.isco: dict[str, str] = {}
        self.isco_of: dict[str, str] = {}


def _language(file: UploadedFile, fallback: str) -> str:
    named = re.search(r"_([a-z]{2}(?:-[A-Za-z]{2,4})?)\.", file.base_name)
    return named[1] if named else fallback


def read_concepts(file: UploadedFile, framework_uri: str, fallback: str, concepts: Concepts) -> Iterator[Record]:
    table = Table(file, ["concept_type", "concept_uri", "preferred_label"], CONCEPT_HEADINGS)
    yield from table.notes()
    language = _language(file, fallback)
    for line in table.lines():
        if isinstance(line, Finding):
            yield line
        elif line["concept_type"] in CONCEPT_READERS:
            yield from CONCEPT_READERS[line["concept_type"]](line, framework_uri, language, concepts)
        else:
            detail = f"The concept type {line['concept_type']!r} is not known."
            yield error(line.place, "unknown_concept_type", detail)


def _read_skill(line: Line, framework_uri: str, language: str, concepts: Concepts) -> Iterator[Record]:
    uri = line["concept_uri"]
    kind = KINDS.get(line["skill_type"])
    if kind is None:
        yield warning(line.place, "empty_skill_type", f"No type that is known; {uri} is taken as a skill.")
    if line["reuse_level"] not in REUSE_LEVELS:
        code = "unknown_reuse_level" if line["reuse_level"] else "empty_reuse_level"
        yield warning(line.place, code, f"No reuse level that is known; {uri} is taken all the same.")
    if LANGUAGE_SCHEME in line["in_scheme"]:
        kind = "language"
    yield from _add_skill(line, framework_uri, language, concepts, kind or "skill")


def _read_group(line: Line, framework_uri: str, language: str, concepts: Concepts) -> Iterator[Record]:
    yield from _add_skill(line, framework_uri, language, concepts, "group")


def _add_skill(line: Line, framework_uri: str, language: str, concepts: Concepts, kind: str) -> Iterator[Record]:
    uri = line["concept_uri"]
    known = concepts.skills.get(uri)
    if known is None:
        concepts.skills[uri] = SkillRecord(
            place=line.place,
            framework_uri=framework_uri,
            uri=uri,
            kind=kind,
            labels=_text(language, tidy(line["preferred_label"])),
            alternative_labels=_alternatives(line, language),
            descriptions=_text(language, _description(line)),
            status=STATUSES.get(line["status"], "published"),
            code=line["code"] or None,
            reuse_level=line["reuse_level"] if line["reuse_level"] in REUSE_LEVELS else None,
        )
    elif language in known.labels:
        yield error(line.place, "duplicate_row", f"{uri} stands twice in {language}.", uri)
    else:
        known.labels[language] = tidy(line["preferred_label"])
        known.alternative_labels.update(_alternatives(line, language))
        known.descriptions.update(_text(language, _description(line)))


def _read_occupation(line: Line, framework_uri: str, language: str, concepts: Concepts) -> Iterator[Record]:
    uri = line["concept_uri"]
    if uri in concepts.occupations:
        # Roles have one title: that of the first language sent.
        yield warning(line.place, "duplicate_row", f"{uri} was read before; its first title stays.")
        return
    concepts.isco_of[uri] = line["isco_group"]
    concepts.occupations[uri] = RoleRecord(
        place=line.place,
        reference=f"{SOURCE}:{uri}",
        title=tidy(line["preferred_label"]),
        description=_description(line) or None,
        aliases=tuple(_alternatives(line, language).get(language, [])),
        other_references=(f"{CODE_SOURCE}:{line['code']}",) if line["code"] else (),
    )


def _read_isco_group(line: Line, framework_uri: str, language: str, concepts: Concepts) -> Iterator[Record]:
    concepts.isco.setdefault(line["code"], tidy(line["preferred_label"]))
    yield from ()


ConceptReader = Callable[[Line, str, str, Concepts], Iterator[Record]]
CONCEPT_READERS: dict[str, ConceptReader] = {
    "KnowledgeSkillCompetence": _read_skill,
    "SkillGroup": _read_group,
    "Occupation": _read_occupation,
    "ISCOGroup": _read_isco_group,
}


def _text(language: str, text: str) -> dict[str, str]:
    return {language: text} if text else {}


def _alternatives(line: Line, language: str) -> dict[str, list[str]]:
    """Other labels, without repetitions and without the preferred one, which ESCO lists again."""
    preferred = tidy(line["preferred_label"]).lower()
    found: dict[str, str] = {}
    for label in [*line["alt_labels"].split("\n"), *line["hidden_labels"].split("\n")]:
        text = tidy(label)
        if text and text.lower() != preferred:
            found.setdefault(text.lower(), text)
    return {language: list(found.values())} if found else {}


def _description(line: Line) -> str:
    parts = (line["description"] or line["definition"], line["scope_note"])
    return "\n\n".join(part.replace("\r\n", "\n").replace("\u00a0", " ") for part in parts if part)


def read_hierarchy(file: UploadedFile, framework_uri: str, fallback: str, concepts: Concepts) -> Iterator[Record]:
    """Groups that stand in the printed tree only: skillGroups of 1.1.1 lacks seven of them."""
    levels = range(4)
    optional = [f"level_{level}_{what}" for level in levels for what in ("uri", "preferred_term", "code")]
    table = Table(file, ["level_0_uri"], [*optional, "description", "scope_note"])
    language = _language(file, fallback)
    for line in table.lines():
        if isinstance(line, Finding):
            yield line
            continue
        for level in levels:
            uri, label = line[f"level_{level}_uri"], tidy(line[f"level_{level}_preferred_term"])
            if uri and label and uri not in concepts.skills:
                code = line[f"level_{level}_code"] or None
                concepts.skills[uri] = SkillRecord(
                    line.place, framework_uri, uri, "group", {language: label}, code=code
                )


def roles(concepts: Concepts) -> Iterator[RoleRecord]:
    for uri, role in concepts.occupations.items():
        code = concepts.isco_of[uri]
        yield RoleRecord(
            place=role.place,
            reference=role.reference,
            title=role.title,
            family=concepts.isco.get(code, code) or None,
            description=role.description,
            aliases=role.aliases,
            other_references=role.other_references,
            unsaid=frozenset() if concepts.isco else frozenset({"family"}),
        )
