"""What a person decides about themselves, and whom a signed-in account means."""

from uuid import UUID

import pytest

from tests.harness import NEIGHBOUR, Running, client_with, user
from tests.services.skills.stories import make_shop, told

ANY = {"If-Match": "*"}


async def test_nobody_is_found_as_an_expert_unasked(skills: Running) -> None:
    shop = await make_shop(skills)
    path = f"/v1/people/{shop.mia}/expert-finder"
    assert (await skills.get(f"/v1/people/{shop.mia}")).json()["expert_finder"] is False
    outcomes = {shop.mia: 200, shop.lea: 403, shop.top: 403, shop.pat: 404, shop.kim: 404}
    for person_id, status in outcomes.items():
        answer = await skills.put(path, {"agreed": True}, caller=user(UUID(person_id)), headers=ANY)
        assert answer.status_code == status
    found = await skills.get(f"/v1/people/{shop.mia}")
    assert found.json()["expert_finder"] is True
    taken_back = await skills.put(
        path, {"agreed": False}, caller=client_with("people:write"), headers={"If-Match": found.headers["etag"]}
    )
    assert (taken_back.status_code, taken_back.json()["expert_finder"]) == (200, False)
    assert (await skills.put(path, {"agreed": True}, headers={"If-Match": found.headers["etag"]})).status_code == 412
    assert (await skills.put(path, {"agreed": True})).status_code == 428
    changed = [fact["data"].get("changed") for fact in await told(skills, f"person:{shop.mia}", 3)]
    assert changed == [None, ["expert_finder"], ["expert_finder"]]


@pytest.mark.parametrize("name", ["E2", "mia@shop.example", "MIA@Shop.Example", "mia@shop.example".upper()])
async def test_an_account_means_one_person(skills: Running, name: str) -> None:
    shop = await make_shop(skills)
    answer = await skills.get(f"/internal/people/signing-in/{name}", caller=NEIGHBOUR)
    assert (answer.status_code, answer.json().get("id")) == (200, shop.mia)


async def test_an_account_that_means_nobody_or_several_is_refused(skills: Running) -> None:
    shop = await make_shop(skills)
    for number in ("A", "B"):
        twin = {"user_name": f"twin-{number}", "email": "twins@shop.example"}
        await skills.put(f"/v1/people/by-external-id/hris/{number}", twin)
    await skills.put("/v1/people/by-external-id/lms/A", {"user_name": "another"})
    await skills.delete(f"/v1/people/{shop.kim}", headers=ANY)
    for name in ("nobody", "twins@shop.example", "A", "E4", "kim@shop.example"):
        answer = await skills.get(f"/internal/people/signing-in/{name}", caller=NEIGHBOUR)
        assert answer.status_code == 404, name
    by_name = await skills.get("/internal/people/signing-in/TWIN-a", caller=NEIGHBOUR)
    assert by_name.json()["display_name"] == "twin-A"
    assert (await skills.get("/internal/people/signing-in/E2", caller=client_with("admin"))).status_code == 403
