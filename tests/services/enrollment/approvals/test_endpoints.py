"""A leader's queue, and many answers at once."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import Shop


async def queue(shop: Shop, caller: Principal, query: str = "status=pending") -> list[str]:
    answer = await shop.service.get(f"/v1/approvals?{query}", caller=caller)
    assert answer.status_code == 200, answer.text
    return [row["enrollment"]["id"] for row in answer.json()["data"]]


@pytest.mark.parametrize(
    ("caller", "reads", "answers"),
    [
        (ADMIN, 200, 200),
        (client_with("enrollments:read"), 200, 403),
        (client_with("enrollments:write"), 403, 200),
        (client_with("people:read"), 403, 403),
        (user(uuid4()), 200, 200),
        (None, 401, 401),
    ],
)
async def test_who_may_call(shop: Shop, caller: Principal | None, reads: int, answers: int) -> None:
    assert (await shop.service.get("/v1/approvals", caller=caller)).status_code == reads
    body = {"data": [{"enrollment_id": str(uuid4()), "decision": "approve"}]}
    answer = await shop.service.post("/v1/approvals/bulk", body, caller=caller)
    assert answer.status_code == answers
    if answers == 200:
        assert [result["status"] for result in answer.json()["data"]] == [404]


async def test_everybody_sees_what_they_are_asked_and_nothing_else(shop: Shop) -> None:
    offering = await shop.offering()
    of_mia, of_lea = await shop.request(shop.mia, offering), await shop.request(shop.lea, offering)
    of_rita = await shop.request(shop.rita, offering)
    assert await queue(shop, user(shop.lea)) == [of_mia["id"]]
    assert await queue(shop, user(shop.anna)) == [of_lea["id"]]
    assert await queue(shop, user(shop.mia)) == []
    assert await queue(shop, user(shop.mia), f"approver_id={shop.lea}") == []
    assert await queue(shop, ADMIN) == [of_mia["id"], of_lea["id"], of_rita["id"]]
    assert await queue(shop, ADMIN, "approver_id=hris:lea") == [of_mia["id"]]
    assert await queue(shop, ADMIN, "queue=learning_administrators") == [of_rita["id"]]
    assert await queue(shop, ADMIN, f"person_id={shop.lea}") == [of_lea["id"]]


async def test_an_answered_request_leaves_the_queue_and_stays_in_its_history(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    (asked,) = (await shop.service.get("/v1/approvals", caller=user(shop.lea))).json()["data"]
    since = {"ids": asked["id"], "updated_since": asked["updated_at"]}
    assert (await shop.service.get("/v1/approvals", params=since)).json()["data"] == [asked]
    later = {"ids": asked["id"], "updated_since": "2999-01-01T00:00:00Z"}
    assert (await shop.service.get("/v1/approvals", params=later)).json()["data"] == []
    assert (asked["status"], asked["queue"], asked["escalations"]) == ("pending", "leaders", 0)
    assert asked["answer_by"] == enrollment["answer_by"] == "2026-11-30T10:00:00Z"
    assert asked["approver_ids"] == [str(shop.lea)]
    await shop.act(enrollment, "approve", shop.lea)
    assert await queue(shop, user(shop.lea)) == []
    (answered,) = (await shop.service.get("/v1/approvals?status=approved")).json()["data"]
    assert (answered["enrollment"]["status"], answered["answered_at"]) == ("enrolled", "2026-11-23T10:00:00Z")


async def test_a_deputy_is_asked_beside_the_manager_and_alone_while_the_manager_is_away(shop: Shop) -> None:
    deputy = shop.skills.add_person("deputy")
    shop.skills.deputies[shop.lea] = (deputy,)
    first = await shop.request(shop.mia, await shop.offering())
    assert first["approver_ids"] == [str(shop.lea), str(deputy)]
    await shop.act(first, "approve", deputy)
    assert (await shop.timeline(first))[1]["actor"]["person_id"] == str(deputy)
    shop.skills.change_person(shop.lea, active=False)
    second = await shop.request(shop.tom, await shop.offering())
    assert second["approver_ids"] == [str(deputy)]
    assert second["leader_id"] == str(shop.anna)


async def test_a_request_of_somebody_without_a_manager_waits_for_the_administrators(shop: Shop) -> None:
    enrollment = await shop.request(shop.rita, await shop.offering())
    assert enrollment["approver_ids"] == []
    own = await shop.act(enrollment, "approve", shop.rita, expect=403)
    assert own["type"] == "urn:upskill:problem:own-approval"
    plain = client_with("enrollments:write", "act")
    await shop.act(enrollment, "approve", shop.anna, caller=plain, expect=403)
    approved = await shop.act(enrollment, "approve", shop.anna, caller=ADMIN)
    assert (approved["status"], approved["leader_id"]) == ("enrolled", str(shop.anna))


async def bulk(shop: Shop, answers: list[dict[str, Any]], person: UUID | None = None, **kwargs: Any) -> Any:
    acting = {} if person is None else {"acting_person_id": str(person)}
    return await shop.service.post("/v1/approvals/bulk", {**acting, "data": answers}, **kwargs)


async def test_many_answers_have_a_result_each_and_what_fails_leaves_the_others(shop: Shop) -> None:
    offering = await shop.offering(capacity=1, waitlist="none")
    mia, tom = await shop.request(shop.mia, offering), await shop.request(shop.tom, offering)
    lea, rita = await shop.request(shop.lea, offering), await shop.request(shop.rita, offering)
    (third,) = shop.staff(1)
    third_request = await shop.request(third, offering)
    answer = await bulk(
        shop,
        [
            {"enrollment_id": mia["id"], "decision": "approve"},
            {"enrollment_id": tom["id"], "decision": "approve"},
            {"enrollment_id": lea["id"], "decision": "approve"},
            {"enrollment_id": rita["id"], "decision": "approve"},
            {"enrollment_id": str(uuid4()), "decision": "approve"},
            {"enrollment_id": third_request["id"], "decision": "decline", "reason": "Next year"},
        ],
        caller=user(shop.lea),
    )
    results = answer.json()["data"]
    assert [result["status"] for result in results] == [200, 409, 403, 404, 404, 200]
    assert results[0]["enrollment"]["status"] == "enrolled"
    assert results[1]["problem"]["type"] == "urn:upskill:problem:offering-full"
    assert results[2]["problem"]["type"] == "urn:upskill:problem:own-approval"
    assert results[5]["enrollment"]["status"] == "declined"
    assert await shop.seats(offering) == (1, 0)
    assert (await shop.get(tom))["status"] == "requested"
    assert await shop.told_of(tom) == ["requested"]


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ([], "/data"),
        ([{"enrollment_id": str(UUID(int=1)), "decision": "decline"}], "/data/0"),
        ([{"enrollment_id": str(UUID(int=1)), "decision": "wait"}], "/data/0/decision"),
        ([{"enrollment_id": str(UUID(int=1)), "decision": "approve"}] * 2, "/"),
        ([{"enrollment_id": "1", "decision": "approve"}], "/data/0/enrollment_id"),
    ],
)
async def test_a_wrong_answer_is_named_before_anything_happens(
    shop: Shop, answers: list[dict[str, Any]], pointer: str
) -> None:
    answer = await bulk(shop, answers)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
