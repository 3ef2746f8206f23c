"""The published data sets, imported whole through the API, on both databases."""

from tests.harness import Running
from tests.services.skills.imports.conftest import ESCO, published_bytes
from tests.services.skills.imports.jobs import all_of, errors_of, import_files


async def test_the_capability_framework_as_roles_with_a_ladder(skills: Running) -> None:
    files = published_bytes("uk-gdad-pcf", "roles_levels_skills.csv.gz", "skills_levels.csv")
    job = await import_files(skills, "roles_csv", files)
    kinds = {kind: counts["created"] for kind, counts in job["counts_by_kind"].items()}
    assert kinds == {"scale": 1, "framework": 1, "skill": 188, "role": 205, "requirement": 1_781, "role_move": 153}
    codes = [code for _, code in await errors_of(skills, job)]
    assert (codes.count("level_not_in_use"), codes.count("duplicate_row"), job["counts"]["rejected"]) == (28, 16, 44)
    roles = {role["title"]: role for role in await all_of(skills, "/v1/roles")}
    assert len(roles) == 205
    moves = (await skills.get(f"/v1/roles/{roles['Developer']['id']}/moves")).json()["data"]
    assert ("promotion", "Senior developer") in {(move["kind"], move["to_role"]["title"]) for move in moves}
    requirements = (await skills.get(f"/v1/roles/{roles['Developer']['id']}/requirements")).json()["data"]
    assert {r["level"] for r in requirements} <= {1, 2, 3, 4}
    framework = (await skills.get("/v1/frameworks")).json()["data"][0]
    scale = (await skills.get(f"/v1/scales/{framework['scale_id']}")).json()
    assert [level["title"] for level in scale["levels"]] == ["Awareness", "Working", "Practitioner", "Expert"]
    again = await import_files(skills, "roles_csv", files)
    assert again["counts"] == {
        "created": 0,
        "updated": 0,
        "unchanged": job["counts"]["created"],
        "retired": 0,
        "rejected": 44,
    }


async def test_esco_as_published(skills: Running) -> None:
    files = published_bytes("esco-1.1.1", *ESCO)
    job = await import_files(skills, "esco", files)
    kinds = {kind: counts["created"] for kind, counts in job["counts_by_kind"].items()}
    assert kinds == {
        "framework": 1,
        "group": 647,
        "skill": 13_896,
        "relation": 20_656 + 5_899 - 1,
        "role": 3_007,
        "requirement": 123_855 - 67,
    }
    assert job["counts"]["rejected"] == 67
    errors = await errors_of(skills, job)
    assert {code for _, code in errors} == {"unknown_occupation"}
    assert len({row for row, _ in errors}) == 67
    again = await import_files(skills, "esco", files)
    assert again["counts"] == {
        "created": 0,
        "updated": 0,
        "unchanged": sum(kinds.values()),
        "retired": 0,
        "rejected": 67,
    }


async def test_onet_in_two_uploads(skills: Running) -> None:
    first = await import_files(skills, "onet", published_bytes("onet-30.0", "Skills.csv.gz", "Occupation Data.csv.gz"))
    assert first["counts_by_kind"]["requirement"]["created"] == 894 * 35
    assert (first["counts"]["rejected"], first["warnings"]) == (0, 147)
    second = await import_files(
        skills, "onet", published_bytes("onet-30.0", "Knowledge.csv.gz", "Occupation Data.csv.gz")
    )
    assert second["counts_by_kind"]["requirement"] == {
        "created": 894 * 33,
        "updated": 0,
        "unchanged": 0,
        "retired": 0,
    }
    role = (await skills.get("/v1/roles/onet:11-1011.00/requirements")).json()["data"]
    assert len(role) == 68
