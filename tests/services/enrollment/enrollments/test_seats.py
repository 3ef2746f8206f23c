"""Seats and the line through the API, with the clock in the test's hand."""

from typing import Any

from services.enrollment.app import REACTIONS
from services.enrollment.enrollments.clockwork import EnrollmentClockwork
from tests.services.enrollment.shop import Shop


async def tick(shop: Shop) -> None:
    """Let the clockwork do what is due."""
    await EnrollmentClockwork(shop.service.app.state.database, REACTIONS, shop.watch).work()


async def statuses(shop: Shop, *enrollments: dict[str, Any]) -> list[str]:
    return [(await shop.get(one))["status"] for one in enrollments]


async def full(shop: Shop, waiting: int = 2, **fields: Any) -> list[dict[str, Any]]:
    """Mia has the only seat; others wait in line."""
    offering = await shop.offering(**fields)
    return [await shop.enrolled(person, offering) for person in (shop.mia, *shop.staff(waiting))]


async def test_a_seat_that_is_given_back_goes_to_the_next_in_line_at_once(shop: Shop) -> None:
    mia, first, second = await full(shop)
    assert (first["status"], first["position"], second["position"]) == ("waitlisted", 1, 2)
    await shop.act(mia, "withdraw", shop.mia, reason="Parental leave")
    assert await statuses(shop, mia, first, second) == ["withdrawn", "enrolled", "waitlisted"]
    promoted = (await shop.timeline(first))[-1]
    assert (promoted["action"], promoted["actor"]["kind"]) == ("enroll", "house")


async def test_a_completion_frees_the_seat_of_an_open_ended_run(shop: Shop) -> None:
    mia, first, _ = await full(shop)
    await shop.act(mia, "complete", shop.lea)
    assert await statuses(shop, first) == ["enrolled"]


async def test_no_seat_is_held_while_an_approval_is_pending_and_no_newcomer_passes_the_line(shop: Shop) -> None:
    offering = await shop.offering()
    early, late = await shop.request(shop.mia, offering), await shop.request(shop.tom, offering)
    assert (await shop.act(late, "approve", shop.lea))["status"] == "enrolled"
    assert (await shop.act(early, "approve", shop.lea))["status"] == "waitlisted"


async def test_the_line_is_ordered_by_the_time_of_the_request_not_of_the_approval(shop: Shop) -> None:
    offering = await shop.offering()
    seated = await shop.enrolled(shop.mia, offering)
    early, late = [await shop.request(person, offering) for person in shop.staff(2)]
    await shop.act(late, "approve", shop.lea)
    assert (await shop.act(early, "approve", shop.lea))["position"] == 1
    assert (await shop.get(late))["position"] == 2
    await shop.act(seated, "withdraw", shop.mia)
    assert await statuses(shop, early, late) == ["enrolled", "waitlisted"]


async def test_leaving_the_line_closes_the_gap(shop: Shop) -> None:
    mia, first, second = await full(shop)
    await shop.act(first, "withdraw", shop.lea)
    assert (await shop.get(second))["position"] == 1
    await shop.act(mia, "withdraw", shop.mia)
    assert await statuses(shop, second) == ["enrolled"]


async def test_a_seat_can_be_offered_and_accepted(shop: Shop) -> None:
    mia, first, _ = await full(shop, waitlist="offer", offer_hours=48)
    await shop.act(mia, "withdraw", shop.mia)
    offered = await shop.get(first)
    assert (offered["status"], offered["allowed"]) == ("offered", ["accept", "withdraw"])
    assert offered["offer_expires_at"] == "2026-11-25T10:00:00Z"
    accepted = await shop.act(first, "accept", person=None, expect=403)
    assert accepted["type"] == "urn:upskill:problem:person-needed"
    participant = offered["person_id"]
    assert (await shop.act(first, "accept", participant))["status"] == "enrolled"


