"""Gaps over HTTP: the answer of the loop, who may ask, what cannot be asked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from services.skills.roles.models import RoleRequirement
from shared.identity.principal import Principal
from tests.harness import NEIGHBOUR, Running, client_with, user
from tests.services.skills.gaps.shop import Shop, make_person, make_role, needs, rate, sent, settled

TODAY = datetime.now(UTC).date()


async def rate_by_both(skills: Running, shop: Shop, level: float = 1) -> None:
    await rate(skills, shop.mia, shop.social, level, "self", assessor_id=shop.mia)
    await rate(skills, shop.mia, shop.social, level, "manager", assessor_id=shop.lea)


async def test_the_gaps_of_the_sales_representative_who_wants_to_market(skills: Running, shop: Shop) -> None:
    await rate_by_both(skills, shop)
    answer = await skills.get(f"/v1/people/{shop.mia}/gaps?role_id={shop.marketing}&horizon=short")
    assert await sent(answer, 200) == {
        "person_id": shop.mia,
        "role": {"id": shop.marketing, "title": "Social media marketer"},
        "current_role": {"id": shop.sales, "title": "Sales representative"},
        "horizon": "short",
        "as_of": None,
        "policy_version": 1,
        "readiness": 0.2222,
        "assessed_share": 0.5,
        "essential_open": 1,
        "reason": None,
        "next_cursor": None,
        "data": [
            {
                "skill": {"id": shop.social, "label": "Market on social media"},
                "target_level": 3,
                "level": 1.0,
                "gap": 2.0,
                "importance": 1.0,
                "weighted_gap": 2.0,
                "essential": True,
                "status": "gap",
                "kind": "reskilling",
                "reason": {
                    "code": "not_in_current_role",
                    "text": "Sales representative does not need this skill; Social media marketer does.",
                },
                "horizon": "now",
            },
            {
                "skill": {"id": shop.conference, "label": "Use virtual conference tools"},
                "target_level": 3,
                "level": None,
                "gap": 3.0,
                "importance": 0.5,
                "weighted_gap": 1.5,
                "essential": False,
                "status": "unrated",
                "kind": "upskilling",
                "reason": {
                    "code": "in_current_role",
                    "text": "Sales representative needs this skill too, at level 3.",
                },
                "horizon": "now",
            },
        ],
    }


async def test_without_a_role_the_current_one_counts(skills: Running, shop: Shop) -> None:
    gaps = await sent(await skills.get(f"/v1/people/{shop.mia}/gaps"), 200)
    assert gaps["role"] == gaps["current_role"] == {"id": shop.sales, "title": "Sales representative"}
    assert [gap["reason"]["text"] for gap in gaps["data"]] == ["Sales representative needs this skill, at level 3."]


async def test_who_has_no_role_has_no_gaps_yet(skills: Running, shop: Shop) -> None:
    gaps = await sent(await skills.get(f"/v1/people/{shop.lea}/gaps"), 200)
    assert (gaps["data"], gaps["readiness"], gaps["reason"]["code"]) == ([], None, "no_role")
    asked = await sent(await skills.get(f"/v1/people/{shop.lea}/gaps?role_id={shop.sales}"), 200)
    assert [gap["reason"]["code"] for gap in asked["data"]] == ["no_current_role"]


async def test_the_horizon_says_what_is_asked_for(skills: Running, shop: Shop) -> None:
    soon, later = (str(TODAY + timedelta(days=days)) for days in (100, 500))
    role = await make_role(
        skills,
        "Online adviser",
        needs(shop.social, 2),
        needs(shop.social, 3, effective_from=soon),
        needs(shop.conference, 4, effective_from=later),
    )
    path = f"/v1/people/{shop.mia}/gaps?role_id={role}&horizon="
    asked = {
        horizon: {
            (gap["skill"]["id"], gap["target_level"], gap["horizon"])
            for gap in (await sent(await skills.get(path + horizon), 200))["data"]
        }
        for horizon in ("now", "short", "long", later)
    }
    assert asked["now"] == {(shop.social, 2, "now")}
    assert asked["short"] == {(shop.social, 3, "short")}
    assert asked["long"] == asked[later] == {(shop.social, 3, "short"), (shop.conference, 4, "long")}


async def test_a_past_moment_is_answered_from_the_ledgers(skills: Running, shop: Shop) -> None:
    before = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    await rate_by_both(skills, shop, 3)
    path = f"/v1/people/{shop.mia}/gaps?role_id={shop.marketing}"
    past = await sent(await skills.get(path, params={"role_id": shop.marketing, "as_of": before}), 200)
    now = await sent(await skills.get(path), 200)
    levels = [{g["skill"]["id"]: g["level"] for g in gaps["data"]}[shop.social] for gaps in (past, now)]
    assert levels == [None, 3.0]
    assert past["as_of"] == before


async def test_role_requirements_and_policy_are_those_of_the_past_moment(skills: Running, shop: Shop) -> None:
    await rate_by_both(skills, shop, 2)
    path = f"/v1/people/{shop.mia}/gaps"
    before = datetime.now(UTC).isoformat()
    anyway = {"If-Match": "*"}
    body = {"data": [needs(shop.conference, 4)]}
    await sent(await skills.put(f"/v1/roles/{shop.sales}/requirements", body, headers=anyway), 200)
    await sent(await skills.patch(f"/v1/people/{shop.mia}", {"role_id": shop.marketing}, headers=anyway), 200)
    await sent(await skills.post("/v1/rating-policies", {"weights": {"test": 1}}), 201)
    past = await sent(await skills.get(path, params={"as_of": before}), 200)
    assert (past["current_role"]["id"], past["policy_version"]) == (shop.sales, 1)
    assert [(gap["target_level"], gap["status"]) for gap in past["data"]] == [(3, "unrated")]
    other = await sent(await skills.get(path, params={"as_of": before, "role_id": shop.marketing}), 200)
    assert {gap["skill"]["id"]: gap["level"] for gap in other["data"]}[shop.social] == 2
    now = await sent(await skills.get(path), 200)
    assert (now["current_role"]["id"], now["policy_version"]) == (shop.marketing, 2)
    assert {gap["status"] for gap in now["data"]} == {"unrated"}, "managers count nowhere any more"


async def test_the_horizon_is_counted_from_the_past_moment(skills: Running, shop: Shop) -> None:
    role = await make_role(
        skills, "Streamer", needs(shop.social, 2), needs(shop.conference, 3, effective_from="2026-05-01")
    )
    async with skills.app.state.database.writing() as session:
        await session.execute(update(RoleRequirement).values(recorded_at=datetime(2025, 1, 1, tzinfo=UTC)))
    path = f"/v1/people/{shop.mia}/gaps?role_id={role}"

    async def asked(as_of: str, horizon: str) -> set[tuple[str, str]]:
        found = await sent(await skills.get(f"{path}&as_of={as_of}&horizon={horizon}"), 200)
        return {(gap["skill"]["id"], gap["horizon"]) for gap in found["data"]}

    today = (shop.social, "now")
    assert await asked("2025-03-01", "short") == {today}
    assert await asked("2025-03-01", "long") == {today, (shop.conference, "long")}
    assert await asked("2025-06-01", "short") == {today, (shop.conference, "short")}
    assert await asked("2025-06-01", "2025-12-31") == {today}
    assert await asked("2026-05-01", "now") == {today, (shop.conference, "now")}
    before = await skills.get(f"{path}&as_of=2025-06-01&horizon=2025-05-31")
    assert (before.status_code, before.json()["errors"][0]["pointer"]) == (422, "query/horizon")


async def test_a_role_that_becomes_another_one_is_reskilling_to_its_holders(skills: Running, shop: Shop) -> None:
    body = {"data": [needs(shop.conference, 3), needs(shop.social, 3, redesign=True)]}
    await sent(await skills.put(f"/v1/roles/{shop.sales}/requirements", body, headers={"If-Match": "*"}), 200)
    own = await sent(await skills.get(f"/v1/people/{shop.mia}/gaps"), 200)
    found = {gap["skill"]["id"]: (gap["kind"], gap["reason"]["code"]) for gap in own["data"]}
    assert found == {
        shop.conference: ("upskilling", "in_current_role"),
        shop.social: ("reskilling", "role_redesigned"),
    }
    other = await sent(await skills.get(f"/v1/people/{shop.mia}/gaps?role_id={shop.marketing}"), 200)
    assert {gap["skill"]["id"]: gap["kind"] for gap in other["data"]}[shop.social] == "reskilling"


async def test_gaps_come_in_pages_and_readiness_is_of_all(skills: Running, shop: Shop) -> None:
    await rate_by_both(skills, shop)
    path = f"/v1/people/{shop.mia}/gaps?role_id={shop.marketing}&limit=1"
    first = await sent(await skills.get(path), 200)
    second = await sent(await skills.get(f"{path}&cursor={first['next_cursor']}"), 200)
    assert [gap["skill"]["id"] for gap in first["data"] + second["data"]] == [shop.social, shop.conference]
    assert first["readiness"] == second["readiness"] == 0.2222
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("horizon=soon", 422),
        ("horizon=2020-01-01", 422),
        ("as_of=2999-01-01", 422),
        ("as_of=2999-01-01T00:00:00Z", 422),
        ("as_of=yesterday", 422),
        ("as_of=2026-01-01T10:00:00", 422),
        ("role_id=00000000-0000-7000-8000-0000000000ff", 422),
        ("role_id=hris:nowhere", 422),
        ("role_id=nothing", 422),
        ("cursor=nonsense", 400),
        ("limit=0", 422),
    ],
)
async def test_what_cannot_be_asked_is_named(skills: Running, shop: Shop, query: str, status: int) -> None:
    answer = await skills.get(f"/v1/people/{shop.mia}/gaps?{query}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_who_may_read_somebodys_gaps(skills: Running, shop: Shop) -> None:
    other = await make_person(skills, "E9", org_unit="Sales")
    callers: list[tuple[Principal | None, int]] = [
        (client_with("people:read"), 200),
        (client_with("reports:read"), 403),
        (client_with("skills:read"), 403),
        (user(UUID(shop.mia)), 200),
        (user(UUID(shop.lea)), 200),
        (user(UUID(other)), 404),
        (None, 401),
    ]
    for caller, status in callers:
        answer = await skills.get(f"/v1/people/{shop.mia}/gaps", caller=caller)
        assert answer.status_code == status, (caller, answer.text)
    assert (await skills.get(f"/v1/people/{uuid4()}/gaps")).status_code == 404


async def test_neighbours_read_gaps_in_short(skills: Running, shop: Shop) -> None:
    await rate_by_both(skills, shop)
    path = f"/internal/people/{shop.mia}/gaps?role_id={shop.marketing}&horizon=short"
    gaps = await sent(await skills.get(path, caller=NEIGHBOUR), 200)
    assert [(gap["skill_id"], gap["gap"], gap["kind"]) for gap in gaps["data"]] == [
        (shop.social, 2.0, "reskilling"),
        (shop.conference, 3.0, "upskilling"),
    ]
    assert (await skills.get(path)).status_code == 403


async def test_the_trend_of_one_person_from_a_closed_cycle_to_now(skills: Running, shop: Shop) -> None:
    cycle = await sent(
        await skills.post(
            "/v1/assessment-cycles",
            {
                "title": "This quarter",
                "kind": "quarterly",
                "opens_on": str(TODAY - timedelta(days=30)),
                "closes_on": str(TODAY + timedelta(days=30)),
                "audience": {"person_ids": [shop.mia]},
                "required_sources": ["self", "manager"],
            },
        ),
        201,
    )
    await rate_by_both(skills, shop)
    await sent(await skills.post(f"/v1/assessment-cycles/{cycle['id']}/close", {"create_next": True}), 200)
    await rate(skills, shop.mia, shop.social, 3, "test")
    path = f"/v1/gaps/trend?person_id={shop.mia}&role_id={shop.marketing}"
    closed, live = (await sent(await skills.get(path), 200))["data"]
    assert (closed["cycle_id"], closed["people"], closed["readiness"]) == (cycle["id"], 1, 0.2222)
    assert closed["weighted_gap"] == 3.5
    assert (live["cycle_id"], live["closed_at"]) == (None, None)
    assert live["readiness"] > closed["readiness"]
    assert live["weighted_gap"] < closed["weighted_gap"]
    assert (await skills.get(path, caller=user(UUID(shop.mia)))).status_code == 200
    assert (await skills.get(path, caller=client_with("reports:read"))).status_code == 403
    await settled(skills)
    group = (await sent(await skills.get("/v1/gaps/trend", caller=client_with("reports:read")), 200))["data"]
    assert {point["suppressed"] for point in group} == {True}
    assert {point["people"] for point in group} == {None}


async def hire_team(skills: Running, shop: Shop, unit: str, size: int, level: float) -> list[str]:
    people = [
        await make_person(skills, f"{unit}{n}", org_unit=unit, role_id=shop.sales, manager_id="hris:E1")
        for n in range(size)
    ]
    for person in people:
        await rate(skills, person, shop.conference, level, "test")
    await settled(skills)
    return people


async def test_groups_of_five_are_shown_and_smaller_ones_hidden(skills: Running, shop: Shop) -> None:
    await hire_team(skills, shop, "Online", 6, 2)
    await hire_team(skills, shop, "Shops", 5, 3)
    groups = await sent(await skills.get("/v1/gaps?group_by=org_unit", caller=client_with("reports:read")), 200)
    by_title = {item["group"]["title"]: item for item in groups["data"]}
    assert by_title["Online"]["people"] == 6
    assert by_title["Online"]["weighted_gap"] == 1.0
    assert by_title["Online"]["readiness"] == 0.6667
    assert by_title["Sales"]["suppressed"] is by_title["Shops"]["suppressed"] is True
    assert by_title["Sales"]["people"] is by_title["Shops"]["readiness"] is None


async def test_a_leader_sees_their_own_team_whole(skills: Running, shop: Shop) -> None:
    await hire_team(skills, shop, "Online", 2, 2)
    leader = user(UUID(shop.lea))
    groups = await sent(await skills.get("/v1/gaps?group_by=org_unit", caller=leader), 200)
    assert {item["group"]["title"]: item["people"] for item in groups["data"]} == {"Sales": 1, "Online": 2}
    managers = await sent(await skills.get("/v1/gaps?group_by=manager", caller=leader), 200)
    assert [(item["group"]["title"], item["people"]) for item in managers["data"]] == [("Lea Holm", 3)]
    nobody = await sent(await skills.get("/v1/gaps", caller=user(UUID(shop.mia))), 200)
    assert nobody["data"] == []


async def test_every_grouping_answers_at_every_horizon(skills: Running, shop: Shop) -> None:
    await hire_team(skills, shop, "Online", 6, 2)
    await hire_team(skills, shop, "Shops", 7, 2)
    expected = {
        "org_unit": ("Shops", 7),
        "role": ("Sales representative", 14),
        "manager": ("Lea Holm", 14),
        "skill": ("Use virtual conference tools", 14),
    }
    for horizon in ("now", "short", "long", str(TODAY + timedelta(days=20))):
        for group_by, figure in expected.items():
            groups = await sent(await skills.get(f"/v1/gaps?group_by={group_by}&horizon={horizon}"), 200)
            shown = [(item["group"]["title"], item["people"]) for item in groups["data"] if not item["suppressed"]]
            assert shown == [figure]
            assert (groups["group_by"], groups["horizon"]) == (group_by, horizon)


async def test_a_view_that_leaves_out_one_person_is_refused(skills: Running, shop: Shop) -> None:
    await hire_team(skills, shop, "Online", 8, 2)
    units = await sent(await skills.get("/v1/org-units"), 200)
    online = next(unit["id"] for unit in units["data"] if unit["title"] == "Online")
    for path in ("/v1/gaps", "/v1/gaps/heatmap", "/v1/gaps/trend"):
        answer = await skills.get(f"{path}?org_unit_id={online}")
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:upskill:problem:too-few-people")


async def test_a_unit_almost_as_large_as_one_above_it_is_refused(skills: Running, shop: Shop) -> None:
    await hire_team(skills, shop, "Online", 9, 2)
    await hire_team(skills, shop, "Stores", 8, 2)
    units = {unit["title"]: unit["id"] for unit in (await sent(await skills.get("/v1/org-units"), 200))["data"]}
    query = f"org_unit_id={units['Online']}"
    assert (await skills.get(f"/v1/coverage?{query}")).status_code == 200
    # Lea and Mia are all that Sales has besides.
    parent = {"parent_id": units["Sales"]}
    await sent(await skills.patch(f"/v1/org-units/{units['Online']}", parent, headers={"If-Match": "*"}), 200)
    await settled(skills)
    for path in ("/v1/gaps", "/v1/gaps/heatmap", "/v1/gaps/trend", "/v1/coverage"):
        answer = await skills.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:upskill:problem:too-few-people")
        assert (await skills.get(f"{path}?org_unit_id={units['Sales']}")).status_code == 200
    assert (await skills.get(f"/v1/gaps?{query}", caller=user(UUID(shop.lea)))).status_code == 200


async def test_the_heatmap_as_json_table_and_picture(skills: Running, shop: Shop) -> None:
    await hire_team(skills, shop, "=Online", 6, 2)
    heatmap = await sent(await skills.get("/v1/gaps/heatmap"), 200)
    assert [skill["label"] for skill in heatmap["skills"]] == ["Use virtual conference tools"]
    rows = {row["group"]["title"]: row["cells"][0] for row in heatmap["data"]}
    assert rows["=Online"] == {
        "skill_id": shop.conference,
        "people": None,
        "gap": None,
        "readiness": None,
        "suppressed": True,
    }
    await hire_team(skills, shop, "Shops", 6, 2)
    table = await skills.get("/v1/gaps/heatmap", headers={"Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert "'=Online" in table.text
    drawing = await skills.get("/v1/gaps/heatmap", headers={"Accept": "image/svg+xml"})
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert drawing.text.startswith("<svg")
    assert (await skills.get("/v1/gaps/heatmap", headers={"Accept": "text/html"})).status_code == 406


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (client_with("reports:read"), 200),
        (client_with("people:read"), 200),
        (client_with("skills:read"), 403),
        (user(uuid4()), 200),
        (None, 401),
    ],
)
async def test_who_may_read_reports(skills: Running, caller: Principal | None, status: int) -> None:
    for path in ("/v1/gaps", "/v1/gaps/heatmap", "/v1/gaps/trend"):
        assert (await skills.get(path, caller=caller)).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/v1/gaps?group_by=colour",
        "/v1/gaps?horizon=soon",
        "/v1/gaps?org_unit_id=hris:nowhere",
        "/v1/gaps/heatmap?group_by=skill",
        "/v1/gaps/heatmap?skills=0",
        "/v1/gaps/trend?skill_id=hris:nowhere",
        "/v1/gaps/trend?horizon=2000-01-01",
    ],
)
async def test_reports_that_cannot_be_asked_for(skills: Running, path: str) -> None:
    answer = await skills.get(path)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("query/")
