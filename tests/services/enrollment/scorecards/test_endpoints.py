"""How a leader stands by their people's learning."""

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import Shop

NOTHING = {
    "follow_ups": {"open": 0, "overdue": 0, "escalated": 0, "done": 0},
    "approvals": {"pending": 0, "oldest_pending_hours": None, "answered": 0, "median_answer_hours": None},
    "participation": {"people": 0, "taking_part": 0, "completed": 0},
    "own_learning": {"taking_part": 0, "completed": 0},
    "most_urgent": [],
}


async def scorecard(shop: Shop, leader: object) -> dict[str, object]:
    answer = await shop.service.get(f"/v1/leaders/{leader}/scorecard")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_who_has_done_nothing_and_owes_nothing(shop: Shop) -> None:
    found = await scorecard(shop, shop.lea)
    assert found == {"leader_id": str(shop.lea), "as_of": "2026-11-23T10:00:00Z", **NOTHING}
    assert await scorecard(shop, "hris:lea") == found


async def test_the_figures_are_those_of_the_people_led(shop: Shop) -> None:
    extra, waiting = shop.staff(2)
    enrollments = [await shop.request(person) for person in (shop.mia, shop.tom, extra)]
    shop.watch.forward(hours=3)
    for enrollment in enrollments[:2]:
        await shop.act(enrollment, "approve", shop.lea)
    await shop.act(enrollments[2], "decline", shop.lea, reason="Not in the season")
    await shop.act(enrollments[0], "complete", shop.lea)
    await shop.request(waiting)
    done = (await shop.service.get(f"/v1/follow-ups?person_id={shop.mia}&kind=completion")).json()["data"][0]
    await shop.service.post(f"/v1/follow-ups/{done['id']}/answer", {"applied": "yes"})
    shop.watch.forward(hours=200)
    own = await shop.request(shop.lea)
    await shop.act(own, "approve", shop.anna)

    found = await scorecard(shop, shop.lea)
    assert found["follow_ups"] == {"open": 3, "overdue": 2, "escalated": 0, "done": 1}
    assert found["approvals"] == {
        "pending": 1,
        "oldest_pending_hours": 200.0,
        "answered": 3,
        "median_answer_hours": 3.0,
    }
    assert found["participation"] == {"people": 4, "taking_part": 1, "completed": 1}
    assert found["own_learning"] == {"taking_part": 1, "completed": 0}
    assert (await scorecard(shop, shop.rita))["participation"] == NOTHING["participation"]


async def test_what_is_older_than_a_year_is_past(shop: Shop) -> None:
    await shop.completed(shop.mia)
    shop.watch.forward(days=366)
    found = await scorecard(shop, shop.lea)
    assert found["participation"] == NOTHING["participation"]
    assert found["approvals"] == NOTHING["approvals"]
    assert found["follow_ups"] == {"open": 0, "overdue": 0, "escalated": 5, "done": 0}, "what is owed stays owed"


async def test_the_longest_due_come_first(shop: Shop) -> None:
    await shop.completed(shop.mia)
    shop.watch.forward(days=40)
    urgent = (await shop.service.get(f"/v1/leaders/{shop.lea}/scorecard?limit=3")).json()["most_urgent"]
    assert [(one["kind"], one["status"]) for one in urgent] == [
        ("approval", "escalated"),
        ("completion", "escalated"),
        ("day_30", "overdue"),
    ]
    assert (await shop.service.get(f"/v1/leaders/{shop.lea}/scorecard?limit=0")).json()["most_urgent"] == []
    assert (await shop.service.get(f"/v1/leaders/{shop.lea}/scorecard?limit=51")).status_code == 422


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator's client", 200),
        ("reading client", 200),
        ("writing client", 403),
        ("aggregates only", 403),
        ("the leader", 200),
        ("the leader's leader", 200),
        ("somebody they lead", 404),
        ("a stranger", 404),
        ("nobody", 401),
    ],
)
async def test_who_may_read_it(shop: Shop, who: str, status: int) -> None:
    callers: dict[str, Principal | None] = {
        "administrator's client": ADMIN,
        "reading client": client_with("enrollments:read"),
        "writing client": client_with("enrollments:write"),
        "aggregates only": client_with("reports:read"),
        "the leader": user(shop.lea),
        "the leader's leader": user(shop.anna),
        "somebody they lead": user(shop.mia),
        "a stranger": user(shop.rita),
        "nobody": None,
    }
    path = f"/v1/leaders/{shop.lea}/scorecard"
    assert (await shop.service.get(path, caller=callers[who])).status_code == status


async def test_where_leaders_are_not_scored_there_is_no_scorecard(shop: Shop) -> None:
    shop.skills.switched_off.add("scorecard")
    path = f"/v1/leaders/{shop.lea}/scorecard"
    for caller in (ADMIN, client_with("enrollments:read"), user(shop.lea), user(shop.anna)):
        answer = await shop.service.get(path, caller=caller)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:upskill:problem:processing-switched-off")
        assert answer.json()["processing"] == "scorecard"
    assert (await shop.service.get(path, caller=user(shop.rita))).status_code == 404, "what is foreign stays missing"
    shop.skills.switched_off.clear()
    assert (await shop.service.get(path)).status_code == 200


@pytest.mark.parametrize("reference", ["00000000-0000-7000-8000-0000000000ff", "hris:nobody"])
async def test_an_unknown_leader_is_not_found(shop: Shop, reference: str) -> None:
    assert (await shop.service.get(f"/v1/leaders/{reference}/scorecard")).status_code == 404
    assert (await shop.service.get("/v1/leaders/nonsense/scorecard")).status_code == 422
