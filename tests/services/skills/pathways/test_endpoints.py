"""Adjacent roles and pathways over HTTP."""

from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest

from shared.identity.principal import Principal
from tests.harness import Running, client_with, user
from tests.services.skills.gaps.shop import Shop, make_person, make_role, make_skill, needs, open_shop, rate, sent


@pytest.fixture
async def shop(skills: Running) -> Shop:
    return await open_shop(skills)


async def test_the_way_from_sales_to_marketing(skills: Running, shop: Shop) -> None:
    await rate(skills, shop.mia, shop.social, 1, "manager", assessor_id=shop.lea)
    answer = await skills.get(f"/v1/people/{shop.mia}/pathways?target_role_id={shop.marketing}")
    pathways = await sent(answer, 200)
    assert pathways["current_role"]["id"] == shop.sales
    [direct] = pathways["data"]
    [step] = direct["steps"]
    assert step["role"] == {"id": shop.marketing, "title": "Social media marketer"}
    assert (step["effort"], step["upskilling"], step["reskilling"]) == (3.5, 1.5, 2.0)
    assert (step["move"], step["readiness"]) == ("reskill", 0.2222)
    assert 0 < step["similarity"] == direct["similarity"] < 1
    assert [(gap["skill"]["id"], gap["gap"]) for gap in step["gaps"]] == [(shop.social, 2.0), (shop.conference, 3.0)]


async def wish(skills: Running, person: str, role: str, *interests: str) -> None:
    body = {"data": [{"role_id": role}], "interests": [{"skill_id": skill} for skill in interests]}
    etag = (await skills.get(f"/v1/people/{person}/aspirations")).headers["etag"]
    await sent(await skills.put(f"/v1/people/{person}/aspirations", body, headers={"If-Match": etag}), 200)


async def test_the_role_that_a_person_wants_most_is_the_target(skills: Running, shop: Shop) -> None:
    await wish(skills, shop.mia, shop.marketing, shop.social)
    pathways = await sent(await skills.get(f"/v1/people/{shop.mia}/pathways"), 200)
    [step] = pathways["data"][0]["steps"]
    assert (pathways["target_role"]["id"], pathways["from_aspiration"]) == (shop.marketing, True)
    assert (step["aspired"], step["interest"]) == (True, 0.6667)
    named = await sent(await skills.get(f"/v1/people/{shop.mia}/pathways?target_role_id={shop.sales}"), 200)
    assert (named["from_aspiration"], named["data"][0]["steps"][0]["aspired"]) == (False, False)


async def test_wishes_that_leaders_may_not_know_are_no_target_for_them(skills: Running, shop: Shop) -> None:
    await wish(skills, shop.mia, shop.marketing, shop.social)
    settings = await skills.get("/v1/settings/processing")
    body = {"aspirations_visible_to_leader": False}
    headers = {"If-Match": settings.headers["etag"]}
    await sent(await skills.patch("/v1/settings/processing", body, headers=headers), 200)
    path = f"/v1/people/{shop.mia}/pathways"
    assert (await skills.get(path, caller=user(UUID(shop.lea)))).status_code == 422
    assert (await skills.get(path, caller=user(UUID(shop.mia)))).status_code == 200
    seen = await sent(await skills.get(f"{path}?target_role_id={shop.marketing}", caller=user(UUID(shop.lea))), 200)
    assert (seen["data"][0]["steps"][0]["aspired"], seen["data"][0]["steps"][0]["interest"]) == (False, None)


async def climb(skills: Running, shop: Shop) -> tuple[str, str, str]:
    """The fresher's ladder: fresher, software engineer, engineering manager."""
    framework = (await skills.get(f"/v1/skills/{shop.social}")).json()["framework_id"]
    coding, design, people = [
        await make_skill(skills, framework, name, name.title()) for name in ("coding", "design", "leading")
    ]
    fresher = await make_role(skills, "Fresher", needs(coding, 1), grade="1")
    engineer = await make_role(skills, "Software engineer", needs(coding, 3), needs(design, 2), grade="2")
    manager = await make_role(skills, "Engineering manager", needs(design, 3), needs(people, 3), grade="3")
    for start, end in ((fresher, engineer), (engineer, manager)):
        etag = (await skills.get(f"/v1/roles/{start}")).headers["etag"]
        body = {"data": [{"to_role_id": end, "kind": "promotion"}]}
        await sent(await skills.put(f"/v1/roles/{start}/moves", body, headers={"If-Match": etag}), 200)
    return fresher, engineer, manager


