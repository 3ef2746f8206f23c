"""Kept figures equal a full recount after any order of ratings, moves, hires, leavers, requirements and policies."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.skills.gaps.rollups.models import GapCell, PersonGapTotals
from services.skills.gaps.rollups.service import Changes, RollUpService
from shared.database.engines import Database
from shared.database.sessions import AnySession
from tests.harness import Running
from tests.services.skills.gaps.shop import make_role, make_skill, needs, sent, settled

TODAY = datetime.now(UTC).date()
PEOPLE, UNITS, ROLES, SKILLS = 6, 3, 3, 4
LEVELS = st.sampled_from([0, 1, 2, 3, 4, 5])
DAYS = st.sampled_from([None, -10, 40, 500])


def below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


OPERATIONS = st.one_of(
    st.tuples(st.just("rate"), below(PEOPLE), below(SKILLS), LEVELS, st.sampled_from(["test", "self"])),
    st.tuples(st.just("revoke")),
    st.tuples(
        st.just("stand"),
        below(PEOPLE),
        st.none() | below(UNITS),
        st.none() | below(ROLES),
        st.none() | below(PEOPLE),
    ),
    st.tuples(st.just("leave"), below(PEOPLE), st.sampled_from([-1, 0, 30])),
    st.tuples(st.just("delete"), below(PEOPLE)),
    st.tuples(
        st.just("require"),
        below(ROLES),
        st.lists(st.tuples(below(SKILLS), LEVELS, st.sampled_from([0.3, 1.0]), DAYS, st.booleans()), max_size=4),
    ),
    st.tuples(st.just("policy"), st.sampled_from([0.0, 0.25, 1.0]), st.booleans()),
)


@dataclass
class World:
    """What the operations act on, by small numbers."""

    skills: Running
    skill_ids: list[str]
    role_ids: list[str]
    people: dict[int, str] = field(default_factory=dict)
    ratings: list[str] = field(default_factory=list)

    async def rate(self, person: int, skill: int, level: int, source: str) -> None:
        if person not in self.people:
            return
        body: dict[str, Any] = {
            "person_id": self.people[person],
            "skill_id": self.skill_ids[skill],
            "level": level,
            "source": source,
        }
        if source == "self":
            body["assessor_id"] = self.people[person]
        answer = await self.skills.post("/v1/ratings", body)
        if answer.status_code == 422:
            assert answer.json()["detail"] == "The person had left by then."
            return
        self.ratings.append((await sent(answer, 201))["id"])

    async def revoke(self) -> None:
        if self.ratings:
            await sent(await self.skills.post(f"/v1/ratings/{self.ratings.pop()}/revoke", {"reason": "Wrong"}), 200)

    async def stand(self, person: int, unit: int | None, role: int | None, manager: int | None) -> None:
        body = {
            "user_name": f"p{person}@shop.example",
            "org_unit": None if unit is None else f"U{unit}",
            "role_id": None if role is None else self.role_ids[role],
            "manager_id": self.people.get(manager) if manager is not None and manager != person else None,
        }
        answer = await self.skills.put(f"/v1/people/by-external-id/hris/P{person}", body)
        if answer.status_code == 422:
            assert answer.json()["type"] == "urn:upskill:problem:manager-circle"
            return
        assert answer.status_code in (200, 201), answer.text
        self.people[person] = answer.json()["id"]

    async def leave(self, person: int, days: int) -> None:
        if person in self.people:
            body = {
                "user_name": f"p{person}@shop.example",
                "left_on": str(TODAY + timedelta(days=days)),
                "leave_reason": "other",
            }
            await sent(await self.skills.put(f"/v1/people/by-external-id/hris/P{person}", body), 200)

    async def delete(self, person: int) -> None:
        if person in self.people:
            id = self.people.pop(person)
            answer = await self.skills.delete(f"/v1/people/{id}", headers={"If-Match": "*"})
            assert answer.status_code == 204, answer.text

    async def require(self, role: int, wanted: list[tuple[int, int, float, int | None, bool]]) -> None:
        role_id = self.role_ids[role]
        by_key = {
            (skill, days): needs(
                self.skill_ids[skill],
                level,
                importance,
                redesign=redesign,
                effective_from=None if days is None else str(TODAY + timedelta(days=days)),
            )
            for skill, level, importance, days, redesign in wanted
        }
        etag = (await self.skills.get(f"/v1/roles/{role_id}")).headers["etag"]
        body = {"data": list(by_key.values())}
        put = await self.skills.put(f"/v1/roles/{role_id}/requirements", body, headers={"If-Match": etag})
        await sent(put, 200)

    async def policy(self, tolerance: float, self_may_meet: bool) -> None:
        weights = {"test": 1.0, "self": 0.3}
        body = {"weights": weights, "tolerance": tolerance, "self_may_meet": self_may_meet}
        await sent(await self.skills.post("/v1/rating-policies", body), 201)


@pytest.fixture
async def world(skills: Running) -> World:
    framework = await sent(
        await skills.post("/v1/frameworks", {"uri": "https://shop.example/skills", "title": "Shop skills"}), 201
    )
    skill_ids = [await make_skill(skills, framework["id"], f"s{n}", f"Skill {n}") for n in range(SKILLS)]
    role_ids = [await make_role(skills, f"Role {n}", needs(skill_ids[n], 3)) for n in range(ROLES)]
    made = World(skills, skill_ids, role_ids)
    for person in range(PEOPLE):
        await made.stand(person, person % UNITS, person % ROLES, None)
    return made


class Undone(Exception):
    """Takes a trial recount back."""


async def rows_of(session: AnySession) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for table in (PersonGapTotals, GapCell):
        columns = cast(Any, table).__table__.c
        found.extend((table.__name__, *row) for row in await session.execute(select(*columns)))
    return sorted(found, key=repr)


async def recount(database: Database, now: datetime) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    try:
        async with database.writing() as session:
            await RollUpService(session, now).refresh(Changes(everything=True))
            rows = await rows_of(session)
            raise Undone
    except Undone:
        return rows


# No shrinking: the world keeps its history, so that an example does not happen twice.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(operations=st.lists(OPERATIONS, min_size=1, max_size=8))
async def test_kept_figures_equal_a_full_recount(world: World, operations: list[tuple[Any, ...]]) -> None:
    """The world goes on from example to example: the longer its history, the better the test."""
    for name, *arguments in operations:
        operation: Callable[..., Any] = getattr(world, name)
        await operation(*arguments)
    await settled(world.skills)
    database: Database = world.skills.app.state.database
    async with database.reading() as session:
        kept = await rows_of(session)
    assert kept == await recount(database, datetime.now(UTC))


async def test_a_day_that_brings_a_requirement_changes_the_figures(world: World) -> None:
    await world.require(0, [(0, 4, 1.0, 40, False)])
    await settled(world.skills)
    database: Database = world.skills.app.state.database
    [consumer] = [c for c in world.skills.app.state.consumers if c.name == "gap-roll-ups"]
    later = datetime.now(UTC) + timedelta(days=41)
    async with database.reading() as session:
        before = await rows_of(session)
    assert before != await recount(database, later)
    await asyncio.sleep(0)
    consumer.clock = lambda: later
    assert await consumer.follow_the_calendar() in (0, 2)
    async with database.reading() as session:
        after = await rows_of(session)
    assert after == await recount(database, later)
