"""What is kept equals what the rules say of each person, after any order of ratings, moves, hires, leavers,
requirements, policies, exemptions, suspensions and days that pass.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.skills.app import SERVICE
from services.skills.assessments.levels.worker import LevelWatch
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.gaps.horizons import Horizon, read_horizon
from services.skills.gaps.members import Member, MemberRepository
from services.skills.gaps.reports.figures import Figures, everybody_of, find_figures
from services.skills.gaps.reports.scopes import Scope
from services.skills.gaps.repository import HoldingRepository
from services.skills.gaps.rollups.consumers import Overtaken, RollUpConsumer
from services.skills.gaps.rollups.dues import DueRepository
from services.skills.gaps.rollups.models import KeptSheet, KeptStanding
from services.skills.gaps.rollups.repository import RollUpRepository
from services.skills.gaps.rollups.rules import NONE, GroupKind
from services.skills.gaps.rollups.service import Changes, count_everybody, plan
from services.skills.gaps.rollups.sheets import totals_of
from services.skills.gaps.rules import Gap, RoleProfile, find_gaps
from services.skills.gaps.totals import Totals, add_up, figures_of, sum_up, total_of
from services.skills.people.repository import PersonRepository
from services.skills.roles.repository import RequirementRepository
from shared.app import create_service
from shared.database.engines import Database
from shared.database.sessions import AnySession
from tests.conftest import FreshDatabase
from tests.harness import Running, running
from tests.services.skills.gaps.shop import make_role, make_skill, needs, sent, settled

PEOPLE, UNITS, ROLES, SKILLS = 6, 3, 3, 4
LEVELS = st.sampled_from([0, 1, 2, 3, 4, 5])
DAYS = st.sampled_from([None, -10, 40, 500])
Operation = tuple[Any, ...]


def below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


def operation(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Operation]:
    return st.tuples(st.just(name), *arguments)


REQUIREMENT = st.tuples(below(SKILLS), LEVELS, st.sampled_from([0.3, 1.0]), DAYS, st.booleans())
OPERATIONS = st.one_of(
    operation(
        "rate", below(PEOPLE), below(SKILLS), LEVELS, st.sampled_from(["test", "self"]), st.sampled_from([None, 20])
    ),
    operation("revoke"),
    operation("stand", below(PEOPLE), st.none() | below(UNITS), st.none() | below(ROLES), st.none() | below(PEOPLE)),
    operation("leave", below(PEOPLE), st.sampled_from([-1, 0, 30])),
    operation("delete", below(PEOPLE)),
    operation("require", below(ROLES), st.lists(REQUIREMENT, max_size=4)),
    operation("policy", st.sampled_from([0.0, 0.25, 1.0]), st.booleans()),
    operation("exempt", below(PEOPLE), below(SKILLS), st.none() | below(ROLES), st.sampled_from([0, 10]), st.just(25)),
    operation("suspend", below(PEOPLE), below(SKILLS), st.sampled_from([0, 10]), st.sampled_from([None, 15])),
    operation("end"),
    operation("wait", st.sampled_from([1, 12, 30, 200])),
)


class MovingClock:
    """A clock that a test can move on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def day(self, offset: int) -> str:
        return str(self().date() + timedelta(days=offset))