async def test_a_ladder_is_offered_step_by_step(skills: Running, shop: Shop) -> None:
    fresher, engineer, manager = await climb(skills, shop)
    person = await make_person(skills, "E7", role_id=fresher)
    answer = await skills.get(f"/v1/people/{person}/pathways?target_role_id={manager}")
    ways = (await sent(answer, 200))["data"]
    ladder = next(way for way in ways if len(way["steps"]) == 2)
    assert [step["role"]["id"] for step in ladder["steps"]] == [engineer, manager]
    assert [step["move"] for step in ladder["steps"]] == ["promotion", "promotion"]
    second = {gap["skill"]["label"]: gap["gap"] for gap in ladder["steps"][1]["gaps"]}
    assert second == {"Design": 1.0, "Leading": 3.0}
    assert [way["similarity"] for way in ways] == sorted((way["similarity"] for way in ways), reverse=True)
    assert {way["steps"][-1]["role"]["id"] for way in ways} == {manager}


async def test_a_new_role_is_found_at_once(skills: Running, shop: Shop) -> None:
    path = f"/v1/roles/{shop.sales}/adjacent"
    assert [role["role"]["id"] for role in (await sent(await skills.get(path), 200))["data"]] == [shop.marketing]
    twin = await make_role(skills, "Sales adviser", needs(shop.conference, 3, essential=True))
    first, second = (await sent(await skills.get(path), 200))["data"]
    assert [first["role"]["id"], second["role"]["id"]] == [twin, shop.marketing]
    assert first["similarity"] > second["similarity"] > 0
    assert (first["gap"], first["readiness"], first["move"]) == (0.0, 1.0, "lateral")
    assert (second["gap"], second["upskilling"], second["reskilling"]) == (3.0, 0.0, 3.0)
    assert (second["move"], second["readiness"]) == ("reskill", 0.3333)
    assert [(step["skill"]["id"], step["from_level"], step["to_level"]) for step in second["skills"]] == [
        (shop.social, 0.0, 3.0)
    ]


async def test_an_adjacent_role_tells_by_what_other_systems_know_it(skills: Running, shop: Shop) -> None:
    body = {"title": "Sales adviser", "external_ids": [{"source": "hris", "external_id": "R-ADVISER"}]}
    await sent(await skills.post("/v1/roles", json=body), 201)
    data = (await sent(await skills.get(f"/v1/roles/{shop.sales}/adjacent"), 200))["data"]
    known = {role["role"]["title"]: role["role"]["external_ids"] for role in data}
    assert known["Sales adviser"] == body["external_ids"]


async def test_the_limit_is_kept(skills: Running, shop: Shop) -> None:
    await make_role(skills, "Sales adviser", needs(shop.conference, 3))
    assert len((await skills.get(f"/v1/roles/{shop.sales}/adjacent?limit=1")).json()["data"]) == 1


async def test_who_has_no_role_yet_gets_the_direct_way(skills: Running, shop: Shop) -> None:
    answer = await skills.get(f"/v1/people/{shop.lea}/pathways?target_role_id={shop.sales}")
    [way] = (await sent(answer, 200))["data"]
    assert (way["similarity"], way["steps"][0]["similarity"], way["steps"][0]["move"]) == (None, None, "reskill")
    assert way["effort"] == 3.0


async def test_the_way_to_ones_own_role_is_what_is_still_missing(skills: Running, shop: Shop) -> None:
    answer = await skills.get(f"/v1/people/{shop.mia}/pathways?target_role_id={shop.sales}")
    [way] = (await sent(answer, 200))["data"]
    assert (way["similarity"], way["effort"]) == (1.0, 3.0)


