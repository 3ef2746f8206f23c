"""What learning systems report under their own ids."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import Shop

LMS = client_with("enrollments:write")
PATH = "/v1/enrollments/by-external-id/lms/REG-1"
COMPLETED = {
    "person_id": "hris:mia",
    "program_id": "lms:Four weeks in marketing",
    "status": "completed",
    "completed_at": "2026-11-20T15:30:00Z",
    "score": 87.5,
}


async def report(shop: Shop, path: str = PATH, **fields: Any) -> httpx.Response:
    return await shop.service.put(path, {**COMPLETED, **fields}, caller=LMS)


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        (ADMIN, 201),
        (LMS, 201),
        (client_with("enrollments:read"), 403),
        (user(uuid4()), 403),
        (None, 401),
    ],
)
async def test_who_may_report(shop: Shop, caller: Principal | None, expected: int) -> None:
    assert (await shop.service.put(PATH, COMPLETED, caller=caller)).status_code == expected


async def test_a_completion_needs_no_approval_and_the_client_is_the_actor(shop: Shop) -> None:
    answer = await report(shop)
    assert answer.status_code == 201, answer.text
    enrollment = answer.json()
    assert answer.headers["location"] == f"/v1/enrollments/{enrollment['id']}"
    assert (enrollment["status"], enrollment["score"]) == ("completed", 87.5)
    assert enrollment["completed_at"] == "2026-11-20T15:30:00Z"
    assert enrollment["evidence"]["status"] == "pending"
    assert enrollment["external_ids"] == [{"source": "lms", "external_id": "REG-1"}]
    timeline = await shop.timeline(enrollment)
    assert [line["action"] for line in timeline] == ["request", "approve", "enroll", "complete"]
    assert {line["actor"]["client_id"] for line in timeline} == {LMS.id}
    assert (await shop.service.get("/v1/enrollments/lms:REG-1")).json()["id"] == enrollment["id"]


async def test_the_same_report_again_changes_nothing(shop: Shop) -> None:
    first = await report(shop)
    again = await report(shop)
    assert (again.status_code, again.json()) == (200, first.json())
    assert await shop.told() == ["requested", "approved", "enrolled", "completed"]


async def test_reports_follow_one_participation(shop: Shop) -> None:
    for status in ("enrolled", "in_progress", "completed", "revoked"):
        answer = await report(shop, status=status)
        assert answer.json()["status"] == status
    back = await report(shop, status="in_progress")
    assert (back.status_code, back.json()["allowed"]) == (409, [])


async def test_a_report_takes_over_what_was_asked_for_here(shop: Shop) -> None:
    offering = await shop.offering()
    asked = await shop.request(shop.mia, offering)
    answer = await report(shop, status="in_progress")
    assert (answer.status_code, answer.json()["id"]) == (200, asked["id"])
    assert await shop.seats(offering) == (1, 0)
    await report(shop)
    assert await shop.seats(offering) == (0, 0)
    assert (await shop.service.get("/v1/approvals?status=pending")).json()["data"] == []


async def test_a_report_sells_no_seat_twice_but_what_is_over_is_a_fact(shop: Shop) -> None:
    offering = await shop.offering()
    await shop.enrolled(shop.tom, offering)
    run = {"program_id": None, "offering_id": offering["id"]}
    refused = await report(shop, status="enrolled", **run)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:upskill:problem:offering-full")
    assert (await shop.service.get("/v1/enrollments/lms:REG-1")).status_code == 404
    assert (await report(shop, **run)).json()["status"] == "completed"
    assert await shop.seats(offering) == (1, 0)


async def test_a_report_jumps_no_queue(shop: Shop) -> None:
    offering = await shop.offering()
    await shop.enrolled(shop.tom, offering)
    waiting = await shop.enrolled(shop.mia, offering)
    refused = await report(shop, status="in_progress")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["withdraw"])
    assert (await report(shop, status="withdrawn")).json()["id"] == waiting["id"]
    assert await shop.seats(offering) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"person_id": "hris:nobody"}, "/person_id"),
        ({"program_id": "lms:nothing"}, "/program_id"),
        ({"status": "waitlisted"}, "/status"),
        ({"score": 101}, "/score"),
        ({"completed_at": "2027-01-01T00:00:00Z"}, "/completed_at"),
        ({"grade": "A"}, "/grade"),
        ({"program_id": None}, "/"),
    ],
)
async def test_a_wrong_report_is_named_and_leaves_nothing(shop: Shop, fields: dict[str, Any], pointer: str) -> None:
    answer = await report(shop, **fields)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert await shop.told() == []


async def test_one_id_stands_for_one_person(shop: Shop) -> None:
    await report(shop)
    other = await report(shop, person_id="hris:tom")
    assert [fault["pointer"] for fault in other.json()["errors"]] == ["/person_id"]
