"""Where people stood: by identity × outcome."""

from uuid import UUID

import pytest

from tests.harness import NEIGHBOUR, Running, client_with, user
from tests.services.skills.stories import MIA, make_shop


async def test_moves_are_dated(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    await skills.patch(path, {"manager_id": shop.kim, "org_unit": "Marketing"}, headers={"If-Match": "*"})
    await skills.patch(path, {"given_name": "M."}, headers={"If-Match": "*"})
    latest, first = (await skills.get(f"{path}/assignments")).json()["data"]
    assert (latest["manager_id"], latest["org_unit"], latest["valid_to"]) == (shop.kim, "Marketing", None)
    assert (first["manager_id"], first["org_unit"], first["role"]["id"]) == (shop.lea, "Sales", shop.role)
    assert (first["valid_from"], first["valid_to"]) == ("2024-03-01T00:00:00Z", latest["valid_from"])
    (only,) = (await skills.get(f"/v1/people/{shop.kim}/assignments")).json()["data"]
    assert only["valid_from"] is None


async def test_the_history_comes_in_pages(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    await skills.patch(path, {"manager_id": shop.kim}, headers={"If-Match": "*"})
    first = (await skills.get(f"{path}/assignments?limit=1")).json()
    second = (await skills.get(f"{path}/assignments?limit=1&cursor={first['next_cursor']}")).json()
    assert [page["data"][0]["manager_id"] for page in (first, second)] == [shop.kim, shop.lea]
    assert second["next_cursor"] is None
    assert (await skills.get(f"{path}/assignments?limit=0")).status_code == 422


async def test_who_may_read(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}/assignments"
    for person, status in ((shop.mia, 200), (shop.lea, 200), (shop.kim, 404)):
        assert (await skills.get(path, caller=user(UUID(person)))).status_code == status
    for caller, status in ((client_with("people:read"), 200), (client_with("people:write"), 403), (None, 401)):
        assert (await skills.get(path, caller=caller)).status_code == status


async def test_a_move_is_told_with_its_day(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    answer = await skills.patch(
        path, {"manager_id": shop.kim, "effective_from": "2025-07-01"}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200, answer.text
    latest, first = await history(skills, path)
    assert latest == (shop.kim, "2025-07-01T00:00:00Z", None)
    assert first == (shop.lea, "2024-03-01T00:00:00Z", "2025-07-01T00:00:00Z")
    assert "effective_from" not in answer.json()


async def test_a_move_told_late_replaces_what_was_known_since(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    await skills.patch(path, {"manager_id": shop.pat, "effective_from": "2025-07-01"}, headers={"If-Match": "*"})
    await skills.patch(path, {"manager_id": shop.kim, "effective_from": "2025-01-01"}, headers={"If-Match": "*"})
    assert await history(skills, path) == [
        (shop.kim, "2025-01-01T00:00:00Z", None),
        (shop.lea, "2024-03-01T00:00:00Z", "2025-01-01T00:00:00Z"),
    ]


async def test_the_same_place_from_an_earlier_day_is_dated_back(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    body = {**MIA, "effective_from": "2024-01-15"}
    upsert = "/v1/people/by-external-id/hris/E2"
    first = await skills.put(upsert, body)
    assert await history(skills, path) == [(shop.lea, "2024-01-15T00:00:00Z", None)]
    again = await skills.put(upsert, body)
    later = await skills.put(upsert, {**body, "effective_from": "2025-01-01"})
    assert first.headers["etag"] == again.headers["etag"] == later.headers["etag"]
    assert await history(skills, path) == [(shop.lea, "2024-01-15T00:00:00Z", None)]
    events = (await skills.get("/internal/events?limit=200", caller=NEIGHBOUR)).json()["data"]
    assert [event["data"]["changed"] for event in events if event["type"] == "skills.person.updated.v1"] == [
        ["effective_from"]
    ]


async def test_who_is_new_stands_there_from_the_day_that_is_told(skills: Running) -> None:
    body = {"user_name": "new@shop.example", "hired_on": "2020-01-01", "effective_from": "2023-05-01"}
    person = (await skills.post("/v1/people", body)).json()
    assert [since for _, since, _ in await history(skills, f"/v1/people/{person['id']}")] == ["2023-05-01T00:00:00Z"]


@pytest.mark.parametrize("day", ["2999-01-01", "soon", 20250101, "2025-07-01T00:00:00Z"])
async def test_a_move_has_a_day_that_has_come(skills: Running, day: object) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    before = await history(skills, path)
    answer = await skills.patch(path, {"manager_id": shop.kim, "effective_from": day}, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/effective_from"
    assert await history(skills, path) == before


async def history(skills: Running, path: str) -> list[tuple[str | None, str | None, str | None]]:
    """Managers and their times, the latest first."""
    rows = (await skills.get(f"{path}/assignments")).json()["data"]
    return [(row["manager_id"], row["valid_from"], row["valid_to"]) for row in rows]


async def test_people_are_read_where_they_stood(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    move = {"manager_id": shop.kim, "org_unit": "Marketing", "role_id": None, "effective_from": "2025-07-01"}
    await skills.patch(path, move, headers={"If-Match": "*"})
    then, now = [(await skills.get(path, params=at)).json() for at in ({"as_of": "2025-06-30"}, {})]
    assert (then["manager_id"], then["org_unit"], then["role"]["id"]) == (shop.lea, "Sales", shop.role)
    assert (now["manager_id"], now["org_unit"], now["role"]) == (shop.kim, "Marketing", None)
    moment = (await skills.get(path, params={"as_of": "2025-07-01T00:00:00Z"})).json()
    assert moment == now
    assert (await skills.get(path, params={"as_of": "2024-02-29"})).status_code == 404  # hired on 1 March


async def test_reports_of_then_all_levels_down(skills: Running) -> None:
    shop = await make_shop(skills)
    await skills.patch(
        f"/v1/people/{shop.mia}", {"manager_id": shop.kim, "effective_from": "2025-07-01"}, headers={"If-Match": "*"}
    )
    leaving = {"left_on": "2025-03-01", "leave_reason": "voluntary"}
    await skills.patch(f"/v1/people/{shop.pat}", leaving, headers={"If-Match": "*"})
    assert await listed(skills, manager_id=shop.lea, as_of="2025-02-28") == {shop.mia, shop.pat}
    assert await listed(skills, manager_id=shop.lea, as_of="2025-03-01") == {shop.mia}
    assert await listed(skills, manager_id=shop.lea, as_of="2025-07-01") == set()
    assert await listed(skills, manager_id=shop.kim, as_of="2025-07-01") == {shop.mia}
    everybody = {shop.lea, shop.kim, shop.mia, shop.pat}
    assert await listed(skills, manager_id=shop.top, all_levels="true", as_of="2025-01-01") == everybody
    assert await listed(skills, manager_id=shop.top, all_levels="true", as_of="2024-01-01") == {shop.lea, shop.kim}
    assert await listed(skills, role_id=shop.role, as_of="2025-01-01") == {shop.mia, shop.pat}
    assert await listed(skills, org_unit_id=shop.sales, all_levels="true", as_of="2024-01-01") == {shop.lea}


@pytest.mark.parametrize("as_of", ["2999-01-01", "2999-01-01T00:00:00Z", "yesterday"])
async def test_nobody_knows_where_people_will_stand(skills: Running, as_of: str) -> None:
    shop = await make_shop(skills)
    for path in ("/v1/people", f"/v1/people/{shop.mia}"):
        assert (await skills.get(path, params={"as_of": as_of})).status_code == 422


async def test_leaders_read_the_past_of_those_whom_they_lead_today(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    await skills.patch(path, {"manager_id": shop.kim, "effective_from": "2025-07-01"}, headers={"If-Match": "*"})
    for leader, status in ((shop.kim, 200), (shop.lea, 404)):
        answer = await skills.get(path, caller=user(UUID(leader)), params={"as_of": "2025-01-01"})
        assert answer.status_code == status
    mine = await skills.get("/v1/people", caller=user(UUID(shop.lea)), params={"as_of": "2025-01-01"})
    assert {person["id"] for person in mine.json()["data"]} == {shop.lea, shop.pat}


async def listed(skills: Running, **wanted: str) -> set[str]:
    return {person["id"] for person in (await skills.get("/v1/people", params=wanted)).json()["data"]}
