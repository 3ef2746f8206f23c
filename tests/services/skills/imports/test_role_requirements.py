"""Roles by file: which skills they may ask for, and what ends."""

import pytest

from shared.clock import utc_now
from tests.harness import Running
from tests.services.skills.imports.jobs import all_of, errors_of, import_files

SKILLS = "uri,label,alternative_labels,status\n"
ROLES = "external_id,title,skill,level\n"
FRAMEWORK = {"framework_uri": "https://a.example", "framework_title": "A"}


async def asked_for(skills: Running, role: str) -> list[tuple[str, float]]:
    requirements = (await skills.get(f"/v1/roles/hris:{role}/requirements")).json()["data"]
    return sorted((requirement["skill"]["label"], requirement["level"]) for requirement in requirements)


@pytest.mark.parametrize("status", ["draft", "deprecated"])
async def test_only_a_published_skill_is_newly_asked_for(skills: Running, status: str) -> None:
    await import_files(
        skills, "skills_csv", {"a.csv": SKILLS + f"urn:a:1,Fax,,{status}\nurn:a:2,Mail,,\n"}, **FRAMEWORK
    )
    job = await import_files(skills, "roles_csv", {"r.csv": ROLES + "R,Clerk,urn:a:1,2\nR,Clerk,urn:a:2,2\n"})
    assert await errors_of(skills, job) == [(2, f"{status}_skill")]
    assert await asked_for(skills, "R") == [("Mail", 2.0)]


async def test_a_role_goes_on_asking_for_a_skill_that_was_deprecated_since(skills: Running) -> None:
    roles = ROLES + "R,Clerk,urn:a:1,{}\n"
    await import_files(skills, "skills_csv", {"a.csv": SKILLS + "urn:a:1,Fax,,\n"}, **FRAMEWORK)
    await import_files(skills, "roles_csv", {"r.csv": roles.format(2)})
    await import_files(skills, "skills_csv", {"a.csv": SKILLS + "urn:a:1,Fax,,deprecated\n"}, **FRAMEWORK)
    job = await import_files(skills, "roles_csv", {"r.csv": roles.format(3)})
    assert (job["counts"]["rejected"], await asked_for(skills, "R")) == (0, [("Fax", 3.0)])


async def test_a_skill_that_is_only_named_stays_as_it_is(skills: Running) -> None:
    await import_files(skills, "skills_csv", {"a.csv": SKILLS + "urn:a:1,Fax,telefax,\n"}, **FRAMEWORK)
    (before,) = await all_of(skills, "/v1/skills")
    job = await import_files(skills, "roles_csv", {"r.csv": ROLES + "R,Clerk,fax,2\n"}, **FRAMEWORK)
    assert (job["counts"]["rejected"], await asked_for(skills, "R")) == (0, [("Fax", 2.0)])
    assert await all_of(skills, "/v1/skills") == [before]


@pytest.mark.parametrize(
    ("row", "code"),
    [("R,Clerk,urn:a:1,two", "not_a_number"), ("R,Clerk,urn:a:1,2,3", "too_many_cells")],
    ids=["named", "unreadable"],
)
async def test_no_requirement_ends_because_its_row_is_refused(skills: Running, row: str, code: str) -> None:
    await import_files(skills, "skills_csv", {"a.csv": SKILLS + "urn:a:1,Fax,,\nurn:a:2,Mail,,\n"}, **FRAMEWORK)
    rows = ROLES + "R,Clerk,urn:a:1,2\nR,Clerk,urn:a:2,2\nS,Chief,urn:a:1,2\n"
    await import_files(skills, "roles_csv", {"r.csv": rows})
    broken = ROLES + f"{row}\nR,Clerk,urn:a:2,3\nS,Chief,urn:a:1,2\n"
    job = await import_files(skills, "roles_csv", {"r.csv": broken})
    assert await errors_of(skills, job) == [(2, code)]
    assert await asked_for(skills, "R") == [("Fax", 2.0), ("Mail", 3.0)]


