"""What leaders owe: who sees it, who answers it, and how it grows old."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.identity.principal import Principal
from tests.harness import ADMIN, client_with, user
from tests.services.enrollment.shop import Shop

ANSWER = {"applied": "yes", "note": "Runs the shop's channel alone"}


async def tasks(shop: Shop, query: str = "", caller: Principal = ADMIN) -> list[dict[str, Any]]:
    answer = await shop.service.get(f"/v1/follow-ups?{query}", caller=caller)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def task(shop: Shop, kind: str, person: UUID) -> dict[str, Any]:
    """The follow-up of this kind about somebody."""
    (found,) = await tasks(shop, f"kind={kind}&person_id={person}")
    return found


async def answer(shop: Shop, task: dict[str, Any], caller: Principal | None = ADMIN, **body: Any) -> Any:
    return await shop.service.post(f"/v1/follow-ups/{task['id']}/answer", {**ANSWER, **body}, caller=caller)


async def test_an_approval_and_a_completion_ask_for_talks(shop: Shop) -> None:
    requested = await shop.request(shop.mia)
    assert await tasks(shop) == []
    await shop.act(requested, "approve", shop.lea)
    assert [(one["kind"], one["due_on"]) for one in await tasks(shop)] == [("approval", "2026-11-30")]
    shop.watch.forward(days=10)
    await shop.act(requested, "complete", shop.lea)
    assert [(one["kind"], one["due_on"], one["status"]) for one in await tasks(shop)] == [
        ("approval", "2026-11-30", "overdue"),
        ("completion", "2026-12-10", "open"),
        ("day_30", "2027-01-02", "open"),
        ("day_60", "2027-02-01", "open"),
        ("day_90", "2027-03-03", "open"),
    ]
    told = [data["kind"] for kind, data in await shop.facts() if kind == "enrollment.follow_up.opened.v1"]
    assert told == ["approval", "completion", "day_30", "day_60", "day_90"]


async def test_days_count_from_the_completion_and_past_talks_are_not_asked_for(shop: Shop) -> None:
    await shop.completed(shop.mia, completed_at="2026-10-14T08:00:00Z")  # reported 40 days later
    kinds = {one["kind"]: one["due_on"] for one in await tasks(shop, f"person_id={shop.mia}")}
    assert kinds == {"approval": "2026-11-30", "day_60": "2026-12-13", "day_90": "2027-01-12"}


async def test_what_a_learning_system_reports_was_no_leaders_word(shop: Shop) -> None:
    report = {"person_id": "hris:mia", "program_id": str(shop.program), "status": "completed"}
    answer = await shop.service.put("/v1/enrollments/by-external-id/lms/77", report)
    assert answer.status_code == 201, answer.text
    assert [one["kind"] for one in await tasks(shop)] == ["completion", "day_30", "day_60", "day_90"]


@pytest.mark.parametrize(
    ("who", "reads", "answers"),
    [
        ("administrator's client", 200, 200),
        ("writing client", 403, 200),
        ("reading client", 200, 403),
        ("client of another matter", 403, 403),
        ("the leader", 200, 200),
        ("the leader's leader", 200, 200),
        ("the leader's deputy", 200, 200),
        ("the person", 200, 403),
        ("a colleague", 404, 404),
        ("a stranger", 404, 404),
        ("nobody", 401, 401),
    ],
)
async def test_who_may_do_what(shop: Shop, who: str, reads: int, answers: int) -> None:
    deputy = shop.skills.add_person("deputy")
    shop.skills.deputies[shop.lea] = (deputy,)
    callers: dict[str, Principal | None] = {
        "administrator's client": ADMIN,
        "writing client": client_with("enrollments:write"),
        "reading client": client_with("enrollments:read"),
        "client of another matter": client_with("people:read"),
        "the leader": user(shop.lea),
        "the leader's leader": user(shop.anna),
        "the leader's deputy": user(deputy),
        "the person": user(shop.mia),
        "a colleague": user(shop.tom),
        "a stranger": user(shop.rita),
        "nobody": None,
    }
    await shop.completed(shop.mia)
    owed = await task(shop, "day_30", shop.mia)
    read = await shop.service.get(f"/v1/follow-ups/{owed['id']}", caller=callers[who])
    assert read.status_code == reads
    assert (await answer(shop, owed, callers[who])).status_code == answers


async def test_everybody_lists_what_is_theirs(shop: Shop) -> None:
    await shop.completed(shop.mia)
    await shop.completed(shop.tom)

    async def people_seen(query: str, caller: Principal) -> set[str]:
        return {one["person_id"] for one in await tasks(shop, query, caller)}

    mia, tom = str(shop.mia), str(shop.tom)
    assert await people_seen("", ADMIN) == {mia, tom}
    assert await people_seen("", user(shop.lea)) == {mia, tom}
    assert await people_seen("", user(shop.mia)) == {mia}
    assert await people_seen("", user(shop.anna)) == set()
    assert await people_seen(f"leader_id={shop.lea}", user(shop.anna)) == {mia, tom}
    assert await people_seen(f"person_id={shop.tom}", user(shop.anna)) == {tom}
    assert await people_seen(f"person_id={shop.tom}", user(shop.mia)) == set()
    assert await people_seen(f"leader_id={shop.lea}", user(shop.rita)) == set()
    lost = await shop.service.get("/v1/follow-ups", caller=Principal("user", "lost"))
    assert lost.json()["type"] == "urn:upskill:problem:not-a-person"


async def test_an_answer_is_given_once(shop: Shop) -> None:
    await shop.completed(shop.mia)
    owed = await task(shop, "day_30", shop.mia)
    first = await answer(shop, owed, acting_person_id=str(shop.lea), applied="partly")
    assert first.status_code == 200, first.text
    assert first.headers["etag"] == '"2"'
    found = first.json()
    assert (found["status"], found["applied"], found["note"]) == ("done", "partly", ANSWER["note"])
    assert (found["answered_by_id"], found["answered_at"]) == (str(shop.lea), "2026-11-23T10:00:00Z")
    again = await answer(shop, owed, applied="no")
    assert (again.status_code, again.json()["type"]) == (409, "urn:upskill:problem:already-answered")
    assert (await task(shop, "day_30", shop.mia))["applied"] == "partly"
    (fact,) = [data for kind, data in await shop.facts() if kind == "enrollment.follow_up.answered.v1"]
    assert (fact["applied"], fact["answered_by_id"]) == ("partly", str(shop.lea))
    assert ANSWER["note"] not in str(fact), "what people write stays in the service"


async def test_where_behaviour_is_not_rated_the_talk_is_noted_without(shop: Shop) -> None:
    await shop.completed(shop.mia)
    await answer(shop, await task(shop, "day_60", shop.mia), applied="yes")
    shop.skills.switched_off.add("behaviour_ratings")
    owed = await task(shop, "day_30", shop.mia)
    refused = await answer(shop, owed)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:upskill:problem:processing-switched-off")
    assert refused.json()["processing"] == "behaviour_ratings"
    noted = await answer(shop, owed, applied=None)
    assert (noted.status_code, noted.json()["status"], noted.json()["applied"]) == (200, "done", None)
    assert noted.json()["note"] == ANSWER["note"]
    assert {one["applied"] for one in await tasks(shop, "status=done")} == {None}
    earlier = await task(shop, "day_60", shop.mia)
    assert (await shop.service.get(f"/v1/follow-ups/{earlier['id']}")).json()["applied"] is None
    facts = [data for kind, data in await shop.facts() if kind == "enrollment.follow_up.answered.v1"]
    assert [fact["applied"] for fact in facts] == ["yes", None]
    shop.skills.switched_off.clear()
    assert (await task(shop, "day_60", shop.mia))["applied"] == "yes", "what is stored stays stored"


async def test_a_client_answers_for_those_who_lead_the_person_only(shop: Shop) -> None:
    await shop.completed(shop.mia)
    owed = await task(shop, "day_30", shop.mia)
    for other in (shop.mia, shop.tom, shop.rita):
        refused = await answer(shop, owed, acting_person_id=str(other))
        assert refused.json()["type"] == "urn:upskill:problem:follow-up-not-yours"
    silent = client_with("enrollments:write", "enrollments:read")
    assert (await answer(shop, owed, silent, acting_person_id=str(shop.lea))).status_code == 403
    assert (await answer(shop, owed, acting_person_id="hris:anna")).json()["answered_by_id"] == str(shop.anna)


@pytest.mark.parametrize(
    "body",
    [{"applied": "maybe"}, {"applied": None}, {"note": ""}, {"colour": "red"}, {"acting_person_id": "hris:nobody"}],
)
async def test_a_bad_answer_is_none(shop: Shop, body: dict[str, Any]) -> None:
    await shop.completed(shop.mia)
    owed = await task(shop, "day_30", shop.mia)
    assert (await answer(shop, owed, **body)).status_code == 422
    assert (await task(shop, "day_30", shop.mia))["status"] == "open"
    assert (await answer(shop, {"id": str(uuid4())})).status_code == 404


async def test_the_status_follows_the_calendar_and_the_filter_follows_the_status(shop: Shop) -> None:
    await shop.completed(shop.mia)
    seen: dict[str, list[str]] = {}
    for days in (37, 1, 13, 1):  # the 30-day talk is due on day 30, so this is day 37, 38, 51, 52
        shop.watch.forward(days=days)
        for status in ("open", "overdue", "escalated", "done"):
            found = await tasks(shop, f"status={status}")
            assert {one["status"] for one in found} <= {status}
            seen.setdefault(status, []).append(",".join(one["kind"] for one in found))
    assert seen == {
        "open": ["day_60,day_90"] * 4,
        "overdue": ["day_30", "day_30", "", ""],
        "escalated": ["approval,completion"] * 2 + ["approval,completion,day_30"] * 2,
        "done": [""] * 4,
    }


async def test_what_came_to_nothing_is_not_followed_up(shop: Shop) -> None:
    enrolled = await shop.enrolled(shop.mia)
    owed = await task(shop, "approval", shop.mia)
    await shop.act(enrolled, "withdraw", shop.mia)
    assert await tasks(shop) == []
    assert (await shop.service.get(f"/v1/follow-ups/{owed['id']}")).status_code == 404
    assert (await answer(shop, owed)).status_code == 404
    (dropped,) = await tasks(shop, "updated_since=2026-01-01T00:00:00Z")
    assert (dropped["id"], dropped["deleted"]) == (owed["id"], True)


async def test_a_revoked_completion_keeps_what_was_answered(shop: Shop) -> None:
    completed = await shop.completed(shop.mia)
    await answer(shop, await task(shop, "completion", shop.mia))
    await shop.act(completed, "revoke", shop.lea, reason="Reported by mistake")
    assert [one["kind"] for one in await tasks(shop)] == ["completion"]


async def test_lists_go_on_where_they_stopped_and_narrow_by_ids(shop: Shop) -> None:
    await shop.completed(shop.mia)
    first = (await shop.service.get("/v1/follow-ups?limit=2")).json()
    second = (await shop.service.get(f"/v1/follow-ups?limit=3&cursor={first['next_cursor']}")).json()
    dues = [date.fromisoformat(one["due_on"]) for one in (*first["data"], *second["data"])]
    assert (len(dues), dues, second["next_cursor"]) == (5, sorted(dues), None)
    wanted = first["data"][0]["id"]
    assert [one["id"] for one in await tasks(shop, f"ids={wanted},{uuid4()},lms:X")] == [wanted]
    assert (await shop.service.get("/v1/follow-ups?ids=nonsense")).status_code == 422
