"""Trends of groups: what a cycle froze stays, whoever asks, counted or not, and on one scale with the present."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.skills.gaps.members import MemberRepository
from services.skills.gaps.rollups.consumers import RollUpConsumer
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.snapshots import CountedSnapshots
from tests.harness import Running, user
from tests.services.skills.gaps.shop import Shop, make_person, rate, sent, settled

THREE = {"title": "Three steps", "levels": [{"level": n, "title": f"{n}"} for n in range(1, 4)]}
# The five levels of the framework that the shop's skills are in.
TO_THREE = {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}


async def close_cycle(skills: Running) -> str:
    today = datetime.now(UTC).date()
    body = {
        "title": "This quarter",
        "kind": "quarterly",
        "opens_on": str(today - timedelta(days=30)),
        "closes_on": str(today + timedelta(days=30)),
        "audience": {},
        "required_sources": ["self"],
    }
    cycle = await sent(await skills.post("/v1/assessment-cycles", body), 201)
    await sent(await skills.post(f"/v1/assessment-cycles/{cycle['id']}/close", {}), 200)
    return str(cycle["id"])


async def hire(skills: Running, shop: Shop, people: int) -> list[str]:
    """Sales representatives, who are all known to be at level 1 of what takes level 3."""
    hired = []
    for number in range(people):
        fields = {"org_unit": "Sales", "role_id": shop.sales, "manager_id": "hris:E1"}
        hired.append(await make_person(skills, f"S{number}", **fields))
        await rate(skills, hired[-1], shop.conference, 1, "test")
    return hired


async def trend(skills: Running, query: str = "", **how: Any) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = (await sent(await skills.get(f"/v1/gaps/trend?{query}", **how), 200))["data"]
    return points


def consumer_of(skills: Running) -> RollUpConsumer:
    [consumer] = [c for c in skills.app.state.consumers if isinstance(c, RollUpConsumer)]
    return consumer


async def forget_snapshots(skills: Running) -> None:
    async with skills.app.state.database.writing() as session:
        for cycle in await MemberRepository(session).closed_cycles():
            await RollUpRepository(session, cycle.snapshot_id).forget_everybody()
            await CountedSnapshots(session).keep(cycle.snapshot_id, -1)


async def test_a_closed_cycle_says_the_same_before_it_is_counted_and_after(skills: Running, shop: Shop) -> None:
    hired = await hire(skills, shop, 6)
    await close_cycle(skills)
    for person in hired:
        await rate(skills, person, shop.conference, 3, "test")
    await settled(skills)
    unit = (await sent(await skills.get("/v1/org-units"), 200))["data"][0]["id"]
    lea = {"caller": user(UUID(shop.lea))}
    views: list[tuple[str, dict[str, Any]]] = [
        ("", {}),
        (f"org_unit_id={unit}", {}),
        (f"skill_id={shop.conference}", {}),
        ("", lea),
        (f"role_id={shop.sales}", lea),
        (f"org_unit_id={unit}&role_id={shop.sales}", lea),
    ]
    while await consumer_of(skills).follow_the_cycles():
        pass
    counted = [await trend(skills, query, **how) for query, how in views]
    for closed, live in counted:
        # Mia, whom nobody has rated, and six who stand at one of three levels, then at three.
        assert (closed["people"], closed["readiness"], closed["weighted_gap"]) == (7, 0.2857, round(15 / 7, 4))
        assert (live["people"], live["readiness"], live["weighted_gap"]) == (7, 0.8571, round(3 / 7, 4))
    await forget_snapshots(skills)
    assert [await trend(skills, query, **how) for query, how in views] == counted


async def test_all_points_are_on_the_scale_of_now(skills: Running, shop: Shop) -> None:
    hired = await hire(skills, shop, 6)
    await close_cycle(skills)
    await settled(skills)
    while await consumer_of(skills).follow_the_cycles():
        pass
    framework = (await sent(await skills.get(f"/v1/skills/{shop.conference}"), 200))["framework_id"]
    scale = await sent(await skills.post("/v1/scales", THREE), 201)
    body = {"to_scale_id": scale["id"], "mapping": TO_THREE}
    await sent(await skills.post(f"/v1/frameworks/{framework}/scale-migrations", body), 201)
    await settled(skills)
    for recounted in (False, True):
        closed, live = await trend(skills)
        # Nobody has learned anything: one of two levels, as it is read now, then and today.
        assert (closed["readiness"], closed["weighted_gap"]) == (round(6 / 14, 4), round((6 * 1 + 2) / 7, 4))
        assert {**live, "cycle_id": None, "closed_at": None} == {**closed, "cycle_id": None, "closed_at": None}
        person = await trend(skills, f"person_id={hired[0]}")
        assert [(point["readiness"], point["weighted_gap"]) for point in person] == [(0.5, 1.0), (0.5, 1.0)]
        if not recounted:
            while await consumer_of(skills).follow_the_cycles():
                pass
