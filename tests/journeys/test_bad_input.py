"""What is wrong is refused with a clear problem+json, and nothing is half done."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from deploy.tour.cast import Cast
from deploy.tour.loop import Loop
from tests.journeys.suite import Suite

pytestmark = [pytest.mark.journey, pytest.mark.processes]

NOBODY = "0198c0de-0000-7000-8000-00000000dead"
COLLECTIONS = ("frameworks", "skills", "roles", "people", "ratings", "programs", "enrollments", "plans")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def walked(suite: Suite) -> Iterator[Loop]:
    """An installation in which the loop has been walked, to do wrong things in."""
    with suite.client() as http:
        loop = Loop(http, Cast(datetime.now(UTC).date()))
        list(loop.walk())
        yield loop


@dataclass(frozen=True)
class Wrong:
    """A wrong request; `{name}` in its text is an id that the walk has kept."""

    why: str
    status: tuple[int, ...]
    method: str
    path: str
    body: Any = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    pointer: str | None = None


ROLE = {"title": "Florist", "family": "Shops", "grade": "2"}
RATING = {"person_id": "{mia}", "skill_id": "{video}", "level": 2, "source": "manager", "assessor_id": "{lea}"}
WRONGS = [
    Wrong("unknown field", (422,), "POST", "/v1/roles", ROLE | {"colour": "green"}, pointer="/colour"),
    Wrong("wrong type", (422,), "POST", "/v1/roles", ROLE | {"title": 7}, pointer="/title"),
    Wrong("missing field", (422,), "POST", "/v1/roles", {"family": "Shops"}, pointer="/title"),
    Wrong("no JSON", (400, 422), "POST", "/v1/roles", raw=b"{title", headers=JSON),
    Wrong("NaN", (400, 422), "POST", "/v1/ratings", raw=b'{"level": NaN}', headers=JSON),
    Wrong("infinity", (400, 422), "POST", "/v1/ratings", raw=b'{"level": 1e999}', headers=JSON),
    Wrong("duplicate keys", (400, 422), "POST", "/v1/roles", raw=b'{"title": "A", "title": "B"}', headers=JSON),
    Wrong("NUL", (400, 422), "POST", "/v1/roles", ROLE | {"title": "a\u0000b"}),
    Wrong("depth", (400, 422), "POST", "/v1/roles", raw=b"[" * 200 + b"]" * 200, headers=JSON),
    Wrong("20 MB", (413,), "POST", "/v1/roles", raw=b'{"title": "' + b"x" * 20_000_000 + b'"}', headers=JSON),
    Wrong("no If-Match", (428,), "PATCH", "/v1/roles/{sales}", {"grade": "4"}),
    Wrong("stale If-Match", (412,), "PATCH", "/v1/roles/{sales}", {"grade": "4"}, headers={"If-Match": '"no-such"'}),
    Wrong("unknown id", (404,), "GET", f"/v1/people/{NOBODY}"),
    Wrong("unknown external id", (404,), "GET", "/v1/people/hris:nobody"),
    Wrong("unknown reference", (422,), "POST", "/v1/ratings", RATING | {"skill_id": NOBODY}, pointer="/skill_id"),
    Wrong("level above its scale", (422,), "POST", "/v1/ratings", RATING | {"level": 6}, pointer="/level"),
    Wrong("level below every scale", (422,), "POST", "/v1/ratings", RATING | {"level": -1}, pointer="/level"),
    Wrong("level between two", (422,), "POST", "/v1/ratings", RATING | {"level": 2.5}, pointer="/level"),
    Wrong("rated by a stranger", (422,), "POST", "/v1/ratings", RATING | {"assessor_id": "{mia}"}),
    Wrong("rated tomorrow", (422,), "POST", "/v1/ratings", RATING | {"assessed_at": "2199-01-01T00:00:00Z"}),
    Wrong(
        "cycle of managers",
        (409, 422),
        "PUT",
        "/v1/people/by-external-id/hris/E1",
        {
            "user_name": "lea@shop.example",
            "given_name": "Lea",
            "family_name": "Holm",
            "email": "lea@shop.example",
            "org_unit": "Sales",
            "manager_id": "{mia}",
            "active": True,
        },
    ),
    Wrong(
        "requirement twice",
        (422,),
        "PUT",
        "/v1/roles/{sales}/requirements",
        {"data": [{"skill_id": "{video}", "level": 3}, {"skill_id": "{video}", "level": 2}]},
        headers={"If-Match": "*"},
    ),
    Wrong("illegal move", (409,), "POST", "/v1/enrollments/{enrollment}/approve", {"acting_person_id": "{lea}"}),
    Wrong(
        "declined without a reason",
        (422,),
        "POST",
        "/v1/enrollments/{enrollment}/decline",
        {"acting_person_id": "{lea}"},
        pointer="/reason",
    ),
    Wrong(
        "foreign plan item",
        (422,),
        "POST",
        "/v1/enrollments",
        {"person_id": "{lea}", "offering_id": "{offering}", "plan_item_id": "{plan_item}"},
        pointer="/plan_item_id",
    ),
    Wrong(
        "details of another format",
        (422,),
        "POST",
        "/v1/programs",
        {"title": "A course", "format": "course", "details": {"rotation_weeks": 4}},
    ),
    Wrong("import of no known format", (400, 415, 422), "POST", "/v1/imports?format=cobol", raw=b"x"),
    Wrong("unknown key", (401,), "GET", "/v1/people", headers={"Authorization": "Bearer upk_0_nothing"}),
]


def filled(value: Any, kept: dict[str, str]) -> Any:
    """The request with the walk's ids in their places."""
    text = json.dumps(value)
    for name, found in kept.items():
        text = text.replace(f"{{{name}}}", found)
    return json.loads(text)


