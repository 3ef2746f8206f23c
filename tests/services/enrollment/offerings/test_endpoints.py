"""Offerings through the API: who may make them, what is refused, what a change of seats does."""

from typing import Any
from uuid import uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import OFFERING, Shop


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 201),
        (client_with("enrollments:read"), 200, 403),
        (client_with("enrollments:write"), 403, 201),
        (client_with("people:read"), 403, 403),
        (user(uuid4()), 200, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_read_and_write(shop: Shop, caller: Principal | None, reads: int, writes: int) -> None:
    offering = await shop.offering()
    of_program = f"/v1/programs/{shop.program}/offerings"
    one = f"/v1/offerings/{offering['id']}"
    for path in (of_program, "/v1/offerings", one):
        assert (await shop.service.get(path, caller=caller)).status_code == reads
    assert (await shop.service.post(of_program, OFFERING, caller=caller)).status_code == writes
    changed = await shop.service.patch(
        one,
        {"place": "Shop 4"},
        caller=caller,
        headers={"If-Match": '"1"', "Content-Type": "application/merge-patch+json"},
    )
    assert changed.status_code == {201: 200}.get(writes, writes)


async def test_a_run_shows_its_program_its_seats_and_its_defaults(shop: Shop) -> None:
    answer = await shop.service.post(
        "/v1/programs/lms:Four%20weeks%20in%20marketing/offerings",
        {**OFFERING, "facilitator_id": "hris:rita", "external_ids": [{"source": "lms", "external_id": "RUN-1"}]},
    )
    assert answer.status_code == 201, answer.text
    offering = answer.json()
    assert answer.headers["location"] == f"/v1/offerings/{offering['id']}"
    assert answer.headers["etag"] == '"1"'
    assert offering["program"] == {
        "id": str(shop.program),
        "title": "Four weeks in marketing",
        "format": "cross_training",
    }
    assert offering["facilitator_id"] == str(shop.rita)
    expected = {"seats_taken": 0, "seats_free": 1, "waiting": 0, "offer_hours": 48, "starts_at": None}
    assert {name: offering[name] for name in expected} == expected
    assert (await shop.service.get("/v1/offerings/lms:RUN-1")).json() == offering


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"capacity": -1}, "/capacity"),
        ({"capacity": 1.5}, "/capacity"),
        ({"waitlist": "maybe"}, "/waitlist"),
        ({"seats": 3}, "/seats"),
        ({"starts_at": "2027-01-10T09:00:00"}, "/starts_at"),
        ({"starts_at": "2027-01-10T09:00:00Z", "ends_at": "2027-01-09T09:00:00Z"}, "/ends_at"),
        ({"facilitator_id": "hris:nobody"}, "/facilitator_id"),
        ({"link": "javascript:alert(1)"}, "/link"),
    ],
)
async def test_a_wrong_field_is_named(shop: Shop, fields: dict[str, Any], pointer: str) -> None:
    answer = await shop.service.post(f"/v1/programs/{shop.program}/offerings", {**OFFERING, **fields})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_an_unknown_program_is_not_found_and_a_draft_is_not_run(shop: Shop) -> None:
    draft = shop.programs.add("Not yet", status="draft")
    assert (await shop.service.post(f"/v1/programs/{uuid4()}/offerings", OFFERING)).status_code == 404
    refused = await shop.service.post(f"/v1/programs/{draft}/offerings", OFFERING)
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:upskill:problem:program-not-open"


async def test_a_neighbour_that_is_away_is_503_with_retry_after(shop: Shop) -> None:
    shop.skills.down = True
    answer = await shop.service.post("/v1/enrollments", {"person_id": "hris:mia", "program_id": str(shop.program)})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_runs_are_listed_by_program_in_pages(shop: Shop) -> None:
    made = [(await shop.offering())["id"] for _ in range(3)]
    other = shop.programs.add("Something else")
    await shop.service.post(f"/v1/programs/{other}/offerings", OFFERING)
    first = (await shop.service.get(f"/v1/programs/{shop.program}/offerings?limit=2")).json()
    rest = (
        await shop.service.get(f"/v1/programs/{shop.program}/offerings?limit=2&cursor={first['next_cursor']}")
    ).json()
    assert [one["id"] for one in first["data"] + rest["data"]] == made
    assert rest["next_cursor"] is None
    wanted = (await shop.service.get(f"/v1/offerings?ids={made[2]},{made[0]}")).json()["data"]
    assert [one["id"] for one in wanted] == [made[0], made[2]]


PATCH = {"Content-Type": "application/merge-patch+json"}


async def test_a_change_needs_the_version_that_was_read(shop: Shop) -> None:
    path = f"/v1/offerings/{(await shop.offering())['id']}"
    assert (await shop.service.patch(path, {"place": "Shop 4"}, headers=PATCH)).status_code == 428
    changed = await shop.service.patch(path, {"place": "Shop 4"}, headers={**PATCH, "If-Match": '"1"'})
    assert changed.json()["place"] == "Shop 4"
    assert changed.headers["etag"] == '"2"'
    stale = await shop.service.patch(path, {"place": "Shop 5"}, headers={**PATCH, "If-Match": '"1"'})
    assert stale.status_code == 412


async def change(shop: Shop, offering: dict[str, Any], expect: int = 200, **fields: Any) -> dict[str, Any]:
    headers = {**PATCH, "If-Match": "*"}
    answer = await shop.service.patch(f"/v1/offerings/{offering['id']}", fields, headers=headers)
    assert answer.status_code == expect, answer.text
    return dict(answer.json())