@dataclass
class World:
    """What the operations act on, by small numbers."""

    skills: Running
    clock: MovingClock
    skill_ids: list[str]
    role_ids: list[str]
    people: dict[int, str] = field(default_factory=dict)
    ratings: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return cast(Database, self.skills.app.state.database)

    async def settle(self) -> None:
        """Wait until everything that follows from facts and days has followed."""
        [consumer] = [c for c in self.skills.app.state.consumers if isinstance(c, RollUpConsumer)]
        while await LevelWatch(self.database, self.clock).work():
            pass
        await settled(self.skills)
        while await consumer.follow_the_calendar():
            pass

    async def wait(self, days: int) -> None:
        self.clock.ahead += timedelta(days=days)

    async def rate(self, person: int, skill: int, level: int, source: str, days: int | None) -> None:
        if person not in self.people:
            return
        body: dict[str, Any] = {
            "person_id": self.people[person],
            "skill_id": self.skill_ids[skill],
            "level": level,
            "source": source,
            "expires_at": None if days is None else f"{self.clock.day(days)}T12:00:00Z",
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
                "left_on": self.clock.day(days),
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
                effective_from=None if days is None else self.clock.day(days),
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

    async def exempt(self, person: int, skill: int, role: int | None, start: int, end: int) -> None:
        role_id = None if role is None else self.role_ids[role]
        await self._set_aside("exemptions", person, skill, start, end, role_id=role_id)

    async def suspend(self, person: int, skill: int, start: int, end: int | None) -> None:
        await self._set_aside("suspensions", person, skill, start, end)

    async def _set_aside(
        self, kind: str, person: int, skill: int, start: int, end: int | None, **fields: str | None
    ) -> None:
        if person in self.people:
            body = {"skill_id": self.skill_ids[skill], "reason": "Elsewhere", "starts_on": self.clock.day(start)}
            days = {"ends_on": None if end is None else self.clock.day(end)}
            answer = await self.skills.post(f"/v1/people/{self.people[person]}/{kind}", {**body, **days, **fields})
            self.set_aside.append(f"/v1/{kind}/{(await sent(answer, 201))['id']}")

    async def end(self) -> None:
        """End an exemption or a suspension early; one that is over already stays as it is."""
        if self.set_aside:
            answer = await self.skills.delete(self.set_aside.pop(), headers={"If-Match": "*"})
            assert answer.status_code in (204, 404), answer.text


@pytest.fixture(params=["at once", "some at a time"])
def limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many people are looked at at once: all of the world, or so few that everything happens in between."""
    if request.param == "some at a time":
        monkeypatch.setattr("services.skills.gaps.rollups.service.AT_ONCE", 1)
        monkeypatch.setattr("services.skills.gaps.rollups.service.SLICE", 2)
        monkeypatch.setattr("services.skills.gaps.rollups.consumers.READ_AT_ONCE", 3)


@pytest.fixture
async def world(limits: None, fresh_database: FreshDatabase) -> AsyncIterator[World]:
    clock = MovingClock()
    url = fresh_database("services.skills")
    async with running("skills", lambda *made: create_service(SERVICE, *made[:2], clock=clock), url) as skills:
        body = {"uri": "https://shop.example/skills", "title": "Shop skills"}
        framework = await sent(await skills.post("/v1/frameworks", body), 201)
        skill_ids = [await make_skill(skills, framework["id"], f"s{n}", f"Skill {n}") for n in range(SKILLS)]
        role_ids = [await make_role(skills, f"Role {n}", needs(skill_ids[n], 3)) for n in range(ROLES)]
        made = World(skills, clock, skill_ids, role_ids)
        for person in range(PEOPLE):
            await made.stand(person, person % UNITS, person % ROLES, person - 1 if person else None)
        yield made


@dataclass(frozen=True)
class Everybody:
    """Who is here, and their gaps one by one, straight from the ledger."""

    members: list[Member]
    gaps: dict[UUID, list[Gap]]

    @classmethod
    async def look_up(cls, session: AnySession, now: datetime, horizon: Horizon) -> "Everybody":
        members = await MemberRepository(session).today(now.date())
        policy = await PolicyRepository(session).in_force()
        roles = {member.person_id: member.role_id for member in members}
        held = await HoldingRepository(session).of_people(roles, policy, now, past=True)
        required = await RequirementRepository(session).of_roles(None)
        find = partial(find_gaps, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet)
        gaps = {}
        for member in members:
            role = RoleProfile(member.role_id or NONE, "", tuple(required.get(member.role_id or NONE, ())))
            gaps[member.person_id] = find(role, role, held[member.person_id], horizon)
        return cls(members, gaps)

    def sums(self, kind: GroupKind, among: Iterable[Member]) -> dict[UUID, dict[UUID, Totals]]:
        """By group and skill, under `NONE` altogether; who is asked for nothing is nowhere."""
        found: dict[UUID, dict[UUID, Totals]] = defaultdict(dict)
        figures = []
        for member in among:
            group = getattr(member, f"{kind}_id") or NONE
            gaps = [(gap.skill_id, figures_of(gap)) for gap in self.gaps[member.person_id]]
            figures += [((group, skill_id), totals) for skill_id, totals in gaps]
            figures.append(((group, NONE), total_of(totals for _, totals in gaps)))
        for (group, skill_id), totals in add_up(figures).items():
            if totals.people:
                found[group][skill_id] = totals
        return dict(found)


async def read(session: AnySession, figures: Figures) -> dict[UUID, dict[UUID, Totals]]:
    """The figures of a report in the same form."""
    numbers, _ = figures.by_skill()
    ids = await RollUpRepository(session).skills(numbers)
    found: dict[UUID, dict[UUID, Totals]] = defaultdict(dict)
    for group, whole, cells in zip(figures.groups, figures.by_group(), await figures.cells(numbers), strict=True):
        columns = [(NONE, whole), *((ids[number], cell) for number, cell in zip(numbers, cells, strict=True))]
        for skill_id, cell in columns:
            if (totals := totals_of(cell)).people:
                found[group][skill_id] = totals
    return dict(found)


async def assert_reports_are_right(world: World) -> None:
    """Every kind of report against the rules for one person: kept sheets, and what is counted from standings."""
    now = world.clock()
    async with world.database.reading() as session:
        for horizon in (read_horizon(name, now.date()) for name in ("now", "short", "long", world.clock.day(45))):
            everybody = await Everybody.look_up(session, now, horizon)
            for scope, kind, among in await scopes(session, world, everybody.members):
                figures = await find_figures(session, scope, horizon, kind)
                assert await read(session, figures) == everybody.sums(kind, among)
                by_hand = (total_of(map(figures_of, everybody.gaps[member.person_id])) for member in among)
                assert await everybody_of(figures) == sum_up(by_hand)


async def scopes(
    session: AnySession, world: World, members: list[Member]
) -> list[tuple[Scope, GroupKind, list[Member]]]:
    """Views of everybody, of one unit, of one role, of those of a role in a unit, and of a leader's people."""
    [unit_id, *_] = sorted({m.org_unit_id for m in members if m.org_unit_id} or {UUID(int=1)})
    role_id, leader_id = UUID(world.role_ids[0]), UUID(world.people.get(0, str(UUID(int=1))))
    led = set(await PersonRepository(session).reports_of(leader_id))
    unit, role = frozenset({unit_id}), [m for m in members if m.role_id == role_id]
    return [
        *((Scope(), kind, members) for kind in GroupKind),
        (Scope(unit), GroupKind.ORG_UNIT, [m for m in members if m.org_unit_id == unit_id]),
        (Scope(None, role_id), GroupKind.ROLE, role),
        (Scope(unit, role_id), GroupKind.ORG_UNIT, [m for m in role if m.org_unit_id == unit_id]),
        (Scope(led=True, leader_id=leader_id), GroupKind.MANAGER, [m for m in members if m.person_id in led]),
    ]


async def assert_nothing_differs_from_a_full_recount(world: World) -> None:
    async with world.database.reading() as session:
        renewal = await count_everybody(session, world.clock())
        people: set[Any] = {(*standing, until) for standing, until in renewal.standings}
        sheets = {(kind, *sheet) for kind, of_kind in renewal.sheets.items() for sheet in of_kind}
        assert await rows_of(session, KeptStanding, "person_id role_id org_unit_id manager_id profile_id held") == {
            row[:-1] for row in people
        }
        assert await rows_of(session, KeptStanding, "person_id next_change_on") == {(r[0], r[-1]) for r in people}
        assert await rows_of(session, KeptSheet, "kind group_id people cells") == sheets


async def rows_of(session: AnySession, table: Any, names: str) -> set[tuple[Any, ...]]:
    columns = [table.__table__.c[name] for name in names.split()]
    return {tuple(row) for row in await session.execute(select(*columns))}


# No shrinking: the world keeps its history, so that an example does not happen twice.
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(operations=st.lists(OPERATIONS, min_size=1, max_size=8))
async def test_what_is_kept_is_what_the_rules_say(world: World, operations: list[Operation]) -> None:
    """The world goes on from example to example: the longer its history, the better the test."""
    for name, *arguments in operations:
        act: Callable[..., Any] = getattr(world, name)
        await act(*arguments)
    await world.settle()
    await assert_nothing_differs_from_a_full_recount(world)
    await assert_reports_are_right(world)


async def test_days_that_pass_end_exemptions_suspensions_ratings_and_employments(world: World) -> None:
    await world.exempt(0, 0, None, 3, 5)
    await world.suspend(3, 0, 0, 4)
    await world.rate(1, 1, 4, "test", 6)
    await world.leave(2, 7)
    for _ in range(9):
        await world.settle()
        await assert_reports_are_right(world)
        await world.wait(1)


async def test_a_requirement_that_begins_later_needs_no_new_count(world: World) -> None:
    """Sheets say for which days their figures hold."""
    await world.require(0, [(0, 4, 1.0, 40, False)])
    await world.settle()
    async with world.database.reading() as session:
        before = await rows_of(session, KeptSheet, "kind group_id people cells")
        horizon = read_horizon("now", world.clock().date())
        now = await everybody_of(await find_figures(session, Scope(), horizon, None))
    await world.wait(41)
    await world.settle()
    async with world.database.reading() as session:
        assert await rows_of(session, KeptSheet, "kind group_id people cells") == before
        horizon = read_horizon("now", world.clock().date())
        later = await everybody_of(await find_figures(session, Scope(), horizon, None))
        assert later.required > now.required
    await assert_reports_are_right(world)


def another_consumer(world: World) -> RollUpConsumer:
    """A replica that knows nothing yet."""
    replica = RollUpConsumer(world.database, world.clock)
    replica.name = "replica"
    return replica


async def test_who_finds_nothing_counted_counts_everybody_a_slice_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how many are left, and does not read what happened before."""
    await world.settle()
    monkeypatch.setattr("services.skills.gaps.rollups.service.SLICE", 2)
    async with world.database.writing() as session:
        await RollUpRepository(session).forget_everybody()
    replica = another_consumer(world)
    today, left = world.clock().date(), []
    async with world.database.writing() as session:
        await DueRepository(session).mark(None, today)
    while True:
        async with world.database.reading() as session:
            left.append(await DueRepository(session).pending(today))
        if not left[-1]:
            break
        await replica.follow_the_calendar()
    assert left[0] <= PEOPLE
    await assert_nothing_differs_from_a_full_recount(world)
    await assert_reports_are_right(world)


async def test_a_rating_goes_before_everybody_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While everybody is counted by a new policy, who was rated is looked at with the next facts."""
    await world.settle()
    monkeypatch.setattr("services.skills.gaps.rollups.service.AT_ONCE", 1)
    person = UUID(world.people[0])
    now = world.clock()
    async with world.database.reading() as session:
        planned = await plan(session, Changes(everything=True, rated={person}), now)
        many = await plan(session, Changes(people={UUID(id) for id in world.people.values()}, rated={person}), now)
    assert planned.later is None
    assert many.later == frozenset(UUID(id) for id in world.people.values()) - {person}
    for found in (planned, many):
        assert found.renewal is not None
        assert [standing.person_id for standing, _ in found.renewal.standings] == [person]


async def test_a_replica_that_comes_late_does_not_bring_back_old_figures(world: World) -> None:
    await world.settle()
    late = another_consumer(world)
    renewals = await late._count_renewals()
    async with world.database.writing() as session:
        await late._claim(session, renewals)
    with pytest.raises(Overtaken):
        async with world.database.writing() as session:
            await late._claim(session, renewals)
    assert await late._count_renewals() == renewals + 1
