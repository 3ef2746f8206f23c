from collections import Counter

from services.skills.imports.formats import FORMATS
from services.skills.imports.records import (
    FileNote,
    Finding,
    FrameworkRecord,
    Options,
    Record,
    RequirementRecord,
    RoleMoveRecord,
    RoleRecord,
    ScaleRecord,
    SkillRecord,
)
from shared.uploads import UploadedFile, open_upload

ROLES = """\
Role Family,Role,Role Description,Role Level,Skill Name,Skill Level,Skill Level Description,Role Type
Data,Data analyst,Analyses.,Senior data analyst,Modelling,Expert,You can lead,
Data,Data analyst,Analyses.,"Data analyst ",Modelling,Working,,
Data,Data analyst,Analyses.,Data analyst,Ethics ,awareness,,
Data,Data analyst,Analyses.,Data analyst,Ethics,Awareness,,
Data,Data analyst,Analyses.,Data analyst,Ethics,Expert,,
Data,Data analyst,Analyses.,Data analyst,Poetry,Sublime,,
Chiefs,Chief data officer,Leads.,NOT IN USE,Vision,NOT IN USE,NOT IN USE,Senior Civil Service
"""
SKILLS = """\
Skill Name,Skill Description,Awareness,Working,Practitioner,Expert,Roles that require Skill
Modelling,Making models.,"You can:
- name one",Make one,Make many,Teach it,Data analyst
Modelling,Again.,,,,,
"""


def read(files: dict[str, str], options: Options | None = None) -> list[Record]:
    opened = [file for name, text in files.items() for file in open_upload(name, text.encode())]
    return list(FORMATS["roles_csv"](opened, options or Options()))


def test_every_level_of_a_role_is_a_role_and_the_ladder_its_grades() -> None:
    roles = [r for r in read({"roles.csv": ROLES}) if isinstance(r, RoleRecord)]
    assert [(r.reference, r.title, r.family, r.grade) for r in roles] == [
        ("capability-framework:data-analyst.data-analyst", "Data analyst", "Data", "1"),
        ("capability-framework:data-analyst.senior-data-analyst", "Senior data analyst", "Data", "2"),
        ("capability-framework:chief-data-officer", "Chief data officer", "Chiefs", "1"),
    ]


def test_the_next_level_is_a_promotion() -> None:
    moves = [r for r in read({"roles.csv": ROLES}) if isinstance(r, RoleMoveRecord)]
    assert [(move.origin, move.kind, move.target) for move in moves] == [
        (
            "capability-framework:data-analyst.data-analyst",
            "promotion",
            "capability-framework:data-analyst.senior-data-analyst",
        )
    ]


def test_the_four_words_are_levels_of_a_scale() -> None:
    records = read({"roles.csv": ROLES})
    (scale,) = (r for r in records if isinstance(r, ScaleRecord))
    assert [(level.level, level.title) for level in scale.levels] == [
        (1, "Awareness"),
        (2, "Working"),
        (3, "Practitioner"),
        (4, "Expert"),
    ]
    requirements = [r for r in records if isinstance(r, RequirementRecord)]
    assert [(r.skill.rpartition("/")[2], r.level) for r in requirements] == [
        ("modelling", 4),
        ("modelling", 2),
        ("ethics", 1),
    ]


def test_another_scale_and_another_framework() -> None:
    options = Options(framework_uri="https://ours.example/", framework_title="Ours", scale_id="S", source="ours")
    records = read({"roles.csv": ROLES}, options)
    assert not [r for r in records if isinstance(r, ScaleRecord)]
    (framework,) = (r for r in records if isinstance(r, FrameworkRecord))
    assert (framework.uri, framework.title, framework.scale_id) == ("https://ours.example", "Ours", "S")
    assert framework.attribution is None
    assert {r.uri for r in records if isinstance(r, SkillRecord)} > {"https://ours.example/skills/ethics"}
    assert all(r.reference.startswith("ours:") for r in records if isinstance(r, RoleRecord))


def test_skills_take_their_descriptions_from_either_table() -> None:
    skills = {r.labels["en"]: r for r in read({"s.csv": SKILLS, "r.csv": ROLES}) if isinstance(r, SkillRecord)}
    assert skills["Modelling"].descriptions == {"en": "Making models."}
    assert skills["Modelling"].level_descriptions == {
        1: "You can:\n- name one",
        2: "Make one",
        3: "Make many",
        4: "Teach it",
    }
    skills = {r.labels["en"]: r for r in read({"r.csv": ROLES}) if isinstance(r, SkillRecord)}
    assert skills["Modelling"].level_descriptions == {4: "You can lead"}


def test_rows_that_cannot_be_taken_are_reported() -> None:
    records = read({"roles.csv": ROLES, "skills.csv": SKILLS, "other.csv": "a,b\n"})
    findings = [(r.place.file, r.place.row, r.code) for r in records if isinstance(r, Finding)]
    assert findings == [
        ("skills.csv", 3, "duplicate_row"),
        ("roles.csv", 5, "duplicate_row"),
        ("roles.csv", 6, "contradicting_row"),
        ("roles.csv", 7, "unknown_level"),
        ("roles.csv", 8, "level_not_in_use"),
    ]
    assert FileNote("other.csv") in records


def test_the_published_framework(capability_framework_files: list[UploadedFile]) -> None:
    records = list(FORMATS["roles_csv"](capability_framework_files, Options()))
    assert Counter(type(record) for record in records) == {
        ScaleRecord: 1,
        FrameworkRecord: 1,
        SkillRecord: 188,
        RoleRecord: 205,
        RequirementRecord: 1_825 - 28 - 16,
        RoleMoveRecord: 153,
        Finding: 28 + 16,
    }
    findings = Counter(r.code for r in records if isinstance(r, Finding))
    assert findings == {"level_not_in_use": 28, "duplicate_row": 16}
    grades = {r.title: r.grade for r in records if isinstance(r, RoleRecord)}
    ladder = ["Apprentice developer", "Junior developer", "Developer", "Senior developer", "Lead developer"]
    assert [grades[title] for title in ladder] == ["1", "2", "3", "4", "5"]
