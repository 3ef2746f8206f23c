from collections import Counter

import pytest

from services.skills.imports.formats.onet import parse
from services.skills.imports.records import (
    FileNote,
    Finding,
    FrameworkRecord,
    Options,
    Record,
    RelationRecord,
    RequirementRecord,
    RoleRecord,
    ScaleRecord,
    Severity,
    SkillRecord,
)
from shared.uploads import UploadedFile, UploadRefused, open_upload
from tests.workbooks import workbook

TEXT_HEADINGS = (
    "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tN\tStandard Error\tLower CI Bound\t"
    "Upper CI Bound\tRecommend Suppress\tNot Relevant\tDate\tDomain Source\n"
)


def rating(code: str, element: str, scale: str, value: str, suppress: str = "N", irrelevant: str = "") -> str:
    id, name = element.split(" ", 1)
    return f"{code}\t{id}\t{name}\t{scale}\t{value}\t8\t0.1\t1\t2\t{suppress}\t{irrelevant}\t08/2025\tAnalyst\n"


READING, WELDING, HEARING = "2.A.1.a Reading Comprehension", "2.B.3.x Welding", "1.A.4.b.1 Hearing Sensitivity"
CHIEF, WELDER = "11-1011.00", "51-4121.00"
SKILLS = (
    TEXT_HEADINGS
    + rating(CHIEF, READING, "IM", "4.12")
    + rating(CHIEF, READING, "LV", "4.62", irrelevant="N")
    + rating(WELDER, READING, "IM", "2.5")
    + rating(WELDER, READING, "LV", "0.88", suppress="Y", irrelevant="N")
    + rating(CHIEF, WELDING, "IM", "1")
    + rating(CHIEF, WELDING, "LV", "1.75", irrelevant="Y")
)
OCCUPATIONS = (
    'O*NET-SOC Code\tTitle\tDescription\n11-1011.00\tChief Executives\tDetermine "policies".\n'
    "51-4121.00\tWelders\tWeld.\n99-9999.00\tNobody yet\tUnrated.\n"
)


def read(files: dict[str, str], options: Options | None = None) -> list[Record]:
    opened = [file for name, text in files.items() for file in open_upload(name, text.encode())]
    return list(parse(opened, options or Options()))


def requirements(records: list[Record]) -> list[tuple[str, str, float, float, bool]]:
    return [
        (r.role, r.skill.rpartition("/")[2], r.level, r.importance, r.essential)
        for r in records
        if isinstance(r, RequirementRecord)
    ]


def errors(records: list[Record]) -> list[tuple[int, str]]:
    return [(r.place.row, r.code) for r in records if isinstance(r, Finding) and r.severity is Severity.ERROR]


def test_importance_and_level_make_a_requirement() -> None:
    records = read({"Skills.txt": SKILLS, "Occupation Data.txt": OCCUPATIONS})
    assert requirements(records) == [
        ("onet:11-1011.00", "2.A.1.a", 4.62, pytest.approx(0.78), True),
        ("onet:51-4121.00", "2.A.1.a", 0.88, pytest.approx(0.375), False),
        ("onet:11-1011.00", "2.B.3.x", 0.0, 0.0, False),
    ]
    assert errors(records) == []


def test_what_should_be_suppressed_is_marked() -> None:
    records = read({"Skills.txt": SKILLS, "Occupation Data.txt": OCCUPATIONS})
    marks = [r for r in records if isinstance(r, Finding)]
    assert [(mark.place.row, mark.severity, mark.code) for mark in marks] == [(5, Severity.WARNING, "low_precision")]
    marked = [
        (r.role, r.skill.rpartition("/")[2]) for r in records if isinstance(r, RequirementRecord) and r.low_precision
    ]
    assert marked == [("onet:51-4121.00", "2.A.1.a")]


def test_occupations_are_roles_whether_rated_or_not() -> None:
    files = {
        "Occupation Data.txt": OCCUPATIONS,
        "Job Zones.txt": "O*NET-SOC Code\tJob Zone\tDate\tDomain Source\n11-1011.00\t5\t08/2023\tAnalyst\n",
        "Alternate Titles.txt": "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\n"
        "11-1011.00\tAgency Owner\t\t10\n11-1011.00\tagency owner\t\t10\n11-1011.00\tChief executives\t\t10\n",
    }
    roles = [r for r in read(files) if isinstance(r, RoleRecord)]
    assert [(r.reference, r.title, r.family, r.grade, r.aliases) for r in roles] == [
        ("onet:11-1011.00", "Chief Executives", "Management", "5", ("Agency Owner",)),
        ("onet:51-4121.00", "Welders", "Production", None, ()),
        ("onet:99-9999.00", "Nobody yet", None, None, ()),
    ]
    assert roles[0].description == 'Determine "policies".'


def test_what_no_table_tells_of_a_role_is_left_unsaid() -> None:
    ratings_alone = read({"Skills.txt": SKILLS})
    assert {r.unsaid for r in ratings_alone if isinstance(r, RoleRecord)} == {
        frozenset({"description", "grade", "aliases"})
    }
    titles = "O*NET-SOC Code\tAlternate Title\n11-1011.00\tAgency Owner\n"
    records = read({"Occupation Data.txt": OCCUPATIONS, "Alternate Titles.txt": titles})
    assert {r.unsaid for r in records if isinstance(r, RoleRecord)} == {frozenset({"grade"})}


