"""After every step of any story the kept levels equal what the ledger says, and revoking undoes completely."""

from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.skills.assessments.levels.models import SkillLevel
from services.skills.assessments.policies.rules import Source
from tests.harness import NEIGHBOUR, Running
from tests.services.skills.assessments.ledger import Ledger, ago, ahead

STEPS = 25


class Story:
    """Ratings of Mia by everybody who may give them, taken back and disputed at random."""

    def __init__(self, ledger: Ledger, chance: Random) -> None:
        self.ledger = ledger
        self.chance = chance
        self.standing: list[str] = []
        self.disputed: list[str] = []

    async def step(self) -> None:
        moves = [self.rate, self.rate, self.rate, self.learn, self.revoke, self.dispute, self.answer]
        await self.chance.choice(moves)()

    async def rate(self) -> None:
        shop = self.ledger.shop
        assessors = {
            Source.SELF: shop.mia,
            Source.MANAGER: self.chance.choice([shop.lea, shop.top]),
            Source.PEER: self.chance.choice([shop.pat, shop.kim]),
            Source.EXPERT: shop.kim,
            Source.TEST: None,
            Source.LEARNING: None,
        }
        source = self.chance.choice(list(assessors))
        fields: dict[str, Any] = {"assessed_at": ago(days=self.chance.randint(0, 600))}
        if self.chance.random() < 0.2:
            fields["expires_at"] = ahead(days=self.chance.randint(1, 30))
        given = await self.ledger.rate(source, self.chance.randint(0, 5), assessors[source], **fields)
        self.standing.append(given["id"])

    async def learn(self) -> None:
        path = f"/internal/evidence/enrollment/{self.chance.randint(1, 3)}"
        if self.chance.random() < 0.3:
            await self.ledger.service.delete(path, caller=NEIGHBOUR)
            return
        learned = [{"skill_id": self.ledger.skill, "level": self.chance.randint(1, 5)}]
        body = {"person_id": self.ledger.shop.mia, "skills": learned, "assessed_at": ago(days=0)}
        assert (await self.ledger.service.put(path, body, caller=NEIGHBOUR)).status_code == 200

    async def revoke(self) -> None:
        if self.standing:
            rating = self.standing.pop(self.chance.randrange(len(self.standing)))
            assert (await self.act(rating, "revoke", {})).status_code == 200

    async def dispute(self) -> None:
        if self.standing:
            rating = self.standing.pop(self.chance.randrange(len(self.standing)))
            answer = await self.act(rating, "dispute", {"acting_person_id": self.ledger.shop.mia})
            assert answer.status_code == 200
            self.disputed.append(rating)

    async def answer(self) -> None:
        if self.disputed:
            rating, outcome = self.disputed.pop(), self.chance.choice(["upheld", "dismissed"])
            assert (await self.act(rating, "answer", {"outcome": outcome})).status_code == 200
            if outcome == "dismissed":
                self.standing.append(rating)

    async def act(self, rating: str, action: str, body: dict[str, Any]) -> Any:
        return await self.ledger.service.post(f"/v1/ratings/{rating}/{action}", body)

    async def kept(self) -> tuple[float | None, bool]:
        async with self.ledger.service.app.state.database.reading() as session:
            mia = col(SkillLevel.person_id) == UUID(self.ledger.shop.mia)
            row = (await session.execute(select(SkillLevel).where(mia))).scalar_one_or_none()
        return (row.level, row.verified) if row else (None, False)

    async def told(self) -> tuple[float | None, bool]:
        level = await self.ledger.level()
        return (level["level"], level["verified"]) if level else (None, False)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_kept_levels_equal_the_ledger_after_every_step(skills: Running, seed: int) -> None:
    story = Story(await Ledger.start(skills), Random(seed))  # noqa: S311 - a story, not a secret
    for _ in range(STEPS):
        await story.step()
        assert await story.kept() == await story.told()


@pytest.mark.parametrize("seed", [4, 5])
async def test_whatever_was_added_last_is_undone_by_revoking_it(skills: Running, seed: int) -> None:
    story = Story(await Ledger.start(skills), Random(seed))  # noqa: S311
    for _ in range(10):
        await story.step()
    before = await story.told()
    for _ in range(4):
        story.standing.clear()
        await story.rate()
        await story.revoke()
        assert await story.told() == before
