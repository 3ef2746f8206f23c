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


async def test_what_the_licence_asks_for_is_shown_and_codes_are_kept(skills: Running) -> None:
    headings = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status,code\n"
    row = "KnowledgeSkillCompetence,urn:e:1,knowledge,transversal,Sums,,released,K1\n"
    await import_files(skills, "esco", {"skills_en.csv": headings + row})
    (framework,) = (await skills.get("/v1/frameworks")).json()["data"]
    assert framework["attribution"] == "This service uses the ESCO classification of the European Commission."
    (skill,) = await all_of(skills, "/v1/skills")
    assert (skill["code"], skill["reuse_level"]) == ("K1", "transversal")


async def test_a_skill_whose_row_is_refused_is_not_retired(skills: Running) -> None:
    rows = ["urn:a:1,Fax,urn:a:2,,", "urn:a:2,Mail,,,", "urn:a:3,Post,,,"]
    await import_files(skills, "skills_csv", {"a.csv": HEADINGS + "\n".join(rows)}, **named("a"))
    broken = HEADINGS + f"urn:a:1,{'Fax' * 200},,,\nurn:a:3,Post,urn:a:1,,\n"
    job = await import_files(skills, "skills_csv", {"a.csv": broken}, **named("a"))
    assert await errors_of(skills, job) == [(2, "too_long")]
    statuses = {skill["uri"]: skill["status"] for skill in await all_of(skills, "/v1/skills")}
    assert statuses == {"urn:a:1": "published", "urn:a:2": "deprecated", "urn:a:3": "published"}
    first = next(skill for skill in await all_of(skills, "/v1/skills") if skill["uri"] == "urn:a:1")
    relations = (await skills.get(f"/v1/skills/{first['id']}/relations")).json()["data"]
    assert [(relation["kind"], relation["label"]) for relation in relations] == [
        ("broader", "Mail"),
        ("narrower", "Post"),
    ]


async def test_nothing_is_retired_for_want_of_a_row_that_cannot_be_read(skills: Running) -> None:
    rows = ["urn:a:1,Fax,,,", "urn:a:2,Mail,,,", "urn:a:3,Post,,,"]
    await import_files(skills, "skills_csv", {"a.csv": HEADINGS + "\n".join(rows)}, **named("a"))
    broken = HEADINGS + "urn:a:1,Fax,,,,too,many\nurn:a:3,Post,,,\n"
    job = await import_files(skills, "skills_csv", {"a.csv": broken}, **named("a"))
    assert await errors_of(skills, job) == [(2, "too_many_cells")]
    assert await errors_of(skills, job, "warning") == [(2, "retirement_withheld")]
    assert {skill["status"] for skill in await all_of(skills, "/v1/skills")} == {"published"}


async def test_no_skill_comes_to_lie_above_itself(skills: Running) -> None:
    rows = "urn:a:1,A,urn:a:2,,\nurn:a:2,B,urn:a:3,,\nurn:a:3,C,urn:a:2|urn:a:4,,\nurn:a:4,D,,,\n"
    for _ in range(2):
        job = await import_files(skills, "skills_csv", {"a.csv": HEADINGS + rows}, **named("a"))
        assert await errors_of(skills, job) == [(3, "broader_circle"), (4, "broader_circle")]
    by_uri = {skill["uri"]: skill["id"] for skill in await all_of(skills, "/v1/skills")}
    for uri, above in {"urn:a:1": ["B"], "urn:a:2": [], "urn:a:3": ["D"]}.items():
        relations = (await skills.get(f"/v1/skills/{by_uri[uri]}/relations")).json()["data"]
        assert [relation["label"] for relation in relations if relation["kind"] == "broader"] == above
