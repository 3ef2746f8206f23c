"""Coverage requirements over HTTP: kept as data, told with how they stand, and to whom."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.gaps.shop import Shop, make_person, rate, sent
from tests.services.skills.statements import statements_of

PATH = "/v1/coverage/requirements"
ANY = {"If-Match": "*"}


def team(shop: Shop, **fields: Any) -> dict[str, Any]:
    """At least two people of Lea's team hold the skill at level 3."""
    return {"manager_id": shop.lea, "skill_id": shop.conference, "level": 3, "people": 2, **fields}


async def make(skills: Running, body: dict[str, Any]) -> dict[str, Any]:
    return await sent(await skills.post(PATH, body), 201)


async def hire(skills: Running, shop: Shop, count: int, **fields: Any) -> list[str]:
    reports = {"role_id": shop.sales, "manager_id": "hris:E1", "org_unit": "Sales"}
    return [await make_person(skills, f"S{number}", **{**reports, **fields}) for number in range(count)]


async def stands(skills: Running, id: str, caller: Principal = ADMIN) -> tuple[Any, ...]:
    found = await sent(await skills.get(f"{PATH}/{id}", caller=caller), 200)
    return found["holders"], found["missing"], found["met"], found["suppressed"]


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("people:read"), 200, 403),
        (client_with("reports:read"), 200, 403),
        (client_with("skills:write"), 403, 201),
        (client_with("skills:read", "ratings:write"), 403, 403),
        (None, 401, 401),
    ],
)
async def test_which_clients_may(
    skills: Running, shop: Shop, caller: Principal | None, reads: int, writes: int
) -> None:
    one = f"{PATH}/{(await make(skills, team(shop)))['id']}"
    assert (await skills.get(PATH, caller=caller)).status_code == reads
    assert (await skills.get(one, caller=caller)).status_code == reads
    assert (await skills.post(PATH, team(shop, level=2), caller=caller)).status_code == writes
    done = 200 if writes == 201 else writes
    assert (await skills.patch(one, {"people": 3}, caller=caller, headers=ANY)).status_code == done
    gone = await skills.delete(one, caller=caller, headers=ANY)
    assert gone.status_code == (204 if writes == 201 else writes)


async def test_it_says_how_many_are_missing_until_there_are_enough(skills: Running, shop: Shop) -> None:
    first, second = await hire(skills, shop, 2)
    required = await make(skills, team(shop))
    assert (required["skill"]["label"], required["people"], required["level"]) == ("Use virtual conference tools", 2, 3)
    assert (required["holders"], required["missing"], required["met"]) == (0, 2, False)
    await rate(skills, shop.lea, shop.conference, 5, "test")  # leads the team, is no part of it
    await rate(skills, first, shop.conference, 5, "self", assessor_id=first)
    await rate(skills, second, shop.conference, 2, "test")
    assert await stands(skills, required["id"]) == (0, 2, False, False)
    await rate(skills, first, shop.conference, 3, "test")
    assert await stands(skills, required["id"]) == (1, 1, False, False)
    await rate(skills, shop.mia, shop.conference, 4, "test")
    assert await stands(skills, required["id"]) == (2, 0, True, False)
    await skills.post(f"/v1/people/{first}/suspensions", {"skill_id": shop.conference, "reason": "Under review"})
    assert await stands(skills, required["id"]) == (1, 1, False, False)
    left = {"left_on": "2026-01-01", "leave_reason": "other"}
    await sent(await skills.patch(f"/v1/people/{shop.mia}", left, headers=ANY), 200)
    assert await stands(skills, required["id"]) == (0, 2, False, False)


async def test_a_unit_covers_everything_under_it(skills: Running, shop: Shop) -> None:
    (field,) = await hire(skills, shop, 1, org_unit="Field sales")
    units = {unit["code"]: unit["id"] for unit in (await skills.get("/v1/org-units")).json()["data"]}
    await skills.patch(f"/v1/org-units/{units['Field sales']}", {"parent_id": units["Sales"]}, headers=ANY)
    body = {"org_unit_id": units["Sales"], "skill_id": shop.social, "level": 2, "people": 2}
    required = await make(skills, body)
    await rate(skills, field, shop.social, 2, "test")
    await rate(skills, shop.lea, shop.social, 3, "test")
    assert await stands(skills, required["id"]) == (2, 0, True, False)
    only = await make(skills, {**body, "org_unit_id": units["Field sales"]})
    assert (only["holders"], only["missing"]) == (1, 1)
    listed = (await skills.get(PATH, params={"org_unit_id": units["Field sales"]})).json()["data"]
    assert [one["id"] for one in listed] == [only["id"]]
    assert (await skills.get(PATH, params={"skill_id": shop.conference})).json()["data"] == []


