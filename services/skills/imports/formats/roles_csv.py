"""Roles and what they need, one row per requirement.

| heading | meaning |
| --- | --- |
| `external_id` | the role in the sending system, or `source:external_id`; rows of one role repeat it |
| `title` | the role's title |
| `family`, `grade`, `description` | of the role; optional |
| `aliases` | other titles of it, separated by `\\|`; optional |
| `skill` | the skill's URI, id, or its code or label in the framework of this upload; also `skill_id`, `skill_uri` |
| `level` | the level that is needed, a number on the framework's scale |
| `importance` | 0 to 1; 1 where empty |
| `essential` | true or false; true where empty |
| `effective_from` | YYYY-MM-DD; now where empty |
| `redesign` | true where the role itself becomes another one; false where empty |
| `low_precision` | true where level or importance are not to be relied on; false where empty |
| `ladder`, `rung` | roles of one ladder are promotions of each other, from rung to rung; optional |

What has no column stays as it is; a skill whose `level` has none is needed at the option `essential_level`, one that is
not essential at `optional_level`. A row without `skill` only declares the role; a table with `level` and no column
for the skill is refused (`missing_headings`). A skill given by label is made in the
framework that `framework_uri` and `framework_title` name, unless it is there. A table without `title` links roles to
skills, and makes neither. The tables of a government capability
framework are known by their own headings.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.skills.imports.formats import capability_framework
from services.skills.imports.formats.tables import (
    UUID_FORM,
    Line,
    Table,
    WrongCell,
    check_given,
    day,
    number,
    reference,
    slug,
    tidy,
    truth,
)
from services.skills.imports.records import (
    Finding,
    FrameworkRecord,
    Options,
    Record,
    RequirementRecord,
    RoleMoveRecord,
    RoleRecord,
    SkillRecord,
    error,
)
from shared.uploads import UploadedFile

REQUIRED = ("external_id", "title")
LINK = ("external_id", "skill")
DETAILS = ("family", "grade", "description", "aliases")
OPTIONAL = (
    *DETAILS,
    "skill",
    "level",
    "importance",
    "essential",
    "effective_from",
    "redesign",
    "low_precision",
    "ladder",
    "rung",
)
ALIASES = {"skill": ("skill_id", "skill_uri")}
"""What the other tables and the API call the same."""
SOURCE = "hris"
FRAMEWORK_URI = "urn:upskill:framework:imported"
HIGHEST_LEVEL = 100


def is_heading(heading: str) -> bool:
    """Whether a table of roles may have it."""
    return heading in (*REQUIRED, *OPTIONAL)


class Roles:
    """The roles and skills that the rows have named so far."""

    def __init__(self, options: Options) -> None:
        self.source = options.source or SOURCE
        self.framework_uri = options.framework_uri or FRAMEWORK_URI
        self.framework_title = options.framework_title or "Imported skills"
        self.options = options
        self.roles: dict[str, RoleRecord] = {}
        self.skills: dict[str, SkillRecord] = {}
        self.requirements: dict[tuple[str, str, str | None], RequirementRecord] = {}
        self.rungs: dict[str, dict[float, list[RoleRecord]]] = defaultdict(lambda: defaultdict(list))

    def framework(self) -> FrameworkRecord:
        return FrameworkRecord(
            uri=self.framework_uri,
            title=self.framework_title,
            version=self.options.framework_version or "",
            scale_id=self.options.scale_id,
        )


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """Roles, the skills given by label, requirements and promotions."""
    if not options.columns and capability_framework.recognises(files):
        yield from capability_framework.parse(files, options)
        return
    check_given(files, options.columns)
    roles = Roles(options)
    tables = [Table(file, ("external_id",), ("title", *OPTIONAL), options.columns, ALIASES) for file in files]
    for table in tables:
        links = "title" not in table.columns and "skill" in table.columns
        _check_levels(table)
        table.demand(LINK if links else REQUIRED)
        yield from table.notes()
        for line in table.lines():
            if isinstance(line, Finding):
                yield line
                continue
            try:
                yield from _link(line, roles) if links else _read(line, roles)
            except WrongCell as wrong:
                yield error(line.place, wrong.code, wrong.detail, _about(line, roles))
    if roles.skills:
        yield roles.framework()
    yield from roles.skills.values()
    yield from roles.roles.values()
    yield from roles.requirements.values()
    yield from _promotions(roles)


def _check_levels(table: Table) -> None:
    """Raises UploadRefused (`missing_headings`) where levels are of no skill: roles would come without them."""
    if "level" in table.columns and "skill" not in table.columns:
        table.demand(LINK)


def _read(line: Line, roles: Roles) -> Iterator[Finding]:
    requirement = _requirement(line, roles) if line["skill"] else None
    rung = number("rung", line["rung"], 0, 1000) if line["ladder"] else 0
    role = _role(line, roles)
    known_role = roles.roles.setdefault(role.reference, role)
    if (known_role.title, known_role.family, known_role.grade) != (role.title, role.family, role.grade):
        detail = f"Row {known_role.place.row} describes {role.reference} otherwise, and stays."
        yield error(line.place, "contradicting_row", detail, role.reference)
        return
    if line["ladder"] and known_role is role:
        roles.rungs[line["ladder"]][rung].append(role)
    if requirement is None:
        return
    if _is_label(line["skill"]):
        roles.skills.setdefault(requirement.skill, _skill(line, roles))
    yield from _keep(requirement, roles)


def _link(line: Line, roles: Roles) -> Iterator[Finding]:
    """A row of a table that only joins roles to skills, both of which are known."""
    yield from _keep(_requirement(line, roles), roles)


def _keep(requirement: RequirementRecord, roles: Roles) -> Iterator[Finding]:
    key = (requirement.role, requirement.skill, requirement.effective_from)
    known = roles.requirements.setdefault(key, requirement)
    if known is not requirement:
        yield error(requirement.place, "duplicate_row", f"The same requirement stands in row {known.place.row}.")


def _about(line: Line, roles: Roles) -> str | None:
    try:
        return reference("external_id", line["external_id"], roles.source)
    except WrongCell:
        return None


def _role(line: Line, roles: Roles) -> RoleRecord:
    aliases = (tidy(alias) for alias in line["aliases"].split("|"))
    return RoleRecord(
        place=line.place,
        reference=reference("external_id", line["external_id"], roles.source),
        title=tidy(line["title"]),
        family=tidy(line["family"]) or None,
        grade=line["grade"] or None,
        description=line["description"] or None,
        aliases=tuple(alias for alias in aliases if alias),
        whole=True,
        unsaid=frozenset(name for name in DETAILS if name not in line.values),
    )


def _requirement(line: Line, roles: Roles) -> RequirementRecord:
    effective_from = line["effective_from"]
    essential = truth("essential", line["essential"] or "true")
    usual = roles.options.essential_level if essential else roles.options.optional_level
    return RequirementRecord(
        place=line.place,
        role=reference("external_id", line["external_id"], roles.source),
        skill=_skill_uri(line["skill"], roles) if _is_label(line["skill"]) else line["skill"],
        level=number("level", line["level"], 0, HIGHEST_LEVEL) if "level" in line.values else usual,
        importance=number("importance", line["importance"] or "1", 0, 1),
        essential=essential,
        effective_from=day("effective_from", effective_from).isoformat() if effective_from else None,
        redesign=truth("redesign", line["redesign"] or "false"),
        low_precision=truth("low_precision", line["low_precision"] or "false"),
    )


def _is_label(skill: str) -> bool:
    """Labels may have a colon in a sentence (`Law: contracts`); URIs and references have no blank after it."""
    before, colon, after = skill.partition(":")
    looks_like_address = bool(colon) and " " not in before and not after.startswith(" ")
    return not looks_like_address and not UUID_FORM.fullmatch(skill)


def _skill_uri(label: str, roles: Roles) -> str:
    separator = ":" if roles.framework_uri.startswith("urn:") else "/"
    return f"{roles.framework_uri.rstrip('/')}{separator}{slug(tidy(label))}"


def _skill(line: Line, roles: Roles) -> SkillRecord:
    label = tidy(line["skill"])
    uri = _skill_uri(label, roles)
    labels = {roles.options.language: label}
    return SkillRecord(line.place, roles.framework_uri, uri, "skill", labels, only_named=True)


def _promotions(roles: Roles) -> Iterator[RoleMoveRecord]:
    for rungs in roles.rungs.values():
        ordered = [rungs[rung] for rung in sorted(rungs)]
        for lower, upper in pairwise(ordered):
            for origin in lower:
                for target in upper:
                    yield RoleMoveRecord(target.place, origin.reference, target.reference, "promotion")
