"""The taxonomy's endpoints: by identity × outcome, and what each promises about versions and repeats."""

from typing import Any
from uuid import uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user

FRAMEWORK = {"uri": "https://shop.example/skills", "title": "Shop skills", "version": "1", "scale_id": None}
SKILL = {
    "uri": "https://shop.example/skills/virtual-conference",
    "kind": "skill",
    "labels": {"en": "Use virtual conference tools", "de": "Virtuelle Konferenzen nutzen"},
    "alternative_labels": {"en": ["video meetings"]},
    "status": "published",
}


async def make_framework(skills: Running, **fields: Any) -> dict[str, Any]:
    answer = await skills.post("/v1/frameworks", {**FRAMEWORK, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def make_skill(skills: Running, framework_id: str, **fields: Any) -> dict[str, Any]:
    answer = await skills.post("/v1/skills", {**SKILL, "framework_id": framework_id, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("skills:read"), 200, 403),
        (client_with("skills:write"), 403, 201),
        (client_with("people:read"), 403, 403),
        (user(uuid4()), 200, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_read_and_write(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    assert (await skills.get("/v1/frameworks", caller=caller)).status_code == reads
    assert (await skills.get("/v1/scales", caller=caller)).status_code == reads
    assert (await skills.get("/v1/skills", caller=caller)).status_code == reads
    assert (await skills.post("/v1/frameworks", FRAMEWORK, caller=caller)).status_code == writes


async def test_a_framework_gets_the_built_in_scale(skills: Running) -> None:
    framework = await make_framework(skills)
    scale = await skills.get(f"/v1/scales/{framework['scale_id']}")
    assert [level["level"] for level in scale.json()["levels"]] == [1, 2, 3, 4, 5]
    assert scale.json()["is_default"] is True


async def test_a_created_resource_tells_where_it_is_and_which_version(skills: Running) -> None:
    answer = await skills.post("/v1/frameworks", FRAMEWORK)
    assert answer.headers["location"] == f"/v1/frameworks/{answer.json()['id']}"
    assert answer.headers["etag"] == '"1"'
    again = await skills.get(answer.headers["location"], headers={"If-None-Match": '"1"'})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_uri_is_unique(skills: Running) -> None:
    framework = await make_framework(skills)
    assert (await skills.post("/v1/frameworks", FRAMEWORK)).json()["type"] == "urn:upskill:problem:uri-taken"
    await make_skill(skills, framework["id"])
    assert (await skills.post("/v1/skills", {**SKILL, "framework_id": framework["id"]})).status_code == 409


async def test_patch_needs_the_present_version(skills: Running) -> None:
    path = f"/v1/frameworks/{(await make_framework(skills))['id']}"
    change = {"title": "Skills of the shop"}
    assert (await skills.patch(path, change)).status_code == 428
    assert (await skills.patch(path, change, headers={"If-Match": '"7"'})).status_code == 412
    changed = await skills.patch(path, change, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["title"]) == (200, "Skills of the shop")
    assert changed.headers["etag"] == '"2"'
    assert (await skills.patch(path, {"colour": "red"}, headers={"If-Match": '"2"'})).status_code == 422
    assert (await skills.patch(path, {"title": None}, headers={"If-Match": '"2"'})).status_code == 422


async def test_labels_follow_the_accepted_language(skills: Running) -> None:
    skill = await make_skill(skills, (await make_framework(skills))["id"])
    path = f"/v1/skills/{skill['id']}"
    assert skill["label"] == "Use virtual conference tools"
    german = await skills.get(path, headers={"Accept-Language": "fr, de-AT;q=0.8"})
    assert german.json()["label"] == "Virtuelle Konferenzen nutzen"


async def test_an_external_id_serves_everywhere_and_upserts(skills: Running) -> None:
    path = "/v1/frameworks/by-external-id/lms/F1"
    first = await skills.put(path, FRAMEWORK)
    second = await skills.put(path, {**FRAMEWORK, "title": "Other"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["external_ids"] == [{"source": "lms", "external_id": "F1"}]
    skill = await make_skill(skills, "lms:F1")
    assert skill["framework_id"] == first.json()["id"]
    assert (await skills.get("/v1/frameworks/lms:F1")).json()["title"] == "Other"
    assert (await skills.get("/v1/frameworks/lms:F2")).status_code == 404


async def test_a_repeated_post_is_answered_with_the_same_bytes(skills: Running) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await skills.post("/v1/frameworks", FRAMEWORK, headers=headers)
    again = await skills.post("/v1/frameworks", FRAMEWORK, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    other = await skills.post("/v1/frameworks", {**FRAMEWORK, "title": "Other"}, headers=headers)
    assert other.json()["type"] == "urn:upskill:problem:idempotency-key-reused"
    somebody = await skills.post("/v1/frameworks", FRAMEWORK, headers=headers, caller=client_with("skills:write"))
    assert somebody.status_code == 409


async def test_lists_go_on_where_they_stopped(skills: Running) -> None:
    framework = await make_framework(skills)
    made = [(await make_skill(skills, framework["id"], uri=f"https://shop.example/{n}"))["id"] for n in range(5)]
    seen: list[str] = []
    path = f"/v1/skills?framework_id={framework['id']}&limit=2"
    while True:
        page = await skills.get(path)
        seen += [skill["id"] for skill in page.json()["data"]]
        if page.json()["next_cursor"] is None:
            break
        path = page.links["next"]["url"]
    assert seen == made
    assert (await skills.get("/v1/skills?cursor=nonsense")).status_code == 400
    assert (await skills.get("/v1/skills?limit=201")).status_code == 422


async def test_a_skill_is_found_by_its_uri(skills: Running) -> None:
    framework = await make_framework(skills)
    await make_skill(skills, framework["id"])
    group = await make_skill(skills, framework["id"], uri="https://shop.example/tools", kind="group")
    found = await skills.get("/v1/skills", params={"uri": "https://shop.example/tools"})
    assert [skill["id"] for skill in found.json()["data"]] == [group["id"]]
    assert (await skills.get("/v1/skills", params={"uri": "https://shop.example/none"})).json()["data"] == []
    assert (await skills.get("/v1/skills", params={"uri": "no uri"})).status_code == 422


async def test_relations_are_seen_from_both_ends(skills: Running) -> None:
    framework = await make_framework(skills)
    narrow = await make_skill(skills, framework["id"])
    broad = await make_skill(skills, framework["id"], uri="https://shop.example/broad", labels={"en": "Communicate"})
    body = {"data": [{"kind": "broader", "skill_id": broad["id"]}]}
    put = await skills.put(f"/v1/skills/{narrow['id']}/relations", body, headers={"If-Match": '"1"'})
    assert put.json()["data"] == [{"kind": "broader", "skill_id": broad["id"], "label": "Communicate"}]
    seen = await skills.get(f"/v1/skills/{broad['id']}/relations")
    assert [(r["kind"], r["skill_id"]) for r in seen.json()["data"]] == [("narrower", narrow["id"])]


async def test_the_etag_of_relations_is_good_for_replacing_them(skills: Running) -> None:
    framework = await make_framework(skills)
    first, second = [
        await make_skill(skills, framework["id"], uri=f"https://shop.example/{name}") for name in ("first", "second")
    ]
    path = f"/v1/skills/{first['id']}/relations"
    empty = (await skills.get(path)).headers["ETag"]
    back = {"data": [{"kind": "related", "skill_id": first["id"]}]}
    await skills.put(f"/v1/skills/{second['id']}/relations", back, headers={"If-Match": "*"})
    assert (await skills.get(path, headers={"If-None-Match": empty})).status_code == 200
    there = {"data": [{"kind": "same_as", "skill_id": second["id"]}]}
    put = await skills.put(path, there, headers={"If-Match": (await skills.get(path)).headers["ETag"]})
    assert [(r["kind"], r["skill_id"]) for r in put.json()["data"]] == [
        ("related", second["id"]),
        ("same_as", second["id"]),
    ]
    assert (await skills.put(path, there, headers={"If-Match": empty})).status_code == 412


async def test_the_hierarchy_never_runs_in_a_circle(skills: Running) -> None:
    framework = await make_framework(skills)
    uris = ("https://shop.example/low", "https://shop.example/middle", "https://shop.example/high")
    low, middle, high = [(await make_skill(skills, framework["id"], uri=uri))["id"] for uri in uris]

    async def relate(skill: str, kind: str, other: str) -> int:
        body = {"data": [{"kind": kind, "skill_id": other}]}
        put = await skills.put(f"/v1/skills/{skill}/relations", body, headers={"If-Match": "*"})
        return put.status_code

    assert await relate(low, "broader", middle) == 200
    assert await relate(middle, "broader", high) == 200
    assert await relate(high, "broader", low) == 422
    assert await relate(high, "broader", middle) == 422
    assert await relate(high, "narrower", low) == 200
    assert await relate(low, "narrower", high) == 422
    seen = await skills.get(f"/v1/skills/{middle}/relations")
    assert {(r["kind"], r["skill_id"]) for r in seen.json()["data"]} == {("narrower", low), ("broader", high)}


async def test_deleted_drafts_leave_a_tombstone(skills: Running) -> None:
    framework = await make_framework(skills)
    draft = await make_skill(skills, framework["id"], status="draft")
    gone = await skills.delete(f"/v1/skills/{draft['id']}", headers={"If-Match": '"1"'})
    assert gone.status_code == 204
    assert (await skills.get(f"/v1/skills/{draft['id']}")).status_code == 404
    delta = await skills.get("/v1/skills", params={"updated_since": framework["created_at"]})
    assert [(s["id"], s["deleted"]) for s in delta.json()["data"]] == [(draft["id"], True)]
    published = await make_skill(skills, framework["id"], uri="https://shop.example/2")
    assert (await skills.delete(f"/v1/skills/{published['id']}", headers={"If-Match": "*"})).status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b'{"uri": "https://a.example", "title": NaN}', 400, "bad-request"),
        (b'{"title": "a", "title": "b", "uri": "https://a.example"}', 400, "bad-request"),
        (b'{"uri": "https://a.example", "title": "\\u0000"}', 400, "bad-request"),
        (b'{"uri": "https://a.example", "title": "\\ud800"}', 400, "bad-request"),
        (b"[" * 5000, 400, "bad-request"),
        (b'{"uri": "https://a.example", "title": "a", "colour": 1}', 422, "invalid-input"),
        (b'{"uri": "https://a.example", "title": 7}', 422, "invalid-input"),
        (b"{", 400, "bad-request"),
        (b"\xff", 400, "bad-request"),
        (b" " * 2_000_000, 413, "too-large"),
    ],
)
async def test_bad_bodies_are_named(skills: Running, body: bytes, status: int, kind: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await skills.call("POST", "/v1/frameworks", content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:upskill:problem:{kind}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_unknown_methods_and_addresses(skills: Running) -> None:
    assert (await skills.get("/v1/nothing")).status_code == 404
    wrong = await skills.delete("/v1/frameworks")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    assert wrong.json()["detail"] == "This address takes GET, POST."
    assert (await skills.get("/v1/frameworks/%00")).status_code == 400


@pytest.mark.parametrize(("path", "allowed"), [("/v1/skills/search", "GET"), ("/v1/skills/extract", "POST")])
async def test_an_address_of_its_own_is_no_id(skills: Running, path: str, allowed: str) -> None:
    for method in {"GET", "POST", "PATCH", "PUT", "DELETE"} - {allowed}:
        wrong = await skills.call(method, path, headers={"If-Match": "*"})
        assert (wrong.status_code, wrong.headers["allow"]) == (405, allowed), method
        assert wrong.json()["detail"] == f"This address takes {allowed}."


async def test_neighbours_read_summaries_and_others_do_not(skills: Running) -> None:
    skill = await make_skill(skills, (await make_framework(skills))["id"])
    path = f"/internal/skills?refs={skill['id']},{uuid4()}"
    answer = await skills.get(path, caller=NEIGHBOUR)
    assert list(answer.json()["data"]) == [skill["id"]]
    assert answer.json()["data"][skill["id"]]["scale_max"] == 5
    assert (await skills.get(path)).status_code == 403


async def test_changes_are_told_in_order(skills: Running) -> None:
    skill = await make_skill(skills, (await make_framework(skills))["id"])
    await skills.patch(f"/v1/skills/{skill['id']}", {"status": "deprecated"}, headers={"If-Match": '"1"'})
    events = (await skills.get("/internal/events?wait=5&after=1", caller=NEIGHBOUR)).json()["data"]
    first = (await skills.get("/internal/events", caller=NEIGHBOUR)).json()["data"]
    assert [e["data"]["status"] for e in first] == ["published", "deprecated"]
    assert [e["seq"] for e in first] == [1, 2]
    assert [e["seq"] for e in events] == [2]
