"""Exemptions and suspensions: by identity × outcome, what gaps make of them, and what is told when days pass."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.skills.assessments.exemptions.worker import SetAsideWatch
from services.skills.assessments.policies.rules import Source
from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.assessments.ledger import Ledger, ago
from tests.services.skills.stories import make_skills, require, told


def day(offset: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


def set_aside(ledger: Ledger, **fields: Any) -> dict[str, Any]:
    return {"skill_id": ledger.skill, "reason": "Covers the counter", "ends_on": day(30), **fields}


@pytest.mark.parametrize("kind", ["exemptions", "suspensions"])
async def test_who_may_read_and_write(skills: Running, kind: str) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    path = f"/v1/people/{shop.mia}/{kind}"
    made = (await skills.post(path, set_aside(ledger))).json()
    callers: list[tuple[Principal | None, int, int]] = [
        (ADMIN, 200, 201),
        (client_with("people:read"), 200, 403),
        (client_with("ratings:write"), 403, 201),
        (user(UUID(shop.mia)), 200, 403),
        (user(UUID(shop.lea)), 200, 201),
        (user(UUID(shop.kim)), 404, 404),
        (None, 401, 401),
    ]
    for caller, reads, writes in callers:
        done = 200 if writes == 201 else writes
        one = f"/v1/{kind}/{made['id']}"
        assert (await skills.get(path, caller=caller)).status_code == reads, caller
        assert (await skills.get(one, caller=caller)).status_code == reads, caller
        answer = await skills.post(path, set_aside(ledger), caller=caller)
        assert answer.status_code == writes, caller
        current = {"If-Match": "*"}
        changed = await skills.patch(one, {"ends_on": day(60)}, caller=caller, headers=current)
        assert changed.status_code == done, caller
        if writes == 201:
            one = f"/v1/{kind}/{answer.json()['id']}"
            assert answer.headers["location"] == one
        gone = await skills.delete(one, caller=caller, headers=current)
        assert gone.status_code == (204 if writes == 201 else writes), caller


async def test_an_exemption_is_of_one_role_or_of_any(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    role = ledger.shop.role
    await require(skills, role, {"skill_id": ledger.skill, "level": 3})
    path = f"/v1/people/{ledger.shop.mia}"

    async def status() -> str:
        return str((await skills.get(f"{path}/gaps")).json()["data"][0]["status"])

    other = (await skills.post("/v1/roles", {"title": "Other"})).json()["id"]
    await skills.post(f"{path}/exemptions", set_aside(ledger, role_id=other))
    assert await status() == "unrated"
    made = await skills.post(f"{path}/exemptions", set_aside(ledger, role_id="hris:R-SALES"))
    assert (await status(), made.json()["role"]["title"], made.json()["phase"]) == (
        "exempt",
        "Sales representative",
        "standing",
    )
    assert made.json()["reason"] == "Covers the counter"
    await skills.delete(f"/v1/exemptions/{made.json()['id']}", headers={"If-Match": '"1"'})
    assert await status() == "unrated"
    planned = await skills.post(f"{path}/exemptions", set_aside(ledger, starts_on=day(1)))
    assert (await status(), planned.json()["phase"]) == ("unrated", "planned")


async def test_a_suspended_skill_counts_as_unrated_and_keeps_its_ratings(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await require(skills, ledger.shop.role, {"skill_id": ledger.skill, "level": 3})
    await ledger.rate(Source.TEST, 4)
    path = f"/v1/people/{ledger.shop.mia}"
    made = (await skills.post(f"{path}/suspensions", {"skill_id": ledger.skill, "reason": "Under review"})).json()
    gap = (await skills.get(f"{path}/gaps")).json()["data"][0]
    assert (gap["status"], gap["level"], gap["reason"]["code"]) == ("unrated", None, "suspended")
    level = await ledger.level()
    assert (level["level"], level["suspended"]) == (4, True)
    await skills.delete(f"/v1/suspensions/{made['id']}", headers={"If-Match": "*"})
    assert (await skills.get(f"{path}/gaps")).json()["data"][0]["status"] == "met"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"skill_id": str(uuid4())}, "/skill_id"),
        ({"ends_on": day(-1)}, "/ends_on"),
        ({"reason": ""}, "/reason"),
        ({"reason": None}, "/reason"),
        ({"role_id": "hris:NONE"}, "/role_id"),
        ({"until": day(1)}, "/until"),
    ],
)
async def test_what_is_wrong_is_named(skills: Running, fields: dict[str, Any], pointer: str) -> None:
    ledger = await Ledger.start(skills)
    answer = await skills.post(f"/v1/people/{ledger.shop.mia}/exemptions", {**set_aside(ledger), **fields})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("kind", "before", "after"), [("exemptions", "exempt", "met"), ("suspensions", "unrated", "met")]
)
async def test_a_past_moment_keeps_what_was_changed_since(skills: Running, kind: str, before: str, after: str) -> None:
    ledger = await Ledger.start(skills)
    await require(skills, ledger.shop.role, {"skill_id": ledger.skill, "level": 3})
    await ledger.rate(Source.TEST, 4, assessed_at=ago(days=3))
    path = f"/v1/people/{ledger.shop.mia}"

    async def status(as_of: datetime | None = None) -> str:
        query = {"as_of": as_of.isoformat()} if as_of else {}
        return str((await skills.get(f"{path}/gaps", params=query)).json()["data"][0]["status"])

    made = (await skills.post(f"{path}/{kind}", set_aside(ledger, starts_on=day(-9)))).json()
    one, standing = f"/v1/{kind}/{made['id']}", datetime.now(UTC)
    changed = await skills.patch(one, {"ends_on": day(-1)}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["phase"], changed.headers["etag"]) == (200, "over", '"2"')
    ended = datetime.now(UTC)
    assert (await skills.patch(one, {"ends_on": day(9)}, headers={"If-Match": '"1"'})).status_code == 412
    await skills.patch(one, {"ends_on": day(9), "reason": "Longer"}, headers={"If-Match": '"2"'})
    again = datetime.now(UTC)
    await skills.delete(one, headers={"If-Match": "*"})
    assert [await status(moment) for moment in (standing, ended, again, None)] == [before, after, before, after]
    assert (await skills.get(f"{path}/{kind}")).json()["data"] == []


async def test_a_draft_that_was_taken_away_is_still_named(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    (draft,) = await make_skills(skills, "unfinished", status="draft")
    path = f"/v1/people/{ledger.shop.mia}/exemptions"
    await skills.post(path, set_aside(ledger, skill_id=draft))
    assert (await skills.delete(f"/v1/skills/{draft}", headers={"If-Match": "*"})).status_code == 204
    (exemption,) = (await skills.get(path)).json()["data"]
    assert exemption["skill"] == {"id": draft, "label": "unfinished"}
    again = await skills.post(path, set_aside(ledger, skill_id=draft))
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/skill_id")


async def test_another_skill_is_set_aside_instead(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    (other,) = await make_skills(skills, "storytelling")
    made = (await skills.post(f"/v1/people/{ledger.shop.mia}/exemptions", set_aside(ledger))).json()
    await skills.patch(f"/v1/exemptions/{made['id']}", {"skill_id": other}, headers={"If-Match": "*"})
    events = [e["data"] for e in await told(skills, f"person:{ledger.shop.mia}", 4) if "set_aside" in e["type"]]
    assert [(event["skill_id"], event["phase"]) for event in events] == [
        (ledger.skill, "standing"),
        (ledger.skill, "over"),
        (other, "standing"),
    ]


async def test_days_that_come_are_told_once(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    path = f"/v1/people/{ledger.shop.mia}/exemptions"
    await skills.post(path, set_aside(ledger, starts_on=day(5), ends_on=day(9)))
    database = skills.app.state.database
    for days, count in ((1, 0), (5, 1), (5, 0), (10, 1), (10, 0)):
        watch = SetAsideWatch(database, lambda days=days: datetime.now(UTC) + timedelta(days=days))  # type: ignore[misc]
        assert await watch.work() == count
    events = [e for e in await told(skills, f"person:{ledger.shop.mia}", 4) if "set_aside" in e["type"]]
    assert [event["data"]["phase"] for event in events] == ["planned", "standing", "over"]
