"""A small shop to ask for gaps in: two roles, a leader, and the sales representative who wants to market."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from services.skills.gaps.rollups.consumers import CHANGES, RollUpConsumer
from services.skills.gaps.rollups.dues import DueRepository
from shared.database.engines import Database
from tests.harness import Running


@dataclass(frozen=True)
class Shop:
    """Ids of what the shop is made of."""

    conference: str
    social: str
    sales: str
    marketing: str
    lea: str
    mia: str


async def sent(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def make_skill(skills: Running, framework: str, name: str, label: str) -> str:
    body = {
        "framework_id": framework,
        "uri": f"https://shop.example/skills/{name}",
        "kind": "skill",
        "labels": {"en": label},
        "status": "published",
    }
    return str((await sent(await skills.post("/v1/skills", body), 201))["id"])


async def make_role(skills: Running, title: str, *requirements: dict[str, Any], **fields: Any) -> str:
    made = await skills.post("/v1/roles", {"title": title, **fields})
    role = await sent(made, 201)
    if requirements:
        body = {"data": list(requirements)}
        headers = {"If-Match": made.headers["etag"]}
        await sent(await skills.put(f"/v1/roles/{role['id']}/requirements", body, headers=headers), 200)
    return str(role["id"])


def needs(skill_id: str, level: float, importance: float = 1.0, **fields: Any) -> dict[str, Any]:
    return {"skill_id": skill_id, "level": level, "importance": importance, **fields}


async def make_person(skills: Running, external_id: str, **fields: Any) -> str:
    body = {"user_name": f"{external_id.lower()}@shop.example", "active": True, **fields}
    return str((await sent(await skills.put(f"/v1/people/by-external-id/hris/{external_id}", body), 201))["id"])


async def rate(skills: Running, person: str, skill: str, level: float, source: str, **fields: Any) -> dict[str, Any]:
    body = {"person_id": person, "skill_id": skill, "level": level, "source": source, **fields}
    return await sent(await skills.post("/v1/ratings", body), 201)


async def open_shop(skills: Running) -> Shop:
    framework = await sent(
        await skills.post("/v1/frameworks", {"uri": "https://shop.example/skills", "title": "Shop skills"}), 201
    )
    conference = await make_skill(skills, framework["id"], "conference", "Use virtual conference tools")
    social = await make_skill(skills, framework["id"], "social", "Market on social media")
    sales = await make_role(
        skills, "Sales representative", needs(conference, 3, essential=True), family="Sales", grade="3"
    )
    marketing = await make_role(
        skills,
        "Social media marketer",
        needs(conference, 3, 0.5),
        needs(social, 3, essential=True),
        family="Marketing",
        grade="4",
    )
    lea = await make_person(skills, "E1", given_name="Lea", family_name="Holm", org_unit="Sales")
    mia = await make_person(
        skills,
        "E2",
        given_name="Mia",
        family_name="Berg",
        org_unit="Sales",
        role_id=sales,
        manager_id="hris:E1",
        hired_on="2024-03-01",
    )
    return Shop(conference, social, sales, marketing, lea, mia)


async def settled(skills: Running) -> None:
    """Wait until the roll-ups have taken in every fact that was recorded so far, and nobody is left to be counted."""
    database: Database = skills.app.state.database
    outbox = database.kernel.outbox
    [consumer] = [c for c in skills.app.state.consumers if isinstance(c, RollUpConsumer)]
    while True:
        waiting = or_(outbox.c.seq.is_(None), outbox.c.seq > await consumer.cursor())
        async with database.reading() as session:
            left = await session.execute(
                select(func.count()).select_from(outbox).where(waiting, outbox.c.type.in_(CHANGES))
            )
            pending = await DueRepository(session).pending(consumer.clock().date())
        if not left.scalar_one() and not pending:
            return
        await asyncio.sleep(0.02)
