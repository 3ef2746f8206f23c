"""Programs as the tests write them."""

from typing import Any

from tests.harness import Running
from tests.services.programs.fakes import LEA, MARKETER, SOCIAL_MEDIA

ROTATION: dict[str, Any] = {
    "title": "Four weeks in marketing",
    "format": "cross_training",
    "status": "published",
    "skills": [{"skill_id": str(SOCIAL_MEDIA.id), "from_level": 1, "to_level": 3}],
    "prerequisites": [],
    "hours": 24,
    "cost": {"amount": "300.00", "currency": "EUR"},
    "delivery": "in_person",
    "languages": ["en"],
    "owner_id": str(LEA.id),
    "details": {
        "host_role_id": str(MARKETER.id),
        "host_org_unit_id": None,
        "rotation_weeks": 4,
        "backup_for_role_id": None,
    },
}
COURSE: dict[str, Any] = {"title": "Social media basics", "format": "course"}


async def make_program(programs: Running, body: dict[str, Any] = ROTATION, **fields: Any) -> dict[str, Any]:
    answer = await programs.post("/v1/programs", {**body, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def told(programs: Running) -> list[str]:
    """The types of the facts in the service's log, in order."""
    async with programs.app.state.database.reading() as session:
        outbox = programs.app.state.database.kernel.outbox
        rows = await session.execute(outbox.select().order_by(outbox.c.id))
        return [row["type"] for row in rows.mappings()]
