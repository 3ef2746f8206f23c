"""Deputies: who may name them, and where they show."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user
from tests.services.skills.stories import made, make_shop, told

TODAY = datetime.now(UTC).date()


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("people:read"), 200, 403),
        (client_with("people:write"), 403, 201),
        (client_with("ratings:write"), 403, 403),
        (None, 401, 401),
    ],
)
async def test_which_clients_may(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.lea}/deputies"
    assert (await skills.post(path, {"deputy_id": shop.kim}, caller=caller)).status_code == writes
    assert (await skills.get(path, caller=caller)).status_code == reads


async def test_a_leader_and_those_above_name_a_deputy(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.lea}/deputies"
    by = {shop.lea: 201, shop.top: 409, shop.mia: 404, shop.kim: 404, str(uuid4()): 404}
    for person_id, status in by.items():
        answer = await skills.post(path, {"deputy_id": shop.kim}, caller=user(UUID(person_id)))
        assert answer.status_code == status, answer.text


async def test_who_acts_today_shows_in_the_reporting_line(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.lea}/deputies"
    away = await made(skills, path, {"deputy_id": shop.kim, "starts_on": day(-1), "ends_on": day(1)})
    later = await made(skills, path, {"deputy_id": shop.pat, "starts_on": day(5)})
    assert (away["display_name"], away["acting"], later["acting"]) == ("kim@shop.example", True, False)
    assert await acting(skills, shop.mia) == [shop.kim]
    listed = (await skills.get(path)).json()["data"]
    assert [deputy["id"] for deputy in listed] == [away["id"], later["id"]]
    await skills.patch("/v1/people/hris:E4", {"active": False}, headers={"If-Match": "*"})
    assert await acting(skills, shop.mia) == []


async def test_days_are_changed_and_taken_back(skills: Running) -> None:
    shop = await make_shop(skills)
    deputy = await made(skills, f"/v1/people/{shop.lea}/deputies", {"deputy_id": "hris:E4"})
    path = f"/v1/deputies/{deputy['id']}"
    etag = (await skills.get(path)).headers["etag"]
    moved = await skills.patch(path, {"starts_on": day(3), "ends_on": day(9)}, headers={"If-Match": etag})
    assert (moved.status_code, moved.json()["starts_on"], moved.json()["acting"]) == (200, day(3), False)
    assert (await skills.patch(path, {"ends_on": None}, headers={"If-Match": etag})).status_code == 412
    assert (await skills.delete(path)).status_code == 428
    for person_id, status in {shop.lea: 200, shop.top: 200, shop.kim: 200, shop.mia: 404}.items():
        assert (await skills.get(path, caller=user(UUID(person_id)))).status_code == status
    for person_id in (shop.kim, shop.mia):
        gone = await skills.delete(path, caller=user(UUID(person_id)), headers={"If-Match": "*"})
        assert gone.status_code == 404
    assert (await skills.delete(path, headers={"If-Match": "*"})).status_code == 204
    assert (await skills.get(path)).status_code == 404
    facts = [fact for fact in await told(skills, f"person:{shop.lea}", 4) if "deputy" in fact["type"]]
    assert [fact["data"]["deleted"] for fact in facts] == [False, False, True]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"deputy_id": "hris:E1"}, 422, "/deputy_id"),
        ({"deputy_id": "hris:NOBODY"}, 422, "/deputy_id"),
        ({"deputy_id": "hris:E4", "starts_on": "2026-05-02", "ends_on": "2026-05-01"}, 422, "/"),
        ({"deputy_id": "hris:E4", "ends_on": "2020-05-01"}, 422, "/ends_on"),
        ({"deputy_id": "hris:E4", "starts_on": 0.5}, 422, "/starts_on"),
        ({"deputy_id": "hris:E4", "until": "2099-05-01"}, 422, "/until"),
    ],
)
async def test_what_makes_no_sense_is_refused(skills: Running, body: dict[str, Any], status: int, pointer: str) -> None:
    shop = await make_shop(skills)
    answer = await skills.post(f"/v1/people/{shop.lea}/deputies", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)


async def test_nobody_acts_twice_on_one_day(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.lea}/deputies"
    await made(skills, path, {"deputy_id": shop.kim, "starts_on": day(0), "ends_on": day(5)})
    again = await skills.post(path, {"deputy_id": shop.kim, "starts_on": day(5), "ends_on": day(6)})
    assert (again.status_code, again.json()["type"]) == (409, "urn:upskill:problem:deputy-twice")
    await made(skills, path, {"deputy_id": shop.kim, "starts_on": day(6), "ends_on": day(7)})


async def acting(service: Running, person_id: str) -> list[str]:
    """Who acts for the line manager of a person today."""
    line = await service.get(f"/internal/people/{person_id}/reporting-line", caller=NEIGHBOUR)
    return list(line.json()["managers"][0]["deputy_ids"])
