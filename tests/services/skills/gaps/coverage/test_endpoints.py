"""Coverage over HTTP: what hangs on one person, and who is told their name."""

from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import Running, client_with, user
from tests.services.skills.gaps.shop import Shop, make_person, rate, sent


async def hire(skills: Running, shop: Shop, *levels: float | None) -> list[str]:
    people = []
    for number, level in enumerate(levels):
        person = await make_person(
            skills, f"S{number}", given_name=f"Person {number}", role_id=shop.sales, manager_id="hris:E1"
        )
        if level is not None:
            await rate(skills, person, shop.conference, level, "test")
        people.append(person)
    return people


async def test_what_hangs_on_one_person_is_found_with_who_could_follow(skills: Running, shop: Shop) -> None:
    await hire(skills, shop, 3, 1, None)
    await rate(skills, shop.lea, shop.conference, 2, "test")
    found = await sent(await skills.get("/v1/coverage?people=2"), 200)
    [item] = found["data"]
    assert item["skill"] == {"id": shop.conference, "label": "Use virtual conference tools"}
    assert (item["level"], item["asked"], item["holders"], item["missing"]) == (3.0, 4, 1, 1)
    assert item["single_point_of_failure"] is True
    assert [person["display_name"] for person in item["held_by"]] == ["Person 0"]
    names = [person["display_name"] for person in item["could_be_cross_trained"]]
    assert names == ["Lea Holm", "Mia Berg", "Person 1", "Person 2"]
    assert (await sent(await skills.get("/v1/coverage?people=1"), 200))["data"] == []
    assert (await sent(await skills.get("/v1/coverage?people=2&level=1"), 200))["data"] == []


async def test_ones_own_word_covers_nothing(skills: Running, shop: Shop) -> None:
    await rate(skills, shop.mia, shop.conference, 5, "self", assessor_id=shop.mia)
    [item] = (await sent(await skills.get("/v1/coverage"), 200))["data"]
    assert (item["holders"], item["held_by"]) == (0, [])


async def test_who_may_not_read_people_gets_numbers_of_large_groups(skills: Running, shop: Shop) -> None:
    reports = client_with("reports:read")
    refused = await skills.get("/v1/coverage", caller=reports)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:upskill:problem:too-few-people")
    await hire(skills, shop, 3, 1, None, None)
    [item] = (await sent(await skills.get("/v1/coverage", caller=reports), 200))["data"]
    assert (item["holders"], item["held_by"], item["could_be_cross_trained"]) == (1, None, None)


async def test_leaders_see_their_own_people_only(skills: Running, shop: Shop) -> None:
    await make_person(skills, "X1", given_name="Other", role_id=shop.sales)
    [item] = (await sent(await skills.get("/v1/coverage", caller=user(UUID(shop.lea))), 200))["data"]
    assert (item["asked"], item["held_by"]) == (1, [])
    assert [person["display_name"] for person in item["could_be_cross_trained"]] == ["Mia Berg"]
    assert (await sent(await skills.get("/v1/coverage", caller=user(UUID(shop.mia))), 200))["data"] == []


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (client_with("people:read"), 200),
        (client_with("skills:read"), 403),
        (user(uuid4()), 200),
        (None, 401),
    ],
)
async def test_who_may_ask(skills: Running, caller: Principal | None, status: int) -> None:
    assert (await skills.get("/v1/coverage", caller=caller)).status_code == status


@pytest.mark.parametrize(
    "query", ["people=0", "level=0", "level=NaN", "horizon=soon", "skill_id=hris:nothing", "org_unit_id=hris:nothing"]
)
async def test_what_cannot_be_asked(skills: Running, query: str) -> None:
    assert (await skills.get(f"/v1/coverage?{query}")).status_code == 422
