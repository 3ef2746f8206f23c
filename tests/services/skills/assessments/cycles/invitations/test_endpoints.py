"""Who owes which rating: page by page, by who asks, and how far it is."""

from typing import Any
from uuid import UUID

from services.skills.assessments.policies.rules import Source
from tests.harness import Running, user
from tests.services.skills.assessments.cycles.quarter import make_cycle
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.stories import make_skills, require, told


async def test_invitations_say_who_owes_which_rating(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    await require(skills, shop.role, {"skill_id": ledger.skill, "level": 3})
    cycle = await make_cycle(skills, audience={"person_ids": [shop.mia]}, required_sources=["self", "manager", "peer"])
    path = f"/v1/assessment-cycles/{cycle['id']}"
    await ledger.rate(Source.SELF, 3, shop.mia, cycle_id=cycle["id"])
    await ledger.rate(Source.MANAGER, 3, shop.lea)  # outside the cycle

    async def owed(**query: str) -> list[tuple[str, str | None, str]]:
        data = (await skills.get(f"{path}/invitations", params=query)).json()["data"]
        return [(i["source"], i["assessor_id"], i["status"]) for i in data]

    everything = [("self", shop.mia, "done"), ("peer", None, "open"), ("manager", shop.lea, "open")]
    assert await owed() == everything
    assert await owed(assessor_id=shop.lea) == everything[2:]
    progress = (await skills.get(f"{path}/progress")).json()
    assert (progress["people"], progress["wanted"], progress["done"], progress["share"]) == (1, 3, 1, 0.3333)
    by_source = {item["source"]: (item["wanted"], item["done"]) for item in progress["data"]}
    assert by_source == {"self": (1, 1), "peer": (1, 0), "manager": (1, 0)}
    assert (await skills.post(f"{path}/remind")).json() == {"reminded": 1}
    (reminder,) = await told(skills, f"cycle:{cycle['id']}", 1)
    assert (reminder["type"], reminder["data"]["assessor_id"]) == ("skills.cycle.reminder_due.v1", shop.lea)
    for person, seen in ((shop.lea, 3), (shop.mia, 3), (shop.kim, 0)):
        answer = await skills.get(f"{path}/invitations", caller=user(UUID(person)))
        assert len(answer.json()["data"]) == seen
    # Lea is away: the next manager up owes the rating.
    await skills.patch(f"/v1/people/{shop.lea}", {"active": False}, headers={"If-Match": "*"})
    assert (await owed())[2] == ("manager", shop.top, "open")


async def listed(skills: Running, path: str, limit: int, **query: str) -> list[dict[str, Any]]:
    """Every invitation, in pages of `limit`."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await skills.get(path, params={"limit": str(limit), **query, **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["data"]) <= limit
        found += page["data"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_pages_hold_as_many_invitations_as_were_asked_for(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    more = await make_skills(skills, "selling", "listening")
    wanted = [ledger.skill, *more]
    later = {"skill_id": more[0], "level": 0, "effective_from": "2099-01-01"}
    await require(skills, shop.role, *({"skill_id": skill, "level": 3} for skill in wanted), later)
    cycle = await make_cycle(skills)
    path = f"/v1/assessment-cycles/{cycle['id']}/invitations"
    found = await listed(skills, path, 5)
    assert len(found) == 12  # Mia and Pat, three skills, themselves and Lea
    assert sorted((i["person_id"], i["skill"]["id"], i["source"]) for i in found) == sorted(
        (person, skill, source) for person in (shop.mia, shop.pat) for skill in wanted for source in ("manager", "self")
    )
    owed = await listed(skills, path, 4, assessor_id=shop.lea)
    assert {(i["source"], i["assessor_id"]) for i in owed} == {("manager", shop.lea)}
    assert len(owed) == 6
    assert await listed(skills, path, 4, assessor_id=shop.top) == []


async def test_a_leader_owes_about_others_and_about_themselves(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    await require(skills, shop.role, {"skill_id": ledger.skill, "level": 3})
    await skills.patch(f"/v1/people/{shop.lea}", {"role_id": shop.role}, headers={"If-Match": "*"})
    everything = await make_cycle(skills)
    managers = await make_cycle(skills, required_sources=["manager"])

    async def owed(cycle: dict[str, Any], assessor: str) -> set[tuple[str, str]]:
        path = f"/v1/assessment-cycles/{cycle['id']}/invitations"
        return {(i["person_id"], i["source"]) for i in await listed(skills, path, 1, assessor_id=assessor)}

    of_others = {(shop.mia, "manager"), (shop.pat, "manager")}
    assert await owed(everything, shop.lea) == {*of_others, (shop.lea, "self")}
    assert await owed(everything, shop.top) == {(shop.lea, "manager")}
    assert await owed(managers, shop.lea) == of_others
    assert await owed(managers, shop.mia) == set()
    await skills.patch(f"/v1/people/{shop.lea}", {"active": False}, headers={"If-Match": "*"})
    assert await owed(everything, shop.top) == {*of_others, (shop.lea, "manager")}
    assert await owed(everything, shop.lea) == {(shop.lea, "self")}


async def test_only_what_is_required_today_is_owed(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    old, new, coming = await make_skills(skills, "fax", "chat", "video")
    await require(
        skills,
        ledger.shop.role,
        {"skill_id": old, "level": 2},
        {"skill_id": old, "level": 0, "effective_from": "2026-01-01"},
        {"skill_id": new, "level": 0},
        {"skill_id": new, "level": 3, "effective_from": "2026-01-01"},
        {"skill_id": coming, "level": 3, "effective_from": "2099-01-01"},
    )
    cycle = await make_cycle(skills, required_sources=["self"], audience={"person_ids": [ledger.shop.mia]})
    found = await listed(skills, f"/v1/assessment-cycles/{cycle['id']}/invitations", 50)
    assert [i["skill"]["label"] for i in found] == ["chat"]


async def test_what_was_taken_back_or_is_disputed_answers_nothing(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    await require(skills, shop.role, {"skill_id": ledger.skill, "level": 3})
    cycle = await make_cycle(skills, audience={"person_ids": [shop.mia]}, required_sources=["manager"])
    path = f"/v1/assessment-cycles/{cycle['id']}"

    async def done() -> int:
        return int((await skills.get(f"{path}/progress")).json()["done"])

    rating = await ledger.rate(Source.MANAGER, 3, shop.lea, cycle_id=cycle["id"])
    rated = f"/v1/ratings/{rating['id']}"
    assert await done() == 1
    await skills.post(f"{rated}/dispute", {"acting_person_id": shop.mia})
    assert await done() == 0
    await skills.post(f"{rated}/answer", {"outcome": "dismissed"})
    assert await done() == 1
    await skills.post(f"{rated}/revoke", {})
    assert await done() == 0


async def test_a_closed_cycle_is_told_as_it_closed(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    (other,) = await make_skills(skills, "selling")
    await require(skills, shop.role, {"skill_id": ledger.skill, "level": 3})
    cycle = await make_cycle(skills, audience={"role_ids": [shop.role]}, required_sources=["manager", "self"])
    await ledger.rate(Source.MANAGER, 3, shop.lea, cycle_id=cycle["id"])
    path = f"/v1/assessment-cycles/{cycle['id']}"
    before = (await skills.get(f"{path}/progress")).json()
    await skills.post(f"{path}/close", {})
    await require(skills, shop.role, {"skill_id": ledger.skill, "level": 3}, {"skill_id": other, "level": 3})
    await skills.patch(f"/v1/people/{shop.pat}", {"left_on": "2026-01-01", "leave_reason": "other"})
    after = (await skills.get(f"{path}/progress")).json()
    assert after == {**before, "status": "closed"}
    assert (after["people"], after["wanted"], after["done"]) == (2, 4, 1)


async def test_who_has_no_manager_needs_no_managers_rating(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    await require(skills, shop.role, {"skill_id": ledger.skill, "level": 3})
    cycle = await make_cycle(skills, audience={"person_ids": [shop.mia, shop.pat]})
    path = f"/v1/assessment-cycles/{cycle['id']}"
    await ledger.rate(Source.MANAGER, 3, shop.lea, cycle_id=cycle["id"])
    await skills.patch(f"/v1/people/{shop.mia}", {"manager_id": None}, headers={"If-Match": "*"})
    found = await listed(skills, f"{path}/invitations", 50)
    assert {(i["person_id"], i["source"]) for i in found} == {
        (shop.mia, "self"),
        (shop.pat, "self"),
        (shop.pat, "manager"),
    }
    progress = (await skills.get(f"{path}/progress")).json()
    assert (progress["wanted"], progress["done"]) == (3, 0)


async def test_nobody_is_asked_for_what_counts_nowhere(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await require(skills, ledger.shop.role, {"skill_id": ledger.skill, "level": 3})
    cycle = await make_cycle(skills, required_sources=[])
    path = f"/v1/assessment-cycles/{cycle['id']}"
    assert await listed(skills, f"{path}/invitations", 50) == []
    progress = (await skills.get(f"{path}/progress")).json()
    assert (progress["wanted"], progress["share"], progress["data"]) == (0, None, [])
    assert (await skills.post(f"{path}/remind")).json() == {"reminded": 0}
