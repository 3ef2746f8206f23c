"""A cycle that is open, for the tests of cycles."""

from typing import Any

from tests.harness import Running
from tests.services.skills.stories import made

CYCLE = {
    "title": "This quarter",
    "kind": "quarterly",
    "opens_on": "2026-10-01",
    "closes_on": "2099-12-31",
    "required_sources": ["manager", "self"],
}


async def make_cycle(skills: Running, **fields: Any) -> dict[str, Any]:
    return await made(skills, "/v1/assessment-cycles", {**CYCLE, **fields})
