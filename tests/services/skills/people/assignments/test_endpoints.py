"""Where people stood: by identity × outcome."""

from uuid import UUID

from tests.harness import Running, client_with, user
from tests.services.skills.stories import make_shop


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
