"""Org units: by identity × outcome, and what keeps the tree a tree."""

from collections.abc import Mapping
from random import Random
from uuid import UUID, uuid4

import pytest

from services.skills.people.rules import downward
from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.assessments.ledger import ago
from tests.services.skills.stories import made, make_shop

UNIT = {"code": "Stores", "title": "Stores", "external_ids": [{"source": "hris", "external_id": "U1"}]}


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("people:read"), 200, 403),
        (client_with("people:write"), 403, 201),
        (user(uuid4()), 200, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_read_and_write(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    path = f"/v1/org-units/{(await made(skills, '/v1/org-units', UNIT))['id']}"
    changed = 200 if writes == 201 else writes
    assert (await skills.get("/v1/org-units", caller=caller)).status_code == reads
    assert (await skills.get(path, caller=caller)).status_code == reads
    assert (await skills.post("/v1/org-units", {"code": "New"}, caller=caller)).status_code == writes
    patched = await skills.patch(path, {"title": "Shops"}, caller=caller, headers={"If-Match": "*"})
    assert patched.status_code == changed
    upsert = await skills.put("/v1/org-units/by-external-id/hris/U1", UNIT, caller=caller)
    assert upsert.status_code == changed
    gone = await skills.delete(path, caller=caller, headers={"If-Match": "*"})
    assert gone.status_code == (204 if writes == 201 else writes)


async def test_no_unit_comes_below_itself(skills: Running) -> None:
    top = (await made(skills, "/v1/org-units", {"code": "A"}))["id"]
    middle = (await made(skills, "/v1/org-units", {"code": "B", "parent_id": top}))["id"]
    low = (await made(skills, "/v1/org-units", {"code": "C", "parent_id": middle}))["id"]
    for parent in (top, middle, low):
        answer = await skills.patch(f"/v1/org-units/{top}", {"parent_id": parent}, headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:upskill:problem:org-unit-circle")
    moved = await skills.patch(f"/v1/org-units/{low}", {"parent_id": top}, headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["parent_id"]) == (200, top)
    missing = await skills.patch(f"/v1/org-units/{low}", {"parent_id": str(uuid4())}, headers={"If-Match": "*"})
    assert missing.json()["errors"][0]["pointer"] == "/parent_id"


async def test_a_unit_that_people_have_made_is_taken_over_by_its_code(skills: Running) -> None:
    shop = await make_shop(skills)
    body = {"code": "Sales", "title": "Sales and service"}
    answer = await skills.put("/v1/org-units/by-external-id/hris/U-SALES", body)
    assert (answer.status_code, answer.json()["id"]) == (200, shop.sales)
    again = await skills.put("/v1/org-units/by-external-id/hris/U-SALES", body)
    assert again.headers["etag"] == answer.headers["etag"]


async def test_codes_are_unique_and_units_in_use_stay(skills: Running) -> None:
    shop = await make_shop(skills)
    taken = await skills.post("/v1/org-units", {"code": "Sales"})
    assert taken.json()["type"] == "urn:upskill:problem:code-taken"
    used = await skills.delete(f"/v1/org-units/{shop.sales}", headers={"If-Match": "*"})
    assert (used.status_code, used.json()["type"]) == (409, "urn:upskill:problem:org-unit-in-use")
    free = (await made(skills, "/v1/org-units", {"code": "Empty"}))["id"]
    assert (await skills.delete(f"/v1/org-units/{free}", headers={"If-Match": "*"})).status_code == 204
    delta = await skills.get("/v1/org-units?updated_since=2020-01-01T00:00:00Z&code=Empty")
    assert [unit["deleted"] for unit in delta.json()["data"]] == [True]
    UUID((await made(skills, "/v1/org-units", {"code": "Empty"}))["id"])


@pytest.mark.parametrize("seed", [1, 2])
async def test_who_was_in_a_unit_is_told_by_the_tree_of_then(skills: Running, seed: int) -> None:
    """Units move about at random; each has one person, who stays."""
    chance = Random(seed)  # noqa: S311
    units = [(await made(skills, "/v1/org-units", {"code": code}))["id"] for code in "ABCDE"]
    for code in "ABCDE":
        await made(skills, "/v1/people", {"user_name": code, "org_unit": code})
    parents: dict[str, str | None] = dict.fromkeys(units)
    history: list[tuple[str, dict[str, str | None]]] = []
    for _ in range(15):
        unit, parent = chance.choice(units), chance.choice([*units, None])
        answer = await skills.patch(f"/v1/org-units/{unit}", {"parent_id": parent}, headers={"If-Match": "*"})
        if answer.status_code == 200:
            parents = {**parents, unit: parent}
        history.append((ago(seconds=0), parents))
    assert len({tuple(tree.values()) for _, tree in history}) > 5
    for moment, tree in history:
        for unit in units:
            query = {"org_unit_id": unit, "all_levels": "true", "as_of": moment}
            listed = (await skills.get("/v1/people", params=query)).json()["data"]
            expected = {unit, *downward(UUID(unit), as_ids(tree))}
            assert {person["org_unit_id"] for person in listed} == {str(id) for id in expected}, moment


def as_ids(tree: Mapping[str, str | None]) -> dict[UUID, UUID | None]:
    return {UUID(unit): UUID(parent) if parent else None for unit, parent in tree.items()}


async def test_a_unit_that_was_renamed_or_sent_again_has_not_moved(skills: Running) -> None:
    path = "/v1/org-units/by-external-id/hris/B"
    top = (await made(skills, "/v1/org-units", {"code": "Top"}))["id"]
    body = {"code": "B", "parent_id": top}
    unit = (await skills.put(path, body)).json()["id"]
    await made(skills, "/v1/people", {"user_name": "ada", "org_unit": "B"})
    between = ago(seconds=0)
    for again in (body, {**body, "title": "Bee"}, {**body, "parent_id": None}):
        assert (await skills.put(path, again)).status_code == 200

    async def under(**query: str) -> list[str]:
        everybody = {"org_unit_id": top, "all_levels": "true", **query}
        return [one["user_name"] for one in (await skills.get("/v1/people", params=everybody)).json()["data"]]

    assert await under(as_of=between) == ["ada"]
    assert await under() == []
    gone = await skills.delete(f"/v1/org-units/{unit}", headers={"If-Match": "*"})
    assert gone.status_code == 409