def count(http: httpx.Client) -> dict[str, int]:
    return {name: len(http.get(f"/v1/{name}?limit=200").json()["data"]) for name in COLLECTIONS}


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.why.replace(" ", "-"))
def test_what_is_wrong_is_refused(wrong: Wrong, walked: Loop, http: httpx.Client) -> None:
    before = count(http)
    path = filled(wrong.path, walked.kept)
    content = wrong.raw if wrong.raw is not None else None
    body = filled(wrong.body, walked.kept) if wrong.body is not None else None
    response = http.request(wrong.method, path, json=body, content=content, headers=wrong.headers)
    assert response.status_code in wrong.status, response.text
    check_problem(response)
    if wrong.pointer is not None:
        assert wrong.pointer in [error["pointer"] for error in response.json()["errors"]]
    assert count(http) == before


def check_problem(response: httpx.Response) -> None:
    """RFC 9457, and the request id by which the log is found."""
    assert response.headers["Content-Type"].startswith("application/problem+json")
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"].startswith("urn:upskill:problem:")
    assert problem["title"]
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert "Traceback" not in response.text


def test_a_used_key_with_another_body_is_refused(walked: Loop, http: httpx.Client) -> None:
    headers = {"Idempotency-Key": "florist-1"}
    first = http.post("/v1/roles", json=ROLE, headers=headers)
    assert first.status_code == 201
    replayed = http.post("/v1/roles", json=ROLE, headers=headers)
    assert replayed.content == first.content
    assert replayed.headers["ETag"] == first.headers["ETag"]
    before = count(http)
    other = http.post("/v1/roles", json=ROLE | {"grade": "3"}, headers=headers)
    assert other.status_code == 422
    check_problem(other)
    assert other.json()["type"] == "urn:upskill:problem:idempotency-key-reused"
    assert count(http) == before


def test_a_cycle_of_org_units_is_refused(walked: Loop, http: httpx.Client) -> None:
    path = "/v1/org-units/by-external-id/demo"
    assert http.put(f"{path}/A", json={"code": "A", "title": "A"}).status_code == 201
    assert http.put(f"{path}/B", json={"code": "B", "title": "B", "parent_id": "demo:A"}).status_code == 201
    refused = http.put(f"{path}/A", json={"code": "A", "title": "A", "parent_id": "demo:B"})
    assert refused.status_code in (409, 422)
    check_problem(refused)
    assert http.get("/v1/org-units/demo:A").json()["parent_id"] is None


def no_zip() -> bytes:
    return b"this is no zip"


def bomb() -> bytes:
    """Two hundred kilobytes that unpack to two hundred megabytes of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("skills_en.csv", "w") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))
    return packed.getvalue()


def finished(http: httpx.Client, response: httpx.Response) -> dict[str, Any]:
    """The import's job when it has ended; refused at the door counts as ended too."""
    assert response.status_code == 202, response.text
    while True:
        job: dict[str, Any] = http.get(response.headers["Location"]).json()
        if job["status"] in ("succeeded", "failed"):
            return job


@pytest.mark.parametrize("content", [no_zip, bomb])
def test_an_import_that_cannot_be_read_changes_nothing(
    content: Callable[[], bytes], walked: Loop, http: httpx.Client
) -> None:
    before = count(http)
    file = {"file": ("esco.zip", content(), "application/zip")}
    response = http.post("/v1/imports?format=esco", files=file)
    if response.status_code == 202:
        job = finished(http, response)
        assert job["status"] == "failed"
        assert job["problem"]["title"]
    else:
        assert 400 <= response.status_code < 500
        check_problem(response)
    assert count(http) == before


def test_a_broken_row_is_reported_and_the_others_arrive(walked: Loop, http: httpx.Client) -> None:
    rows = (
        "external_id,user_name,given_name,family_name,hired_on\nP1,p1@x.example,Ada,Berg,2024-01-01\nP2,,,,not-a-date\n"
    )
    file = {"file": ("people.csv", rows.encode(), "text/csv")}
    job = finished(http, http.post("/v1/imports?format=people_csv&source=csv", files=file))
    errors = http.get(f"/v1/imports/{job['id']}/errors").json()["data"]
    assert job["counts"]["rejected"] == 1
    assert [error["row"] for error in errors] == [3]
    assert http.get("/v1/people/csv:P1").status_code == 200
    assert http.get("/v1/people/csv:P2").status_code == 404
