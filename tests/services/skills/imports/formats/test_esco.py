from collections import Counter

import pytest

from services.skills.imports.formats.esco import parse
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
    Severity,
    SkillRecord,
)
from shared.uploads import UploadedFile, UploadRefused, open_upload

SKILL = "http://data.europa.eu/esco/skill/"
OCCUPATION = "http://data.europa.eu/esco/occupation/"

SKILLS = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status,scopeNote,inScheme,"
    "description,futureColumn\r\n"
    f'KnowledgeSkillCompetence,{SKILL}1,skill/competence,cross-sector,weld\u00a0metal,"welding\nWeld metal\n'
    'join metal",released,Not plastic.,x,Join metals.,?\r\n'
    f"KnowledgeSkillCompetence,{SKILL}2,,,solder,,released,,x,,\r\n"
    f"KnowledgeSkillCompetence,{SKILL}3,knowledge,,metallurgy,,obsolete,,x,,\r\n"
    f"KnowledgeSkillCompetence,{SKILL}4,skill/competence,transversal,speak Finnish,,released,,"
    "skill-language-groups,,\r\n"
    f"KnowledgeSkillCompetence,{SKILL}1,knowledge,x,weld again,,released,,x,,\r\n"
    f"Potion,{SKILL}5,knowledge,x,brew,,released,,x,,\r\n"
    f"KnowledgeSkillCompetence,,knowledge,x,nameless,,released,,x,,\r\n"
)
GERMAN = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status\n"
    f"KnowledgeSkillCompetence,{SKILL}1,skill/competence,cross-sector,Metall schweißen,Schweißen,released\n"
)
GROUPS = (
    "conceptType,conceptUri,preferredLabel,altLabels,hiddenLabels,status,code\n"
    f"SkillGroup,{SKILL}g1,metal work,,,released,S1.2\n"
)
HIERARCHY = (
    "Level 0 URI,Level 0 preferred term,Level 1 URI,Level 1 preferred term,Level 0 code,Level 1 code\n"
    f"{SKILL}g0,skills\n"
    f"{SKILL}g0,skills,{SKILL}g1,metal work,S,S1.2\n"
)
BROADER = (
    "conceptType,conceptUri,broaderType,broaderUri\n"
    f"KnowledgeSkillCompetence,{SKILL}1,SkillGroup,{SKILL}g1\n"
    f"SkillGroup,{SKILL}g1,SkillGroup,{SKILL}g0\n"
    f"SkillGroup,{SKILL}g9,SkillGroup,{SKILL}g0\n"
    f"Occupation,{OCCUPATION}1,ISCOGroup,http://data.europa.eu/esco/isco/C7212\n"
)
SKILL_RELATIONS = (
    "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri\n"
    f"{SKILL}1,knowledge,essential,knowledge,{SKILL}3\n"
    f"{SKILL}2,knowledge,optional,knowledge,{SKILL}3\n"
    f"{SKILL}2,knowledge,fancied,knowledge,{SKILL}3\n"
)
OCCUPATIONS = (
    "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels,status,description,code\n"
    f'Occupation,{OCCUPATION}1,7212,welder,"metal joiner\nwelder",,released,Welds.,7212.1\n'
)
ISCO = (
    "conceptType,conceptUri,code,preferredLabel,status\n"
    "ISCOGroup,http://data.europa.eu/esco/isco/C7212,7212,Welders and flame cutters,released\n"
)
OCCUPATION_RELATIONS = (
    "occupationUri,relationType,skillType,skillUri\n"
    f"{OCCUPATION}1,essential,skill/competence,{SKILL}1\n"
    f"{OCCUPATION}1,optional,,{SKILL}3\n"
    f"{OCCUPATION}404,essential,knowledge,{SKILL}3\n"
    f"{OCCUPATION}1,essential,knowledge,{SKILL}404\n"
    f"{OCCUPATION}1,perhaps,knowledge,{SKILL}2\n"
)
COLLECTION = (
    "conceptType,conceptUri,preferredLabel,status,skillType,broaderConceptUri\n"
    f"KnowledgeSkillCompetence,{SKILL}1,weld metal,released,skill/competence,{SKILL}g1\n"
)
FILES = {
    "occupationSkillRelations.csv": OCCUPATION_RELATIONS,
    "greenSkillsCollection_en.csv": COLLECTION,
    "skills_en.csv": SKILLS,
    "skills_de.csv": GERMAN,
    "skillGroups_en.csv": GROUPS,
    "skillsHierarchy_en.csv": HIERARCHY,
    "broaderRelationsSkillPillar.csv": BROADER,
    "skillSkillRelations.csv": SKILL_RELATIONS,
    "occupations_en.csv": OCCUPATIONS,
    "ISCOGroups_en.csv": ISCO,
}


