import pytest

from services.skills.imports.formats.skills_csv import parse
from services.skills.imports.records import (
    Finding,
    FrameworkRecord,
    Options,
    Record,
    RelationRecord,
    SkillRecord,
)
from shared.uploads import UploadRefused, open_upload

OPTIONS = Options(framework_uri="https://shop.example/skills", framework_title="Shop skills")
HEADINGS = "uri,label,Label DE,alternative_labels,kind,description,status,broader,replaced_by,level_1,Level 3\n"


def read(rows: str, options: Options = OPTIONS) -> list[Record]:
    return list(parse(open_upload("skills.csv", (HEADINGS + rows).encode()), options))


def test_a_skill_in_several_languages_with_described_levels() -> None:
    framework, skill, relation = read(
        "urn:a,Sell,Verkaufen,selling | to sell,knowledge,Sells.,draft,urn:b,,Knows why,Sells alone\n"
    )
    assert isinstance(framework, FrameworkRecord)
    assert (framework.uri, framework.title, framework.complete) == ("https://shop.example/skills", "Shop skills", True)
    assert isinstance(skill, SkillRecord)
    assert skill.labels == {"en": "Sell", "de": "Verkaufen"}
    assert skill.alternative_labels == {"en": ["selling", "to sell"]}
    assert (skill.kind, skill.status, skill.descriptions) == ("knowledge", "draft", {"en": "Sells."})
    assert skill.level_descriptions == {1: "Knows why", 3: "Sells alone"}
    assert isinstance(relation, RelationRecord)
    assert (relation.origin, relation.kind, relation.target) == ("urn:a", "broader", "urn:b")


def test_a_skill_without_a_uri_gets_one_from_its_label() -> None:
    skills = [r for r in read(",Sell things,,,,,,,,,\n") if isinstance(r, SkillRecord)]
    assert [(s.uri, s.kind, s.status) for s in skills] == [
        ("https://shop.example/skills/sell-things", "skill", "published")
    ]


def test_wrong_rows() -> None:
    records = read("not a uri,A,,,,,,,,,\nurn:a,A,,,magic,,,,,,\nurn:a,A,,,,,lost,,,,\nurn:a,,,,,,,,,,\n")
    assert [(r.place.row, r.code) for r in records if isinstance(r, Finding)] == [
        (2, "not_a_uri"),
        (3, "unknown_kind"),
        (4, "unknown_status"),
        (5, "missing_value"),
    ]


def test_the_framework_must_be_named() -> None:
    with pytest.raises(UploadRefused) as caught:
        read("urn:a,A,,,,,,,,,\n", Options())
    assert caught.value.code == "missing_framework"
