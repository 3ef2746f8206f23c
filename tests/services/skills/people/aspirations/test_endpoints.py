"""Aspirations: kept apart from ability, the person's own, shown to leaders unless that is switched off."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.stories import made, make_shop, make_skills, told

ANY = {"If-Match": "*"}


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 200),
        (client_with("people:read"), 200, 403),
        (client_with("people:write"), 403, 200),
        (client_with("ratings:write"), 403, 403),
        (None, 401, 401),
    ],
)
async def test_which_clients_may(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}/aspirations"
    assert (await skills.put(path, {"data": []}, caller=caller, headers=ANY)).status_code == writes
    assert (await skills.get(path, caller=caller)).status_code == reads


async def test_the_person_says_it_and_those_above_read_it(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}/aspirations"
    outcomes = {
        shop.mia: (200, 200),
        shop.lea: (200, 403),
        shop.top: (200, 403),
        shop.pat: (404, 404),
        shop.kim: (404, 404),
        str(uuid4()): (404, 404),
    }
    for person_id, expected in outcomes.items():
        caller = user(UUID(person_id))
        read = await skills.get(path, caller=caller)
        write = await skills.put(path, {"data": []}, caller=caller, headers=ANY)
        assert (read.status_code, write.status_code) == expected


async def test_switched_off_leaders_do_not_see_it(skills: Running) -> None:
    shop = await make_shop(skills)
    off = {"aspirations_visible_to_leader": False}
    await skills.patch("/v1/settings/processing", off, headers=ANY)
    path = f"/v1/people/{shop.mia}/aspirations"
    hidden = await skills.get(path, caller=user(UUID(shop.lea)))
    assert (hidden.status_code, hidden.json()["type"]) == (403, "urn:upskill:problem:aspirations-not-shown")
    assert (await skills.get(path, caller=user(UUID(shop.mia)))).status_code == 200
    assert (await skills.get(path, caller=client_with("people:read"))).status_code == 200
    assert (await skills.get(path, caller=user(UUID(shop.kim)))).status_code == 404


async def test_wishes_are_told_and_told_anew(skills: Running) -> None:
    shop = await make_shop(skills)
    tools, social = await make_skills(skills, "tools", "social")
    marketer = (await made(skills, "/v1/roles", {"title": "Social media marketer"}))["id"]
    path = f"/v1/people/{shop.mia}/aspirations"
    blank = await skills.get(path)
    assert (blank.headers["etag"], blank.json()["data"], blank.json()["updated_at"]) == ('"0"', [], None)
    wishes = {
        "data": [{"role_id": marketer}, {"role_id": "hris:R-SALES"}],
        "interests": [{"skill_id": tools, "interest": 2}, {"skill_id": social, "interest": 5}],
    }
    written = await skills.put(path, wishes, headers={"If-Match": '"0"'})
    assert (written.status_code, written.headers["etag"]) == (200, '"1"')
    found = (await skills.get(path)).json()
    assert found == written.json()
    assert [wish["role"]["title"] for wish in found["data"]] == ["Social media marketer", "Sales representative"]
    assert [(wish["skill"]["label"], wish["interest"]) for wish in found["interests"]] == [("social", 5), ("tools", 2)]
    first = (await skills.get(path, params={"limit": 1})).json()
    rest = (await skills.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [*first["data"], *rest["data"]] == found["data"]
    assert (await skills.put(path, {"data": []}, headers={"If-Match": '"0"'})).status_code == 412
    emptied = await skills.put(path, {"data": []}, headers={"If-Match": '"1"'})
    assert (emptied.json()["data"], emptied.json()["interests"]) == ([], [])
    facts = [fact for fact in await told(skills, f"person:{shop.mia}", 3) if "aspirations" in fact["type"]]
    assert [fact["data"] for fact in facts] == [{"person_id": shop.mia}] * 2


async def test_what_is_wished_for_is_no_level(skills: Running) -> None:
    shop = await make_shop(skills)
    [social] = await make_skills(skills, "social")
    wish = {"data": [], "interests": [{"skill_id": social, "interest": 5}]}
    await skills.put(f"/v1/people/{shop.mia}/aspirations", wish, headers=ANY)
    assert (await skills.get(f"/v1/people/{shop.mia}/skills")).json()["data"] == []


async def test_a_role_that_is_gone_is_wished_for_no_longer(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}/aspirations"
    await skills.put(path, {"data": [{"role_id": shop.role}]}, headers=ANY)
    await skills.delete(f"/v1/roles/{shop.role}", headers=ANY)
    assert (await skills.get(path)).json()["data"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"data": [{"role_id": "hris:NONE"}]}, "/data/0/role_id"),
        ({"data": [{"role_id": "hris:R-SALES"}, {"role_id": "hris:R-SALES"}]}, "/data/1/role_id"),
        ({"data": [], "interests": [{"skill_id": "esco:none"}]}, "/interests/0/skill_id"),
        ({"data": [], "interests": [{"skill_id": "esco:none", "interest": 6}]}, "/interests/0/interest"),
        ({"data": [], "interests": [{"skill_id": "esco:none", "interest": "NaN"}]}, "/interests/0/interest"),
        ({"data": [], "dreams": []}, "/dreams"),
        ({}, "/data"),
    ],
)
async def test_what_cannot_be_wished_is_refused(skills: Running, body: dict[str, Any], pointer: str) -> None:
    shop = await make_shop(skills)
    answer = await skills.put(f"/v1/people/{shop.mia}/aspirations", body, headers=ANY)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await skills.put(f"/v1/people/{shop.mia}/aspirations", {"data": []})).status_code == 428