async def test_it_is_changed_said_once_and_taken_back(skills: Running, shop: Shop) -> None:
    answer = await skills.post(PATH, team(shop))
    required = answer.json()
    one = f"{PATH}/{required['id']}"
    assert (answer.headers["location"], answer.headers["etag"]) == (one, '"1"')
    again = await skills.post(PATH, team(shop, people=9))
    assert (again.status_code, again.json()["type"]) == (409, "urn:upskill:problem:coverage-required-twice")
    other = await make(skills, team(shop, level=4))
    clash = await skills.patch(f"{PATH}/{other['id']}", {"level": 3}, headers=ANY)
    assert clash.status_code == 409
    etag = (await skills.get(one)).headers["etag"]
    changed = await skills.patch(one, {"people": 1, "level": 2.5}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["people"], changed.json()["level"]) == (200, 1, 2.5)
    assert (await skills.patch(one, {"people": 2}, headers={"If-Match": etag})).status_code == 412
    assert (await skills.patch(one, {"people": 2})).status_code == 428
    since = changed.json()["updated_at"]
    assert (await skills.delete(one, headers=ANY)).status_code == 204
    assert (await skills.get(one)).status_code == 404
    assert [found["id"] for found in (await skills.get(PATH)).json()["data"]] == [other["id"]]
    (tombstone,) = (await skills.get(PATH, params={"updated_since": since})).json()["data"]
    assert (tombstone["id"], tombstone["deleted"]) == (required["id"], True)
    await make(skills, team(shop, level=2.5))


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"org_unit_id": "hris:NOWHERE"}, "/org_unit_id"),
        ({"manager_id": None}, "/org_unit_id"),
        ({"manager_id": str(UUID(int=7))}, "/manager_id"),
        ({"manager_id": "hris:NOBODY"}, "/manager_id"),
        ({"skill_id": str(UUID(int=7))}, "/skill_id"),
        ({"level": 6}, "/level"),
        ({"level": 0}, "/level"),
        ({"people": 0}, "/people"),
        ({"people": 1.5}, "/people"),
        ({"note": "why"}, "/note"),
    ],
)
async def test_what_is_wrong_is_named(skills: Running, shop: Shop, fields: dict[str, Any], pointer: str) -> None:
    body = team(shop, **fields)
    if fields.get("org_unit_id") == "hris:NOWHERE":
        body.pop("manager_id")
    answer = await skills.post(PATH, body)
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])


async def test_a_group_is_a_unit_or_a_team_not_both(skills: Running, shop: Shop) -> None:
    (unit,) = (await skills.get("/v1/org-units")).json()["data"]
    both = await skills.post(PATH, team(shop, org_unit_id=unit["id"]))
    assert both.status_code == 422
    required = await make(skills, team(shop))
    moved = await skills.patch(f"{PATH}/{required['id']}", {"manager_id": None, "org_unit_id": unit["id"]}, headers=ANY)
    assert (moved.status_code, moved.json()["manager_id"], moved.json()["org_unit_id"]) == (200, None, unit["id"])


async def test_leaders_see_those_of_groups_that_are_theirs(skills: Running, shop: Shop) -> None:
    (mine,) = (await skills.get("/v1/org-units")).json()["data"]
    await hire(skills, shop, 1, org_unit="Marketing", manager_id=None)
    units = {unit["code"]: unit["id"] for unit in (await skills.get("/v1/org-units")).json()["data"]}
    of_team = await make(skills, team(shop))
    of_unit = await make(skills, {**team(shop, org_unit_id=mine["id"]), "manager_id": None})
    of_others = await make(skills, {**team(shop, org_unit_id=units["Marketing"]), "manager_id": None})

    async def seen(person: str) -> set[str]:
        return {one["id"] for one in (await sent(await skills.get(PATH, caller=user(UUID(person))), 200))["data"]}

    assert await seen(shop.lea) == {of_team["id"], of_unit["id"]}
    assert await seen(shop.mia) == set()
    assert await seen(str(uuid4())) == set()
    assert await stands(skills, of_team["id"], user(UUID(shop.lea))) == (0, 2, False, False)
    foreign = await skills.get(f"{PATH}/{of_others['id']}", caller=user(UUID(shop.lea)))
    missing = await skills.get(f"{PATH}/{uuid4()}", caller=user(UUID(shop.lea)))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    # Somebody else's person in the unit: it is not Lea's to look through any more.
    await make_person(skills, "X1", org_unit="Sales")
    assert await seen(shop.lea) == {of_team["id"]}


async def test_who_reads_aggregates_only_sees_no_small_groups(skills: Running, shop: Shop) -> None:
    reports = client_with("reports:read")
    required = await make(skills, team(shop))
    assert await stands(skills, required["id"], reports) == (None, None, None, True)
    assert await stands(skills, required["id"], client_with("people:read")) == (0, 2, False, False)
    await hire(skills, shop, 5)
    # Six people report to Lea; everybody together are seven: the difference is Lea.
    assert await stands(skills, required["id"], reports) == (None, None, None, True)
    for number in range(10, 14):
        await make_person(skills, f"O{number}")
    assert await stands(skills, required["id"], reports) == (0, 2, False, False)


