"""Roles, requirements and moves: by identity × outcome, and what the history keeps."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user
from tests.services.skills.stories import REPRESENTATIVE, make_role, make_skills, require, told

MOVES = {"data": [{"to_role_id": "hris:R-LEAD", "kind": "promotion", "note": "After two years"}]}


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("skills:read"), 200, 403),
        (client_with("skills:write"), 403, 201),
        (client_with("people:write"), 403, 403),
        (user(uuid4()), 200, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_read_and_write(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    role = await make_role(skills)
    path = f"/v1/roles/{role['id']}"
    assert (await skills.get("/v1/roles", caller=caller)).status_code == reads
    for page in ("", "/requirements", "/moves"):
        assert (await skills.get(path + page, caller=caller)).status_code == reads
    body = {**REPRESENTATIVE, "external_ids": []}
    assert (await skills.post("/v1/roles", body, caller=caller)).status_code == writes
    changed = 200 if writes == 201 else writes
    current = {"If-Match": "*"}
    for page in ("/requirements", "/moves"):
        answer = await skills.put(path + page, {"data": []}, caller=caller, headers=current)
        assert answer.status_code == changed
    assert (await skills.patch(path, {"grade": "4"}, caller=caller, headers=current)).status_code == changed
    upsert = await skills.put("/v1/roles/by-external-id/hris/R-SALES", body, caller=caller)
    assert upsert.status_code == changed
    gone = 204 if writes == 201 else writes
    assert (await skills.delete(path, caller=caller, headers=current)).status_code == gone


async def test_requirements_take_the_roles_etag_and_answer_its_new_one(skills: Running) -> None:
    tools, social = await make_skills(skills, "tools", "social")
    role = await make_role(skills)
    path = f"/v1/roles/{role['id']}/requirements"
    body = {"data": [{"skill_id": tools, "level": 3, "importance": 1.0, "essential": True, "effective_from": None}]}
    assert (await skills.put(path, body)).status_code == 428
    assert (await skills.put(path, body, headers={"If-Match": '"9"'})).status_code == 412
    answer = await skills.put(path, body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert answer.json() == {
        "role": {"id": role["id"], "title": "Sales representative"},
        "data": [
            {
                "skill_id": tools,
                "skill": {"id": tools, "label": "tools"},
                "level": 3.0,
                "importance": 1.0,
                "essential": True,
                "effective_from": None,
                "redesign": False,
                "low_precision": False,
            }
        ],
        "next_cursor": None,
    }
    assert (await skills.get(path)).json() == answer.json()
    holders = await skills.get("/v1/roles", params={"skill_id": tools})
    assert [found["id"] for found in holders.json()["data"]] == [role["id"]]
    assert (await skills.get("/v1/roles", params={"skill_id": social})).json()["data"] == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"level": 5.5}, "/data/0/level"),
        ({"level": 0.5}, "/data/0/level"),
        ({"level": -1}, "/data/0/level"),
        ({"importance": 1.1}, "/data/0/importance"),
        ({"skill_id": str(uuid4())}, "/data/0/skill_id"),
        ({"skill_id": "hris:nothing"}, "/data/0/skill_id"),
        ({"colour": "red"}, "/data/0/colour"),
    ],
)
async def test_what_is_wrong_with_a_requirement_is_named(skills: Running, fields: Any, pointer: str) -> None:
    (tools,) = await make_skills(skills, "tools")
    role = await make_role(skills)
    body = {"data": [{"skill_id": tools, "level": 3, **fields}]}
    answer = await skills.put(f"/v1/roles/{role['id']}/requirements", body, headers={"If-Match": '"1"'})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await skills.get(f"/v1/roles/{role['id']}/requirements")).json()["data"] == []


async def test_a_skill_is_required_once_a_day_and_on_one_scale(skills: Running) -> None:
    (tools,) = await make_skills(skills, "tools")
    scale = {"title": "Two steps", "levels": [{"level": 1, "title": "Some"}, {"level": 2, "title": "All"}]}
    scale_id = (await skills.post("/v1/scales", scale)).json()["id"]
    (other,) = await make_skills(skills, "other", scale_id=scale_id)
    path = f"/v1/roles/{(await make_role(skills))['id']}/requirements"
    body = {"data": [{"skill_id": tools, "level": 3}, {"skill_id": tools, "level": 4}, {"skill_id": other, "level": 1}]}
    answer = await skills.put(path, body, headers={"If-Match": "*"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/data/1/effective_from", "/data/2/skill_id"]


async def test_drafts_are_not_asked_for_yet_and_deprecated_skills_not_any_more(skills: Running) -> None:
    (tools,) = await make_skills(skills, "tools")
    (draft,) = await make_skills(skills, "draft", status="draft")
    role = await make_role(skills)
    path = f"/v1/roles/{role['id']}/requirements"
    refused = await skills.put(path, {"data": [{"skill_id": draft, "level": 3}]}, headers={"If-Match": "*"})
    assert refused.json()["errors"][0]["pointer"] == "/data/0/skill_id"
    await require(skills, role["id"], {"skill_id": tools, "level": 3})
    await skills.patch(f"/v1/skills/{tools}", {"status": "deprecated"}, headers={"If-Match": "*"})
    await require(skills, role["id"], {"skill_id": tools, "level": 4})
    another = await make_role(skills, title="Another", external_ids=[])
    path = f"/v1/roles/{another['id']}/requirements"
    refused = await skills.put(path, {"data": [{"skill_id": tools, "level": 3}]}, headers={"If-Match": "*"})
    assert refused.status_code == 422


async def test_moves_are_typed_and_lead_to_other_roles(skills: Running) -> None:
    role = await make_role(skills)
    path = f"/v1/roles/{role['id']}/moves"
    assert (await skills.put(path, MOVES, headers={"If-Match": "*"})).status_code == 422
    lead = await make_role(skills, title="Sales lead", external_ids=[{"source": "hris", "external_id": "R-LEAD"}])
    put = await skills.put(path, MOVES, headers={"If-Match": "*"})
    assert put.json()["data"] == [
        {"to_role": {"id": lead["id"], "title": "Sales lead"}, "kind": "promotion", "note": "After two years"}
    ]
    itself = {"data": [{"to_role_id": role["id"], "kind": "lateral"}]}
    assert (await skills.put(path, itself, headers={"If-Match": "*"})).status_code == 422
    odd = {"data": [{"to_role_id": lead["id"], "kind": "sideways"}]}
    assert (await skills.put(path, odd, headers={"If-Match": "*"})).status_code == 422


async def test_the_same_upsert_again_changes_nothing(skills: Running) -> None:
    path = "/v1/roles/by-external-id/hris/R-SALES"
    body = {"title": "Sales representative", "family": "Sales"}
    first = await skills.put(path, body)
    again = await skills.put(path, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.headers["etag"], again.headers["etag"]) == ('"1"', '"1"')
    changed = await skills.put(path, {**body, "grade": "3"})
    assert (changed.json()["id"], changed.headers["etag"]) == (first.json()["id"], '"2"')
    stale = await skills.put(path, body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_an_external_id_belongs_to_one_role(skills: Running) -> None:
    await make_role(skills)
    taken = await skills.post("/v1/roles", {**REPRESENTATIVE, "title": "Other"})
    assert taken.status_code == 409
    assert (await skills.get("/v1/roles/hris:R-SALES")).json()["title"] == "Sales representative"


async def test_deleted_roles_leave_a_tombstone(skills: Running) -> None:
    role = await make_role(skills)
    await skills.delete(f"/v1/roles/{role['id']}", headers={"If-Match": '"1"'})
    assert (await skills.get(f"/v1/roles/{role['id']}")).status_code == 404
    assert (await skills.get("/v1/roles")).json()["data"] == []
    delta = await skills.get("/v1/roles", params={"updated_since": role["created_at"]})
    assert [(gone["id"], gone["deleted"]) for gone in delta.json()["data"]] == [(role["id"], True)]


async def test_neighbours_read_a_summary(skills: Running) -> None:
    role = await make_role(skills)
    summary = await skills.get("/internal/roles/hris:R-SALES", caller=NEIGHBOUR)
    assert summary.json() == {"id": role["id"], "title": "Sales representative", "family": "Sales", "grade": "3"}
    assert (await skills.get("/internal/roles/hris:R-SALES")).status_code == 403


async def test_what_changes_is_told(skills: Running) -> None:
    (tools,) = await make_skills(skills, "tools")
    role = await make_role(skills)
    await require(skills, role["id"], {"skill_id": tools, "level": 3})
    await require(skills, role["id"], {"skill_id": tools, "level": 3})
    events = await told(skills, f"role:{role['id']}", 2)
    assert [event["type"] for event in events] == ["skills.role.changed.v1", "skills.role.requirements_changed.v1"]


async def test_what_a_role_asked_for_stays_in_its_history(skills: Running) -> None:
    (tools,) = await make_skills(skills, "tools")
    role = await make_role(skills)
    path = f"/v1/roles/{role['id']}/requirements"
    await require(skills, role["id"], {"skill_id": tools, "level": 3})
    before = datetime.now(UTC).isoformat()
    await require(skills, role["id"], {"skill_id": tools, "level": 4})

    async def levels(**query: str) -> list[float]:
        return [line["level"] for line in (await skills.get(path, params=query)).json()["data"]]

    assert (await levels(), await levels(as_of=before)) == ([4], [3])
    assert await levels(as_of="2020-01-01T00:00:00Z") == []
    later = {"skill_id": tools, "level": 5, "effective_from": "2020-06-01"}
    await require(skills, role["id"], later)
    assert await levels(as_of=before) == [3]
