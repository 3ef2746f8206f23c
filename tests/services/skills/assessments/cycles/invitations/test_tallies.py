"""Progress is the sum of the invitations that are done, whatever is kept of it, after any story."""

from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select
from sqlmodel import col

from services.skills.assessments.cycles.invitations.models import CycleTally, ReminderRound
from services.skills.assessments.cycles.invitations.worker import TallyWatch
from services.skills.assessments.policies.rules import Source
from shared.clock import utc_now
from shared.database.engines import Database
from shared.ids import new_id
from tests.harness import Running
from tests.services.skills.assessments.cycles.quarter import make_cycle
from tests.services.skills.assessments.ledger import Ledger
from tests.services.skills.statements import statements_of
from tests.services.skills.stories import made, make_role, make_skills, require, told

ANY = {"If-Match": "*"}
STEPS = 40


@pytest.fixture(autouse=True)
def only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's own watch looks once, when it starts; afterwards the tests decide."""
    monkeypatch.setattr(TallyWatch, "seconds", 3600.0)


class Story:
    """A cycle for everybody in the shop, rated, moved and required of at random."""

    def __init__(self, ledger: Ledger, skills: list[str], roles: list[str], cycle: str, chance: Random) -> None:
        self.service, self.ledger, self.shop = ledger.service, ledger, ledger.shop
        self.skills, self.roles, self.cycle, self.chance = skills, roles, cycle, chance
        self.given: list[str] = []
        self.watch = TallyWatch(self.database, utc_now)

    @classmethod
    async def start(cls, service: Running, seed: int) -> "Story":
        ledger = await Ledger.start(service)
        skills = [ledger.skill, *await make_skills(service, "selling", "listening")]
        other = (await make_role(service, title="Buyer", external_ids=[]))["id"]
        await require(service, ledger.shop.role, *({"skill_id": id, "level": 3} for id in skills[:2]))
        await require(service, other, *({"skill_id": id, "level": 2} for id in skills[1:]))
        cycle = (await make_cycle(service, required_sources=["self", "manager", "peer"]))["id"]
        return cls(ledger, skills, [ledger.shop.role, other], cycle, Random(seed))  # noqa: S311

    @property
    def database(self) -> Database:
        found: Database = self.service.app.state.database
        return found

    async def step(self) -> str:
        steps = [self.rate] * 6 + [self.take_back, self.dispute, self.move, self.hire, self.lead, self.demand, self.ask]
        step = self.chance.choice(steps)
        await step()
        return step.__name__

    async def rate(self) -> None:
        shop = self.shop
        person = self.chance.choice([shop.mia, shop.pat])
        assessor = {
            Source.SELF: person,
            Source.MANAGER: shop.top,
            Source.PEER: self.chance.choice([shop.kim, *({shop.mia, shop.pat} - {person})]),
        }
        source = self.chance.choice(list(assessor))
        body = {
            **self.ledger.body(source, 3, assessor[source], cycle_id=self.cycle),
            "person_id": person,
            "skill_id": self.chance.choice(self.skills),
        }
        if self.chance.random() < 0.3:
            answer = await self.service.post("/v1/ratings", [body, body])
            self.given += [one["rating"]["id"] for one in answer.json()["data"] if one["status"] == 201]
        elif (answer := await self.service.post("/v1/ratings", body)).status_code == 201:
            self.given.append(answer.json()["id"])

    async def take_back(self) -> None:
        if self.given:
            rating = self.given.pop(self.chance.randrange(len(self.given)))
            await self.service.post(f"/v1/ratings/{rating}/revoke", {})

    async def dispute(self) -> None:
        if self.given:
            rating = (await self.service.get("/v1/ratings", params={"limit": "200"})).json()["data"]
            mine = [one for one in rating if one["standing"] == "recorded"]
            if mine:
                one = self.chance.choice(mine)
                body = {"acting_person_id": one["person_id"]}
                await self.service.post(f"/v1/ratings/{one['id']}/dispute", body)
                if self.chance.random() < 0.5:
                    await self.service.post(f"/v1/ratings/{one['id']}/answer", {"outcome": "dismissed"})

    async def move(self) -> None:
        role = self.chance.choice([*self.roles, None])
        person = self.chance.choice([self.shop.mia, self.shop.pat, self.shop.kim])
        await self.service.patch(f"/v1/people/{person}", {"role_id": role}, headers=ANY)

    async def hire(self) -> None:
        name = f"new{self.chance.random()}@shop.example"
        await made(self.service, "/v1/people", {"user_name": name, "role_id": self.chance.choice(self.roles)})

    async def lead(self) -> None:
        manager = self.chance.choice([self.shop.lea, None])
        await self.service.patch(f"/v1/people/{self.shop.mia}", {"manager_id": manager}, headers=ANY)

    async def demand(self) -> None:
        some = self.chance.sample(self.skills, self.chance.randint(0, 3))
        await require(self.service, self.chance.choice(self.roles), *({"skill_id": id, "level": 3} for id in some))

    async def ask(self) -> None:
        if self.chance.random() < 0.5:
            some = self.chance.sample(["self", "manager", "peer", "test"], self.chance.randint(1, 3))
            path = f"/v1/assessment-cycles/{self.cycle}"
            answer = await self.service.patch(path, {"required_sources": some}, headers=ANY)
            assert answer.status_code == 200, answer.text
            return
        policy = (await self.service.get("/v1/rating-policies?limit=1")).json()["data"][0]
        kept = {"weights", "half_life_days", "self_may_meet", "tolerance"}
        body = {**{key: policy[key] for key in kept}, "minimum_peers": self.chance.choice([3, 2])}
        await self.service.post("/v1/rating-policies", body)

    async def check(self, after: str) -> None:
        """Progress against the list of invitations, which knows nothing of tallies."""
        path = f"/v1/assessment-cycles/{self.cycle}"
        progress = (await self.service.get(f"{path}/progress")).json()
        owed: list[dict[str, Any]] = []
        url: str | None = f"{path}/invitations?limit=200"
        while url is not None:
            answer = await self.service.get(url)
            owed += answer.json()["data"]
            url = answer.links.get("next", {}).get("url")
        wanted = Counter(one["source"] for one in owed)
        done = Counter(one["source"] for one in owed if one["status"] == "done")
        sums = {one["source"]: (one["wanted"], one["done"]) for one in progress["data"]}
        assert sums == {source: (wanted[source], done[source]) for source in sums}, after
        assert (progress["wanted"], progress["done"]) == (len(owed), done.total()), after


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_progress_is_always_the_sum_of_the_invitations(skills: Running, seed: int) -> None:
    story = await Story.start(skills, seed)
    for _ in range(STEPS):
        if story.chance.random() < 0.5:
            await story.watch.work()
        await story.check(await story.step())
    await story.watch.work()
    await story.check("the last watch")
    await skills.post(f"/v1/assessment-cycles/{story.cycle}/close", {})
    await story.check("closing")
    await story.watch.work()
    await story.check("the watch after closing")


