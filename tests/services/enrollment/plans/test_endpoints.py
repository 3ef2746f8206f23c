"""Development plans: who makes, sees and moves them, and what learning does to their items."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.contracts.programs.messages import TaughtSkill
from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import Shop

WRITER = client_with("enrollments:write", "enrollments:read")


@dataclass
class Plans:
    """What the tests do with plans."""

    shop: Shop

    def item(self, **fields: Any) -> dict[str, Any]:
        stated = {"skill_id": str(self.shop.marketing), "to_level": 3, "program_id": str(self.shop.program)}
        return {**stated, **fields}

    async def make(self, person: UUID | None = None, *items: dict[str, Any], **fields: Any) -> dict[str, Any]:
        body = {"person_id": str(person or self.shop.mia), "items": list(items) or [self.item()], **fields}
        answer = await self.shop.service.post("/v1/plans", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def act(
        self, plan: dict[str, Any], action: str, person: UUID | None = None, caller: Principal | None = ADMIN
    ) -> httpx.Response:
        acting = {} if person is None else {"acting_person_id": str(person)}
        return await self.shop.service.post(f"/v1/plans/{plan['id']}/{action}", acting, caller=caller)

    async def get(self, plan: dict[str, Any]) -> dict[str, Any]:
        return dict((await self.shop.service.get(f"/v1/plans/{plan['id']}")).json())


@pytest.fixture
def plans(shop: Shop) -> Plans:
    return Plans(shop)


async def test_a_plan_is_made_with_names_for_what_it_points_to(plans: Plans) -> None:
    shop = plans.shop
    role = shop.skills.add_role("Social media marketer")
    answer = await shop.service.post(
        "/v1/plans",
        {"person_id": "hris:mia", "target_role_id": str(role), "items": [plans.item(due_on="2026-12-01")]},
    )
    plan = answer.json()
    assert (answer.status_code, answer.headers["location"], answer.headers["etag"]) == (
        201,
        f"/v1/plans/{plan['id']}",
        '"1"',
    )
    assert plan["person_id"] == str(shop.mia)
    assert plan["title"] == "Social media marketer"
    assert plan["target_role"] == {"id": str(role), "title": "Social media marketer"}
    assert (plan["status"], plan["allowed"]) == ("draft", ["submit", "cancel"])
    (item,) = plan["items"]
    assert item["skill"] == {"id": str(shop.marketing), "label": "marketing"}
    assert item["program"] == {"id": str(shop.program), "title": "Four weeks in marketing"}
    assert (item["due_on"], item["due_state"], item["status"]) == ("2026-12-01", "soon", "planned")
    assert (await shop.service.get(answer.headers["location"])).json() == plan


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ({"days": 30}, "2026-12-23"),
        ({"days": 30, "after": "hired_on"}, "2024-03-31"),
    ],
)
async def test_a_due_day_may_be_relative(plans: Plans, due: dict[str, Any], expected: str) -> None:
    plans.shop.skills.change_person(plans.shop.mia, hired_on=date(2024, 3, 1))
    plan = await plans.make(None, plans.item(due=due))
    assert plan["items"][0]["due_on"] == expected


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"person_id": str(uuid4())}, "/person_id"),
        ({"person_id": "hris:nobody"}, "/person_id"),
        ({"target_role_id": str(uuid4())}, "/target_role_id"),
        ({"items": [{"skill_id": str(uuid4()), "to_level": 3}]}, "/items/0/skill_id"),
        ({"item": {"to_level": 6}}, "/items/0/to_level"),
        ({"item": {"to_level": -1}}, "/items/0/to_level"),
        ({"item": {"program_id": str(uuid4())}}, "/items/0/program_id"),
        ({"item": {"id": str(uuid4())}}, "/items/0/id"),
        ({"item": {"due_on": "2027-01-01", "due": {"days": 3}}}, "/items/0"),
        ({"item": {"colour": "red"}}, "/items/0/colour"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_what_is_wrong_is_named(plans: Plans, change: dict[str, Any], pointer: str) -> None:
    stated = dict(change)
    item = plans.item(**stated.pop("item", {}))
    body = {"person_id": str(plans.shop.mia), "items": [item], **stated}
    answer = await plans.shop.service.post("/v1/plans", body)
    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, [pointer])
    assert (await plans.shop.service.get("/v1/plans")).json()["data"] == []


def people(shop: Shop) -> dict[str, Principal | None]:
    return {
        "administrator's client": ADMIN,
        "writing client": WRITER,
        "reading client": client_with("enrollments:read"),
        "client of another matter": client_with("skills:read"),
        "the person": user(shop.mia),
        "their leader": user(shop.lea),
        "their leader's leader": user(shop.anna),
        "a colleague": user(shop.tom),
        "a stranger": user(shop.rita),
        "nobody": None,
    }


@pytest.mark.parametrize(
    ("who", "reads", "lists", "makes", "submits", "approves"),
    [
        ("administrator's client", 200, 200, 201, 200, 403),
        ("writing client", 200, 200, 201, 200, 403),
        ("reading client", 200, 200, 403, 403, 403),
        ("client of another matter", 403, 403, 403, 403, 403),
        ("the person", 200, 200, 201, 200, 403),
        ("their leader", 200, 200, 201, 200, 200),
        ("their leader's leader", 200, 200, 201, 200, 200),
        ("a colleague", 404, 422, 422, 404, 404),
        ("a stranger", 404, 422, 422, 404, 404),
        ("nobody", 401, 401, 401, 401, 401),
    ],
)
async def test_who_may_do_what(
    plans: Plans, who: str, reads: int, lists: int, makes: int, submits: int, approves: int
) -> None:
    plan, service, caller = await plans.make(), plans.shop.service, people(plans.shop)[who]
    path = f"/v1/plans/{plan['id']}"
    assert (await service.get(path, caller=caller)).status_code == reads
    assert (await service.get(f"/v1/plans?person_id={plans.shop.mia}", caller=caller)).status_code == lists
    body = {"person_id": str(plans.shop.mia), "items": []}
    assert (await service.post("/v1/plans", body, caller=caller)).status_code == makes
    submitted = await plans.act(plan, "submit", caller=caller)
    assert submitted.status_code == submits
    if submits != 200:
        await plans.act(plan, "submit")
    assert (await plans.act(plan, "approve", caller=caller)).status_code == approves


async def test_a_client_that_acts_for_the_leader_answers_the_review(plans: Plans) -> None:
    plan = await plans.make()
    await plans.act(plan, "submit", plans.shop.mia)
    refused = await plans.act(plan, "approve", plans.shop.mia)
    assert refused.json()["type"] == "urn:upskill:problem:plan-move-not-yours"
    assert (await plans.act(plan, "approve", plans.shop.lea, caller=WRITER)).json()["type"].endswith("may-not-act")
    assert (await plans.act(plan, "approve", plans.shop.lea)).json()["status"] == "active"


async def test_a_deputy_stands_in_for_the_leader(plans: Plans) -> None:
    plans.shop.skills.deputies[plans.shop.lea] = (plans.shop.rita,)
    plan = await plans.make()
    await plans.act(plan, "submit", plans.shop.mia)
    assert (await plans.act(plan, "return", plans.shop.rita)).json()["status"] == "draft"
    await plans.act(plan, "submit", plans.shop.mia)
    assert (await plans.act(plan, "approve", caller=user(plans.shop.rita))).json()["status"] == "active"


async def test_two_moves_at_once_are_one(plans: Plans) -> None:
    plan = await plans.make()
    answers = await asyncio.gather(*(plans.act(plan, "submit") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert (await plans.get(plan))["status"] == "in_review"


async def test_whom_nobody_leads_is_reviewed_by_the_administrators(plans: Plans) -> None:
    plan = await plans.make(plans.shop.anna)
    await plans.act(plan, "submit", plans.shop.anna)
    assert (await plans.act(plan, "approve", plans.shop.anna)).status_code == 403
    assert (await plans.act(plan, "approve", plans.shop.rita)).json()["status"] == "active"


async def test_a_plan_goes_through_its_life(plans: Plans) -> None:
    shop, plan = plans.shop, await plans.make()
    refused = await plans.act(plan, "approve", shop.lea)
    assert (refused.status_code, refused.json()["allowed"], refused.json()["current"]) == (
        409,
        ["submit", "cancel"],
        "draft",
    )
    for action, status in (("submit", "in_review"), ("return", "draft"), ("submit", "in_review")):
        assert (await plans.act(plan, action, shop.lea)).json()["status"] == status
    approved = await plans.act(plan, "approve", shop.lea)
    assert approved.json()["allowed"] == ["cancel"], "an open item keeps it from being complete"
    assert (await plans.act(plan, "complete")).status_code == 409
    enrolled = await shop.request(shop.mia, plan_item_id=plan["items"][0]["id"])
    await shop.act(enrolled, "approve", shop.lea)
    await shop.act(enrolled, "complete", shop.lea)
    completed = await plans.act(plan, "complete")
    assert (completed.json()["status"], completed.json()["progress"]) == ("completed", {"done": 1, "total": 1})
    assert (await plans.act(plan, "reopen")).json()["status"] == "active"
    assert (await plans.act(plan, "cancel")).json()["status"] == "cancelled"
    assert (await plans.act(plan, "reopen")).json()["status"] == "draft"
    moves = [data.get("action") for kind, data in await shop.facts() if kind.startswith("enrollment.plan.")]
    assert moves == [
        None, "submit", "return", "submit", "approve", "complete", "reopen", "cancel", "reopen",
    ]  # fmt: skip


async def test_a_change_keeps_items_by_their_id(plans: Plans) -> None:
    shop = plans.shop
    video = shop.skills.add_skill("video")
    plan = await plans.make(None, plans.item(), plans.item(skill_id=str(video), program_id=None))
    await shop.request(shop.mia, plan_item_id=plan["items"][0]["id"])
    now = await plans.get(plan)
    assert [item["status"] for item in now["items"]] == ["enrolled", "planned"]
    path = f"/v1/plans/{plan['id']}"
    kept = {"id": plan["items"][0]["id"], **plans.item(to_level=4)}
    change = {"title": "My way", "items": [plans.item(skill_id=str(video), to_level=2), kept]}
    assert (await shop.service.patch(path, change)).status_code == 428
    assert (await shop.service.patch(path, change, headers={"If-Match": '"1"'})).status_code == 412
    changed = await shop.service.patch(path, change, headers={"If-Match": '"2"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["title"]) == (200, '"3"', "My way")
    first, second = changed.json()["items"]
    assert (first["skill"]["label"], first["status"]) == ("video", "planned")
    assert first["id"] not in {item["id"] for item in plan["items"]}
    assert (second["id"], second["status"], second["to_level"]) == (kept["id"], "enrolled", 4.0)


async def test_a_change_of_the_title_alone_leaves_the_rest(plans: Plans) -> None:
    role = plans.shop.skills.add_role("Social media marketer")
    plan = await plans.make(target_role_id=str(role))
    path, first = f"/v1/plans/{plan['id']}", {"If-Match": '"1"'}
    changed = (await plans.shop.service.patch(path, {"title": "My way"}, headers=first)).json()
    assert (changed["title"], changed["target_role"], changed["items"]) == (
        "My way",
        plan["target_role"],
        plan["items"],
    )
    cleared = await plans.shop.service.patch(path, {"target_role_id": None}, headers={"If-Match": '"2"'})
    assert cleared.json()["target_role"] is None


@pytest.mark.parametrize("patch", [{"items": [{"id": str(uuid4())}]}, {"status": "active"}, {"items": "none"}])
async def test_a_bad_change_changes_nothing(plans: Plans, patch: dict[str, Any]) -> None:
    plan = await plans.make()
    path, first = f"/v1/plans/{plan['id']}", {"If-Match": '"1"'}
    assert (await plans.shop.service.patch(path, patch, headers=first)).status_code == 422
    assert await plans.get(plan) == plan


async def test_another_plans_item_cannot_be_taken(plans: Plans) -> None:
    mine, other = await plans.make(), await plans.make(plans.shop.tom)
    stolen = {"items": [{"id": other["items"][0]["id"], **plans.item()}]}
    answer = await plans.shop.service.patch(f"/v1/plans/{mine['id']}", stolen, headers={"If-Match": '"1"'})
    assert answer.json()["errors"][0]["pointer"] == "/items/0/id"
    assert await plans.get(other) == other


async def test_a_closed_plan_is_not_changed(plans: Plans) -> None:
    plan = await plans.make()
    await plans.act(plan, "cancel")
    answer = await plans.shop.service.patch(f"/v1/plans/{plan['id']}", {"title": "Again"}, headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:plan-closed")


async def test_only_drafts_and_cancelled_plans_are_deleted(plans: Plans) -> None:
    service, plan = plans.shop.service, await plans.make()
    path = f"/v1/plans/{plan['id']}"
    await plans.act(plan, "submit")
    assert (await service.delete(path, headers={"If-Match": '"2"'})).status_code == 409
    await plans.act(plan, "cancel")
    assert (await service.delete(path)).status_code == 428
    assert (await service.delete(path, headers={"If-Match": '"3"'}, caller=user(plans.shop.tom))).status_code == 404
    assert (await service.delete(path, headers={"If-Match": '"3"'})).status_code == 204
    assert (await service.get(path)).status_code == 404
    assert (await service.get("/v1/plans")).json()["data"] == []
    tombstones = (await service.get("/v1/plans?updated_since=2026-01-01T00:00:00Z")).json()["data"]
    assert [(one["id"], one["deleted"]) for one in tombstones] == [(plan["id"], True)]


async def test_lists_narrow(plans: Plans) -> None:
    shop, role = plans.shop, plans.shop.skills.add_role("Social media marketer")
    mias, toms = await plans.make(target_role_id=str(role)), await plans.make(shop.tom)
    await plans.act(toms, "submit")

    async def listed(query: str, caller: Principal = ADMIN) -> list[str]:
        answer = await shop.service.get(f"/v1/plans?{query}", caller=caller)
        return [plan["id"] for plan in answer.json()["data"]]

    assert await listed("") == [mias["id"], toms["id"]]
    assert await listed("person_id=hris:tom") == [toms["id"]]
    assert await listed("status=draft") == [mias["id"]]
    assert await listed(f"target_role_id={role}") == [mias["id"]]
    assert await listed(f"ids={toms['id']}") == [toms["id"]]
    assert await listed("", user(shop.tom)) == [toms["id"]]
    assert await listed(f"person_id={shop.tom}", user(shop.lea)) == [toms["id"]]


@pytest.mark.parametrize("status", ["draft", "in_review", "active"])
async def test_learning_need_not_wait_for_the_review(plans: Plans, status: str) -> None:
    shop, plan = plans.shop, await plans.make()
    for action in {"draft": (), "in_review": ("submit",), "active": ("submit", "approve")}[status]:
        await plans.act(plan, action, shop.lea)
    enrollment = await shop.request(shop.mia, plan_item_id=plan["items"][0]["id"])
    (item,) = (await plans.get(plan))["items"]
    assert (item["status"], item["enrollment_id"]) == ("enrolled", enrollment["id"])


async def test_an_item_of_nobody_of_others_and_of_closed_plans_serves_nothing(plans: Plans) -> None:
    shop = plans.shop
    toms, closed = await plans.make(shop.tom), await plans.make()
    await plans.act(closed, "cancel")
    for item_id in (str(uuid4()), toms["items"][0]["id"], closed["items"][0]["id"]):
        body = {"person_id": str(shop.mia), "program_id": str(shop.program), "plan_item_id": item_id}
        answer = await shop.service.post("/v1/enrollments", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/plan_item_id")
    assert (await shop.service.get("/v1/enrollments")).json()["data"] == []


@pytest.mark.parametrize("action", ["decline", "withdraw"])
async def test_a_participation_that_ends_leaves_the_item_open(plans: Plans, action: str) -> None:
    shop, plan = plans.shop, await plans.make()
    enrollment = await shop.request(shop.mia, plan_item_id=plan["items"][0]["id"])
    await shop.act(enrollment, action, shop.lea, reason="Not now")
    (item,) = (await plans.get(plan))["items"]
    assert (item["status"], item["enrollment_id"]) == ("planned", None)


async def test_a_completion_does_the_items_with_its_program_and_no_others(plans: Plans) -> None:
    shop = plans.shop
    video = shop.skills.add_skill("video")
    taught = TaughtSkill(skill_id=video, label="video", from_level=1, to_level=2)
    other_program = shop.programs.add("Film school", taught)
    plan = await plans.make(
        None, plans.item(), plans.item(skill_id=str(video), to_level=2, program_id=str(other_program))
    )
    toms = await plans.make(shop.tom)
    await shop.completed(shop.mia)
    assert [item["status"] for item in (await plans.get(plan))["items"]] == ["done", "planned"]
    assert [item["status"] for item in (await plans.get(toms))["items"]] == ["planned"]
    fulfilled = [data for kind, data in await shop.facts() if kind == "enrollment.plan_item.fulfilled.v1"]
    assert [fact["plan_item_id"] for fact in fulfilled] == [plan["items"][0]["id"]]


async def test_while_the_skills_service_is_away_nothing_is_made(plans: Plans) -> None:
    plans.shop.skills.down = True
    answer = await plans.shop.service.post("/v1/plans", {"person_id": str(plans.shop.mia), "items": []})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    plans.shop.skills.down = False
    assert (await plans.shop.service.get("/v1/plans")).json()["data"] == []


async def test_a_repeated_request_makes_one_plan(plans: Plans) -> None:
    headers, body = {"Idempotency-Key": "one"}, {"person_id": str(plans.shop.mia), "items": [plans.item()]}
    first = await plans.shop.service.post("/v1/plans", body, headers=headers)
    again = await plans.shop.service.post("/v1/plans", body, headers=headers)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert len((await plans.shop.service.get("/v1/plans")).json()["data"]) == 1
