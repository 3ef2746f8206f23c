"""A change that changes nothing leaves the ETag, the time and the event feed as they are."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.harness import Running, user
from tests.services.skills.assessments.cycles.quarter import CYCLE
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.stories import made

SKILL = {"uri": "https://shop.example/skills/a", "labels": {"en": "A", "de": "A"}, "status": "published"}
IDS = [{"source": "esco", "external_id": "1"}]


async def resources(skills: Running) -> dict[str, tuple[str, dict[str, Any]]]:
    """One resource of each kind that is patched: where it is, and a patch that changes it."""
    ledger = await Ledger.start(skills)
    mia, skill = ledger.shop.mia, {"skill_id": ledger.skill}
    framework = await made(skills, "/v1/frameworks", {"uri": "https://shop.example/own", "title": "Own"})
    aside = {**skill, "reason": "For now", "ends_on": "2099-01-01"}
    bodies: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "/v1/skills": ("/v1/skills", {**SKILL, "framework_id": framework["id"]}, {"labels": {"en": "B"}}),
        "/v1/roles": ("/v1/roles", {"title": "Clerk"}, {"external_ids": IDS}),
        "/v1/org-units": ("/v1/org-units", {"code": "north"}, {"title": "North"}),
        "/v1/assessment-cycles": ("/v1/assessment-cycles", CYCLE, {"title": "Again"}),
        "/v1/exemptions": (f"/v1/people/{mia}/exemptions", aside, {"reason": "For ever"}),
        "/v1/suspensions": (f"/v1/people/{mia}/suspensions", aside, {"ends_on": "2099-02-01"}),
        "/v1/deputies": (f"/v1/people/{mia}/deputies", {"deputy_id": ledger.shop.pat}, {"ends_on": "2099-01-01"}),
        "/v1/coverage/requirements": (
            "/v1/coverage/requirements",
            {"manager_id": ledger.shop.lea, **skill, "level": 3, "people": 1},
            {"people": 2},
        ),
    }
    found = {f"/v1/frameworks/{framework['id']}": {"title": "Other"}, f"/v1/people/{mia}": {"given_name": "Mi"}}
    for address, (path, body, patch) in bodies.items():
        found[f"{address}/{(await made(skills, path, body))['id']}"] = patch
    return {path.split("/")[2]: (path, patch) for path, patch in found.items()}


async def facts(skills: Running) -> int:
    """How many facts were ever written, numbered by the sequencer or not yet."""
    database = skills.app.state.database
    async with database.reading() as session:
        return int((await session.execute(select(func.count()).select_from(database.kernel.outbox))).scalar_one())


async def test_a_patch_that_changes_nothing_changes_nothing(skills: Running) -> None:
    for name, (path, patch) in (await resources(skills)).items():
        before = await skills.get(path)
        etag = before.headers["etag"]
        told = await facts(skills)
        same = {key: before.json()[key] for key in patch if key in before.json()}
        for nothing in ({}, same):
            again = await skills.patch(path, nothing, headers={"If-Match": etag})
            assert again.status_code == 200, (name, again.text)
            assert (again.headers["etag"], again.json()["updated_at"]) == (etag, before.json()["updated_at"]), name
        assert await facts(skills) == told, name
        changed = await skills.patch(path, patch, headers={"If-Match": etag})
        assert changed.status_code == 200, (name, changed.text)
        assert changed.headers["etag"] != etag, name
        stale = await skills.patch(path, {}, headers={"If-Match": etag})
        assert stale.status_code == 412, name


@pytest.mark.parametrize("kind", ["frameworks", "skills", "roles", "people", "org-units"])
async def test_the_same_upsert_again_changes_nothing(skills: Running, kind: str) -> None:
    framework = await made(skills, "/v1/frameworks", {"uri": "https://shop.example/own", "title": "Own"})
    bodies: dict[str, dict[str, Any]] = {
        "frameworks": {"uri": "https://shop.example/other", "title": "Other"},
        "skills": {**SKILL, "framework_id": framework["id"]},
        "roles": {"title": "Clerk", "aliases": ["Teller"]},
        "people": {"user_name": "kit@shop.example", "org_unit": "North"},
        "org-units": {"code": "south", "title": "South"},
    }
    path = f"/v1/{kind}/by-external-id/hris/X1"
    first = await skills.put(path, bodies[kind])
    assert first.status_code == 201, first.text
    told = await facts(skills)
    for headers in ({}, {"If-Match": first.headers["etag"]}):
        again = await skills.put(path, bodies[kind], headers=headers)
        assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
        assert again.json()["updated_at"] == first.json()["updated_at"]
    assert await facts(skills) == told
    assert (await skills.put(path, bodies[kind], headers={"If-Match": '"99"'})).status_code == 412


async def test_the_same_parts_again_change_nothing(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    other = await made(skills, "/v1/roles", {"title": "Clerk"})
    writes: list[tuple[str, str, dict[str, Any]]] = [
        (f"/v1/roles/{shop.role}", "requirements", {"data": [{"skill_id": ledger.skill, "level": 3}]}),
        (f"/v1/roles/{shop.role}", "moves", {"data": [{"to_role_id": other["id"], "kind": "promotion"}]}),
        (f"/v1/skills/{ledger.skill}", "relations", {"data": []}),
    ]
    for path, part, body in writes:
        etag = (await skills.get(path)).headers["etag"]
        first = await skills.put(f"{path}/{part}", body, headers={"If-Match": etag})
        assert first.status_code == 200, first.text
        told = await facts(skills)
        again = await skills.put(f"{path}/{part}", body, headers={"If-Match": first.headers["etag"]})
        assert (again.headers["etag"], again.json()) == (first.headers["etag"], first.json()), part
        assert await facts(skills) == told
        stale = await skills.put(f"{path}/{part}", body, headers={"If-Match": '"99"'})
        assert stale.status_code == 412


async def test_the_same_wishes_again_change_nothing(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    path, mia = f"/v1/people/{ledger.shop.mia}/aspirations", user(UUID(ledger.shop.mia))
    body = {"data": [{"role_id": ledger.shop.role}], "interests": [{"skill_id": ledger.skill, "interest": 4}]}
    first = await skills.put(path, body, caller=mia, headers={"If-Match": "*"})
    assert first.status_code == 200, first.text
    told = await facts(skills)
    again = await skills.put(path, body, caller=mia, headers={"If-Match": first.headers["etag"]})
    assert (again.headers["etag"], again.json()) == (first.headers["etag"], first.json())
    assert await facts(skills) == told
    stale = await skills.put(path, body, caller=mia, headers={"If-Match": '"99"'})
    assert stale.status_code == 412


async def test_a_stale_precondition_is_told_before_what_else_forbids_it(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    skill = (await skills.get(f"/v1/skills/{ledger.skill}")).json()
    unit = (await skills.get(f"/v1/people/{ledger.shop.mia}")).json()
    units = (await skills.get("/v1/org-units", params={"code": unit["org_unit"]})).json()["data"]
    for path in (
        f"/v1/skills/{ledger.skill}",
        f"/v1/frameworks/{skill['framework_id']}",
        f"/v1/org-units/{units[0]['id']}",
    ):
        assert (await skills.delete(path, headers={"If-Match": '"99"'})).status_code == 412, path
        assert (await skills.delete(path, headers={"If-Match": "*"})).status_code == 409, path
