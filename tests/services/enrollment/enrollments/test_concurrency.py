"""Sixty-four people and one seat, at once: exactly one gets it, the others stand in the order of their requests."""

import asyncio

from tests.services.enrollment.shop import Shop

PEOPLE = 64


async def test_parallel_approvals_never_oversell(shop: Shop) -> None:
    offering = await shop.offering(capacity=1)
    requests = [await shop.request(person, offering) for person in shop.staff(PEOPLE)]
    answers = await asyncio.gather(*(shop.act(one, "approve", shop.lea) for one in requests))
    statuses = [answer["status"] for answer in answers]
    assert statuses.count("enrolled") == 1
    assert statuses.count("waitlisted") == PEOPLE - 1
    assert await shop.seats(offering) == (1, PEOPLE - 1)
    waiting = [one for one, status in zip(requests, statuses, strict=True) if status == "waitlisted"]
    assert [(await shop.get(one))["position"] for one in waiting] == list(range(1, PEOPLE))


async def test_parallel_requests_and_approvals_fill_the_seats_exactly(shop: Shop) -> None:
    offering = await shop.offering(capacity=5)
    answers = await asyncio.gather(*(shop.enrolled(person, offering) for person in shop.staff(40)))
    assert [answer["status"] for answer in answers].count("enrolled") == 5
    assert await shop.seats(offering) == (5, 35)


async def test_one_person_cannot_ask_twice_at_once(shop: Shop) -> None:
    offering = await shop.offering()
    body = {"person_id": str(shop.mia), "offering_id": offering["id"]}
    answers = await asyncio.gather(*(shop.service.post("/v1/enrollments", body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


async def test_withdrawals_promotions_and_approvals_cross_without_losing_a_seat(shop: Shop) -> None:
    offering = await shop.offering(capacity=4)
    first = [await shop.enrolled(person, offering) for person in shop.staff(16)]
    asked = [await shop.request(person, offering) for person in shop.staff(8)]
    withdrawals = (shop.act(one, "withdraw", shop.lea) for one in first[::2])
    approvals = (shop.act(one, "approve", shop.lea) for one in asked)
    await asyncio.gather(*withdrawals, *approvals)
    statuses = [(await shop.get(one))["status"] for one in (*first, *asked)]
    assert statuses.count("enrolled") == 4
    assert await shop.seats(offering) == (4, statuses.count("waitlisted"))
    kept = [status for status in statuses if status != "withdrawn"]
    assert kept == ["enrolled"] * 4 + ["waitlisted"] * 12


async def test_two_approvals_of_one_request_take_one_seat(shop: Shop) -> None:
    offering = await shop.offering(capacity=5)
    asked = await shop.request(shop.mia, offering)
    path, body = f"/v1/enrollments/{asked['id']}/approve", {"acting_person_id": str(shop.lea)}
    answers = await asyncio.gather(*(shop.service.post(path, body) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert await shop.seats(offering) == (1, 0)
