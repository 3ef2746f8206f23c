"""Imports by HTTP: who may, what may be sent, and what the job tells."""

import gzip
import io
import zipfile
from uuid import uuid4

import pytest

from services.skills.imports.formats import FORMATS
from services.skills.imports.schemas import FormatName
from services.skills.imports.service import SCOPE_OF
from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user
from tests.services.skills.imports.jobs import all_of, ended, errors_of, import_files, send

ROLES = (
    "external_id,title,family,grade,skill,level,importance,essential\n"
    "R1,Sales representative,Sales,3,Negotiate,3,1,true\n"
    "R1,Sales representative,Sales,3,Video calls,2,0.5,false\n"
    "R2,Marketer,Marketing,4,Video calls,3,1,true\n"
)
FRAMEWORK = {"framework_uri": "https://shop.example/skills", "framework_title": "Shop skills"}
BROKEN = "external_id,title,skill,level\nR1,A,urn:nothing,3\nR2,B,Sing,many\nR3,C,Sing,4\n,D,Sing,3\nR4,E,Sing,9\n"


def test_every_format_is_offered_and_has_a_scope() -> None:
    assert set(FORMATS) == set(FormatName.__args__) == set(SCOPE_OF)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("caller", "format", "status"),
    [
        (ADMIN, "roles_csv", 202),
        (client_with("skills:write"), "roles_csv", 202),
        (client_with("people:write"), "roles_csv", 403),
        (client_with("people:write"), "people_csv", 202),
        (client_with("ratings:write"), "ratings_csv", 202),
        (client_with("ratings:write"), "people_csv", 403),
        (client_with("skills:read"), "roles_csv", 403),
        (user(uuid4()), "roles_csv", 403),
        (None, "roles_csv", 401),
    ],
)
async def test_who_may_import_what(skills: Running, caller: Principal | None, format: str, status: int) -> None:
    answer = await skills.post(
        "/v1/imports", params={"format": format}, content=b"a\n", headers={"Content-Type": "text/csv"}, caller=caller
    )
    assert answer.status_code == status, answer.text


def zipped(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


async def test_a_job_is_seen_by_those_who_may_import_its_format(skills: Running) -> None:
    job = await import_files(skills, "roles_csv", {"roles.csv": ROLES})
    for caller, status in ((client_with("skills:write"), 200), (client_with("people:write"), 404), (None, 401)):
        for path in ("", "/errors", "/plan"):
            assert (await skills.get(f"/v1/imports/{job['id']}{path}", caller=caller)).status_code == status
    listed = await skills.get("/v1/imports", caller=client_with("people:write"))
    assert listed.json()["data"] == []
    assert [j["id"] for j in (await skills.get("/v1/imports?status=succeeded")).json()["data"]] == [job["id"]]
    assert (await skills.get("/v1/imports?format=people_csv")).json()["data"] == []


async def test_a_job_tells_what_became_of_every_record(skills: Running) -> None:
    answer = await skills.post(
        "/v1/imports", params={"format": "roles_csv", **FRAMEWORK}, files={"file": ("roles.csv", ROLES.encode())}
    )
    assert answer.headers["retry-after"] == "1"
    assert (answer.json()["status"], answer.json()["progress"]) == ("queued", 0)
    job = await ended(skills, answer.headers["location"])
    assert (job["status"], job["progress"], job["problem"]) == ("succeeded", 100, None)
    assert job["files"] == [{"name": "roles.csv", "size": len(ROLES)}]
    assert job["counts"] == {"created": 8, "updated": 0, "unchanged": 0, "retired": 0, "rejected": 0}
    assert {kind: counts["created"] for kind, counts in job["counts_by_kind"].items()} == {
        "framework": 1,
        "skill": 2,
        "role": 2,
        "requirement": 3,
    }
    assert job["started_at"] <= job["finished_at"]


async def test_what_was_imported_is_there(skills: Running) -> None:
    await import_files(skills, "roles_csv", {"roles.csv": ROLES}, **FRAMEWORK)
    role = (await skills.get("/v1/roles/hris:R1")).json()
    assert (role["title"], role["family"], role["grade"]) == ("Sales representative", "Sales", "3")
    requirements = (await skills.get("/v1/roles/hris:R1/requirements")).json()["data"]
    assert {(r["skill"]["label"], r["level"], r["importance"], r["essential"]) for r in requirements} == {
        ("Negotiate", 3, 1.0, True),
        ("Video calls", 2, 0.5, False),
    }


@pytest.mark.parametrize(
    ("content", "headers", "params"),
    [
        (ROLES.encode(), {"Content-Type": "text/csv"}, {}),
        (gzip.compress(ROLES.encode()), {"Content-Type": "application/gzip"}, {}),
        (ROLES.encode(), {"Content-Disposition": 'attachment; filename="roles.csv"'}, {}),
        (ROLES.encode(), {}, {"filename": "roles.csv"}),
        (ROLES.encode(), {"Content-Type": "application/octet-stream"}, {}),
        (gzip.compress(ROLES.encode()), {"Content-Type": "application/octet-stream"}, {}),
        (zipped("roles.csv", ROLES), {}, {}),
    ],
    ids=["csv", "gzip", "disposition", "filename", "bytes", "bytes of gzip", "zip without a word"],
)
async def test_a_raw_body_is_one_file(
    skills: Running, content: bytes, headers: dict[str, str], params: dict[str, str]
) -> None:
    answer = await skills.post(
        "/v1/imports", params={"format": "roles_csv", **params}, content=content, headers=headers
    )
    assert (await ended(skills, answer.headers["location"]))["counts"]["created"] == 8


@pytest.mark.parametrize("fields", [{"dry_run": "true"}, {"format": "roles_csv"}, {"files": "roles.csv"}], ids=str)
async def test_options_are_no_fields_of_the_form(skills: Running, fields: dict[str, str]) -> None:
    """Ignored, `dry_run` would have been a real import."""
    answer = await skills.post(
        "/v1/imports?format=roles_csv", data=fields, files={"file": ("roles.csv", ROLES.encode())}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(fields))}"
    assert (await skills.get("/v1/imports")).json()["data"] == []


