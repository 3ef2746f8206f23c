"""Two closed cycles side by side, also across a scale that moved."""

from uuid import UUID, uuid4

from services.skills.assessments.policies.rules import Source
from tests.harness import Running, client_with, user
from tests.services.skills.assessments.cycles.quarter import make_cycle
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.stories import made, make_skills

PATH = "/v1/assessment-cycles"
THREE_STEPS = {"title": "Three steps", "levels": [{"level": n, "title": f"Step {n}"} for n in (1, 2, 3)]}


async def test_two_cycles_are_compared_over_those_whom_both_know(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    people = [shop.top, shop.lea, shop.mia, shop.pat, shop.kim]
    first = await make_cycle(skills)
    for person in people:
        await ledger.rate(Source.TEST, 2, person_id=person)
    closed = (await skills.post(f"{PATH}/{first['id']}/close", {"create_next": True})).json()
    second = f"{PATH}/{closed['next_cycle_id']}"
    assert (await skills.get(f"{second}/comparison")).json()["type"] == "urn:upskill:problem:cycle-not-closed"
    await ledger.rate(Source.TEST, 4, person_id=shop.mia)
    await ledger.rate(Source.TEST, 1, person_id=shop.pat)
    await skills.post(f"{second}/close", {})
    compared = (await skills.get(f"{second}/comparison", caller=client_with("reports:read"))).json()
    assert compared["with_cycle_id"] == first["id"]
    (movement,) = compared["data"]
    assert (movement["people"], movement["before"], movement["after"], movement["change"]) == (5, 2.0, 2.2, 0.2)
    assert (movement["raised"], movement["lowered"], movement["suppressed"]) == (1, 1, False)
    (led,) = (await skills.get(f"{second}/comparison", caller=user(UUID(shop.lea)))).json()["data"]
    assert (led["people"], led["after"]) == (2, 2.5)
    assert (await skills.get(f"{second}/comparison", caller=user(UUID(shop.kim)))).json()["data"] == []
    assert (await skills.get(f"{PATH}/{first['id']}/comparison")).status_code == 422
    assert (await skills.get(f"{second}/comparison?with={uuid4()}")).status_code == 422
    assert (await skills.get(f"{second}/comparison", caller=client_with("skills:read"))).status_code == 403


async def test_few_people_stay_hidden_in_a_comparison(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.TEST, 2)
    first = await make_cycle(skills)
    closed = (await skills.post(f"{PATH}/{first['id']}/close", {"create_next": True})).json()
    await skills.post(f"{PATH}/{closed['next_cycle_id']}/close", {})
    (movement,) = (await skills.get(f"{PATH}/{closed['next_cycle_id']}/comparison")).json()["data"]
    assert (movement["suppressed"], movement["people"], movement["after"]) == (True, None, None)


async def test_a_scale_that_moved_in_between_is_read_through_its_mapping(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    (other,) = await make_skills(skills, "storytelling")
    shop = ledger.shop
    people = [shop.top, shop.lea, shop.mia, shop.pat, shop.kim]
    first = await make_cycle(skills)
    for person in people:
        await ledger.rate(Source.TEST, 4, person_id=person)
        await ledger.rate(Source.TEST, 4, person_id=person, skill_id=other)
    second = (await skills.post(f"{PATH}/{first['id']}/close", {"create_next": True})).json()["next_cycle_id"]
    framework = (await skills.get(f"/v1/skills/{ledger.skill}")).json()["framework_id"]
    three = (await made(skills, "/v1/scales", THREE_STEPS))["id"]
    mapping = {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}
    await made(skills, f"/v1/frameworks/{framework}/scale-migrations", {"to_scale_id": three, "mapping": mapping})
    await ledger.rate(Source.TEST, 3, person_id=shop.mia)
    third = (await skills.post(f"{PATH}/{second}/close", {"create_next": True})).json()["next_cycle_id"]
    found = (await skills.get(f"{PATH}/{second}/comparison?limit=1")).json()
    rest = (await skills.get(f"{PATH}/{second}/comparison?limit=1&cursor={found['next_cursor']}")).json()
    moved, stayed = found["data"][0], rest["data"][0]
    assert (moved["skill"]["label"], moved["people"]) == ("social", 5)
    assert (moved["before"], moved["after"], moved["raised"], moved["lowered"]) == (2, 2.2, 1, 0)
    assert (stayed["before"], stayed["after"], stayed["change"], rest["next_cursor"]) == (4, 4, 0, None)
    await skills.post(f"{PATH}/{third}/close", {})
    (again, _) = (await skills.get(f"{PATH}/{third}/comparison")).json()["data"]
    assert (again["before"], again["after"], again["raised"]) == (2.2, 2.2, 0)
    backwards = await skills.get(f"{PATH}/{second}/comparison?with={third}")
    assert (backwards.status_code, backwards.json()["errors"][0]["pointer"]) == (422, "query/with")
