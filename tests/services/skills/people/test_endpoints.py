"""People: by identity × outcome, and what their record keeps."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with, user
from tests.services.skills.stories import LEA, MIA, made, make_role, make_shop, told


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 200),
        (client_with("people:read"), 200, 403),
        (client_with("people:write"), 403, 200),
        (client_with("skills:write"), 403, 403),
        (client_with("reports:read"), 403, 403),
        (None, 401, 401),
    ],
)
async def test_which_clients_may_read_and_write(
    skills: Running, caller: Principal | None, reads: int, writes: int
) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}"
    assert (await skills.get("/v1/people", caller=caller)).status_code == reads
    assert (await skills.get(path, caller=caller)).status_code == reads
    changed = await skills.patch(path, {"given_name": "M."}, caller=caller, headers={"If-Match": "*"})
    assert changed.status_code == writes
    assert (await skills.put("/v1/people/by-external-id/hris/E2", MIA, caller=caller)).status_code == writes
    created = await skills.post("/v1/people", {"user_name": "new@shop.example"}, caller=caller)
    assert created.status_code == (201 if writes == 200 else writes)
    gone = await skills.delete(path, caller=caller, headers={"If-Match": "*"})
    assert gone.status_code == (204 if writes == 200 else writes)


async def test_people_see_themselves_and_leaders_everybody_below_them(skills: Running) -> None:
    shop = await make_shop(skills)
    seen = {
        shop.mia: {shop.mia},
        shop.lea: {shop.lea, shop.mia, shop.pat},
        shop.top: {shop.top, shop.lea, shop.mia, shop.pat, shop.kim},
        shop.kim: {shop.kim},
        str(uuid4()): set[str](),
    }
    for person_id, visible in seen.items():
        caller = user(UUID(person_id))
        page = await skills.get("/v1/people", caller=caller)
        assert {person["id"] for person in page.json()["data"]} == visible
        for other in (shop.mia, shop.lea, shop.top, shop.kim):
            answer = await skills.get(f"/v1/people/{other}", caller=caller)
            assert answer.status_code == (200 if other in visible else 404)


async def test_a_foreign_id_answers_exactly_as_a_missing_one(skills: Running) -> None:
    shop = await make_shop(skills)
    kim = user(UUID(shop.kim))
    foreign = (await skills.get(f"/v1/people/{shop.mia}", caller=kim)).json()
    missing_id = str(uuid4())
    missing = (await skills.get(f"/v1/people/{missing_id}", caller=kim)).json()
    for answer in (foreign, missing):
        del answer["request_id"]
    assert foreign["detail"].replace(shop.mia, missing_id) == missing["detail"]
    assert {**foreign, "detail": ""} == {**missing, "detail": ""}


async def test_the_roster_of_the_story(skills: Running) -> None:
    role = await make_role(skills)
    lea = await skills.put("/v1/people/by-external-id/hris/E1", LEA)
    mia = await skills.put("/v1/people/by-external-id/hris/E2", MIA)
    assert (lea.status_code, mia.status_code) == (201, 201)
    found = (await skills.get("/v1/people/hris:E2")).json()
    assert found == mia.json()
    assert found["role"] == {"id": role["id"], "title": "Sales representative"}
    assert (found["manager_id"], found["org_unit"]) == (lea.json()["id"], "Sales")
    assert found["display_name"] == "Mia Berg"
    units = (await skills.get("/v1/org-units?code=Sales")).json()["data"]
    assert [unit["id"] for unit in units] == [found["org_unit_id"]] == [lea.json()["org_unit_id"]]


async def test_the_same_upsert_again_changes_nothing(skills: Running) -> None:
    await make_shop(skills)
    again = await skills.put("/v1/people/by-external-id/hris/E2", MIA)
    assert (again.status_code, again.headers["etag"]) == (200, '"1"')
    moved = await skills.put("/v1/people/by-external-id/hris/E2", {**MIA, "org_unit": "Marketing"})
    assert (moved.headers["etag"], moved.json()["org_unit"]) == ('"2"', "Marketing")
    stale = await skills.put("/v1/people/by-external-id/hris/E2", MIA, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_an_upsert_keeps_other_systems_ids_and_the_persons_own_choice(skills: Running) -> None:
    shop = await make_shop(skills)
    await skills.patch(
        f"/v1/people/{shop.mia}",
        {
            "expert_finder": True,
            "external_ids": [
                {"source": "hris", "external_id": "E2"},
                {"source": "lms", "external_id": "mia"},
            ],
        },
        headers={"If-Match": "*"},
    )
    person = (await skills.put("/v1/people/by-external-id/hris/E2", {**MIA, "given_name": "Mia Marie"})).json()
    assert person["expert_finder"] is True
    assert {external["source"] for external in person["external_ids"]} == {"hris", "lms"}
    assert (await skills.get("/v1/people/lms:mia")).json()["id"] == shop.mia


async def test_a_manager_who_arrives_later_is_waited_for(skills: Running) -> None:
    await make_role(skills)
    mia = (await skills.put("/v1/people/by-external-id/hris/E2", MIA)).json()
    assert (mia["manager_id"], mia["awaited_manager"]) == (None, "hris:E1")
    etag = (await skills.put("/v1/people/by-external-id/hris/E2", MIA)).headers["etag"]
    assert etag == '"1"'
    patched = await skills.patch(f"/v1/people/{mia['id']}", {"given_name": "M."}, headers={"If-Match": "*"})
    assert patched.json()["awaited_manager"] == "hris:E1"
    lea = (await skills.put("/v1/people/by-external-id/hris/E1", LEA)).json()
    mia = (await skills.get("/v1/people/hris:E2")).json()
    assert (mia["manager_id"], mia["awaited_manager"]) == (lea["id"], None)


async def test_nobody_is_above_themselves(skills: Running) -> None:
    shop = await make_shop(skills)
    for boss in (shop.top, shop.lea, shop.mia):
        answer = await skills.patch(f"/v1/people/{shop.top}", {"manager_id": boss}, headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:upskill:problem:manager-circle")
        assert answer.json()["errors"][0]["pointer"] == "/manager_id"
    early = {"user_name": "early@shop.example", "manager_id": "hris:LATE"}
    await skills.put("/v1/people/by-external-id/hris/EARLY", early)
    late = {"user_name": "late@shop.example", "manager_id": "hris:EARLY"}
    answer = await skills.put("/v1/people/by-external-id/hris/LATE", late)
    assert answer.json()["type"] == "urn:upskill:problem:manager-circle"
    assert (await skills.get("/v1/people/hris:LATE")).status_code == 404
    own = await skills.put("/v1/people/by-external-id/hris/OWN", {"user_name": "own", "manager_id": "hris:OWN"})
    assert own.status_code == 422


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"user_name": ""}, "/user_name"),
        ({"role_id": "hris:R-NONE"}, "/role_id"),
        ({"role_id": str(uuid4())}, "/role_id"),
        ({"manager_id": str(uuid4())}, "/manager_id"),
        ({"email": "nobody"}, "/email"),
        ({"left_on": "2026-01-01"}, "/"),
        ({"left_on": "2020-01-01", "leave_reason": "other"}, "/"),
        ({"hired_on": "yesterday"}, "/hired_on"),
        ({"salary": 1}, "/salary"),
    ],
)
async def test_what_is_wrong_with_a_person_is_named(skills: Running, fields: dict[str, Any], detail: str) -> None:
    await make_role(skills)
    answer = await skills.put("/v1/people/by-external-id/hris/E2", {**MIA, **fields})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [detail]
    assert (await skills.get("/v1/people")).json()["data"] == []


async def test_user_names_differ_by_more_than_case(skills: Running) -> None:
    await made(skills, "/v1/people", {"user_name": "Mia@shop.example"})
    answer = await skills.post("/v1/people", {"user_name": "mia@SHOP.example"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:user-name-taken")


async def test_filters_are_the_natural_keys(skills: Running) -> None:
    shop = await make_shop(skills)
    queries = {
        f"manager_id={shop.top}": {shop.lea, shop.kim},
        f"manager_id={shop.top}&all_levels=true": {shop.lea, shop.kim, shop.mia, shop.pat},
        f"org_unit_id={shop.sales}": {shop.lea, shop.mia, shop.pat},
        "role_id=hris:R-SALES": {shop.mia, shop.pat},
        "user_name=MIA@shop.example": {shop.mia},
        f"ids={shop.mia},hris:E1,hris:NOBODY": {shop.mia, shop.lea},
        "active=false": set(),
    }
    for query, expected in queries.items():
        answer = await skills.get(f"/v1/people?{query}")
        assert {person["id"] for person in answer.json()["data"]} == expected, query
    assert (await skills.get("/v1/people?manager_id=hris:NOBODY")).status_code == 422


async def test_deleted_people_leave_a_tombstone_and_free_their_names(skills: Running) -> None:
    shop = await make_shop(skills)
    await skills.delete(f"/v1/people/{shop.lea}", headers={"If-Match": "*"})
    assert (await skills.get(f"/v1/people/{shop.lea}")).status_code == 404
    delta = (await skills.get("/v1/people?updated_since=2020-01-01T00:00:00Z&ids=" + shop.lea)).json()["data"]
    assert [(person["id"], person["deleted"]) for person in delta] == [(shop.lea, True)]
    back = await skills.put("/v1/people/by-external-id/hris/E1", LEA)
    assert (back.status_code, back.json()["id"] == shop.lea) == (201, False)
    # Those she led are still below the one who led her.
    below = await skills.get(f"/v1/people?manager_id={shop.top}&all_levels=true")
    assert shop.mia in {person["id"] for person in below.json()["data"]}


async def test_neighbours_read_the_reporting_line(skills: Running) -> None:
    shop = await make_shop(skills)
    left = {"left_on": "2026-01-31", "leave_reason": "voluntary"}
    await skills.patch(f"/v1/people/{shop.lea}", left, headers={"If-Match": "*"})
    line = (await skills.get("/internal/people/hris:E2/reporting-line", caller=NEIGHBOUR)).json()
    assert line["person"]["id"] == shop.mia
    assert [(step["person"]["id"], step["person"]["active"]) for step in line["managers"]] == [
        (shop.lea, False),
        (shop.top, True),
    ]
    summary = (await skills.get(f"/internal/people/{shop.mia}", caller=NEIGHBOUR)).json()
    assert (summary["display_name"], summary["active"], summary["hired_on"]) == ("Mia Berg", True, "2024-03-01")
    assert (await skills.get(f"/internal/people/{shop.mia}")).status_code == 403


async def test_what_changes_is_told_without_names(skills: Running) -> None:
    shop = await make_shop(skills)
    for change in ({"given_name": "M."}, {"left_on": "2026-01-31", "leave_reason": "involuntary"}):
        await skills.patch(f"/v1/people/{shop.mia}", change, headers={"If-Match": "*"})
    events = await told(skills, f"person:{shop.mia}", 4)
    assert [event["type"] for event in events] == [
        "skills.person.created.v1",
        "skills.person.updated.v1",
        "skills.person.updated.v1",
        "skills.person.left.v1",
    ]
    assert events[1]["data"]["changed"] == ["given_name"]
    assert events[3]["data"]["leave_reason"] == "involuntary"
    assert "Mia" not in str(events)
    assert "mia@" not in str(events)