async def test_a_wrong_parameter_is_told_once(skills: Running) -> None:
    answer = await skills.post("/v1/imports", files={"file": ("roles.csv", ROLES.encode())})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["query/format"]


async def test_the_same_files_again_change_nothing(skills: Running) -> None:
    first = await import_files(skills, "roles_csv", {"roles.csv": ROLES}, **FRAMEWORK)
    before = await skills.get("/v1/roles/hris:R1")
    second = await import_files(skills, "roles_csv", {"roles.csv": ROLES}, **FRAMEWORK)
    assert second["counts"] == {
        "created": 0,
        "updated": 0,
        "unchanged": first["counts"]["created"],
        "retired": 0,
        "rejected": 0,
    }
    assert (await skills.get("/v1/roles/hris:R1")).headers["etag"] == before.headers["etag"]


async def test_a_repeated_request_makes_one_job(skills: Running) -> None:
    headers = {"Idempotency-Key": "one", "Content-Type": "text/csv"}
    first, again = [
        await skills.post("/v1/imports?format=roles_csv", content=ROLES.encode(), headers=headers) for _ in range(2)
    ]
    assert first.content == again.content
    other = await skills.post("/v1/imports?format=roles_csv", content=b"external_id,title\nR1,A\n", headers=headers)
    assert other.json()["type"] == "urn:upskill:problem:idempotency-key-reused"
    assert len((await skills.get("/v1/imports")).json()["data"]) == 1


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("skills_en.csv", b"0" * 20_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("esco.zip", b"conceptType,conceptUri\n", "unknown_file_type"),
        ("esco.zip", bomb(), "too_compressed"),
        ("esco.zip", bomb()[:-30], "broken_archive"),
        ("esco.exe", b"MZ", "unknown_file_type"),
        ("esco.csv", b"\xff\xfea\x00", "not_utf8"),
    ],
)
async def test_a_file_that_cannot_be_opened_makes_no_job(
    skills: Running, name: str, content: bytes, reason: str
) -> None:
    answer = await skills.post("/v1/imports?format=esco", files={"file": (name, content)})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert (problem["type"], problem["reason"]) == ("urn:upskill:problem:unreadable-upload", reason)
    assert problem["file"].startswith(name)
    assert (await skills.get("/v1/imports")).json()["data"] == []


