"""The loop on real roles: the United Kingdom's capability framework for its digital profession, as published.

The files are not part of the project; without them this says that it is skipped.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.journeys.conftest import NewSuite
from tests.journeys.suite import running_suite

DATA = Path(__file__).parents[3] / "shared" / "data" / "uk-gdad-pcf"
pytestmark = [
    pytest.mark.journey,
    pytest.mark.processes,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the published framework is not at {DATA}"),
]
Body = dict[str, Any]
ROLE, NEXT_ROLE = "Developer", "Senior developer"


def write(http: httpx.Client, method: str, path: str, body: object, expected: int = 201, **headers: str) -> Body:
    answer = http.request(method, path, json=body, headers={"Idempotency-Key": str(uuid4()), **headers})
    assert answer.status_code == expected, f"{method} {path}: {answer.text}"
    return dict(answer.json())


def read(http: httpx.Client, path: str, **query: str) -> Body:
    answer = http.get(path, params=query)
    assert answer.status_code == 200, f"{path}: {answer.text}"
    return dict(answer.json())


def everything(http: httpx.Client, path: str, **query: str) -> list[Body]:
    """All pages of a list."""
    page = read(http, path, limit="200", **query)
    found = list(page["data"])
    while page["next_cursor"]:
        page = read(http, path, limit="200", cursor=page["next_cursor"], **query)
        found += page["data"]
    return found


def import_files(http: httpx.Client, files: list[Path], **query: str) -> Body:
    parts = [("file", (file.name, file.read_bytes())) for file in files]
    accepted = http.post("/v1/imports", params=query, files=parts, headers={"Idempotency-Key": str(uuid4())})
    assert accepted.status_code == 202, accepted.text
    for _ in range(600):
        job = read(http, accepted.headers["location"])
        if job["status"] in ("succeeded", "failed"):
            return job
        time.sleep(0.1)
    raise AssertionError("the import did not end")


@pytest.fixture(scope="module")
def http(new_suite: NewSuite) -> Iterator[httpx.Client]:
    """An installation of its own: the counts are those of the framework alone."""
    with running_suite(new_suite()) as running, running.client() as client:
        yield client


@pytest.fixture(scope="module")
def job(http: httpx.Client) -> Body:
    return import_files(http, [DATA / "roles_levels_skills.csv.gz", DATA / "skills_levels.csv"], format="roles_csv")


def test_the_framework_comes_in_as_published(http: httpx.Client, job: Body) -> None:
    assert job["status"] == "succeeded", job
    roles = everything(http, "/v1/roles")
    levels = [role for role in roles if read(http, f"/v1/roles/{role['id']}/requirements")["data"]]
    assert (len(levels), len(roles)) == (201, 205)  # four role levels are not in use and need nothing
    skills = everything(http, "/v1/skills")
    assert len([skill for skill in skills if skill["kind"] != "group"]) == 188
    findings = everything(http, f"/v1/imports/{job['id']}/errors")
    codes = [finding["code"] for finding in findings]
    assert len([code for code in codes if "duplicate" in code]) == 16
    assert len([code for code in codes if "not_in_use" in code]) == 28
    scale = read(http, f"/v1/scales/{read(http, '/v1/frameworks')['data'][0]['scale_id']}")
    assert [level["title"] for level in scale["levels"]] == ["Awareness", "Working", "Practitioner", "Expert"]


def test_the_second_time_changes_nothing(http: httpx.Client, job: Body) -> None:
    again = import_files(http, [DATA / "roles_levels_skills.csv.gz", DATA / "skills_levels.csv"], format="roles_csv")
    assert again["status"] == "succeeded"
    counts = again["counts"]
    assert (counts["created"], counts["updated"], counts["retired"]) == (0, 0, 0)
    assert counts["unchanged"] == job["counts"]["created"]


def test_a_developer_learns_what_the_next_rung_needs(http: httpx.Client, job: Body) -> None:
    roles = {role["title"]: role for role in everything(http, "/v1/roles")}
    now, later = roles[ROLE], roles[NEXT_ROLE]
    leader = write(
        http,
        "PUT",
        "/v1/people/by-external-id/hris/L1",
        {"user_name": "ada@example.org", "given_name": "Ada", "family_name": "Reed", "org_unit": "Digital"},
    )
    person = write(
        http,
        "PUT",
        "/v1/people/by-external-id/hris/P1",
        {
            "user_name": "sam@example.org",
            "given_name": "Sam",
            "family_name": "Hill",
            "org_unit": "Digital",
            "role_id": now["id"],
            "manager_id": "hris:L1",
        },
    )
    for place, needed in enumerate(read(http, f"/v1/roles/{now['id']}/requirements")["data"]):
        if place == 0:
            continue
        rating = {
            "person_id": person["id"],
            "skill_id": needed["skill_id"],
            "level": needed["level"],
            "source": "manager",
            "assessor_id": leader["id"],
        }
        write(http, "POST", "/v1/ratings", rating)

    pathway = read(http, f"/v1/people/{person['id']}/pathways", target_role_id=later["id"])["data"][0]
    assert pathway["steps"][-1]["role"]["title"] == NEXT_ROLE

    before = read(http, f"/v1/people/{person['id']}/gaps", role_id=later["id"])
    gap = next(item for item in before["data"] if item["status"] == "gap" and item["level"])
    assert gap["kind"] == "upskilling"
    program = write(
        http,
        "POST",
        "/v1/programs",
        {
            "title": f"Better at {gap['skill']['label']}",
            "format": "course",
            "status": "published",
            "skills": [{"skill_id": gap["skill"]["id"], "from_level": gap["level"], "to_level": gap["target_level"]}],
            "prerequisites": [],
            "hours": 8,
            "cost": None,
            "delivery": "online",
            "languages": ["en"],
            "owner_id": leader["id"],
            "details": {},
        },
    )
    offering = write(http, "POST", f"/v1/programs/{program['id']}/offerings", {"capacity": 5, "waitlist": "auto"})
    enrollment = write(http, "POST", "/v1/enrollments", {"person_id": person["id"], "offering_id": offering["id"]})
    path = f"/v1/enrollments/{enrollment['id']}"
    write(http, "POST", f"{path}/approve", {"acting_person_id": leader["id"]}, 200)
    write(http, "POST", f"{path}/complete", {"acting_person_id": leader["id"]}, 200)
    after = wait_until_met(http, f"/v1/people/{person['id']}/gaps", gap["skill"]["id"], role_id=later["id"])
    assert after["readiness"] > before["readiness"]

    levels = everything(http, f"/v1/people/{person['id']}/skills")
    explained = next(level for level in levels if level["skill"]["id"] == gap["skill"]["id"])
    assert explained["level"] == gap["target_level"]
    shares = {part["source"]: part for part in explained["contributions"]}
    assert set(shares) == {"manager", "learning"}
    assert shares["manager"]["superseded_by"] is not None
    assert shares["learning"]["share"] == 1.0


def wait_until_met(http: httpx.Client, path: str, skill_id: str, **query: str) -> Body:
    """The evidence travels after the answer: look again for a while."""
    for _ in range(100):
        gaps = read(http, path, **query)
        if next(item for item in gaps["data"] if item["skill"]["id"] == skill_id)["status"] == "met":
            return gaps
        time.sleep(0.1)
    raise AssertionError("the gap did not close")