async def test_more_seats_go_to_the_people_in_line_in_the_order_of_their_requests(shop: Shop) -> None:
    offering = await shop.offering()
    people = [shop.mia, shop.tom, *shop.staff(2)]
    requests = [await shop.request(person, offering) for person in people]
    for requested in (requests[0], requests[3], requests[2], requests[1]):
        await shop.act(requested, "approve", shop.lea)
    assert [(await shop.get(one))["position"] for one in requests] == [None, 1, 2, 3]
    changed = await change(shop, offering, capacity=3)
    assert (changed["seats_taken"], changed["waiting"]) == (3, 1)
    statuses = [(await shop.get(one))["status"] for one in requests]
    assert statuses == ["enrolled", "enrolled", "enrolled", "waitlisted"]


async def test_the_capacity_cannot_fall_below_the_seats_that_are_taken(shop: Shop) -> None:
    offering = await shop.offering(capacity=2)
    await shop.enrolled(shop.mia, offering)
    refused = await change(shop, offering, 409, capacity=0)
    assert refused["type"] == "urn:upskill:problem:seats-taken"
    assert refused["seats_taken"] == 1
    assert (await change(shop, offering, capacity=1))["seats_free"] == 0


async def test_the_waitlist_is_not_abolished_under_the_people_in_it(shop: Shop) -> None:
    offering = await shop.offering(capacity=1)
    await shop.enrolled(shop.mia, offering)
    await shop.enrolled(shop.tom, offering)
    assert (await change(shop, offering, 409, waitlist="none"))["type"].endswith("people-waiting")


async def test_no_limit_seats_everybody(shop: Shop) -> None:
    offering = await shop.offering(capacity=None)
    for person in (shop.mia, shop.tom):
        assert (await shop.enrolled(person, offering))["status"] == "enrolled"
    assert await shop.seats(offering) == (2, 0)


async def test_a_new_facilitator_may_run_what_is_under_way_and_the_old_one_no_more(shop: Shop) -> None:
    offering = await shop.offering(facilitator_id=str(shop.rita))
    enrollment = await shop.enrolled(shop.mia, offering)
    await change(shop, offering, facilitator_id="hris:tom")
    await shop.act(enrollment, "start", caller=user(shop.rita), expect=404)
    await shop.act(enrollment, "start", caller=user(shop.tom))


async def test_an_earlier_start_shortens_the_offers_that_would_outlive_it(shop: Shop) -> None:
    offering = await shop.offering(waitlist="offer", starts_at="2026-12-24T10:00:00Z")
    seated = await shop.enrolled(shop.mia, offering)
    waiting = await shop.enrolled(shop.tom, offering)
    await shop.act(seated, "withdraw", shop.mia)
    await change(shop, offering, starts_at="2026-11-24T10:00:00Z")
    assert (await shop.get(waiting))["offer_expires_at"] == "2026-11-24T10:00:00Z"


async def test_a_run_is_taken_away_only_while_nobody_takes_part(shop: Shop) -> None:
    offering = await shop.offering()
    path, headers = f"/v1/offerings/{offering['id']}", {"If-Match": "*"}
    requested = await shop.request(shop.mia, offering)
    used = await shop.service.delete(path, headers=headers)
    assert (used.status_code, used.json()["type"]) == (409, "urn:upskill:problem:offering-used")
    await shop.act(requested, "withdraw", shop.mia)
    assert (await shop.service.delete(path)).status_code == 428
    assert (await shop.service.delete(path, headers={"If-Match": '"99"'})).status_code == 412
    assert (await shop.service.delete(path, headers=headers)).status_code == 204
    assert (await shop.service.get(path)).status_code == 404
    assert (await shop.service.get("/v1/offerings")).json()["data"] == []
    gone = (await shop.service.get("/v1/offerings?updated_since=2020-01-01T00:00:00Z")).json()["data"]
    assert [(one["id"], one["deleted"]) for one in gone] == [(offering["id"], True)]
    body = {"person_id": str(shop.mia), "offering_id": offering["id"]}
    assert (await shop.service.post("/v1/enrollments", body)).status_code == 422


async def test_a_learning_system_owns_its_runs_by_its_own_ids(shop: Shop) -> None:
    path = "/v1/offerings/by-external-id/lms/RUN-7"
    body = {**OFFERING, "program_id": "lms:Four weeks in marketing"}
    made = await shop.service.put(path, body)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/v1/offerings/{made.json()['id']}"
    assert made.json()["external_ids"] == [{"source": "lms", "external_id": "RUN-7"}]
    again = await shop.service.put(path, {**body, "capacity": 7})
    assert (again.status_code, again.json()["id"], again.json()["capacity"]) == (200, made.json()["id"], 7)
    other = shop.programs.add("Something else")
    moved = await shop.service.put(path, {**body, "program_id": str(other)})
    assert [fault["pointer"] for fault in moved.json()["errors"]] == ["/program_id"]
    stale = await shop.service.put(path, body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await shop.service.put(path, body, caller=client_with("enrollments:read"))).status_code == 403


async def test_ids_that_are_none_are_refused(shop: Shop) -> None:
    for path in ("/v1/offerings?ids=x", "/v1/enrollments?ids=x", "/v1/enrollments?person_id=x"):
        assert (await shop.service.get(path)).status_code == 422
    by_program = await shop.service.get("/v1/enrollments?program_id=lms:nothing")
    assert [fault["pointer"] for fault in by_program.json()["errors"]] == ["query/program_id"]