def read(files: dict[str, str], options: Options | None = None) -> list[Record]:
    opened = [file for name, text in files.items() for file in open_upload(name, text.encode())]
    return list(parse(opened, options or Options()))


def errors(records: list[Record]) -> list[tuple[str, int, str]]:
    return [
        (record.place.file, record.place.row, record.code)
        for record in records
        if isinstance(record, Finding) and record.severity is Severity.ERROR
    ]


def test_skills_of_several_languages_are_one_skill() -> None:
    records = read({name: FILES[name] for name in ("skills_en.csv", "skills_de.csv")})
    welding = next(record for record in records if isinstance(record, SkillRecord))
    assert welding.labels == {"en": "weld metal", "de": "Metall schweißen"}
    assert welding.alternative_labels == {"en": ["welding", "join metal"], "de": ["Schweißen"]}
    assert welding.descriptions == {"en": "Join metals.\n\nNot plastic."}


def test_kinds_and_states_of_skills() -> None:
    skills = {r.uri[-2:]: r for r in read(FILES) if isinstance(r, SkillRecord)}
    assert {key: skill.kind for key, skill in skills.items()} == {
        "/1": "skill",
        "/2": "skill",
        "/3": "knowledge",
        "/4": "language",
        "g1": "group",
        "g0": "group",
    }
    assert skills["/3"].status == "deprecated"
    assert skills["g1"].code == "S1.2"
    assert [skills[key].reuse_level for key in ("/1", "/2", "/4")] == ["cross-sector", None, "transversal"]


def test_a_group_that_only_the_printed_tree_has() -> None:
    groups = [r.labels["en"] for r in read(FILES) if isinstance(r, SkillRecord) and r.kind == "group"]
    assert groups == ["metal work", "skills"]


def test_relations() -> None:
    relations = [r for r in read(FILES) if isinstance(r, RelationRecord)]
    assert [(r.origin[-2:], r.kind, r.target[-2:]) for r in relations] == [
        ("/1", "broader", "g1"),
        ("g1", "broader", "g0"),
        ("/1", "requires", "/3"),
        ("/2", "related", "/3"),
    ]


def test_occupations_are_roles_and_their_relations_requirements() -> None:
    records = read(FILES, Options(essential_level=4, optional_level=1.5))
    (role,) = (r for r in records if isinstance(r, RoleRecord))
    assert (role.reference, role.other_references) == (f"esco:{OCCUPATION}1", ("esco-code:7212.1",))
    assert (role.title, role.family) == ("welder", "Welders and flame cutters")
    assert (role.description, role.aliases) == ("Welds.", ("metal joiner",))
    requirements = [r for r in records if isinstance(r, RequirementRecord)]
    assert [(r.role, r.skill[-2:], r.level, r.importance, r.essential) for r in requirements] == [
        (role.reference, "/1", 4, 1.0, True),
        (role.reference, "/3", 1.5, 0.5, False),
    ]


