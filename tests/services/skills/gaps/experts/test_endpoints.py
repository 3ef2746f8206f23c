"""The expert finder: only who agreed, only what others have seen."""

from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import Running, client_with, user
from tests.services.skills.gaps.shop import Shop, make_person, rate, sent


async def make_expert(skills: Running, shop: Shop, name: str, level: float, *, found: bool = True) -> str:
    person = await make_person(skills, name, given_name=name, role_id=shop.sales, expert_finder=found)
    await rate(skills, person, shop.social, level, "test")
    return person


async def test_who_agreed_is_found_the_highest_level_first(skills: Running, shop: Shop) -> None:
    four = await make_expert(skills, shop, "Four", 4)
    five = await make_expert(skills, shop, "Five", 5)
    await make_expert(skills, shop, "Hidden", 5, found=False)
    await make_expert(skills, shop, "Two", 2)
    answer = await sent(await skills.get(f"/v1/skills/{shop.social}/experts?level=3"), 200)
    assert answer["skill"]["label"] == "Market on social media"
    assert [(expert["person"]["id"], expert["level"]) for expert in answer["data"]] == [(five, 5.0), (four, 4.0)]
    assert answer["data"][0]["role"]["title"] == "Sales representative"


async def test_ones_own_word_makes_nobody_an_expert(skills: Running, shop: Shop) -> None:
    person = await make_person(skills, "Boaster", expert_finder=True)
    await rate(skills, person, shop.social, 5, "self", assessor_id=person)
    assert (await sent(await skills.get(f"/v1/skills/{shop.social}/experts"), 200))["data"] == []


async def test_who_has_left_is_not_found(skills: Running, shop: Shop) -> None:
    await make_expert(skills, shop, "Gone", 5)
    body = {"user_name": "gone@shop.example", "left_on": "2026-01-01", "leave_reason": "other", "expert_finder": True}
    await sent(await skills.put("/v1/people/by-external-id/hris/Gone", body), 200)
    assert (await sent(await skills.get(f"/v1/skills/{shop.social}/experts"), 200))["data"] == []


async def test_experts_come_in_pages(skills: Running, shop: Shop) -> None:
    people = [await make_expert(skills, shop, f"E{number}x", 4) for number in range(3)]
    path = f"/v1/skills/{shop.social}/experts?limit=2"
    first = await sent(await skills.get(path), 200)
    second = await sent(await skills.get(f"{path}&cursor={first['next_cursor']}"), 200)
    assert [expert["person"]["id"] for expert in first["data"] + second["data"]] == sorted(people)
    assert second["next_cursor"] is None


async def test_an_organisation_may_switch_it_off(skills: Running, shop: Shop) -> None:
    headers = {"If-Match": (await skills.get("/v1/settings/processing")).headers["etag"]}
    await sent(await skills.patch("/v1/settings/processing", {"expert_finder": False}, headers=headers), 200)
    answer = await skills.get(f"/v1/skills/{shop.social}/experts")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:processing-switched-off")


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (client_with("people:read"), 200),
        (client_with("reports:read"), 403),
        (user(uuid4()), 200),
        (None, 401),
    ],
)
async def test_who_may_ask(skills: Running, shop: Shop, caller: Principal | None, status: int) -> None:
    assert (await skills.get(f"/v1/skills/{shop.social}/experts", caller=caller)).status_code == status


async def test_what_cannot_be_asked(skills: Running, shop: Shop) -> None:
    assert (await skills.get(f"/v1/skills/{uuid4()}/experts")).status_code == 404
    path = f"/v1/skills/{shop.social}/experts"
    for query, status in (("level=0", 422), ("limit=201", 422), ("cursor=nonsense", 400)):
        assert (await skills.get(f"{path}?{query}")).status_code == status


async def test_a_person_finds_experts_without_reading_people(skills: Running, shop: Shop) -> None:
    expert = await make_expert(skills, shop, "Helper", 4)
    answer = await sent(await skills.get(f"/v1/skills/{shop.social}/experts", caller=user(UUID(shop.mia))), 200)
    assert [found["person"]["id"] for found in answer["data"]] == [expert]
