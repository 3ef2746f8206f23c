"""Reports over HTTP: what they refuse, and what they say of figures that are not all in yet."""

import asyncio

import pytest

from services.skills.gaps.rollups.consumers import RollUpConsumer
from tests.harness import Running
from tests.services.skills.gaps.shop import Shop, make_person, rate, sent, settled

REPORTS = ("/v1/gaps", "/v1/gaps/heatmap", "/v1/gaps/trend")


async def hire(skills: Running, shop: Shop, unit: str, people: int) -> None:
    """Sales representatives, who are all known to be at level 2 of what takes level 3."""
    for number in range(people):
        person = await make_person(skills, f"{unit}{number}", org_unit=unit, role_id=shop.sales)
        await rate(skills, person, shop.conference, 2, "test")


async def test_who_is_asked_for_nothing_does_not_make_a_difference_large(skills: Running, shop: Shop) -> None:
    """There are six more people, but Mia is the only one of them who stands behind a figure."""
    await hire(skills, shop, "Online", 8)
    for number in range(4):
        await make_person(skills, f"guest{number}", org_unit="Sales")
    await settled(skills)
    units = await sent(await skills.get("/v1/org-units"), 200)
    online = next(unit["id"] for unit in units["data"] if unit["title"] == "Online")
    for path in REPORTS:
        answer = await skills.get(f"{path}?org_unit_id={online}")
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:upskill:problem:too-few-people")
    whole = await sent(await skills.get("/v1/gaps"), 200)
    assert [item["group"]["title"] for item in whole["data"] if not item["suppressed"]] == []


async def test_reports_say_how_many_people_are_still_being_counted(
    skills: Running, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hire(skills, shop, "Online", 6)
    await settled(skills)

    async def nobody(consumer: RollUpConsumer) -> int:
        return 0

    with monkeypatch.context() as held_up:
        held_up.setattr(RollUpConsumer, "follow_the_calendar", nobody)
        await sent(await skills.post("/v1/rating-policies", {"weights": {"test": 1.0}, "tolerance": 1.0}), 201)
        while not (waiting := await sent(await skills.get("/v1/gaps/trend"), 200))["pending"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for path in REPORTS:
            assert (await sent(await skills.get(path), 200))["pending"] == 8
        drawn = await skills.get("/v1/gaps/heatmap", headers={"Accept": "image/svg+xml"})
        assert "8 people are still being counted anew." in drawn.text
    await settled(skills)
    found = await sent(await skills.get("/v1/gaps/trend"), 200)
    assert found["pending"] == 0
    assert found["data"] != waiting["data"]
