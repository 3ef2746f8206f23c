import json
from collections import Counter
from typing import Any

import pytest

from services.skills.imports.formats.case import parse
from services.skills.imports.records import (
    FileNote,
    Finding,
    FrameworkRecord,
    Options,
    Record,
    RelationRecord,
    Severity,
    SkillRecord,
)
from shared.uploads import UploadRefused, open_upload
from tests.services.skills.imports.conftest import published
from tests.workbooks import workbook

BASE = "https://case.example/"


def item(identifier: str, statement: str, **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "uri": f"{BASE}items/{identifier}", "fullStatement": statement, **more}


def link(kind: str, origin: str, destination: str) -> dict[str, Any]:
    return {
        "associationType": kind,
        "originNodeURI": {"identifier": origin, "uri": f"{BASE}items/{origin}", "title": ""},
        "destinationNodeURI": {"identifier": destination, "uri": f"{BASE}items/{destination}", "title": ""},
    }


PACKAGE: dict[str, Any] = {
    "CFDocument": {
        "identifier": "doc",
        "uri": f"{BASE}documents/doc",
        "title": "Mathematics 𝑑",
        "creator": "Somebody",
        "lastChangeDateTime": "2026-01-31T10:00:00Z",
    },
    "CFItems": [
        item("a", "Measure shapes", abbreviatedStatement="Measure", humanCodingScheme="M.1", notes="In the plane."),
        item("b", "Mesurer", language="fr", CFItemType="Knowledge"),
        item("c", "Old", statusEndDate="2020-01-01"),
        item("d", "Older"),
        item("a", "Again"),
        {"identifier": "e"},
        "not an item",
    ],
    "CFAssociations": [
        link("isChildOf", "a", "doc"),
        link("isChildOf", "b", "a"),
        link("precedes", "a", "b"),
        link("isPeerOf", "a", "c"),
        link("exactMatchOf", "a", "elsewhere"),
        link("replacedBy", "d", "a"),
        link("exemplar", "a", "b"),
        {"associationType": "isChildOf", "originNodeURI": f"{BASE}items/c", "destinationNodeURI": f"{BASE}items/a"},
        {"associationType": "isChildOf"},
    ],
}


def read(package: Any) -> list[Record]:
    return list(parse(open_upload("package.json", json.dumps(package).encode()), Options()))


def test_a_document_is_a_framework() -> None:
    (framework,) = (r for r in read(PACKAGE) if isinstance(r, FrameworkRecord))
    assert (framework.uri, framework.title, framework.version, framework.complete) == (
        f"{BASE}documents/doc",
        "Mathematics 𝑑",
        "2026-01-31",
        True,
    )


def test_items_are_skills() -> None:
    skills = {r.uri.rpartition("/")[2]: r for r in read(PACKAGE) if isinstance(r, SkillRecord)}
    assert list(skills) == ["a", "b", "c", "d"]
    assert (skills["a"].labels, skills["a"].code) == ({"en": "Measure"}, "M.1")
    assert skills["a"].descriptions == {"en": "Measure shapes\n\nIn the plane."}
    assert (skills["b"].labels, skills["b"].kind) == ({"fr": "Mesurer"}, "knowledge")
    assert [skills[key].status for key in "abcd"] == ["published", "published", "deprecated", "deprecated"]
    assert skills["d"].replaced_by == f"{BASE}items/a"


def test_associations_are_relations() -> None:
    relations = [r for r in read(PACKAGE) if isinstance(r, RelationRecord)]
    assert [(r.origin.rpartition("/")[2], r.kind, r.target.rpartition("/")[2]) for r in relations] == [
        ("b", "broader", "a"),
        ("b", "requires", "a"),
        ("a", "related", "c"),
        ("a", "same_as", "elsewhere"),
        ("c", "broader", "a"),
    ]


def test_what_is_not_kept_is_told() -> None:
    findings = [(r.place.file, r.place.row, r.code) for r in read(PACKAGE) if isinstance(r, Finding)]
    assert findings == [
        ("package.json#CFItems", 5, "duplicate_row"),
        ("package.json#CFItems", 6, "missing_value"),
        ("package.json#CFItems", 7, "missing_value"),
        ("package.json#CFAssociations", 7, "unknown_relation_type"),
        ("package.json#CFAssociations", 9, "missing_value"),
    ]