async def test_what_is_kept_need_not_be_counted(skills: Running) -> None:
    story = await Story.start(skills, 1)
    path = f"/v1/assessment-cycles/{story.cycle}/progress"

    async def counts() -> bool:
        return any("FROM ratings" in statement for statement in await statements_of(skills, path))

    async def kept() -> int:
        async with story.database.reading() as session:
            return (await session.execute(select(func.count()).select_from(CycleTally))).scalar_one()

    assert await counts()
    await story.watch.work()
    assert await kept() == 6  # Mia and Pat, three sources
    assert not await counts()
    rating = await story.ledger.rate(Source.SELF, 3, story.shop.mia, cycle_id=story.cycle)
    assert await kept() == 3
    assert await counts()
    await story.watch.work()
    assert not await counts()
    await skills.post(f"/v1/ratings/{rating['id']}/dispute", {"acting_person_id": story.shop.mia})
    assert await kept() == 3


async def test_a_round_of_reminders_goes_on_where_it_was_cut_off(skills: Running) -> None:
    story = await Story.start(skills, 1)
    owing = sorted([story.shop.mia, story.shop.pat, story.shop.lea])
    async with story.database.writing() as session:
        row = {"id": new_id(), "cycle_id": UUID(story.cycle), "told_until": UUID(owing[0]), "finished_at": None}
        await session.execute(insert(ReminderRound).values(**row))
    facts = await told(skills, f"cycle:{story.cycle}", 2)
    # Lea, who was here first and owes four, had been told.
    assert [(fact["data"]["assessor_id"], fact["data"]["owed"]) for fact in facts] == [(id, 2) for id in owing[1:]]
    async with story.database.reading() as session:
        waiting = select(func.count()).select_from(ReminderRound).where(col(ReminderRound.finished_at).is_(None))
        assert (await session.execute(waiting)).scalar_one() == 0


async def test_nobody_is_reminded_of_a_cycle_that_has_closed(skills: Running) -> None:
    story = await Story.start(skills, 1)
    await skills.post(f"/v1/assessment-cycles/{story.cycle}/close", {})
    async with story.database.writing() as session:
        await session.execute(insert(ReminderRound).values(id=new_id(), cycle_id=UUID(story.cycle)))
    other = (await make_cycle(skills, required_sources=["self"]))["id"]
    assert (await skills.post(f"/v1/assessment-cycles/{other}/remind")).json() == {"reminded": 2}
    await told(skills, f"cycle:{other}", 2)  # the rounds are worked off in order
    assert [fact["type"] for fact in await told(skills, f"cycle:{story.cycle}", 1)] == ["skills.cycle.closed.v1"]
