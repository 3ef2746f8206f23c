"""A capability framework in the form in which the United Kingdom's government publishes that of its digital and data
profession: a table of roles, their levels and the skills each level needs, and a table that describes the skills.

Role Family, Role, Role Level, Skill Name, Skill Level (and descriptions)    one row per requirement
Skill Name, Awareness, Working, Practitioner, Expert                          one row per skill

Every role level becomes a role with the level's title; the four words are the levels 1 to 4 of a scale of its own;
the levels of one role make a ladder, whose consecutive rungs are moves of the kind promotion. A role whose level is
'NOT IN USE' keeps the role's own title and no requirement, because the framework states none.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.skills.imports.formats.tables import Line, Table, headings_of, slug, tidy
from services.skills.imports.ladders import ladder, promotions
from services.skills.imports.records import (
    FileNote,
    Finding,
    FrameworkRecord,
    Options,
    Place,
    Record,
    RequirementRecord,
    RoleMoveRecord,
    RoleRecord,
    ScaleLevel,
    ScaleRecord,
    SkillRecord,
    error,
)
from shared.uploads import UploadedFile, UploadRefused

ROLE_HEADINGS = ("role_family", "role", "role_level", "skill_name", "skill_level")
ROLE_DETAILS = (
    "role_description",
    "role_level_description",
    "skill_description",
    "skill_level_description",
    "role_type",
)
LEVELS = ("awareness", "working", "practitioner", "expert")
SKILL_HEADINGS = ("skill_name", *LEVELS)
SKILL_DETAILS = ("skill_description", "roles_that_require_skill")
NOT_IN_USE = "NOT IN USE"

FRAMEWORK_URI = "https://ddat-capability-framework.service.gov.uk"
FRAMEWORK_TITLE = "Government Digital and Data Profession Capability Framework"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
SOURCE = "capability-framework"
SCALE_KEY = "capability"
SCALE = ScaleRecord(
    key=SCALE_KEY,
    title="Capability framework: awareness to expert",
    levels=(
        ScaleLevel(1, "Awareness", "Knows about the skill and how it is used."),
        ScaleLevel(2, "Working", "Applies the skill to some extent, with support."),
        ScaleLevel(3, "Practitioner", "Applies the skill alone and shares it with others."),
        ScaleLevel(4, "Expert", "Leads and guides a team or organisation in the skill's best practice."),
    ),
)


def recognises(files: Sequence[UploadedFile]) -> bool:
    return any(set(ROLE_HEADINGS) <= headings_of(file) for file in files)


class Framework:
    """What the rows say, joined: skills by name, levels by role."""

    def __init__(self, options: Options) -> None:
        self.uri = (options.framework_uri or FRAMEWORK_URI).rstrip("/")
        self.source = options.source or SOURCE
        self.skills: dict[str, SkillRecord] = {}
        self.roles: dict[str, RoleRecord] = {}
        self.role_of: dict[str, str] = {}
        self.requirements: dict[tuple[str, str], RequirementRecord] = {}

    def skill(self, line: Line, level_descriptions: dict[int, str] | None = None) -> SkillRecord:
        name = tidy(line["skill_name"])
        key = slug(name)
        description = line["skill_description"]
        if key not in self.skills:
            self.skills[key] = SkillRecord(
                place=line.place,
                framework_uri=self.uri,
                uri=f"{self.uri}/skills/{key}",
                kind="skill",
                labels={"en": name},
                descriptions={"en": description} if description else {},
                level_descriptions=level_descriptions or {},
            )
        known = self.skills[key]
        if description:
            known.descriptions.setdefault("en", description)
        return known

    def role(self, line: Line) -> RoleRecord:
        role, level = tidy(line["role"]), tidy(line["role_level"])
        in_use = level.upper() != NOT_IN_USE
        reference = f"{self.source}:{slug(role)}.{slug(level)}" if in_use else f"{self.source}:{slug(role)}"
        if reference not in self.roles:
            details = (line["role_description"], line["role_level_description"] if in_use else "")
            self.roles[reference] = RoleRecord(
                place=line.place,
                reference=reference,
                title=level if in_use else role,
                family=tidy(line["role_family"]),
                description="\n\n".join(detail for detail in details if detail) or None,
            )
            self.role_of[reference] = role
        return self.roles[reference]


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """The framework, its scale, skills, roles, requirements and promotions."""
    framework = Framework(options)
    role_files, skill_files = [], []
    for file in files:
        headings = headings_of(file)
        if set(ROLE_HEADINGS) <= headings:
            role_files.append(file)
        elif set(SKILL_HEADINGS) <= headings:
            skill_files.append(file)
        else:
            yield FileNote(file.name)
    if not role_files:
        raise UploadRefused("not_a_capability_framework", f"No table has the headings {ROLE_HEADINGS}.")
    if options.scale_id is None:
        yield SCALE
    yield FrameworkRecord(
        uri=framework.uri,
        title=options.framework_title or FRAMEWORK_TITLE,
        version=options.framework_version or "",
        scale_key=None if options.scale_id else SCALE_KEY,
        scale_id=options.scale_id,
        attribution=None if options.framework_uri else ATTRIBUTION,
        complete=True,
    )
    for file in skill_files:
        yield from _read_skills(file, framework)
    for file in role_files:
        yield from _read_roles(file, framework)
    yield from framework.skills.values()
    yield from _climb(framework)
    yield from framework.requirements.values()


def _read_skills(file: UploadedFile, framework: Framework) -> Iterator[Record]:
    # A skill of the most senior roles has no level descriptions: its name is all that it must have.
    table = Table(file, ["skill_name"], (*SKILL_HEADINGS[1:], *SKILL_DETAILS))
    yield from table.notes()
    for line in table.lines():
        if isinstance(line, Finding):
            yield line
        elif slug(line["skill_name"]) in framework.skills:
            yield error(line.place, "duplicate_row", f"The skill {line['skill_name']!r} stands twice.")
        else:
            framework.skill(line, {n: line[word] for n, word in enumerate(LEVELS, start=1) if line[word]})


def _read_roles(file: UploadedFile, framework: Framework) -> Iterator[Record]:
    table = Table(file, ROLE_HEADINGS, ROLE_DETAILS)
    yield from table.notes()
    for line in table.lines():
        yield from [line] if isinstance(line, Finding) else _read_requirement(line, framework)


def _read_requirement(line: Line, framework: Framework) -> Iterator[Finding]:
    role, skill = framework.role(line), framework.skill(line)
    word = line["skill_level"]
    level = LEVELS.index(word.lower()) + 1 if word.lower() in LEVELS else None
    if level is None:
        in_use = word.upper() != NOT_IN_USE
        detail = f"{role.title} needs {line['skill_name']!r} at the level {word!r}, which is not on the scale."
        yield error(line.place, "unknown_level" if in_use else "level_not_in_use", detail, role.reference)
        return
    if line["skill_level_description"]:
        skill.level_descriptions.setdefault(level, line["skill_level_description"])
    known = framework.requirements.get((role.reference, skill.uri))
    if known is None:
        framework.requirements[role.reference, skill.uri] = RequirementRecord(
            line.place, role.reference, skill.uri, level, 1.0, True
        )
    elif known.level == level:
        yield error(line.place, "duplicate_row", f"The same requirement stands in row {known.place.row}.")
    else:
        detail = f"Row {known.place.row} asks for level {known.level:g} and stays."
        yield error(line.place, "contradicting_row", detail, role.reference)


def _climb(framework: Framework) -> Iterator[RoleRecord | RoleMoveRecord]:
    """The roles with their rung as grade, then the promotions."""
    demand: dict[str, float] = defaultdict(float)
    for (reference, _), requirement in framework.requirements.items():
        demand[reference] += requirement.level
    by_role: dict[str, dict[str, str]] = defaultdict(dict)
    for reference, role in framework.role_of.items():
        by_role[role][framework.roles[reference].title] = reference
    moves = []
    for references in by_role.values():
        rungs = ladder({title: demand[reference] for title, reference in references.items()})
        for rung in rungs:
            for title in rung.titles:
                yield _graded(framework.roles[references[title]], str(rung.number))
        moves += [(references[origin], references[target]) for origin, target in promotions(rungs)]
    for origin, target in moves:
        yield RoleMoveRecord(_place(framework, target), origin, target, "promotion")


def _place(framework: Framework, reference: str) -> Place:
    return framework.roles[reference].place


def _graded(role: RoleRecord, grade: str) -> RoleRecord:
    return RoleRecord(role.place, role.reference, role.title, role.family, grade, role.description, whole=True)
