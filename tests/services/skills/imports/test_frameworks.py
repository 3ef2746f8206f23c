"""Frameworks side by side: successors, crosswalks, packages of other standards."""

from tests.harness import Running
from tests.services.skills.imports.conftest import published_bytes
from tests.services.skills.imports.jobs import all_of, errors_of, import_files

HEADINGS = "uri,label,broader,same_as,replaced_by\n"


def named(name: str) -> dict[str, str]:
    return {"framework_uri": f"https://{name}.example", "framework_title": name}


async def test_a_skill_may_be_the_same_as_one_of_another_framework(skills: Running) -> None:
    await import_files(skills, "skills_csv", {"a.csv": HEADINGS + "urn:a:1,Sell,,,\n"}, **named("a"))
    rows = HEADINGS + "urn:b:1,Sales,,urn:a:1,\nurn:b:2,Bargain,urn:b:1,urn:c:9,\n"
    job = await import_files(skills, "skills_csv", {"b.csv": rows}, **named("b"))
    assert job["counts_by_kind"]["relation"]["created"] == 2
    assert await errors_of(skills, job) == [(3, "unknown_skill")]
    first = next(skill for skill in await all_of(skills, "/v1/skills") if skill["uri"] == "urn:a:1")
    relations = (await skills.get(f"/v1/skills/{first['id']}/relations")).json()["data"]
    assert [(relation["kind"], relation["label"]) for relation in relations] == [("same_as", "Sales")]
    again = await import_files(skills, "skills_csv", {"b.csv": rows}, **named("b"))
    assert again["counts_by_kind"]["relation"] == {"created": 0, "updated": 0, "unchanged": 2, "retired": 0}


async def test_a_retired_skill_names_its_successor(skills: Running) -> None:
    await import_files(skills, "skills_csv", {"a.csv": HEADINGS + "urn:a:1,Fax,,,\n"}, **named("a"))
    rows = HEADINGS + "urn:a:1,Fax,,,urn:a:2\nurn:a:2,Mail,,,\nurn:a:3,Post,,,urn:a:9\n"
    for _ in range(2):
        job = await import_files(skills, "skills_csv", {"a.csv": rows}, **named("a"))
        assert await errors_of(skills, job, "warning") == [(4, "unknown_successor")]
        by_uri = {skill["uri"]: skill for skill in await all_of(skills, "/v1/skills")}
        assert by_uri["urn:a:1"]["replaced_by_id"] == by_uri["urn:a:2"]["id"]


async def test_a_framework_that_is_on_another_scale_is_left_alone(skills: Running) -> None:
    await import_files(skills, "skills_csv", {"a.csv": HEADINGS + "urn:a:1,Fax,,,\n"}, **named("a"))
    body = {"title": "Two steps", "levels": [{"level": 1, "title": "Some"}, {"level": 2, "title": "Much"}]}
    scale = (await skills.post("/v1/scales", body)).json()
    job = await import_files(
        skills, "skills_csv", {"a.csv": HEADINGS + "urn:a:2,Mail,,,\n"}, scale_id=scale["id"], **named("a")
    )
    assert (job["status"], job["problem"]["code"]) == ("failed", "other_scale")


async def test_a_case_package(skills: Running) -> None:
    files = published_bytes("case-opensalt", "Ordering.json")
    job = await import_files(skills, "case", files)
    kinds = {kind: counts["created"] for kind, counts in job["counts_by_kind"].items()}
    assert kinds == {"framework": 1, "skill": 28, "relation": 27}
    again = await import_files(skills, "case", files)
    assert again["counts"]["unchanged"] == 56


async def test_several_packages_in_one_upload(skills: Running) -> None:
    job = await import_files(
        skills, "case", published_bytes("case-opensalt", "Utf8TestFramework.json", "EmptyExternalFramework.json")
    )
    assert job["counts_by_kind"]["framework"]["created"] == 2
    titles = [framework["title"] for framework in (await skills.get("/v1/frameworks")).json()["data"]]
    assert titles == ["UTF8 𝑑 Test", "Test Framework External Empty"]
    twins = published_bytes("case-opensalt", "Utf8TestFramework.json", "SmartLevelFramework.json")
    job = await import_files(skills, "case", twins)
    assert (job["status"], job["problem"]["code"]) == ("failed", "duplicate_framework")