async def test_pathways_are_drawn_for_who_wants_a_picture(skills: Running, shop: Shop) -> None:
    path = f"/v1/people/{shop.mia}/pathways?target_role_id={shop.marketing}"
    answer = await skills.get(path, headers={"Accept": "image/svg+xml"})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(answer.text)  # noqa: S314
    title = root.findtext("{http://www.w3.org/2000/svg}title")
    assert title == "Pathways from Sales representative to Social media marketer"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("target_role_id=00000000-0000-7000-8000-0000000000ff", 422),
        ("target_role_id=hris:nowhere", 422),
        ("target_role_id=nothing", 422),
        ("", 422),
        ("horizon=soon", 422),
        ("limit=11", 422),
    ],
)
async def test_pathways_that_cannot_be_asked_for(skills: Running, shop: Shop, query: str, status: int) -> None:
    answer = await skills.get(f"/v1/people/{shop.mia}/pathways?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_who_may_ask_for_somebodys_pathways(skills: Running, shop: Shop) -> None:
    callers: list[tuple[Principal | None, int]] = [
        (client_with("people:read"), 200),
        (client_with("skills:read"), 403),
        (user(UUID(shop.mia)), 200),
        (user(UUID(shop.lea)), 200),
        (user(uuid4()), 404),
        (None, 401),
    ]
    for caller, status in callers:
        path = f"/v1/people/{shop.mia}/pathways?target_role_id={shop.marketing}"
        assert (await skills.get(path, caller=caller)).status_code == status, caller


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (client_with("skills:read"), 200),
        (client_with("people:read"), 403),
        (user(uuid4()), 200),
        (None, 401),
    ],
)
async def test_who_may_ask_for_adjacent_roles(
    skills: Running, shop: Shop, caller: Principal | None, status: int
) -> None:
    assert (await skills.get(f"/v1/roles/{shop.sales}/adjacent", caller=caller)).status_code == status


async def test_an_unknown_role_has_no_neighbours(skills: Running, shop: Shop) -> None:
    assert (await skills.get(f"/v1/roles/{uuid4()}/adjacent")).status_code == 404
    assert (await skills.get(f"/v1/roles/{shop.sales}/adjacent?limit=101")).status_code == 422


async def test_a_step_out_of_a_role_says_what_it_requires(skills: Running, shop: Shop) -> None:
    path = f"/v1/roles/{shop.sales}/moves"
    assert (await sent(await skills.get(path), 200))["data"] == []
    body = {"data": [{"to_role_id": shop.marketing, "kind": "lateral", "note": "Often."}]}
    await sent(await skills.put(path, body, headers={"If-Match": (await skills.get(path)).headers["etag"]}), 200)
    answer = await skills.get(path)
    [move] = (await sent(answer, 200))["data"]
    assert (move["to_role"]["id"], move["kind"], move["note"]) == (shop.marketing, "lateral", "Often.")
    assert (move["gap"], move["upskilling"], move["reskilling"]) == (3.0, 0.0, 3.0)
    [required] = move["requires"]
    assert (required["skill"]["id"], required["from_level"], required["to_level"]) == (shop.social, 0.0, 3.0)
    assert (required["kind"], required["weighted_gap"]) == ("reskilling", 3.0)
    less = {"data": [needs(shop.social, 1)]}
    await sent(await skills.put(f"/v1/roles/{shop.marketing}/requirements", less, headers={"If-Match": "*"}), 200)
    later = await skills.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (await sent(later, 200))["data"][0]["gap"] == 1.0
    assert (await skills.get(f"{path}?horizon=someday")).status_code == 422
    assert (await skills.get(f"/v1/roles/{uuid4()}/moves")).status_code == 404


async def test_moves_and_requirements_come_in_pages(skills: Running, shop: Shop) -> None:
    targets = [await make_role(skills, f"Target {number}") for number in range(3)]
    body = {"data": [{"to_role_id": target, "kind": "lateral"} for target in targets]}
    await sent(await skills.put(f"/v1/roles/{shop.sales}/moves", body, headers={"If-Match": "*"}), 200)
    for what, count in (("moves", 3), ("requirements", 1)):
        path: str | None = f"/v1/roles/{shop.sales}/{what}?limit=2"
        seen = 0
        while path:
            page = await skills.get(path)
            seen += len((await sent(page, 200))["data"])
            path = page.links["next"]["url"] if page.json()["next_cursor"] else None
        assert seen == count