@pytest.mark.parametrize("package", [[], {}, {"CFDocument": {"title": "x"}}, {"CFDocument": 7}, "text"])
def test_other_json_is_refused(package: Any) -> None:
    with pytest.raises(UploadRefused) as caught:
        read(package)
    assert caught.value.code == "not_case"


DOCUMENT = [["identifier", "title", "lastChangeDate"], ["d", "Sewing", "2024-03-01 10:00:00"]]
ITEMS = [
    ["identifier", "fullStatement", "Human Coding Scheme", "CFItemType", "smartLevel"],
    ["i1", "Sews", "S", "Standard", "1"],
    ["i2", "Knows threads", "S.1", "Knowledge", "1.1"],
    ["i3", "", "S.2", "", ""],
]
ASSOCIATIONS = [
    ["originNodeIdentifier", "associationType", "destinationNodeHumanCodingScheme", "destinationNodeIdentifier"],
    ["i1", "Is Child Of", "", "d"],
    ["i2", "isChildOf", "S", ""],
    ["i2", "Exemplar", "S", ""],
    ["i2", "Is Related To", "S.9", ""],
]


def test_a_workbook_is_a_package_too() -> None:
    records = list(parse(open_upload("sewing.xlsx", workbook(DOCUMENT, ITEMS, ASSOCIATIONS)), Options()))
    (framework,) = (r for r in records if isinstance(r, FrameworkRecord))
    assert (framework.uri, framework.title, framework.version) == ("urn:uuid:d", "Sewing", "2024-03-01")
    skills = [r for r in records if isinstance(r, SkillRecord)]
    assert [(s.uri, s.labels, s.kind, s.code) for s in skills] == [
        ("urn:uuid:i1", {"en": "Sews"}, "skill", "S"),
        ("urn:uuid:i2", {"en": "Knows threads"}, "knowledge", "S.1"),
    ]
    relations = [r for r in records if isinstance(r, RelationRecord)]
    assert [(r.origin, r.kind, r.target) for r in relations] == [("urn:uuid:i2", "broader", "urn:uuid:i1")]
    assert [(r.place.file, r.place.row, r.code) for r in records if isinstance(r, Finding)] == [
        ("sewing.xlsx#Sheet 2", 4, "missing_value"),
        ("sewing.xlsx#Sheet 3", 4, "unknown_relation_type"),
        ("sewing.xlsx#Sheet 3", 5, "missing_value"),
    ]
    assert FileNote("sewing.xlsx#Sheet 2", ("smartLevel",)) in records


@pytest.mark.parametrize(
    "tables",
    [(DOCUMENT,), (ITEMS,), (DOCUMENT[:1], ITEMS), (DOCUMENT, ITEMS, ITEMS), (ASSOCIATIONS,)],
    ids=["no_items", "no_document", "empty_document", "items_twice", "associations_alone"],
)
def test_tables_that_are_no_package_are_refused(tables: tuple[list[list[str]], ...]) -> None:
    with pytest.raises(UploadRefused) as caught:
        list(parse(open_upload("sewing.xlsx", workbook(*tables)), Options()))
    assert caught.value.code == "not_case"


def test_published_workbooks() -> None:
    for name, items in (("ccsso_ela.xlsx", 1_189), ("docs/spreadsheet_import_sample.xlsx", 4)):
        records = list(parse(published("case-opensalt", name), Options()))
        assert Counter(type(record) for record in records)[SkillRecord] == items
        errors = [r for r in records if isinstance(r, Finding) and r.severity is Severity.ERROR]
        assert errors == []
        assert any(isinstance(record, RelationRecord) for record in records)


def test_published_packages() -> None:
    longest = "docs/opensalt-framework-20c5134f-423d-4097-a971-3dd5152bf507.json"
    counts = {
        name: Counter(type(record) for record in parse(published("case-opensalt", name), Options()))
        for name in ("Ordering.json", "EmptyExternalFramework.json", longest)
    }
    assert counts["Ordering.json"] == {FrameworkRecord: 1, SkillRecord: 28, RelationRecord: 27}
    assert counts["EmptyExternalFramework.json"] == {FrameworkRecord: 1}
    assert (counts[longest][SkillRecord], counts[longest][Finding]) == (16, 2)
