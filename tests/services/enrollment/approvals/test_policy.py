"""The policy: approves or chooses who is asked, by attribute, and never declines."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import Shop

SMALL = {"route": "approve", "max_hours": 4, "max_cost": "100.00", "currency": "EUR"}
DEAR = {"route": "ask_administrators", "min_cost": "5000.00", "currency": "EUR"}
PATH = "/v1/approvals/policy"


async def put(shop: Shop, *rules: dict[str, Any], version: str = "*", **fields: Any) -> httpx.Response:
    return await shop.service.put(PATH, {"rules": list(rules), **fields}, headers={"If-Match": version})


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 200),
        (Principal("user", "user-ld", frozenset({"admin"}), uuid4()), 200, 200),
        (client_with("enrollments:read", "enrollments:write"), 200, 403),
        (user(uuid4()), 200, 403),
        (client_with("people:read"), 403, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_read_and_change_it(shop: Shop, caller: Principal | None, reads: int, writes: int) -> None:
    assert (await shop.service.get(PATH, caller=caller)).status_code == reads
    answer = await shop.service.put(PATH, {"rules": []}, caller=caller, headers={"If-Match": "*"})
    assert answer.status_code == writes


async def test_versions_count_up_and_a_stale_one_changes_nothing(shop: Shop) -> None:
    default = await shop.service.get(PATH)
    assert (default.json()["number"], default.headers["etag"]) == (0, '"0"')
    assert (await shop.service.put(PATH, {"rules": []})).status_code == 428
    first = await put(shop, SMALL, version='"0"', answer_within_hours=24)
    assert (first.json()["number"], first.headers["etag"]) == (1, '"1"')
    assert (await put(shop, version='"0"')).status_code == 412
    assert (await shop.service.get(PATH)).json() == first.json()


async def test_a_small_request_is_approved_at_once_by_the_policy(shop: Shop) -> None:
    await put(shop, SMALL)
    course = shop.programs.add("An hour on phones", format="course", hours=1, cost=None)
    body = {"person_id": str(shop.mia), "program_id": str(course)}
    enrollment = (await shop.service.post("/v1/enrollments", body)).json()
    assert enrollment["status"] == "enrolled"
    approval = (await shop.timeline(enrollment))[1]
    assert (approval["action"], approval["actor"]["kind"], approval["reason"]) == ("approve", "policy", "Policy 1.")
    assert await shop.told_of(enrollment) == ["requested", "approved", "enrolled"]
    assert (await shop.service.get("/v1/approvals")).json()["data"] == []


async def test_a_policy_takes_a_place_in_line_where_no_seat_is_free(shop: Shop) -> None:
    await put(shop, {"route": "approve"})
    offering = await shop.offering()
    assert (await shop.request(shop.mia, offering))["status"] == "enrolled"
    assert (await shop.request(shop.tom, offering))["position"] == 1


async def test_a_dear_request_goes_to_the_administrators_and_others_to_the_leader(shop: Shop) -> None:
    await put(shop, SMALL, DEAR, {"route": "ask_administrators", "formats": ["cross_training"]})
    to_administrators = await shop.request(shop.mia, await shop.offering())
    assert to_administrators["approver_ids"] == []
    mentoring = shop.programs.add("Mentoring", format="mentorship")
    body = {"person_id": str(shop.mia), "program_id": str(mentoring)}
    to_leader = (await shop.service.post("/v1/enrollments", body)).json()
    assert to_leader["approver_ids"] == [str(shop.lea)]


async def test_a_request_keeps_the_deadline_under_which_it_was_made(shop: Shop) -> None:
    await put(shop, answer_within_hours=24)
    enrollment = await shop.request(shop.mia, await shop.offering())
    await put(shop, answer_within_hours=48)
    assert (await shop.get(enrollment))["answer_by"] == "2026-11-24T10:00:00Z"


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"route": "decline"}, "/rules/0/route"),
        ({"route": "approve", "max_cost": "100.00"}, "/rules/0"),
        ({"route": "approve", "max_cost": "100.001", "currency": "EUR"}, "/rules/0/max_cost"),
        ({"route": "approve", "max_hours": -1}, "/rules/0/max_hours"),
        ({"route": "approve", "formats": ["webinar"]}, "/rules/0/formats/0"),
    ],
)
async def test_a_wrong_rule_is_named(shop: Shop, rule: dict[str, Any], pointer: str) -> None:
    answer = await put(shop, rule)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
