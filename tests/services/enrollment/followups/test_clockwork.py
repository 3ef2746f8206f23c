"""Ignored follow-ups go up the line, once."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.enrollment.followups.clockwork import FollowUpClockwork
from shared.errors import Unavailable
from tests.services.enrollment.shop import Shop


def clockwork(shop: Shop) -> FollowUpClockwork:
    state = shop.service.app.state
    return FollowUpClockwork(state.database, state.skills, state.clock)


async def escalations(shop: Shop) -> list[str | None]:
    """To whom follow-ups were handed up, as the facts tell."""
    return [data["escalated_to_id"] for kind, data in await shop.facts() if kind == "enrollment.follow_up.escalated.v1"]


async def approval_of(shop: Shop, person: UUID) -> dict[str, Any]:
    answer = await shop.service.get(f"/v1/follow-ups?kind=approval&person_id={person}")
    return dict(answer.json()["data"][0])


async def test_nothing_is_handed_up_before_it_is_two_weeks_late(shop: Shop) -> None:
    await shop.enrolled(shop.mia)  # the talk is due in 7 days
    shop.watch.forward(days=20)
    assert await clockwork(shop).work() == 0
    assert (await approval_of(shop, shop.mia))["status"] == "overdue"


async def test_an_ignored_follow_up_goes_to_the_leaders_leader_once(shop: Shop) -> None:
    await shop.enrolled(shop.mia)
    shop.watch.forward(days=21)
    assert [await clockwork(shop).work(), await clockwork(shop).work()] == [1, 0]
    found = await approval_of(shop, shop.mia)
    assert (found["status"], found["leader_id"], found["escalated_to_id"]) == (
        "escalated",
        str(shop.lea),
        str(shop.anna),
    )
    assert await escalations(shop) == [str(shop.anna)]
    on_annas_list = await shop.service.get(f"/v1/follow-ups?leader_id={shop.anna}")
    assert [one["id"] for one in on_annas_list.json()["data"]] == [found["id"]]


async def test_above_the_last_leader_are_the_administrators(shop: Shop) -> None:
    await shop.enrolled(shop.lea)  # Anna leads Lea, nobody leads Anna
    shop.watch.forward(days=21)
    await clockwork(shop).work()
    found = await approval_of(shop, shop.lea)
    assert (found["status"], found["escalated_to_id"]) == ("escalated", None)
    assert await escalations(shop) == [None]


async def test_who_has_left_the_line_is_passed_over(shop: Shop) -> None:
    await shop.enrolled(shop.mia)
    shop.skills.change_person(shop.mia, manager_id=shop.rita)
    shop.watch.forward(days=21)
    await clockwork(shop).work()
    assert (await approval_of(shop, shop.mia))["escalated_to_id"] == str(shop.rita)


async def test_two_at_once_hand_it_up_once(shop: Shop) -> None:
    await shop.enrolled(shop.mia)
    shop.watch.forward(days=21)
    await asyncio.gather(clockwork(shop).work(), clockwork(shop).work())
    assert await escalations(shop) == [str(shop.anna)]


async def test_an_answer_in_the_meantime_wins(shop: Shop) -> None:
    await shop.enrolled(shop.mia)
    owed = await approval_of(shop, shop.mia)
    await shop.service.post(f"/v1/follow-ups/{owed['id']}/answer", {"applied": "yes"})
    shop.watch.forward(days=21)
    assert await clockwork(shop).work() == 0
    assert await escalations(shop) == []


async def test_while_the_skills_service_is_away_it_waits(shop: Shop) -> None:
    await shop.enrolled(shop.mia)
    shop.watch.forward(days=21)
    shop.skills.down = True
    with pytest.raises(Unavailable):
        await clockwork(shop).work()
    shop.skills.down = False
    assert await clockwork(shop).work() == 1