@pytest.mark.parametrize(
    ("params", "kwargs", "status"),
    [
        ({"format": "tarot"}, {"content": b"x"}, 422),
        ({}, {"content": b"x"}, 422),
        ({"format": "esco", "colour": "red"}, {"content": b"x"}, 422),
        ({"format": "esco", "essential_level": "NaN"}, {"content": b"x"}, 422),
        ({"format": "esco", "essential_level": "-1"}, {"content": b"x"}, 422),
        ({"format": "esco", "scale_id": str(uuid4())}, {"content": b"x"}, 202),
        ({"format": "esco", "scale_id": "hris:nothing"}, {"content": b"x"}, 422),
        ({"format": "esco"}, {"content": b""}, 422),
        ({"format": "esco"}, {"files": {"document": ("a.csv", b"a")}}, 422),
        ({"format": "esco"}, {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    ],
)
async def test_bad_requests_are_named(
    skills: Running, params: dict[str, str], kwargs: dict[str, object], status: int
) -> None:
    answer = await skills.post("/v1/imports", params=params, **kwargs)
    assert answer.status_code == status, answer.text
    if status != 202:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("format", "content", "code", "row"),
    [
        ("roles_csv", 'external_id,title\nR1,A\n"R2,B\nR3,C\n', "broken_table", 3),
        ("roles_csv", "external_id\nR1\n", "missing_headings", 1),
        ("esco", "external_id,title\nR1,A\n", "not_esco", None),
        ("people_csv", b"external_id,user_name\nE1,Ren\xe9\n", "not_utf8", None),
    ],
)
async def test_a_file_that_cannot_be_read_fails_the_job_and_writes_nothing(
    skills: Running, format: str, content: str | bytes, code: str, row: int | None
) -> None:
    job = await import_files(skills, format, {"upload.csv": content})
    assert (job["status"], job["problem"]["code"], job["problem"].get("row")) == ("failed", code, row)
    assert job["counts"] == {"created": 0, "updated": 0, "unchanged": 0, "retired": 0, "rejected": 0}
    assert (await skills.get("/v1/roles")).json()["data"] == []


async def test_an_unknown_scale_fails_the_job(skills: Running) -> None:
    job = await import_files(skills, "roles_csv", {"roles.csv": ROLES}, scale_id=str(uuid4()))
    assert (job["status"], job["problem"]["code"]) == ("failed", "unknown_scale")


async def test_rows_that_cannot_be_taken_are_listed_and_the_others_taken(skills: Running) -> None:
    job = await import_files(skills, "roles_csv", {"roles.csv": BROKEN})
    assert (job["status"], job["counts"]["rejected"]) == ("succeeded", 4)
    assert await errors_of(skills, job) == [
        (3, "not_a_number"),
        (5, "missing_value"),
        (2, "unknown_skill"),
        (6, "level_outside_scale"),
    ]
    assert len((await skills.get("/v1/roles/hris:R3/requirements")).json()["data"]) == 1


async def test_errors_come_as_csv_that_no_spreadsheet_runs(skills: Running) -> None:
    job = await import_files(skills, "roles_csv", {"=cmd.csv": "external_id,title\n,A\n"})
    answer = await skills.get(f"/v1/imports/{job['id']}/errors", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines() == [
        "number,severity,file,row,code,detail",
        "1,error,'=cmd.csv,2,missing_value,Nothing under external_id.",
    ]


async def test_ignored_columns_are_listed(skills: Running) -> None:
    job = await import_files(skills, "roles_csv", {"roles.csv": "external_id,title,Colour\nR1,A,red\n"})
    assert job["ignored"] == [{"file": "roles.csv", "columns": ["Colour"]}]


async def test_a_dry_run_lists_the_plan_and_writes_nothing(skills: Running) -> None:
    job = await import_files(skills, "roles_csv", {"roles.csv": ROLES}, dry_run="true", **FRAMEWORK)
    assert (job["dry_run"], job["status"], job["counts"]["created"]) == (True, "succeeded", 8)
    plan = await all_of(skills, f"/v1/imports/{job['id']}/plan")
    assert [(line["action"], line["kind"], line["title"]) for line in plan] == [
        ("create", "framework", "Shop skills"),
        ("create", "skill", "Negotiate"),
        ("create", "skill", "Video calls"),
        ("create", "role", "Sales representative"),
        ("create", "role", "Marketer"),
    ]
    only = await all_of(skills, f"/v1/imports/{job['id']}/plan", kind="role", action="create")
    assert [line["key"] for line in only] == ["hris:R1", "hris:R2"]
    for path in ("/v1/frameworks", "/v1/skills", "/v1/roles"):
        assert (await skills.get(path)).json()["data"] == []


async def test_a_file_over_the_limit_is_refused(skills: Running) -> None:
    answer = await skills.post(
        "/v1/imports?format=esco", content=b"x", headers={"Content-Length": str(64 * 1024 * 1024 + 1)}
    )
    assert answer.status_code == 413


async def test_unknown_jobs(skills: Running) -> None:
    for path in ("", "/errors", "/plan"):
        assert (await skills.get(f"/v1/imports/{uuid4()}{path}")).status_code == 404


async def test_the_end_of_an_import_is_told_once(skills: Running) -> None:
    path = await send(skills, "roles_csv", {"roles.csv": ROLES})
    job = await ended(skills, path)
    events = (await skills.get("/internal/events?wait=2", caller=NEIGHBOUR)).json()["data"]
    assert [event["type"] for event in events] == ["skills.import.finished.v1"]
    assert events[0]["data"]["import_id"] == job["id"]
    assert events[0]["data"]["created"] == 8
