"""From the plan to the evidence: what one completion brings about, as callers see it."""

import asyncio
from typing import Any

from tests.services.enrollment.shop import Shop


async def recorded(shop: Shop, enrollment: dict[str, Any]) -> dict[str, Any]:
    """The enrollment as soon as its evidence is no longer pending."""
    for _ in range(200):
        found = await shop.get(enrollment)
        if found["evidence"]["status"] != "pending":
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("the evidence stayed pending")


async def test_one_completion_fulfils_the_plan_gives_the_badge_and_raises_the_level(shop: Shop) -> None:
    role = shop.skills.add_role("Social media marketer")
    item = {"skill_id": str(shop.marketing), "to_level": 3, "program_id": str(shop.program), "due_on": "2027-03-31"}
    plan = await shop.service.post(
        "/v1/plans", {"person_id": str(shop.mia), "target_role_id": str(role), "items": [item]}
    )
    assert plan.status_code == 201, plan.text
    requested = await shop.request(shop.mia, await shop.offering(), plan_item_id=plan.json()["items"][0]["id"])
    await shop.act(requested, "approve", shop.lea)
    completed = await shop.act(requested, "complete", shop.lea, reason="24 hours done")

    assert completed["evidence"] == {"status": "pending", "rating_ids": []}
    badge = await shop.service.get(f"/v1/credentials/{completed['credential_id']}")
    assert "OpenBadgeCredential" in badge.json()["type"]
    assert badge.json()["credentialSubject"]["achievement"]["name"] == "Four weeks in marketing"

    tasks = (await shop.service.get(f"/v1/follow-ups?enrollment_id={completed['id']}")).json()["data"]
    assert {(task["kind"], task["due_on"]) for task in tasks} == {
        ("approval", "2026-11-30"),
        ("completion", "2026-11-30"),
        ("day_30", "2026-12-23"),
        ("day_60", "2027-01-22"),
        ("day_90", "2027-02-21"),
    }
    assert {task["leader_id"] for task in tasks} == {str(shop.lea)}

    done = (await shop.service.get(f"/v1/plans/{plan.json()['id']}")).json()
    assert (done["items"][0]["status"], done["progress"]) == ("done", {"done": 1, "total": 1})

    evidence = shop.skills.evidence
    known = await recorded(shop, completed)
    (put,) = evidence.values()
    assert known["evidence"] == {"status": "recorded", "rating_ids": put["rating_ids"]}
    assert put["skills"] == [{"skill_id": str(shop.marketing), "level": 3.0}]

    await shop.act(completed, "revoke", shop.lea, reason="Reported by mistake")
    revoked = await recorded(shop, completed)
    assert revoked["evidence"] == {"status": "not_applicable", "rating_ids": []}
    assert evidence == {}
    assert (await shop.service.get(f"/v1/credentials/{completed['credential_id']}")).status_code == 404
    open_again = (await shop.service.get(f"/v1/plans/{plan.json()['id']}")).json()["items"][0]
    assert (open_again["status"], open_again["enrollment_id"]) == ("planned", None)
    assert (await shop.service.get(f"/v1/follow-ups?enrollment_id={completed['id']}")).json()["data"] == []