async def test_an_offer_that_is_not_accepted_in_time_goes_to_the_next(shop: Shop) -> None:
    mia, first, second = await full(shop, waitlist="offer", offer_hours=2)
    await shop.act(mia, "withdraw", shop.mia)
    shop.watch.forward(hours=1)
    await tick(shop)
    assert await statuses(shop, first, second) == ["offered", "waitlisted"]
    shop.watch.forward(hours=1)
    lapsed = await shop.act(first, "accept", first["person_id"], expect=409)
    assert lapsed["type"].rsplit(":", 1)[1] in {"offer-lapsed", "illegal-move"}
    await tick(shop)
    await tick(shop)
    assert await statuses(shop, first, second) == ["expired", "offered"]
    assert (await shop.get(second))["offer_expires_at"] == "2026-11-23T14:00:00Z"


async def test_a_declined_offer_goes_to_the_next(shop: Shop) -> None:
    mia, first, second = await full(shop, waitlist="offer")
    await shop.act(mia, "withdraw", shop.mia)
    await shop.act(first, "withdraw", first["person_id"])
    assert await statuses(shop, first, second) == ["withdrawn", "offered"]


async def test_the_line_ends_when_the_run_starts_and_nobody_is_promoted_after(shop: Shop) -> None:
    mia, first, second = await full(shop, starts_at="2026-11-24T10:00:00Z")
    shop.watch.forward(days=1)
    await shop.act(mia, "withdraw", shop.mia)
    assert "enrolled" not in await statuses(shop, first, second)
    await tick(shop)
    assert await statuses(shop, first, second) == ["expired", "expired"]
    assert (await shop.timeline(first))[-1]["reason"] == "The run has started."


async def test_an_offer_never_outlives_the_start(shop: Shop) -> None:
    mia, first, second = await full(shop, waitlist="offer", starts_at="2026-11-23T12:00:00Z")
    await shop.act(mia, "withdraw", shop.mia)
    assert (await shop.get(first))["offer_expires_at"] == "2026-11-23T12:00:00Z"
    shop.watch.forward(hours=2)
    await tick(shop)
    assert await statuses(shop, first, second) == ["expired", "expired"]


async def test_an_approval_after_the_start_joins_late_and_the_line_before_it_is_closed(shop: Shop) -> None:
    offering = await shop.offering(starts_at="2026-11-24T10:00:00Z", enrollment_closes_at="2026-11-30T10:00:00Z")
    seated = await shop.enrolled(shop.mia, offering)
    waiting = await shop.enrolled(shop.tom, offering)
    shop.watch.forward(days=1)
    await shop.act(seated, "withdraw", shop.mia)
    (late,) = shop.staff(1)
    assert (await shop.enrolled(late, offering))["status"] == "enrolled"
    assert await statuses(shop, waiting) == ["expired"]


async def test_without_a_waitlist_a_full_run_refuses_and_the_request_stays(shop: Shop) -> None:
    offering = await shop.offering(waitlist="none")
    asked = await shop.request(shop.tom, offering)
    seated = await shop.enrolled(shop.mia, offering)
    full_now = await shop.act(asked, "approve", shop.lea, expect=409)
    assert full_now["type"] == "urn:upskill:problem:offering-full"
    assert await statuses(shop, asked) == ["requested"]
    (newcomer,) = shop.staff(1)
    body = {"person_id": str(newcomer), "offering_id": offering["id"]}
    assert (await shop.service.post("/v1/enrollments", body)).json()["type"].endswith("offering-full")
    await shop.act(seated, "withdraw", shop.mia)
    assert (await shop.act(asked, "approve", shop.lea))["status"] == "enrolled"


async def test_a_run_that_is_over_takes_nobody(shop: Shop) -> None:
    offering = await shop.offering(starts_at="2026-11-24T10:00:00Z", ends_at="2026-11-25T10:00:00Z")
    asked = await shop.request(shop.mia, offering)
    shop.watch.forward(days=2)
    assert (await shop.act(asked, "approve", shop.lea, expect=409))["type"].endswith("enrollment-closed")
