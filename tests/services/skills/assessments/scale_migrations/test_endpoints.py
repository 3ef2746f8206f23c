"""A framework in use gets another scale: previewed, done, read; and nothing that was given is rewritten."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from services.skills.assessments.policies.rules import Source
from shared.identity.principal import Principal
from tests.harness import ADMIN, NEIGHBOUR, Running, client_with
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.stories import made, make_skills, require, told

TO_THREE = {"1": 1, "2": 1, "3": 2, "4": 2, "5": 3}
THREE_STEPS = {"title": "Three steps", "levels": [{"level": n, "title": f"Step {n}"} for n in (1, 2, 3)]}
ANY = {"If-Match": "*"}


@dataclass
class Story:
    """Mia is rated 4 by Lea in a skill on the scale from 1 to 5; her role requires 2.5 of it."""

    ledger: Ledger
    framework: str
    five: str
    three: str

    @classmethod
    async def start(cls, skills: Running) -> "Story":
        ledger = await Ledger.start(skills)
        framework = (await skills.get(f"/v1/skills/{ledger.skill}")).json()["framework_id"]
        five = (await skills.get(f"/v1/frameworks/{framework}")).json()["scale_id"]
        three = (await made(skills, "/v1/scales", THREE_STEPS))["id"]
        await require(skills, ledger.shop.role, {"skill_id": ledger.skill, "level": 2.5, "importance": 1})
        await ledger.rate(Source.MANAGER, 4, ledger.shop.lea)
        return cls(ledger, framework, five, three)

    @property
    def path(self) -> str:
        return f"/v1/frameworks/{self.framework}/scale-migrations"

    def body(self, **fields: Any) -> dict[str, Any]:
        return {"to_scale_id": self.three, "mapping": TO_THREE, **fields}

    async def requirement(self, **query: str) -> float:
        path = f"/v1/roles/{self.ledger.shop.role}/requirements"
        return float((await self.ledger.service.get(path, params=query)).json()["data"][0]["level"])


@pytest.mark.parametrize(
    ("caller", "reads", "writes"),
    [
        (ADMIN, 200, 200),
        (client_with("skills:read"), 200, 403),
        (client_with("skills:write"), 403, 200),
        (client_with("people:write", "ratings:write"), 403, 403),
        (None, 401, 401),
    ],
)
async def test_which_clients_may(skills: Running, caller: Principal | None, reads: int, writes: int) -> None:
    story = await Story.start(skills)
    assert (await skills.post(story.path, story.body(dry_run=True), caller=caller)).status_code == writes
    assert (await skills.get(story.path, caller=caller)).status_code == reads


async def test_a_dry_run_counts_and_changes_nothing(skills: Running) -> None:
    story = await Story.start(skills)
    await story.ledger.rate(Source.SELF, 5, story.ledger.shop.mia)
    answer = await skills.post(story.path, story.body(dry_run=True))
    plan = answer.json()
    assert (answer.status_code, plan["dry_run"], plan["migrated_at"]) == (200, True, None)
    assert (plan["ratings"], plan["requirements"], plan["roles"], plan["people"]) == (2, 1, 1, 1)
    figures = {item["level"]: (item["to_level"], item["ratings"], item["requirements"]) for item in plan["data"]}
    assert figures == {1: (1, 0, 0), 2: (1, 0, 0), 2.5: (1.5, 0, 1), 3: (2, 0, 0), 4: (2, 1, 0), 5: (3, 1, 0)}
    assert (await skills.get(f"/v1/frameworks/{story.framework}")).json()["scale_id"] == story.five
    assert await story.requirement() == 2.5
    assert (await story.ledger.level())["level"] == 4
    assert (await skills.get(story.path)).json()["data"] == []


async def test_levels_are_read_through_the_mapping_and_the_ledger_stays(skills: Running) -> None:
    story = await Story.start(skills)
    before = datetime.now(UTC).isoformat()
    answer = await skills.post(story.path, story.body())
    assert (answer.status_code, answer.headers["location"]) == (201, story.path)
    assert (await skills.get(f"/v1/frameworks/{story.framework}")).json()["scale_id"] == story.three
    assert (await story.ledger.level())["level"] == 2
    [rating] = (await skills.get("/v1/ratings")).json()["data"]
    assert (rating["level"], rating["scale_id"]) == (4, story.five)
    assert (await story.ledger.level(as_of=before))["level"] == 4
    assert (await story.requirement(), await story.requirement(as_of=before)) == (1.5, 2.5)
    gap = (await skills.get(f"/v1/people/{story.ledger.shop.mia}/gaps")).json()["data"][0]
    assert (gap["target_level"], gap["level"], gap["status"]) == (1.5, 2, "met")
    past = (await skills.get(f"/v1/people/{story.ledger.shop.mia}/gaps", params={"as_of": before})).json()["data"][0]
    assert (past["target_level"], past["level"], past["status"]) == (2.5, 4, "met")
    [migration] = (await skills.get(story.path)).json()["data"]
    assert (migration["mapping"], migration["migrated_by"]) == (TO_THREE, "client:administrator")


async def test_what_is_rated_afterwards_is_on_the_new_scale(skills: Running) -> None:
    story = await Story.start(skills)
    await skills.post(story.path, story.body())
    high = await skills.post("/v1/ratings", story.ledger.body(Source.TEST, 5))
    assert (high.status_code, high.json()["type"]) == (422, "urn:upskill:problem:level-outside-scale")
    tested = await story.ledger.rate(Source.TEST, 3)
    assert tested["scale_id"] == story.three
    explained = await story.ledger.level()
    assert {c["source"]: c["mean"] for c in explained["contributions"]} == {"manager": 2, "test": 3}
    evidence = {
        "person_id": story.ledger.shop.pat,
        "skills": [{"skill_id": story.ledger.skill, "level": 3}],
        "assessed_at": datetime.now(UTC).isoformat(),
    }
    await skills.put("/internal/evidence/enrollment/1", evidence, caller=NEIGHBOUR)
    learned = (await skills.get("/v1/ratings", params={"source": "learning"})).json()["data"]
    assert [rating["scale_id"] for rating in learned] == [story.three]


async def test_kept_levels_follow_and_it_is_told(skills: Running) -> None:
    story = await Story.start(skills)
    await skills.post(story.path, story.body())
    [fact] = await told(skills, f"framework:{story.framework}", 1)
    assert fact["type"] == "skills.framework.scale_migrated.v1"
    assert fact["data"]["mapping"] == TO_THREE
    moved: list[dict[str, Any]] = []
    for _ in range(100):
        facts = await told(skills, f"person:{story.ledger.shop.mia}", 1)
        moved = [f["data"] for f in facts if f["type"] == "skills.level.changed.v1"]
        if len(moved) > 1:
            break
        await asyncio.sleep(0.1)
    assert [(change["before"], change["level"]) for change in moved] == [(None, 4), (4, 2)]


async def test_migrations_form_a_chain(skills: Running) -> None:
    story = await Story.start(skills)
    await skills.post(story.path, story.body())
    ten = {"title": "Ten steps", "levels": [{"level": n, "title": f"{n}"} for n in range(1, 11)]}
    scale = (await made(skills, "/v1/scales", ten))["id"]
    to_ten = {"to_scale_id": scale, "mapping": {"1": 3, "2": 6, "3": 10}}
    plan = (await skills.post(story.path, {**to_ten, "dry_run": True})).json()
    figures = {item["level"]: (item["to_level"], item["ratings"]) for item in plan["data"] if item["ratings"]}
    assert figures == {2: (6, 1)}
    await skills.post(story.path, to_ten)
    assert (await story.ledger.level())["level"] == 6
    assert await story.requirement() == 4.5
    back = {"to_scale_id": story.five, "mapping": {f"{n}": (n + 1) // 2 for n in range(1, 11)}}
    assert (await skills.post(story.path, back)).status_code == 201
    assert (await story.ledger.level())["level"] == 4
    assert len((await skills.get(story.path)).json()["data"]) == 3


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"mapping": {"1": 1, "2": 1, "5": 3}}, ["/mapping/3", "/mapping/4"]),
        ({"mapping": {}}, [f"/mapping/{level}" for level in range(1, 6)]),
        ({"mapping": {**TO_THREE, "6": 3}}, ["/mapping/6"]),
        ({"mapping": {**TO_THREE, "5": 4}}, ["/mapping/5"]),
        ({"mapping": {**TO_THREE, "4": 1}}, ["/mapping/4"]),
        ({"to_scale_id": "hris:none"}, ["/to_scale_id"]),
        ({"with_framework_ids": ["hris:none"]}, ["/with_framework_ids/0"]),
        ({"mapping": {**TO_THREE, "one": 1}}, ["/mapping/one"]),
        ({"force": True}, ["/force"]),
    ],
)
async def test_a_mapping_that_leads_nowhere_is_refused(
    skills: Running, fields: dict[str, Any], pointers: list[str]
) -> None:
    story = await Story.start(skills)
    for dry_run in (True, False):
        answer = await skills.post(story.path, story.body(**fields, dry_run=dry_run))
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert (await story.ledger.level())["level"] == 4


async def test_a_framework_moves_to_another_scale_than_its_own(skills: Running) -> None:
    story = await Story.start(skills)
    same = await skills.post(story.path, story.body(to_scale_id=story.five))
    assert (same.status_code, same.json()["errors"][0]["pointer"]) == (422, "/to_scale_id")
    assert (await skills.post("/v1/frameworks/hris:none/scale-migrations", story.body())).status_code == 404


async def test_no_role_ends_up_on_two_scales(skills: Running) -> None:
    story = await Story.start(skills)
    [other] = await make_skills(skills, "other")
    other_framework = (await skills.get(f"/v1/skills/{other}")).json()["framework_id"]
    both = [{"skill_id": story.ledger.skill, "level": 5}, {"skill_id": other, "level": 3}]
    await require(skills, story.ledger.shop.role, *both)
    refused = await skills.post(story.path, story.body())
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:upskill:problem:scale-entangled")
    assert [role["id"] for role in refused.json()["roles"]] == [story.ledger.shop.role]
    preview = (await skills.post(story.path, story.body(dry_run=True))).json()
    assert [role["title"] for role in preview["entangled_roles"]] == ["Sales representative"]
    together = await skills.post(story.path, story.body(with_framework_ids=[other_framework]))
    assert (together.status_code, together.json()["requirements"]) == (201, 2)
    levels = (await skills.get(f"/v1/roles/{story.ledger.shop.role}/requirements")).json()["data"]
    assert {item["skill_id"]: item["level"] for item in levels} == {story.ledger.skill: 3, other: 2}
    assert (await skills.get(f"/v1/frameworks/{other_framework}")).json()["scale_id"] == story.three


async def test_a_scale_in_use_is_not_changed_any_other_way(skills: Running) -> None:
    story = await Story.start(skills)
    path = f"/v1/frameworks/{story.framework}"
    refused = await skills.patch(path, {"scale_id": story.three}, headers=ANY)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:upskill:problem:scale-in-use")
    renamed = await skills.patch(path, {"title": "Our skills"}, headers=ANY)
    assert (renamed.status_code, renamed.json()["scale_id"]) == (200, story.five)
    empty = await made(skills, "/v1/frameworks", {"uri": "https://shop.example/empty", "title": "Empty"})
    moved = await skills.patch(f"/v1/frameworks/{empty['id']}", {"scale_id": story.three}, headers=ANY)
    assert (moved.status_code, moved.json()["scale_id"]) == (200, story.three)


async def test_what_levels_mean_for_a_skill_goes_along(skills: Running) -> None:
    story = await Story.start(skills)
    texts = {"1": "Knows of it", "2": "Has tried it", "5": "Teaches it"}
    path = f"/v1/skills/{story.ledger.skill}"
    written = await skills.patch(path, {"level_descriptions": texts}, headers=ANY)
    assert written.status_code == 200, written.text
    await skills.post(story.path, story.body())
    found = (await skills.get(path)).json()["level_descriptions"]
    assert found == {"1": "Knows of it\nHas tried it", "3": "Teaches it"}
