"""Whatever stands in a file, its job ends, the rows that cannot be kept are told, and the others are kept."""

import json

import pytest

from tests.harness import Running
from tests.services.skills.imports.jobs import all_of, errors_of, import_files
from tests.workbooks import archive, parts_of, row

FRAMEWORK = {"framework_uri": "https://a.example", "framework_title": "A"}
LONG = "x" * 4_000


def package(**item: object) -> str:
    sound = {"identifier": "i2", "uri": "urn:case:2", "fullStatement": "Sound"}
    odd = {"identifier": "i1", "uri": "urn:case:1", "fullStatement": "Odd", **item}
    document = {"identifier": "d", "uri": "urn:case:d", "title": "D"}
    return json.dumps({"CFDocument": document, "CFItems": [odd, sound], "CFAssociations": []})


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"uri": f"urn:{LONG}"}, "too_long"),
        ({"humanCodingScheme": LONG}, "too_long"),
        ({"fullStatement": 7}, "missing_value"),
        ({"fullStatement": "\u00a0 "}, "missing_value"),
        ({"identifier": None}, "missing_value"),
        ({"identifier": "i2"}, "duplicate_row"),
        ({"uri": "urn:case:2"}, "duplicate_row"),
    ],
    ids=["uri", "code", "number", "blank", "nothing", "identifier_twice", "uri_twice"],
)
async def test_an_item_that_cannot_be_kept(skills: Running, item: dict[str, object], code: str) -> None:
    job = await import_files(skills, "case", {"package.json": package(**item)})
    assert (job["status"], [found for _, found in await errors_of(skills, job)]) == ("succeeded", [code])
    assert len(await all_of(skills, "/v1/skills")) == 1


@pytest.mark.parametrize(
    "item",
    [
        {"fullStatement": LONG, "notes": LONG * 10},
        {"fullStatement": "a\0b"},
        {"language": "tlh-Latn"},
        {"statusEndDate": "2020-13-45"},
        {"fullStatement": "\u202ereversed \U0001d451"},
    ],
    ids=["long", "nul", "klingon", "no_day", "right_to_left"],
)
async def test_an_item_that_is_only_odd(skills: Running, item: dict[str, object]) -> None:
    job = await import_files(skills, "case", {"package.json": package(**item)})
    assert (job["status"], job["counts"]["rejected"]) == ("succeeded", 0)
    assert len(await all_of(skills, "/v1/skills")) == 2


async def test_half_a_character_is_no_text(skills: Running) -> None:
    broken = package(fullStatement="half").replace("half", "\\ud800")
    job = await import_files(skills, "case", {"package.json": broken})
    assert (job["status"], job["problem"]["code"]) == ("failed", "broken_json")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([f"urn:{LONG}", "A", ""], "too_long"),
        (["urn:a:1", LONG, ""], "too_long"),
        (["urn:a:1", "A", LONG], "too_long"),
        (["urn:a:1", "_x0000_", ""], "nul_character"),
        (["urn a 1", "A", ""], "not_a_uri"),
    ],
    ids=["uri", "label", "code", "nul", "blanks"],
)
async def test_a_skill_that_cannot_be_kept(skills: Running, cells: list[str], code: str) -> None:
    rows = row(["uri", "label", "code"]) + row(cells) + row(["urn:a:2", "Sound", "_xD800_"])
    book = archive(parts_of({"Skills": rows}))
    job = await import_files(skills, "skills_csv", {"skills.xlsx": book}, **FRAMEWORK)
    assert (job["status"], await errors_of(skills, job)) == ("succeeded", [(2, code)])
    assert [skill["code"] for skill in await all_of(skills, "/v1/skills")] == ["_xD800_"]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": LONG},
        {"family": LONG},
        {"grade": LONG},
        {"aliases": f"Clerk|{LONG}"},
        {"external_id": LONG},
    ],
    ids=lambda fields: next(iter(fields)),
)
async def test_a_role_that_cannot_be_kept(skills: Running, fields: dict[str, str]) -> None:
    names = ("external_id", "title", "family", "grade", "aliases", "skill", "level")
    odd = {"external_id": "R", "title": "Clerk", "skill": "Fax", "level": "2", **fields}
    sound = {"external_id": "S", "title": "Chief", "skill": "Fax", "level": "3"}
    lines = [",".join(line.get(name, "") for name in names) for line in (odd, sound)]
    job = await import_files(skills, "roles_csv", {"roles.csv": "\n".join([",".join(names), *lines])})
    assert job["status"] == "succeeded"
    assert {found for _, found in await errors_of(skills, job)} >= {"too_long"}
    assert [role["title"] for role in await all_of(skills, "/v1/roles")] == ["Chief"]
