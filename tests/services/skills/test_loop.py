"""The skills part of the loop: rated, gap found, cycle closed, learned, gap closed, trend moved."""

from tests.harness import NEIGHBOUR, Running
from tests.services.skills.stories import made, make_shop, make_skills, require


async def test_the_gap_closes_by_learning(skills: Running) -> None:
    tools, social = await make_skills(skills, "tools", "social")
    shop = await make_shop(skills)
    marketer = (await made(skills, "/v1/roles", {"title": "Social media marketer"}))["id"]
    await require(skills, shop.role, {"skill_id": tools, "level": 3, "importance": 1.0, "essential": True})
    await require(
        skills,
        marketer,
        {"skill_id": tools, "level": 3, "importance": 0.5},
        {"skill_id": social, "level": 3, "importance": 1.0, "essential": True},
    )
    cycle = await made(
        skills,
        "/v1/assessment-cycles",
        {
            "title": "This quarter",
            "kind": "quarterly",
            "opens_on": "2026-10-01",
            "closes_on": "2099-12-31",
            "audience": {"person_ids": [shop.mia]},
            "required_sources": ["self", "manager"],
        },
    )
    assert cycle["status"] == "open"
    rating = {"person_id": shop.mia, "skill_id": social, "level": 1, "cycle_id": cycle["id"]}
    await made(skills, "/v1/ratings", {**rating, "source": "self", "assessor_id": shop.mia})
    note = "Has posted twice with help"
    given = await made(skills, "/v1/ratings", {**rating, "source": "manager", "assessor_id": shop.lea, "note": note})
    assert given["note"] == note
    closed = (await skills.post(f"/v1/assessment-cycles/{cycle['id']}/close", {"create_next": True})).json()
    assert closed["status"] == "closed"
    following = (await skills.get(f"/v1/assessment-cycles/{closed['next_cycle_id']}")).json()
    assert (following["opens_on"], following["status"]) == ("2100-01-01", "scheduled")

    path = f"/v1/people/{shop.mia}/gaps?role_id={marketer}&horizon=short"
    before = (await skills.get(path)).json()
    assert (before["readiness"], before["assessed_share"], before["essential_open"]) == (0.2222, 0.5, 1)
    assert [(gap["skill"]["id"], gap["status"], gap["kind"], gap["gap"]) for gap in before["data"]] == [
        (social, "gap", "reskilling", 2.0),
        (tools, "unrated", "upskilling", 3.0),
    ]
    evidence = {
        "person_id": shop.mia,
        "skills": [{"skill_id": social, "level": 3}],
        "assessed_at": "2099-01-01T00:00:00Z",
        "note": "Four weeks in marketing",
    }
    await skills.put("/internal/evidence/enrollment/1", evidence, caller=NEIGHBOUR)
    after = (await skills.get(path)).json()
    assert (after["readiness"], after["data"][1]["status"]) == (0.6667, "met")
    levels = (await skills.get(f"/v1/people/{shop.mia}/skills")).json()["data"]
    assert [(level["skill"]["id"], level["level"], level["verified"]) for level in levels] == [(social, 3.0, True)]
    trend = (await skills.get(f"/v1/gaps/trend?person_id={shop.mia}&role_id={marketer}")).json()["data"]
    assert [(point["cycle_id"], point["readiness"], point["weighted_gap"]) for point in trend] == [
        (cycle["id"], 0.2222, 3.5),
        (None, 0.6667, 1.5),
    ]
