"""A framework of one's own, one row per skill.

| heading | meaning |
| --- | --- |
| `uri` | the skill's URI, or a bare UUID; made of the framework's and the code or else the label where empty |
| `label`, `label_de`, … | preferred label, and those of other languages |
| `alternative_labels`, `alternative_labels_de`, … | other labels, separated by `\\|` |
| `kind` | skill, knowledge, attitude, language or group; skill where empty |
| `description` | optional |
| `code` | the framework's own short name of the skill; optional |
| `status` | draft, published or deprecated; published where empty |
| `broader`, `related`, `requires`, `same_as` | other skills by URI, UUID, code or label, separated by `\\|` |
| `replaced_by` | the URI of the skill to use instead |
| `level_1`, `level_2`, … | what a level of the scale means for this skill |

Of a table of competencies `identifier`, `full_statement`, `human_coding_scheme` and `is_child_of` are known, of a
capability framework `skill_name` and `skill_description`.
The framework is named by `framework_uri` and `framework_title`. With every row of a framework in the upload, those
that a later upload lacks are retired.
"""

import re
from collections.abc import Iterator, Sequence

from services.skills.imports.formats.tables import (
    UUID_FORM,
    Line,
    Names,
    Table,
    WrongCell,
    check_given,
    normal_heading,
    slug,
    tidy,
)
from services.skills.imports.records import (
    Finding,
    FrameworkRecord,
    Options,
    Record,
    RelationRecord,
    SkillRecord,
    error,
)
from shared.uploads import UploadedFile, UploadRefused

REQUIRED = ("label",)
OPTIONAL = ("uri", "alternative_labels", "kind", "description", "code", "status", "replaced_by")
RELATIONS = ("broader", "related", "requires", "same_as")
KINDS = ("skill", "knowledge", "attitude", "language", "group")
STATUSES = ("draft", "published", "deprecated")
ALIASES: Names = {
    "uri": ("identifier",),
    "label": ("full_statement", "skill_name"),
    "code": ("human_coding_scheme",),
    "description": ("skill_description",),
    "broader": ("is_child_of",),
}
"""What others call the same: the tables of the CASE exchange format, a capability framework."""

KIND_LETTERS = {"k": "knowledge", "s": "skill"}
BY_LANGUAGE = re.compile(r"(label|alternative_labels)_([a-z]{2,3}(?:_[a-z]{2,4})?)")
BY_LEVEL = re.compile(r"level_([1-9][0-9]?)")
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """The framework, its skills, then their relations."""
    if options.framework_uri is None or options.framework_title is None:
        raise UploadRefused("missing_framework", "framework_uri and framework_title say which framework this is.")
    uri = options.framework_uri.rstrip("/")
    yield FrameworkRecord(
        uri=uri,
        title=options.framework_title,
        version=options.framework_version or "",
        scale_id=options.scale_id,
        complete=True,
    )
    relations: list[RelationRecord] = []
    known: dict[str, str] = {}
    check_given(files, options.columns)
    for file in files:
        headings = dict.fromkeys((*map(normal_heading, file.headings()), *options.columns))
        dynamic = [heading for heading in headings if _is_dynamic(heading)]
        table = Table(file, REQUIRED, (*OPTIONAL, *RELATIONS, *dynamic), options.columns, ALIASES)
        yield from table.notes()
        for line in table.lines():
            if isinstance(line, Finding):
                yield line
                continue
            try:
                skill = _read(line, uri, options.language)
            except WrongCell as wrong:
                yield error(line.place, wrong.code, wrong.detail, _uri_of(line, uri))
                continue
            yield skill
            known.setdefault(skill.code or "", skill.uri)
            known.setdefault(tidy(line["label"]), skill.uri)
            relations += _relations(line, skill)
    for relation in relations:
        target = known.get(relation.target) or _address(relation.target, uri)
        yield RelationRecord(relation.place, uri, relation.origin, relation.kind, target)


def is_heading(heading: str) -> bool:
    """Whether a table of skills may have it."""
    return heading in (*REQUIRED, *OPTIONAL, *RELATIONS) or _is_dynamic(heading)


def _is_dynamic(heading: str) -> bool:
    return bool(BY_LANGUAGE.fullmatch(heading) or BY_LEVEL.fullmatch(heading))


def _read(line: Line, framework_uri: str, language: str) -> SkillRecord:
    uri = _uri_of(line, framework_uri)
    if not ADDRESS.fullmatch(uri):
        raise WrongCell("not_a_uri", f"uri is {uri!r}.")
    labels, alternatives = {language: tidy(line["label"])}, {language: _several(line["alternative_labels"])}
    levels: dict[int, str] = {}
    for heading, text in line.values.items():
        if not text:
            continue
        if found := BY_LANGUAGE.fullmatch(heading):
            tag = found[2].replace("_", "-")
            if found[1] == "label":
                labels[tag] = tidy(text)
            else:
                alternatives[tag] = _several(text)
        elif found := BY_LEVEL.fullmatch(heading):
            levels[int(found[1])] = text
    return SkillRecord(
        place=line.place,
        framework_uri=framework_uri,
        uri=uri,
        kind=_one_of("kind", KIND_LETTERS.get(line["kind"].lower(), line["kind"]) or "skill", KINDS),
        labels=labels,
        alternative_labels={tag: texts for tag, texts in alternatives.items() if texts},
        descriptions={language: line["description"]} if line["description"] else {},
        level_descriptions=levels,
        status=_one_of("status", line["status"] or "published", STATUSES),
        code=line["code"] or None,
        replaced_by=line["replaced_by"] or None,
    )


def _uri_of(line: Line, framework_uri: str) -> str:
    if uri := line["uri"]:
        return f"urn:uuid:{uri}" if UUID_FORM.fullmatch(uri) else uri
    return _address(line["code"] or line["label"], framework_uri)


def _address(name: str, framework_uri: str) -> str:
    """The URI of the skill that is named by its URI, its UUID, its code or its label."""
    if ADDRESS.fullmatch(name):
        return name
    if UUID_FORM.fullmatch(name):
        return f"urn:uuid:{name}"
    separator = ":" if framework_uri.startswith("urn:") else "/"
    return f"{framework_uri}{separator}{slug(tidy(name))}"


def _one_of(heading: str, text: str, allowed: Sequence[str]) -> str:
    if text.lower() not in allowed:
        raise WrongCell(f"unknown_{heading}", f"{heading} is {text!r}; one of {', '.join(allowed)} is meant.")
    return text.lower()


def _several(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in (tidy(piece) for piece in text.split("|")) if part))


def _relations(line: Line, skill: SkillRecord) -> Iterator[RelationRecord]:
    """To their targets as the row names them."""
    for kind in RELATIONS:
        for target in _several(line[kind]):
            yield RelationRecord(line.place, skill.framework_uri, skill.uri, kind, target)