def test_what_cannot_be_taken_is_reported_row_by_row() -> None:
    assert errors(read(FILES)) == [
        ("skills_en.csv", 6, "duplicate_row"),
        ("skills_en.csv", 7, "unknown_concept_type"),
        ("skills_en.csv", 8, "missing_value"),
        ("broaderRelationsSkillPillar.csv", 4, "unknown_skill"),
        ("skillSkillRelations.csv", 4, "unknown_relation_type"),
        ("occupationSkillRelations.csv", 4, "unknown_occupation"),
        ("occupationSkillRelations.csv", 5, "unknown_skill"),
        ("occupationSkillRelations.csv", 6, "unknown_relation_type"),
    ]


def test_what_is_taken_in_spite_of_a_hole_is_a_warning() -> None:
    warnings = [r for r in read(FILES) if isinstance(r, Finding) and r.severity is Severity.WARNING]
    assert [(w.place.file, w.place.row, w.code) for w in warnings] == [
        ("skills_en.csv", 3, "empty_skill_type"),
        ("skills_en.csv", 3, "empty_reuse_level"),
        ("skills_en.csv", 4, "empty_reuse_level"),
        ("skills_en.csv", 6, "unknown_reuse_level"),
        ("occupationSkillRelations.csv", 3, "empty_skill_type"),
    ]


def test_files_and_columns_that_were_not_looked_at_are_noted() -> None:
    notes = [r for r in read(FILES) if isinstance(r, FileNote)]
    assert notes == [
        FileNote("greenSkillsCollection_en.csv"),
        FileNote("skills_en.csv", ("futureColumn",)),
    ]


def test_nothing_refers_to_what_follows_it() -> None:
    known: set[str] = set()
    for record in read(FILES):
        if isinstance(record, SkillRecord):
            known.add(record.uri)
        elif isinstance(record, RoleRecord):
            known.add(record.reference)
        elif isinstance(record, RelationRecord):
            assert {record.origin, record.target} <= known
        elif isinstance(record, RequirementRecord):
            assert {record.role, record.skill} <= known


def test_a_single_file_leaves_references_to_the_database() -> None:
    records = read({"occupationSkillRelations.csv": OCCUPATION_RELATIONS})
    requirements = [r for r in records if isinstance(r, RequirementRecord)]
    assert len(requirements) == 4
    assert requirements[0].role == f"esco:{OCCUPATION}1"


def test_another_table_is_refused() -> None:
    with pytest.raises(UploadRefused) as caught:
        read({"people.csv": "user_name\nmia\n"})
    assert caught.value.code == "not_esco"


def test_the_published_classification(esco_files: list[UploadedFile]) -> None:
    records = list(parse(esco_files, Options()))
    assert Counter(type(record) for record in records) == {
        FrameworkRecord: 1,
        SkillRecord: 13_896 + 647,
        RelationRecord: 20_656 + 5_899,
        RoleRecord: 3_007,
        RequirementRecord: 123_855 - 67,
        Finding: 67 + 16,
        FileNote: 8,
    }
    findings = Counter((r.severity, r.code) for r in records if isinstance(r, Finding))
    assert findings == {
        (Severity.ERROR, "unknown_occupation"): 67,
        (Severity.WARNING, "empty_skill_type"): 6 + 5,
        (Severity.WARNING, "empty_reuse_level"): 5,
    }
    skills = [r for r in records if isinstance(r, SkillRecord)]
    assert Counter(skill.kind for skill in skills) == {
        "skill": 10_557,
        "knowledge": 2_993,
        "language": 346,
        "group": 647,
    }
    assert all("\u00a0" not in skill.labels["en"] for skill in skills)
    assert sum(len(skill.alternative_labels.get("en", [])) for skill in skills) > 80_000


def test_the_place_is_the_row_of_a_spreadsheet(esco_files: list[UploadedFile]) -> None:
    records = parse(esco_files, Options())
    finding = next(r for r in records if isinstance(r, Finding) and r.severity is Severity.ERROR)
    assert isinstance(finding.place, Place)
    assert finding.place.file.endswith("/occupationSkillRelations.csv")