async def test_a_unit_almost_as_large_as_the_one_above_stays_hidden(skills: Running, shop: Shop) -> None:
    reports = client_with("reports:read")
    await hire(skills, shop, 6, org_unit="Field sales")
    for number in range(10, 16):
        await make_person(skills, f"O{number}")
    units = {unit["code"]: unit["id"] for unit in (await skills.get("/v1/org-units")).json()["data"]}
    body = {"org_unit_id": units["Field sales"], "skill_id": shop.social, "level": 2, "people": 2}
    required = await make(skills, body)
    assert await stands(skills, required["id"], reports) == (0, 2, False, False)
    await skills.patch(f"/v1/org-units/{units['Field sales']}", {"parent_id": units["Sales"]}, headers=ANY)
    assert await stands(skills, required["id"], reports) == (None, None, None, True)  # Lea and Mia are the rest


async def mixed(skills: Running, shop: Shop) -> dict[str, bool]:
    """Five requirements of units and teams, and whether each is met: Lea leads Mia and S0, Sales is in Board."""
    (report,) = await hire(skills, shop, 1, org_unit="Field sales")
    await make_person(skills, "B1", org_unit="Board")
    units = {unit["code"]: unit["id"] for unit in (await skills.get("/v1/org-units")).json()["data"]}
    for below, above in (("Field sales", "Sales"), ("Sales", "Board")):
        await sent(await skills.patch(f"/v1/org-units/{units[below]}", {"parent_id": units[above]}, headers=ANY), 200)
    for person, skill, level in (
        (shop.lea, shop.conference, 4),
        (shop.mia, shop.conference, 3),
        (report, shop.conference, 3),
        (report, shop.social, 5),
    ):
        await rate(skills, person, skill, level, "test")
    wanted = [
        (team(shop), True),
        ({**team(shop, org_unit_id=units["Board"], people=3), "manager_id": None}, True),
        ({**team(shop, org_unit_id=units["Field sales"], skill_id=shop.social), "manager_id": None}, False),
        (team(shop, level=4, people=1), False),
        (team(shop, level=3.5, people=1), False),
    ]
    return {(await make(skills, body))["id"]: met for body, met in wanted}


async def test_it_is_listed_by_whether_it_is_met(skills: Running, shop: Shop) -> None:
    expected = await mixed(skills, shop)
    every = (await skills.get(PATH)).json()["data"]
    assert {one["id"]: one["met"] for one in every} == expected
    for met in (True, False):
        seen: list[str] = []
        url: str | None = f"{PATH}?met={met}&limit=1"
        while url is not None:
            answer = await skills.get(url)
            page = answer.json()
            seen += [one["id"] for one in page["data"]]
            assert [one["met"] for one in page["data"]] == [met]
            assert (page["next_cursor"] is None) == ("next" not in answer.links)
            url = answer.links["next"]["url"] if page["next_cursor"] else None
        assert seen == [one["id"] for one in every if one["met"] is met]
    assert (await skills.get(f"{PATH}?met=perhaps")).status_code == 422
    cursor = (await skills.get(f"{PATH}?met=false&limit=1")).json()["next_cursor"]
    assert (await skills.get(f"{PATH}?met=true&limit=1&cursor={cursor}")).status_code == 400


async def test_hidden_outcomes_are_neither_met_nor_unmet(skills: Running, shop: Shop) -> None:
    await mixed(skills, shop)
    reports = client_with("reports:read")
    assert {one["suppressed"] for one in (await skills.get(PATH, caller=reports)).json()["data"]} == {True}
    for met in ("true", "false"):
        assert (await skills.get(f"{PATH}?met={met}", caller=reports)).json()["data"] == []


@pytest.mark.parametrize("query", ["", "&met=false"])
async def test_a_page_costs_the_same_number_of_statements_whatever_is_on_it(
    skills: Running, shop: Shop, query: str
) -> None:
    units = [unit["id"] for unit in (await skills.get("/v1/org-units")).json()["data"]]
    for level in (1, 2):
        await make(skills, team(shop, level=level))
        await make(skills, {**team(shop, org_unit_id=units[0], level=level), "manager_id": None})
    reports = client_with("reports:read")
    few = await statements_of(skills, f"{PATH}?limit=2{query}", reports)
    for level in (3, 4, 5):
        await make(skills, team(shop, manager_id=shop.mia, level=level))
        await make(skills, {**team(shop, org_unit_id=units[0], level=level), "manager_id": None})
    assert len(await statements_of(skills, f"{PATH}?limit=200{query}", reports)) == len(few)


async def test_a_level_is_read_on_the_scale_in_force(skills: Running, shop: Shop) -> None:
    required = await make(skills, team(shop, level=4))
    framework = (await skills.get(f"/v1/skills/{shop.conference}")).json()["framework_id"]
    steps = {"title": "Three steps", "levels": [{"level": n, "title": f"Step {n}"} for n in (1, 2, 3)]}
    three = (await sent(await skills.post("/v1/scales", steps), 201))["id"]
    mapping = {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}
    migration = {"to_scale_id": three, "mapping": mapping}
    await sent(await skills.post(f"/v1/frameworks/{framework}/scale-migrations", migration), 201)
    await rate(skills, shop.mia, shop.conference, 2, "test")
    assert (await skills.get(f"{PATH}/{required['id']}")).json()["level"] == 2
    assert await stands(skills, required["id"]) == (1, 1, False, False)
