"""Levels as they are explained: now, in the past, and kept for roll-ups."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.levels.worker import LevelWatch
from services.skills.assessments.policies.rules import Source
from shared.identity.principal import Principal
from tests.harness import ADMIN, Running, client_with, user
from tests.services.skills.assessments.ledger import Ledger, ago, ahead
from tests.services.skills.stories import make_skills, told


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (ADMIN, 200),
        (client_with("people:read"), 200),
        (client_with("reports:read"), 403),
        (client_with("skills:read"), 403),
        (user(uuid4()), 404),
        (None, 401),
    ],
)
async def test_who_may_read(skills: Running, caller: Principal | None, status: int) -> None:
    ledger = await Ledger.start(skills)
    assert (await skills.get(f"/v1/people/{ledger.shop.mia}/skills", caller=caller)).status_code == status


async def test_the_person_and_their_leaders_read(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    shop = ledger.shop
    for person, status in ((shop.mia, 200), (shop.lea, 200), (shop.top, 200), (shop.pat, 404), (shop.kim, 404)):
        answer = await skills.get(f"/v1/people/{shop.mia}/skills", caller=user(UUID(person)))
        assert answer.status_code == status


async def test_a_level_explains_itself_source_by_source(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.SELF, 4, ledger.shop.mia)
    await ledger.rate(Source.MANAGER, 2, ledger.shop.lea, assessed_at=ago(days=365))
    await ledger.rate(Source.TEST, 4)
    level = await ledger.level()
    # (0.8 · 0.5 · 2 + 1.0 · 4) / 1.4
    assert (level["level"], level["verified"], level["disagreement"]) == (pytest.approx(3.4286, abs=1e-3), True, 2)
    parts = {part["source"]: part for part in level["contributions"]}
    assert (parts["self"]["share"], parts["self"]["mean"]) == (0, 4)
    assert parts["manager"]["share"] == pytest.approx(0.4 / 1.4, abs=1e-3)
    assert parts["manager"]["recency"] == pytest.approx(0.5, abs=1e-3)
    assert parts["manager"]["age_days"] == pytest.approx(365, abs=0.01)
    assert sum(part["share"] for part in parts.values()) == pytest.approx(1, abs=1e-3)
    assert 0 < level["confidence"] < 1


async def test_peers_appear_together_or_not_at_all(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.peers(3, 3)
    assert await ledger.level() == {}
    await ledger.peers(4)
    level = await ledger.level()
    assert (level["level"], level["contributions"][0]["raters"]) == (3.5, 3)


async def test_a_past_moment_is_answered_from_the_ledger(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 2, ledger.shop.lea, assessed_at=ago(days=200))
    later = await ledger.rate(Source.TEST, 5, assessed_at=ago(days=20), expires_at=ago(days=10))
    assert (await ledger.level(as_of=ago(days=300))) == {}
    assert (await ledger.level(as_of=ago(days=100)))["level"] == 2
    assert (await ledger.level(as_of=ago(days=15)))["level"] > 3
    assert (await ledger.level())["level"] == 2
    before_revoking = datetime.now(UTC).isoformat()
    await skills.post(f"/v1/ratings/{later['id']}/revoke", {})
    assert (await ledger.level(as_of=ago(days=15)))["level"] > 3
    assert (await ledger.level(as_of=before_revoking))["level"] == 2
    today = datetime.now(UTC).date().isoformat()
    assert (await ledger.level(as_of=today))["level"] == 2
    path = f"/v1/people/{ledger.shop.mia}/skills"
    for nonsense in (ahead(days=1), "yesterday"):
        assert (await skills.get(path, params={"as_of": nonsense})).status_code == 422


async def test_one_skill_may_be_asked_for(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.TEST, 3)
    assert (await ledger.level(skill_id=ledger.skill))["level"] == 3
    assert await ledger.level(skill_id=str(uuid4())) == {}
    path = f"/v1/people/{ledger.shop.mia}/skills"
    assert (await skills.get(path, params={"skill_id": "esco:nothing"})).status_code == 422


async def test_levels_come_in_pages(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    (other,) = await make_skills(skills, "storytelling")
    await ledger.rate(Source.TEST, 3)
    await ledger.rate(Source.TEST, 4, skill_id=other)
    path = f"/v1/people/{ledger.shop.mia}/skills"
    first = (await skills.get(path, params={"limit": "1"})).json()
    second = (await skills.get(path, params={"limit": "1", "cursor": first["next_cursor"]})).json()
    assert [page["data"][0]["skill"]["label"] for page in (first, second)] == ["social", "storytelling"]
    assert second["next_cursor"] is None
    assert (await skills.get(path, params={"cursor": "nonsense"})).status_code == 400


async def kept(service: Running, person_id: str) -> list[SkillLevel]:
    async with service.app.state.database.reading() as session:
        rows = await session.execute(select(SkillLevel).where(col(SkillLevel.person_id) == UUID(person_id)))
        return list(rows.scalars())


async def test_a_level_that_fell_due_is_rebuilt_and_the_expiry_told(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 2, ledger.shop.lea)
    test = await ledger.rate(Source.TEST, 4, expires_at=ahead(days=30))
    (row,) = await kept(skills, ledger.shop.mia)
    assert row.level == pytest.approx(3.1111)
    assert row.next_change_at is not None
    month_later = LevelWatch(skills.app.state.database, lambda: datetime.now(UTC) + timedelta(days=31))
    assert await month_later.work() == 1
    (row,) = await kept(skills, ledger.shop.mia)
    assert (row.level, row.next_change_at) == (2, None)
    events = await told(skills, f"person:{ledger.shop.mia}", 7)
    assert [event["type"] for event in events[-2:]] == ["skills.rating.expired.v1", "skills.level.changed.v1"]
    assert events[-2]["data"]["rating_id"] == test["id"]
    assert await month_later.work() == 0


async def test_a_new_policy_reaches_the_kept_levels(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    await ledger.rate(Source.MANAGER, 2, ledger.shop.lea)
    await ledger.rate(Source.TEST, 4)
    await skills.post("/v1/rating-policies", {"weights": {"manager": 1.0, "test": 1.0}})
    await LevelWatch(skills.app.state.database, lambda: datetime.now(UTC)).work()
    (row,) = await kept(skills, ledger.shop.mia)
    assert (row.level, row.policy_version) == (3, 2)


async def test_ratings_that_come_together_all_count_in_the_kept_level(skills: Running) -> None:
    ledger = await Ledger.start(skills)
    sources = (Source.TEST, Source.CERTIFICATION, Source.LEARNING)
    bodies = [ledger.body(source, level) for source in sources for level in (1, 2, 3, 4)]
    bodies += [ledger.body(Source.MANAGER, 5, ledger.shop.lea), ledger.body(Source.EXPERT, 5, ledger.shop.kim)]
    answers = await asyncio.gather(*(skills.post("/v1/ratings", body) for body in bodies))
    assert [answer.status_code for answer in answers] == [201] * len(bodies)
    (row,) = await kept(skills, ledger.shop.mia)
    assert row.level == (await ledger.level())["level"]
