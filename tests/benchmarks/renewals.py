"""What a large organisation waits for after a new rating policy and while a cycle closes: how long levels and figures
take to follow, and what those meanwhile wait for who rate somebody.

`BENCH_PEOPLE` says for how many people (100,000), `BENCH_POSTGRES=1` measures on PostgreSQL instead of SQLite.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlmodel import col

from services.skills.app import create_app
from services.skills.assessments.levels.models import SkillLevel
from services.skills.gaps.rollups.dues import DueRepository
from services.skills.gaps.rollups.service import count_everybody, renew
from services.skills.models import SkillsTable
from shared.database.engines import Database
from shared.database.migrations import migrate
from shared.observability.logging import configure_logging
from tests.benchmarks.gaps import PEOPLE, database_url, memory, say, seen
from tests.benchmarks.organisation import Organisation, found
from tests.harness import Running, running

POLICY = {"weights": {"test": 1.0, "manager": 0.4, "self": 0.3}, "tolerance": 0.5}

WHO = count(PEOPLE // 2)
"""Whom to rate next: nobody twice, which would change nothing."""


def main() -> None:
    configure_logging("error")
    with database_url() as url:
        migrate("services.skills", url)
        asyncio.run(_run(url))


async def _run(url: str) -> None:
    database = Database(url, SkillsTable.metadata)
    start = time.monotonic()
    made = await found(database, PEOPLE, ledger=True)
    async with database.scanning() as reader:
        renewal = await count_everybody(reader, datetime.now(UTC))
    async with database.writing() as session:
        await renew(session, renewal)
    del renewal
    await database.dispose()
    say(f"{PEOPLE} people with {made.levels} levels made and counted in {time.monotonic() - start:.0f} s")
    say(f"peak memory {memory():.0f} MB")
    async with running("skills", create_app, url) as skills:
        await _settle(skills, made, "counting everybody for the first time, slice by slice", lambda: _nothing())
        await _settle(skills, made, "a new rating policy", lambda: _change_policy(skills))
        await _settle(skills, made, "closing a cycle over everybody", lambda: _close(skills))


async def _nothing() -> None:
    """The application has just been started."""


async def _change_policy(skills: Running) -> None:
    answer = await skills.post("/v1/rating-policies", POLICY)
    assert answer.status_code == 201, answer.text


async def _close(skills: Running) -> None:
    day = datetime.now(UTC).date()
    body = {
        "title": "Everybody",
        "kind": "ad_hoc",
        "opens_on": str(day - timedelta(days=5)),
        "closes_on": str(day),
        "audience": {},
        "required_sources": ["manager"],
    }
    made = await skills.post("/v1/assessment-cycles", body)
    assert made.status_code == 201, made.text
    start = time.monotonic()
    answer = await skills.post(f"/v1/assessment-cycles/{made.json()['id']}/close", {})
    assert answer.status_code == 200, answer.text
    say(f"  the cycle was closed after {time.monotonic() - start:.1f} s")


async def _settle(skills: Running, made: Organisation, name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Do it, and rate somebody again and again until everything has followed."""
    start, cpu = time.monotonic(), time.process_time()
    say(f"{name}:")
    doing = asyncio.ensure_future(act())
    waits, told = [], start
    while not doing.done() or await _left(skills) != (0, 0):
        waits.append(await seen(skills, made, next(WHO)))
        if time.monotonic() - told > 15:
            told = time.monotonic()
            levels, people = await _left(skills)
            say(f"  after {told - start:.0f} s: {levels} levels, {people} people left; rating {waits[-1] * 1e3:.0f} ms")
        await asyncio.sleep(0.5)
    await doing
    wall, cpu = time.monotonic() - start, time.process_time() - cpu
    say(f"  everything had followed after {wall:.1f} s ({cpu:.1f} s CPU); peak memory {memory():.0f} MB")
    if waits:
        median = sorted(waits)[len(waits) // 2]
        say(f"  {len(waits)} ratings showed after {median * 1e3:.0f} ms, at most {max(waits) * 1e3:.0f} ms")


async def _left(skills: Running) -> tuple[int, int]:
    """How many levels are of an older policy, and how many people are to be looked at again."""
    database: Database = skills.app.state.database
    async with database.reading() as session:
        newest = select(func.max(col(SkillLevel.policy_version))).scalar_subquery()
        older = await session.execute(
            select(func.count()).select_from(SkillLevel).where(col(SkillLevel.policy_version) < newest)
        )
        return int(older.scalar_one()), await DueRepository(session).pending(datetime.now(UTC).date())


if __name__ == "__main__":
    main()
