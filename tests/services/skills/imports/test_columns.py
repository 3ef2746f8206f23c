"""Tables whose columns are called otherwise: named by the sender, or known from who publishes them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.harness import Running
from tests.services.skills.imports.conftest import published_bytes
from tests.services.skills.imports.jobs import all_of, errors_of, import_files

NICE = {"framework_uri": "https://nice.example", "framework_title": "NICE Framework"}
STATEMENTS = "type,id,text\nK,K0018,Knowledge of encryption\nS,S0001,Skill in scanning\nT,T0001,Acquire resources\n"
SKILL_COLUMNS = {"code": "id", "label": "text", "kind": "type"}
WORK_ROLES = "category,name,description,id\nOG,Policy and Planning,Develops plans.,OG-WRL-002\n"
ELEMENTS = "work_role,element\nOG-WRL-002,K0018\nOG-WRL-002,S0001\nOG-WRL-002,T0001\n"
ROLE_COLUMNS = {"external_id": ["id", "work_role"], "title": "name", "family": "category", "skill": "element"}


async def import_named(
    skills: Running, format: str, files: dict[str, bytes | str], columns: Mapping[str, Any], **options: Any
) -> dict[str, Any]:
    return await import_files(skills, format, files, columns=json.dumps(columns), **options)


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Objects as a table under their own names; what an object has several of is joined."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow({name: "|".join(v) if isinstance(v, list) else v for name, v in row.items()})
    return text.getvalue()


async def test_a_published_framework_comes_in_under_its_own_headings(skills: Running) -> None:
    job = await import_named(skills, "skills_csv", {"tks.csv": STATEMENTS}, SKILL_COLUMNS, **NICE)
    assert (job["status"], job["counts_by_kind"]["skill"]["created"], job["ignored"]) == ("succeeded", 2, [])
    assert await errors_of(skills, job) == [(4, "unknown_kind")]
    found = {skill["code"]: (skill["uri"], skill["kind"]) for skill in await all_of(skills, "/v1/skills")}
    assert found == {
        "K0018": ("https://nice.example/k0018", "knowledge"),
        "S0001": ("https://nice.example/s0001", "skill"),
    }
    files: dict[str, bytes | str] = {"work_role_elements.csv": ELEMENTS, "work_roles.csv": WORK_ROLES}
    roles = await import_named(skills, "roles_csv", files, ROLE_COLUMNS, **NICE, source="nice", essential_level=4)
    assert await errors_of(skills, roles) == [(4, "unknown_skill")]
    assert len(await all_of(skills, "/v1/skills")) == 2
    data = (await skills.get("/v1/roles/nice:OG-WRL-002/requirements")).json()["data"]
    assert {item["skill"]["label"]: item["level"] for item in data} == {
        "Knowledge of encryption": 4.0,
        "Skill in scanning": 4.0,
    }
    again = await import_named(skills, "roles_csv", files, ROLE_COLUMNS, **NICE, source="nice", essential_level=4)
    assert (again["counts"]["created"], again["counts"]["updated"], again["counts"]["retired"]) == (0, 0, 0)


async def test_items_of_a_competency_framework_need_no_names(skills: Running) -> None:
    identifier = "7fbbd2fa-885d-11e7-a99d-449ef607a326"
    items = (
        "identifier,fullStatement,humanCodingScheme,Is Child Of,smartLevel\n"
        f"{identifier},Vocabulary,L,,1\n,Meaning of words,L.1,L,1.1\n,Parts of words,L.1.a,L.1,1.1.1\n"
    )
    job = await import_files(skills, "skills_csv", {"items.csv": items}, **NICE)
    assert (job["counts"]["rejected"], job["ignored"]) == (0, [{"file": "items.csv", "columns": ["smartLevel"]}])
    found = {skill["code"]: skill for skill in await all_of(skills, "/v1/skills")}
    assert found["L"]["uri"] == f"urn:uuid:{identifier}"
    relations = (await skills.get(f"/v1/skills/{found['L.1']['id']}/relations")).json()["data"]
    assert {(relation["kind"], relation["skill_id"]) for relation in relations} == {
        ("broader", found["L"]["id"]),
        ("narrower", found["L.1.a"]["id"]),
    }


async def test_people_and_ratings_have_names_of_their_own_as_well(skills: Running) -> None:
    people = "Staff No,Login,Mail\nE1,mia@shop.example,mia@shop.example\n"
    names = {"external_id": "Staff No", "User Name": "login", "email": "Mail"}
    job = await import_named(skills, "people_csv", {"p.csv": people}, names)
    assert (job["counts"]["created"], job["ignored"]) == (1, [])
    await import_files(skills, "skills_csv", {"s.csv": "uri,label\nurn:a:1,Fax\n"}, **NICE)
    ratings = "who,what,score,source,when\nE1,urn:a:1,2,test,2026-01-05\n"
    names = {"person_id": "who", "skill_id": "what", "level": "score", "assessed_at": "when"}
    job = await import_named(skills, "ratings_csv", {"r.csv": ratings}, names)
    assert (job["counts"]["created"], job["counts"]["rejected"]) == (1, 0)


@pytest.mark.parametrize(
    ("format", "columns", "detail"),
    [
        ("skills_csv", "{", "is not JSON"),
        ("skills_csv", '["label"]', "a JSON object is meant"),
        ("skills_csv", '{"label": "a", "label": "b"}', "label"),
        ("skills_csv", '{"label": 3}', "label: the name of a column is meant"),
        ("skills_csv", '{"label": []}', "label: the name of a column is meant"),
        ("skills_csv", '{"label": ["a", ""]}', "label: the name of a column is meant"),
        ("skills_csv", '{"skill": "text"}', "skills_csv has no heading skill"),
        ("roles_csv", '{"label": "text"}', "roles_csv has no heading label"),
        ("onet", '{"title": "name"}', "onet is known by its own headings"),
    ],
    ids=["broken", "list", "twice", "number", "empty", "blank", "skills", "roles", "onet"],
)
async def test_what_cannot_be_meant_is_refused_at_once(skills: Running, format: str, columns: str, detail: str) -> None:
    answer = await skills.post(
        "/v1/imports",
        params={"format": format, "columns": columns, **NICE},
        files=[("file", ("a.csv", b"text\nFax\n"))],
    )
    problem = answer.json()
    assert answer.status_code == 422
    (fault,) = problem["errors"]
    assert fault["pointer"] == "query/columns"
    assert detail in fault["detail"]


async def test_a_named_column_that_no_table_has_is_told(skills: Running) -> None:
    job = await import_named(skills, "skills_csv", {"a.csv": "text\nFax\n"}, {"label": ["Txt", "Name"]}, **NICE)
    assert (job["status"], job["problem"]["code"]) == ("failed", "unknown_column")
    assert job["problem"]["detail"] == "No table has the column txt or name, named for label."


async def test_a_named_column_is_nothing_else_besides(skills: Running) -> None:
    table = "label,code,description\nfax-machine,Fax,Old.\n"
    job = await import_named(skills, "skills_csv", {"a.csv": table}, {"label": "code", "code": "label"}, **NICE)
    assert job["counts"]["rejected"] == 0
    (skill,) = await all_of(skills, "/v1/skills")
    assert (skill["label"], skill["code"]) == ("Fax", "fax-machine")


async def test_the_nice_framework_as_published(skills: Running) -> None:
    statements = published_bytes("nice-2.1.0", "tks_statements.csv")
    job = await import_named(skills, "skills_csv", statements, SKILL_COLUMNS, **NICE)
    assert (job["counts_by_kind"]["skill"]["created"], job["counts"]["rejected"]) == (662 + 540, 946)
    files = published_bytes("nice-2.1.0", "work_roles.csv", "work_role_elements.csv")
    roles = await import_named(skills, "roles_csv", files, ROLE_COLUMNS, **NICE, source="nice")
    assert (roles["counts_by_kind"]["role"]["created"], roles["counts"]["rejected"]) == (41, 1_429)
    assert roles["counts_by_kind"]["requirement"]["created"] == 2_857 + 1_048
    adjacent = (await skills.get("/v1/roles/nice:OG-WRL-002/adjacent")).json()["data"]
    assert len(adjacent) == 10


async def test_the_european_cybersecurity_framework_as_tables(skills: Running) -> None:
    content = published_bytes("ecsf-1.0", "ENISA_summarize.json")["ENISA_summarize.json"]
    published = json.loads(content)
    columns = {"code": "id", "label": "description", "kind": "type"}
    options = {"framework_uri": "https://ecsf.example", "framework_title": "ECSF"}
    job = await import_named(skills, "skills_csv", {"tks.csv": as_csv(published["tks"])}, columns, **options)
    tasks = sum(statement["type"] == "Task" for statement in published["tks"])
    assert job["counts_by_kind"]["skill"]["created"] == 273 - tasks == 273 - job["counts"]["rejected"]
    files: dict[str, bytes | str] = {
        "roles.csv": as_csv(published["work_role"]),
        "links.csv": as_csv(published["relationship"]),
    }
    names = {
        "external_id": ["id", "work_role_id"],
        "aliases": "alternative_title(s)",
        "description": "summary_statement",
        "skill": "tks_id",
    }
    roles = await import_named(skills, "roles_csv", files, names, **options, source="ecsf")
    assert roles["counts_by_kind"]["role"]["created"] == 12
    assert roles["counts_by_kind"]["requirement"]["created"] == 350 - roles["counts"]["rejected"]
    role = (await skills.get("/v1/roles/ecsf:1")).json()
    assert "Head of Information Security" in role["aliases"]


async def test_skills_of_the_capability_framework_without_its_roles(skills: Running) -> None:
    names = {f"level_{level}": name for level, name in enumerate(("Awareness", "Working", "Practitioner", "Expert"), 1)}
    job = await import_named(skills, "skills_csv", published_bytes("uk-gdad-pcf", "skills_levels.csv"), names, **NICE)
    assert (job["counts_by_kind"]["skill"]["created"], job["counts"]["rejected"], job["ignored"][0]["columns"]) == (
        188,
        0,
        ["Roles that require Skill"],
    )
    skill = next(skill for skill in await all_of(skills, "/v1/skills") if skill["label"] == "Accessibility")
    assert sorted(map(int, skill["level_descriptions"])) == [1, 2, 3, 4]
    assert skill["description"].startswith("Accessibility involves")


async def test_loose_items_as_published(skills: Running) -> None:
    items = published_bytes("case-opensalt", "ccsso_ela_item.csv")
    content = items["ccsso_ela_item.csv"]
    assert isinstance(content, bytes)
    rows = len(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))))
    job = await import_files(skills, "skills_csv", items, **NICE)
    assert job["counts_by_kind"]["skill"]["created"] + job["counts"]["rejected"] == rows
    assert {code for _, code in await errors_of(skills, job)} <= {"too_long"}
