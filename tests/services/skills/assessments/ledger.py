"""A shop, one skill, and ratings of Mia in it: what the tests of the ledger tell of."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.skills.assessments.policies.rules import Source
from tests.harness import Running
from tests.services.skills.stories import Shop, made, make_shop, make_skills


@dataclass(frozen=True)
class Ledger:
    """Ratings of Mia in one skill of a scale from 1 to 5."""

    service: Running
    shop: Shop
    skill: str

    @classmethod
    async def start(cls, service: Running) -> "Ledger":
        (skill,) = await make_skills(service, "social")
        return cls(service, await make_shop(service), skill)

    def body(self, source: Source, level: float, assessor: str | None = None, **fields: Any) -> dict[str, Any]:
        return {
            "person_id": self.shop.mia,
            "skill_id": self.skill,
            "level": level,
            "source": source,
            "assessor_id": assessor,
            **fields,
        }

    async def rate(self, source: Source, level: float, assessor: str | None = None, **fields: Any) -> dict[str, Any]:
        return await made(self.service, "/v1/ratings", self.body(source, level, assessor, **fields))

    async def peers(self, *levels: float, **fields: Any) -> list[dict[str, Any]]:
        """Ratings of new colleagues, who neither lead Mia nor report to her."""
        found = []
        for level in levels:
            count = len((await self.service.get("/v1/people?limit=200")).json()["data"])
            peer = await made(self.service, "/v1/people", {"user_name": f"peer{count}@shop.example"})
            found.append(await self.rate(Source.PEER, level, peer["id"], **fields))
        return found

    async def level(self, **query: str) -> dict[str, Any]:
        """Mia's level as it is explained; empty when there is none."""
        answer = await self.service.get(f"/v1/people/{self.shop.mia}/skills", params=query)
        assert answer.status_code == 200, answer.text
        return dict(next(iter(answer.json()["data"]), {}))


def ago(**span: float) -> str:
    """A past moment as it is sent."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def ahead(**span: float) -> str:
    """A moment to come as it is sent."""
    return (datetime.now(UTC) + timedelta(**span)).isoformat()
