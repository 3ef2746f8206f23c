"""Peer ratings that the organisation has switched off: none are taken, none count, nothing is lost."""

import asyncio
from typing import Any

from services.skills.assessments.policies.rules import Source
from tests.harness import Running
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.stories import require, told


async def switch(service: Running, *, on: bool) -> None:
    answer = await service.patch("/v1/settings/processing", {"peer_ratings": on}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def changes(ledger: Ledger, count: int) -> list[tuple[float | None, float | None]]:
    """How the level moved, once it has moved `count` times."""
    found: list[tuple[float | None, float | None]] = []
    for _ in range(100):
        facts = await told(ledger.service, f"person:{ledger.shop.mia}", 1)
        found = [(f["data"]["before"], f["data"]["level"]) for f in facts if f["type"] == "skills.level.changed.v1"]
        if len(found) >= count:
            break
        await asyncio.sleep(0.1)
    return found


async def test_peers_count_while_they_are_switched_on(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 2, ledger.shop.lea)
    await ledger.peers(4, 4, 4)
    with_peers = (await ledger.level())["level"]
    assert with_peers > 2
    await switch(skills, on=False)
    explained = await ledger.level()
    assert (explained["level"], [c["source"] for c in explained["contributions"]]) == (2, ["manager"])
    assert (await changes(ledger, 3))[2:] == [(with_peers, 2)]
    assert await gap(ledger) == 2.0
    await switch(skills, on=True)
    assert (await ledger.level())["level"] == with_peers
    assert (await changes(ledger, 4))[3:] == [(2, with_peers)]


async def test_none_are_taken_while_they_are_switched_off(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await switch(skills, on=False)
    rating = ledger.body(Source.PEER, 3, ledger.shop.pat)
    answer = await skills.post("/v1/ratings", rating)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:processing-switched-off")
    assert answer.json()["processing"] == "peer_ratings"
    batch = await skills.post("/v1/ratings", [rating, ledger.body(Source.MANAGER, 3, ledger.shop.lea)])
    assert [item["status"] for item in batch.json()["data"]] == [409, 201]
    await switch(skills, on=True)
    assert (await skills.post("/v1/ratings", rating)).status_code == 201


async def test_nobody_is_asked_for_them(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await require(skills, ledger.shop.role, {"skill_id": ledger.skill, "level": 3, "importance": 1})
    body: dict[str, Any] = {
        "title": "This quarter",
        "kind": "quarterly",
        "opens_on": "2026-10-01",
        "closes_on": "2099-12-31",
        "audience": {"person_ids": [ledger.shop.mia]},
        "required_sources": ["self", "peer"],
    }
    cycle = (await skills.post("/v1/assessment-cycles", body)).json()["id"]
    for on, sources in ((True, {"self", "peer"}), (False, {"self"})):
        await switch(skills, on=on)
        invitations = (await skills.get(f"/v1/assessment-cycles/{cycle}/invitations")).json()["data"]
        assert {invitation["source"] for invitation in invitations} == sources


async def gap(ledger: Ledger) -> float:
    """What Mia misses of level 4."""
    await require(ledger.service, ledger.shop.role, {"skill_id": ledger.skill, "level": 4, "importance": 1})
    gaps = (await ledger.service.get(f"/v1/people/{ledger.shop.mia}/gaps")).json()["data"]
    return float(gaps[0]["gap"])