async def test_names_that_are_too_long_are_refused(skills: Running) -> None:
    rows = ROLES + f"R,{'Clerk' * 100},,\n{'S' * 300},Chief,,\nT,Boss,,\n"
    job = await import_files(skills, "roles_csv", {"r.csv": rows})
    assert await errors_of(skills, job) == [(2, "too_long"), (3, "too_long")]
    assert [role["title"] for role in await all_of(skills, "/v1/roles")] == ["Boss"]


async def test_what_an_upload_has_no_column_for_stays(skills: Running) -> None:
    full = "external_id,title,family,grade,description,aliases\nR,Clerk,Office,2,Files.,Filing clerk|Typist\n"
    await import_files(skills, "roles_csv", {"r.csv": full})
    job = await import_files(skills, "roles_csv", {"r.csv": "external_id,title,grade\nR,Office clerk,\n"})
    assert job["counts_by_kind"]["role"]["updated"] == 1
    (role,) = await all_of(skills, "/v1/roles")
    assert (role["title"], role["grade"], role["family"]) == ("Office clerk", None, "Office")
    assert (role["description"], role["aliases"]) == ("Files.", ["Filing clerk", "Typist"])


async def test_what_its_publisher_would_suppress_is_marked_on_the_requirement(skills: Running) -> None:
    heading = "O*NET-SOC Code,Title,Element ID,Element Name,Scale ID,Data Value,Recommend Suppress,Not Relevant\n"
    rating = "51-4121.00,Welders,2.A.1.{},{},{},2.5,{},N\n"
    rows = [("a", "Reading", "N", "N"), ("b", "Listening", "N", "Y"), ("c", "Writing", "Y", "N")]

    def table(*marked: str) -> dict[str, bytes | str]:
        lines = (
            rating.format(id, name, scale, mark if name in marked else "N")
            for id, name, *marks in rows
            for scale, mark in zip(("IM", "LV"), marks, strict=True)
        )
        return {"Skills.csv": heading + "".join(lines)}

    path = "/v1/roles/onet:51-4121.00/requirements"

    async def marks(as_of: str | None = None) -> dict[str, bool]:
        data = (await skills.get(path, params={"as_of": as_of} if as_of else {})).json()["data"]
        return {requirement["skill"]["label"]: requirement["low_precision"] for requirement in data}

    await import_files(skills, "onet", table())
    assert await marks() == {"Reading": False, "Listening": False, "Writing": False}
    before = utc_now().isoformat()
    job = await import_files(skills, "onet", table("Listening", "Writing"))
    assert job["counts_by_kind"]["requirement"] == {"created": 0, "updated": 2, "unchanged": 1, "retired": 0}
    told = {"Reading": False, "Listening": True, "Writing": True}
    assert (await marks(), await marks(before)) == (told, dict.fromkeys(told, False))
    again = await import_files(skills, "onet", table("Listening", "Writing"))
    assert again["counts_by_kind"]["requirement"] == {"created": 0, "updated": 0, "unchanged": 3, "retired": 0}
    assert await marks() == told


async def test_the_mark_is_written_and_read_like_everything_else_about_a_requirement(skills: Running) -> None:
    await import_files(skills, "skills_csv", {"a.csv": SKILLS + "urn:a:1,Fax,,\n"}, **FRAMEWORK)
    roles = "external_id,title,skill,level,low_precision\nR,Clerk,urn:a:1,2,yes\n"
    job = await import_files(skills, "roles_csv", {"r.csv": roles})
    assert job["counts"]["rejected"] == 0
    answer = await skills.get("/v1/roles/hris:R/requirements")
    (requirement,) = answer.json()["data"]
    assert requirement["low_precision"] is True
    body = {name: value for name, value in requirement.items() if name != "skill"}
    headers = {"If-Match": answer.headers["etag"]}
    kept = await skills.put("/v1/roles/hris:R/requirements", {"data": [body]}, headers=headers)
    assert kept.json()["data"] == [requirement]
