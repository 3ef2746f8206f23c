"""Whom a report may cover: hidden groups cannot be asked for by id, in any of the reports."""

from uuid import UUID

import pytest

from tests.harness import Running, client_with, user
from tests.services.skills.gaps.shop import Shop, make_person, sent, settled

REFUSED = (403, "urn:upskill:problem:too-few-people")
REPORTS = (
    "/v1/gaps?group_by=skill",
    "/v1/gaps?group_by=role",
    "/v1/gaps?group_by=org_unit",
    "/v1/gaps/trend?horizon=short",
    "/v1/gaps/heatmap?skills=5",
    "/v1/coverage?people=50",
)


async def hire(skills: Running, shop: Shop, unit: str, people: int, manager: str = "E1") -> None:
    for number in range(people):
        fields = {"org_unit": unit, "role_id": shop.sales, "manager_id": f"hris:{manager}"}
        await make_person(skills, f"{manager}{unit}{number}", **fields)


async def units_of(skills: Running) -> dict[str, str]:
    return {unit["title"]: unit["id"] for unit in (await sent(await skills.get("/v1/org-units"), 200))["data"]}


async def audited(skills: Running, shop: Shop) -> dict[str, str]:
    """Sales has 22 people: 9 in A, 8 in B, 3 in C, and Mia and Lea, who is asked for nothing."""
    for unit, people in (("A", 9), ("B", 8), ("C", 3)):
        await hire(skills, shop, unit, people)
    units = await units_of(skills)
    for unit in "ABC":
        body = {"parent_id": units["Sales"]}
        await sent(await skills.patch(f"/v1/org-units/{units[unit]}", body, headers={"If-Match": "*"}), 200)
    await settled(skills)
    return units


async def test_what_its_parent_hides_is_refused_by_id_everywhere(skills: Running, shop: Shop) -> None:
    units = await audited(skills, shop)
    listed = (await sent(await skills.get(f"/v1/gaps?org_unit_id={units['Sales']}"), 200))["data"]
    assert {item["group"]["title"] for item in listed if not item["suppressed"]} == {"Sales", "A"}
    for caller in (client_with("reports:read", "people:read"), client_with("reports:read")):
        for report in REPORTS:
            for unit, is_shown in {"Sales": True, "A": True, "B": False, "C": False}.items():
                answer = await skills.get(f"{report}&org_unit_id={units[unit]}", caller=caller)
                assert answer.status_code == 200 if is_shown else said(answer) == REFUSED, (report, unit)
    for report in REPORTS:
        lea = user(UUID(shop.lea))
        assert (await skills.get(f"{report}&org_unit_id={units['C']}", caller=lea)).status_code == 200


def said(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]  # type: ignore[attr-defined]


async def test_a_hidden_role_is_refused_and_so_is_one_in_a_unit(skills: Running, shop: Shop) -> None:
    units = await audited(skills, shop)
    for number in range(6):
        await make_person(skills, f"M{number}", org_unit="A", role_id=shop.marketing, manager_id="hris:E1")
    await make_person(skills, "M6", org_unit="B", role_id=shop.marketing, manager_id="hris:E1")
    await settled(skills)
    for report in REPORTS[:-1]:  # coverage counts Lea too, who has no role
        assert (await skills.get(f"{report}&role_id={shop.marketing}")).status_code == 200
        assert (await skills.get(f"{report}&role_id={shop.sales}&org_unit_id={units['Sales']}")).status_code == 200
        # One person in B is what is left of the role without those in A.
        assert said(await skills.get(f"{report}&role_id={shop.marketing}&org_unit_id={units['A']}")) == REFUSED


TEAM_REPORTS = ("/v1/gaps?group_by=manager", "/v1/gaps?group_by=skill", "/v1/gaps/trend?skills=1", "/v1/gaps/heatmap?")


async def test_a_team_can_be_asked_for_by_its_manager(skills: Running, shop: Shop) -> None:
    """Ada leads seven, Bo two of them, and Lea everybody."""
    ada = await make_person(skills, "ada", given_name="Ada", org_unit="Sales", manager_id="hris:E1")
    bo = await make_person(skills, "bo", given_name="Bo", org_unit="A", role_id=shop.sales, manager_id="hris:ada")
    await hire(skills, shop, "A", 6, "ada")
    await hire(skills, shop, "B", 2, "bo")
    await hire(skills, shop, "C", 12)
    await settled(skills)
    listed = (await sent(await skills.get(f"/v1/gaps?group_by=manager&manager_id={ada}"), 200))["data"]
    assert [(item["group"]["title"], item["people"]) for item in listed] == [("Ada", 9), ("Bo", None)]
    [live] = (await sent(await skills.get(f"/v1/gaps/trend?manager_id={ada}"), 200))["data"]
    assert live["people"] == 9
    heatmap = await sent(await skills.get("/v1/gaps/heatmap?group_by=role&manager_id=hris:ada"), 200)
    assert [row["cells"][0]["people"] for row in heatmap["data"]] == [9]
    for report in TEAM_REPORTS:
        assert said(await skills.get(f"{report}&manager_id={bo}")) == REFUSED
    own = (await sent(await skills.get(f"/v1/gaps?manager_id={bo}", caller=user(UUID(bo))), 200))["data"]
    assert [item["people"] for item in own] == [2]
    below = (await sent(await skills.get(f"/v1/gaps?manager_id={bo}", caller=user(UUID(shop.lea))), 200))["data"]
    assert [item["people"] for item in below] == [2]
    above = (await sent(await skills.get(f"/v1/gaps?manager_id={shop.lea}", caller=user(UUID(bo))), 200))["data"]
    assert [item["people"] for item in above] == [2]


async def test_a_team_that_is_its_unit_but_for_one_person_is_refused(skills: Running, shop: Shop) -> None:
    ada = await make_person(skills, "ada", org_unit="A", role_id=shop.sales, manager_id="hris:E1")
    await hire(skills, shop, "A", 7, "ada")
    await hire(skills, shop, "B", 12)
    await hire(skills, shop, "C", 6)
    await settled(skills)
    assert said(await skills.get(f"/v1/gaps?manager_id={ada}")) == REFUSED
    await hire(skills, shop, "A", 4)
    await settled(skills)
    assert (await skills.get(f"/v1/gaps?manager_id={ada}")).status_code == 200


@pytest.mark.parametrize("other", ["org_unit_id", "role_id"])
async def test_a_manager_is_named_alone(skills: Running, shop: Shop, other: str) -> None:
    answer = await skills.get(f"/v1/gaps?manager_id={shop.lea}&{other}={shop.sales}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "query/manager_id")
    assert (await skills.get("/v1/gaps?manager_id=hris:nobody")).status_code == 422