def test_the_spreadsheet_edition_names_the_occupations_itself() -> None:
    headings = (
        "O*NET-SOC Code,Title,Element ID,Element Name,Scale ID,Scale Name,Data Value,Recommend Suppress,Not Relevant\n"
    )
    rows = (
        "11-1011.00,Chief Executives,2.C.1.a,Administration,IM,Importance,4.5,N,\n"
        "11-1011.00,Chief Executives,2.C.1.a,Administration,LV,Level,6.5,N,N\n"
    )
    records = read({"Knowledge.csv": headings + rows})
    (role,) = (r for r in records if isinstance(r, RoleRecord))
    assert (role.reference, role.title) == ("onet:11-1011.00", "Chief Executives")
    (skill,) = (r for r in records if isinstance(r, SkillRecord))
    assert (skill.kind, skill.labels, skill.code) == ("knowledge", {"en": "Administration"}, "2.C.1.a")
    table = [line.split(",") for line in (headings + rows).splitlines()]
    assert requirements(list(parse(open_upload("Knowledge.xlsx", workbook(table)), Options()))) == requirements(records)


def test_anchors_and_content_model_describe_the_elements() -> None:
    files = {
        "Skills.txt": SKILLS,
        "Level Scale Anchors.txt": "Element ID\tElement Name\tScale ID\tAnchor Value\tAnchor Description\n"
        "2.A.1.a\tReading\tLV\t2\tRead instructions\n2.A.1.a\tReading\tIM\t2\tnot this\n",
        "Content Model Reference.txt": "Element ID\tElement Name\tDescription\n2\tWorker Requirements\t\n"
        "2.A\tBasic Skills\tCapacities.\n2.A.1\tContent\t\n2.A.1.a\tReading Comprehension\tUnderstanding sentences.\n",
    }
    records = read(files)
    skills = {r.code: r for r in records if isinstance(r, SkillRecord)}
    assert skills["2.A.1.a"].level_descriptions == {2: "Read instructions"}
    assert skills["2.A.1.a"].descriptions == {"en": "Understanding sentences."}
    assert [code for code, skill in skills.items() if skill.kind == "group"] == ["2.A", "2.A.1"]
    relations = [r for r in records if isinstance(r, RelationRecord)]
    assert [(r.origin.rpartition("/")[2], r.kind, r.target.rpartition("/")[2]) for r in relations] == [
        ("2.A.1", "broader", "2.A"),
        ("2.A.1.a", "broader", "2.A.1"),
    ]


def test_rows_that_cannot_be_taken() -> None:
    rows = (
        TEXT_HEADINGS
        + rating(CHIEF, READING, "IM", "high")
        + rating(CHIEF, READING, "IM", "5.5")
        + rating(CHIEF, READING, "CX", "2")
        + rating(CHIEF, "4.A.1 Working Activity", "IM", "2")
        + rating("00-0000.00", READING, "IM", "2")
        + rating(CHIEF, READING, "IM", "2")
        + rating(CHIEF, READING, "IM", "3")
        + rating(CHIEF, READING, "LV", "")
    )
    records = read({"Skills.txt": rows, "Occupation Data.txt": OCCUPATIONS})
    assert errors(records) == [
        (2, "not_a_number"),
        (3, "out_of_range"),
        (4, "unknown_scale"),
        (5, "unknown_scale"),
        (6, "unknown_occupation"),
        (8, "duplicate_row"),
        (9, "missing_value"),
        (7, "incomplete_rating"),
    ]


def test_tables_of_other_things_are_left_aside() -> None:
    files = {
        "Interests.txt": "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tDate\tDomain Source\n",
        "Occupation Data.txt": OCCUPATIONS,
    }
    assert FileNote("Interests.txt") in read(files)
    files["Work Activities.txt"] = TEXT_HEADINGS + rating(CHIEF, "4.A.1 Getting Information", "IM", "4")
    records = read(files)
    assert FileNote("Work Activities.txt") in records
    assert errors(records) == []
    with pytest.raises(UploadRefused) as caught:
        read({"Interests.txt": files["Interests.txt"]})
    assert caught.value.code == "not_onet"


def test_the_edition_is_read_from_the_name_of_the_archive() -> None:
    (framework,) = (r for r in read({"db_30_0_text.txt": OCCUPATIONS}) if isinstance(r, FrameworkRecord))
    assert framework.version == "30.0"
    assert "the O*NET 30.0 Database by" in (framework.attribution or "")


def test_the_published_database(onet_files: list[UploadedFile]) -> None:
    records = list(parse(onet_files, Options()))
    assert Counter(type(record) for record in records) == {
        ScaleRecord: 1,
        FrameworkRecord: 1,
        SkillRecord: 35 + 33,
        RoleRecord: 1_016,
        RequirementRecord: 894 * (35 + 33),
        Finding: 147 + 4_880,
    }
    assert {r.code for r in records if isinstance(r, Finding)} == {"low_precision"}
    importances = [r.importance for r in records if isinstance(r, RequirementRecord)]
    assert (min(importances), max(importances)) == (0.0, 1.0)
    irrelevant = sum(r.level == 0 for r in records if isinstance(r, RequirementRecord))
    assert irrelevant > 5_000
