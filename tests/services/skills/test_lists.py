"""Lists narrow to what a caller knows: by ids, by what changed, by their natural keys."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.skills.assessments.policies.rules import Source
from tests.harness import Running, client_with, user
from tests.services.skills.assessments.cycles.quarter import CYCLE
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.stories import made, make_skills

SCALE = {"title": "Two", "levels": [{"level": 1, "title": "Aware"}, {"level": 2, "title": "Able"}]}
FRAMEWORK = {"uri": "https://shop.example/own", "title": "Own"}


def day(offset: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


async def listed(skills: Running, path: str, caller: Any = None, **query: str) -> list[str]:
    answer = await skills.get(path, params=query, **({"caller": caller} if caller else {}))
    assert answer.status_code == 200, answer.text
    return [str(row.get("id", row.get("version"))) for row in answer.json()["data"]]


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("/v1/frameworks", FRAMEWORK, {**FRAMEWORK, "uri": "https://shop.example/other"}),
        ("/v1/scales", SCALE, SCALE),
        ("/v1/org-units", {"code": "north"}, {"code": "south"}),
        ("/v1/assessment-cycles", CYCLE, CYCLE),
    ],
)
async def test_lists_narrow_to_ids_and_to_what_changed(
    skills: Running, path: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    first = await made(skills, path, one)
    moment = (datetime.now(UTC)).isoformat()
    second = await made(skills, path, other)
    assert await listed(skills, path, ids=second["id"]) == [second["id"]]
    assert await listed(skills, path, ids=f"{first['id']},{second['id']}") == [first["id"], second["id"]]
    assert await listed(skills, path, ids=str(uuid4())) == []
    assert await listed(skills, path, updated_since=moment) == [second["id"]]
    assert (await skills.get(path, params={"ids": "nonsense"})).status_code == 422


async def test_a_deleted_framework_is_told_as_gone(skills: Running) -> None:
    framework = await made(skills, "/v1/frameworks", FRAMEWORK)
    gone = await skills.delete(f"/v1/frameworks/{framework['id']}", headers={"If-Match": "*"})
    assert gone.status_code == 204
    delta = await skills.get("/v1/frameworks", params={"updated_since": framework["created_at"]})
    assert [(row["id"], row["deleted"]) for row in delta.json()["data"]] == [(framework["id"], True)]
    assert framework["deleted"] is False


async def test_cycles_are_listed_by_where_they_stand_today(skills: Running) -> None:
    days = {"scheduled": (1, 9), "open": (-1, 0), "late": (-9, -1), "closed": (0, 9)}
    cycles = {
        status: (await made(skills, "/v1/assessment-cycles", {**CYCLE, "opens_on": day(a), "closes_on": day(b)}))["id"]
        for status, (a, b) in days.items()
    }
    closed = await skills.post(f"/v1/assessment-cycles/{cycles['closed']}/close")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    for status, id in cycles.items():
        assert await listed(skills, "/v1/assessment-cycles", status=status) == [id]
    assert (await skills.get("/v1/assessment-cycles?status=ready")).status_code == 422


async def test_ratings_are_listed_since_they_were_recorded_or_followed(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    first, second = await ledger.rate(Source.TEST, 3), await ledger.rate(Source.CERTIFICATION, 3)
    since = second["recorded_at"]
    assert await listed(skills, "/v1/ratings", updated_since=since) == [second["id"]]
    assert (await skills.post(f"/v1/ratings/{first['id']}/revoke")).json()["standing"] == "revoked"
    assert await listed(skills, "/v1/ratings", updated_since=since) == [first["id"], second["id"]]
    assert await listed(skills, "/v1/ratings", ids=second["id"]) == [second["id"]]


async def test_a_filter_does_not_tell_which_peer_it_was(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    hris = client_with("ratings:write", "people:read", "act")
    rating = await skills.post("/v1/ratings", ledger.body(Source.PEER, 3, ledger.shop.pat), caller=hris)
    assert rating.status_code == 201, rating.text
    asked = {"assessor_id": ledger.shop.pat, "source": "peer"}
    for caller in (client_with("people:read"), user(UUID(ledger.shop.lea)), user(UUID(ledger.shop.mia))):
        assert await listed(skills, "/v1/ratings", caller, **asked) == []
    for caller in (hris, user(UUID(ledger.shop.pat))):
        assert await listed(skills, "/v1/ratings", caller, **asked) == [rating.json()["id"]]


async def test_policies_are_listed_by_version_and_time(skills: Running) -> None:
    second = await made(skills, "/v1/rating-policies", {"weights": {"test": 1}})
    path = "/v1/rating-policies"
    assert await listed(skills, path, ids="2") == ["2"]
    assert await listed(skills, path, ids="1,2") == ["1", "2"]
    assert await listed(skills, path, updated_since=second["created_at"]) == ["2"]
    assert (await skills.get(path, params={"ids": "two"})).status_code == 422


@pytest.mark.parametrize("kind", ["exemptions", "suspensions"])
async def test_what_is_set_aside_is_listed_by_skill(skills: Running, kind: str) -> None:
    ledger = await Ledger.start(skills)
    (other,) = await make_skills(skills, "selling")
    path = f"/v1/people/{ledger.shop.mia}/{kind}"
    body = {"reason": "For now", "ends_on": day(9)}
    await made(skills, path, {**body, "skill_id": ledger.skill})
    wanted = await made(skills, path, {**body, "skill_id": other})
    assert await listed(skills, path, skill_id=other) == [wanted["id"]]
    assert (await skills.get(path, params={"skill_id": "hris:NONE"})).status_code == 422


async def test_people_are_found_by_the_id_of_another_system(skills: Running) -> None:
    shop = (await Ledger.start(skills)).shop
    assert await listed(skills, "/v1/people", external_id="hris:E2") == [shop.mia]
    assert await listed(skills, "/v1/people", external_id="hris:E2", ids=shop.lea) == []
    assert await listed(skills, "/v1/people", external_id="hris:NOBODY") == []


async def test_coverage_requirements_are_listed_by_id(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    path, body = "/v1/coverage/requirements", {"manager_id": ledger.shop.lea, "skill_id": ledger.skill, "people": 1}
    await made(skills, path, {**body, "level": 2})
    wanted = await made(skills, path, {**body, "level": 3})
    assert await listed(skills, path, ids=wanted["id"]) == [wanted["id"]]
