import pytest

from services.skills.imports.formats.roles_csv import parse
from services.skills.imports.records import (
    FileNote,
    Finding,
    FrameworkRecord,
    Options,
    Record,
    RequirementRecord,
    RoleMoveRecord,
    RoleRecord,
    SkillRecord,
)
from shared.uploads import UploadRefused, open_upload

HEADINGS = (
    "external_id,title,family,grade,aliases,skill,level,importance,essential,effective_from,redesign,ladder,rung\n"
)


def read(rows: str, options: Options | None = None, headings: str = HEADINGS) -> list[Record]:
    return list(parse(open_upload("roles.csv", (headings + rows).encode()), options or Options()))


def findings(records: list[Record]) -> list[tuple[int, str]]:
    return [(record.place.row, record.code) for record in records if isinstance(record, Finding)]


def test_one_row_per_requirement() -> None:
    records = read(
        "R1,Sales representative,Sales,3,Seller | Sales rep,https://x.example/a,3,1,true,,,,\n"
        'R1,Sales representative,Sales,3,,https://x.example/b,"2,5",0.5,no,2027-01-01,yes,,\n'
        "lms:R2,Marketer,Sales,4,,,,,,,,,\n"
    )
    roles = [r for r in records if isinstance(r, RoleRecord)]
    assert [(r.reference, r.title, r.grade, r.aliases) for r in roles] == [
        ("hris:R1", "Sales representative", "3", ("Seller", "Sales rep")),
        ("lms:R2", "Marketer", "4", ()),
    ]
    requirements = [r for r in records if isinstance(r, RequirementRecord)]
    assert [
        (r.role, r.skill[-1], r.level, r.importance, r.essential, r.effective_from, r.redesign) for r in requirements
    ] == [
        ("hris:R1", "a", 3, 1, True, None, False),
        ("hris:R1", "b", 2.5, 0.5, False, "2027-01-01", True),
    ]
    assert not [r for r in records if isinstance(r, FrameworkRecord | SkillRecord | Finding)]


def test_a_skill_named_by_its_label_is_made_in_the_framework_of_the_upload() -> None:
    options = Options(framework_uri="https://shop.example", framework_title="Shop", language="en")
    records = read("R1,A,,,,Law: contracts,3,,,,,,\nR2,B,,,,Law:  contracts,2,,,,,,\n", options)
    (framework,) = (r for r in records if isinstance(r, FrameworkRecord))
    assert (framework.uri, framework.title) == ("https://shop.example", "Shop")
    (skill,) = (r for r in records if isinstance(r, SkillRecord))
    assert (skill.uri, skill.labels) == ("https://shop.example/law-contracts", {"en": "Law: contracts"})
    assert {r.skill for r in records if isinstance(r, RequirementRecord)} == {skill.uri}


def test_a_ladder_makes_promotions() -> None:
    records = read("R3,C,,,,,,,,,,Sales,3\nR1,A,,,,,,,,,,Sales,1\nR2,B,,,,,,,,,,Sales,2\n")
    moves = [(r.origin, r.target, r.kind) for r in records if isinstance(r, RoleMoveRecord)]
    assert moves == [("hris:R1", "hris:R2", "promotion"), ("hris:R2", "hris:R3", "promotion")]


def test_wrong_rows_are_reported_and_the_others_taken() -> None:
    records = read(
        "R1,A,,,,urn:a,many,,,,,,\n"
        "R1,A,,,,urn:a,3,1.5,,,,,\n"
        "R1,A,,,,urn:a,3,,perhaps,,,,\n"
        "R1,A,,,,urn:a,3,,,soon,,,\n"
        "R1,A,,,,urn:a,3,,,,,,\n"
        "R1,A,,,,urn:a,4,,,,,,\n"
        "R1,Another,,,,urn:b,4,,,,,,\n"
        ",A,,,,urn:b,4,,,,,,\n"
    )
    assert findings(records) == [
        (2, "not_a_number"),
        (3, "out_of_range"),
        (4, "not_a_truth_value"),
        (5, "not_a_date"),
        (7, "duplicate_row"),
        (8, "contradicting_row"),
        (9, "missing_value"),
    ]
    assert len([r for r in records if isinstance(r, RequirementRecord)]) == 1


def test_unknown_columns_are_noted() -> None:
    records = read("R1,A,x\n", headings="external_id,title,Favourite Colour\n")
    assert FileNote("roles.csv", ("Favourite Colour",)) in records


@pytest.mark.parametrize("heading", ["skill", "skill_id", "Skill URI", "skillUri"])
def test_the_skill_is_known_by_the_names_that_other_tables_and_the_api_use(heading: str) -> None:
    records = read("R1,A,urn:a,3\n", headings=f"external_id,title,{heading},level\n")
    assert [(r.skill, r.level) for r in records if isinstance(r, RequirementRecord)] == [("urn:a", 3)]
    assert not [r for r in records if isinstance(r, FileNote | Finding)]


def test_a_table_that_links_may_say_skill_id() -> None:
    records = read("R1,urn:a\n", headings="external_id,skill_id\n")
    assert [r.skill for r in records if isinstance(r, RequirementRecord)] == ["urn:a"]
    assert not [r for r in records if isinstance(r, RoleRecord)]


def test_levels_of_no_skill_are_refused() -> None:
    with pytest.raises(UploadRefused) as refused:
        read("R1,A,urn:a,3\n", headings="external_id,title,competence,level\n")
    assert refused.value.code == "missing_headings"
    assert "skill" in refused.value.detail
