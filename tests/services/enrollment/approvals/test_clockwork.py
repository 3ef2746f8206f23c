"""Silence: up one level, then to the administrators, then expired; and never twice for one deadline."""

import asyncio
from typing import Any

from services.enrollment.app import REACTIONS
from services.enrollment.approvals.clockwork import ApprovalClockwork
from tests.harness import user
from tests.services.enrollment.shop import Shop


async def week_passes(shop: Shop, weeks: int = 1) -> None:
    shop.watch.forward(weeks=weeks)
    await ApprovalClockwork(shop.service.app.state.database, REACTIONS, shop.watch).work()


async def asked(shop: Shop, enrollment: dict[str, Any]) -> tuple[list[str], str, int]:
    (row,) = (await shop.service.get(f"/v1/approvals?person_id={enrollment['person_id']}")).json()["data"]
    assert row["approver_ids"] == (await shop.get(enrollment))["approver_ids"]
    return row["approver_ids"], row["queue"], row["escalations"]


async def test_an_unanswered_request_goes_up_before_it_expires(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    lea, anna = str(shop.lea), str(shop.anna)
    await week_passes(shop)
    assert await asked(shop, enrollment) == ([lea, anna], "leaders", 1)
    assert (await shop.get(enrollment))["answer_by"] == "2026-12-07T10:00:00Z"
    await week_passes(shop)
    assert await asked(shop, enrollment) == ([lea, anna], "learning_administrators", 2)
    assert (await shop.get(enrollment))["status"] == "requested"
    await week_passes(shop)
    expired = await shop.get(enrollment)
    assert (expired["status"], expired["allowed"], expired["answer_by"]) == ("expired", [], None)
    assert (await shop.timeline(enrollment))[-1]["reason"] == "Nobody answered in time."
    assert await shop.told_of(enrollment) == ["requested", "expired"]
    escalations = [data for kind, data in await shop.facts() if kind == "enrollment.approval.escalated.v1"]
    assert [one["queue"] for one in escalations] == ["leaders", "learning_administrators"]


async def test_whoever_was_asked_may_still_answer_after_the_escalation(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    await week_passes(shop)
    assert (await shop.act(enrollment, "approve", caller=user(shop.lea)))["status"] == "enrolled"
    later = await shop.request(shop.tom, await shop.offering())
    await week_passes(shop)
    assert (await shop.act(later, "approve", caller=user(shop.anna)))["status"] == "enrolled"


async def test_the_administrators_are_asked_twice_when_there_is_nobody_else(shop: Shop) -> None:
    enrollment = await shop.request(shop.rita, await shop.offering())
    await week_passes(shop)
    assert await asked(shop, enrollment) == ([], "learning_administrators", 1)
    await week_passes(shop)
    assert (await shop.get(enrollment))["status"] == "expired"


async def test_an_answer_in_time_stops_the_clock(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    await shop.act(enrollment, "approve", shop.lea)
    await week_passes(shop, weeks=10)
    assert (await shop.get(enrollment))["status"] == "enrolled"


async def test_two_clockworks_at_once_escalate_once(shop: Shop) -> None:
    enrollment = await shop.request(shop.mia, await shop.offering())
    shop.watch.forward(weeks=1)
    database = shop.service.app.state.database
    works = [ApprovalClockwork(database, REACTIONS, shop.watch).work() for _ in range(6)]
    await asyncio.gather(*works)
    assert (await asked(shop, enrollment))[2] == 1
