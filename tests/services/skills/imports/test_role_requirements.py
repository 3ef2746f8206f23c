"""Roles by file: which skills they may ask for, and what ends."""

import pytest

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
