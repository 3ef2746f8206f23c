"""A cycle for a whole organisation: what its invitations, its progress and its reminders cost with millions of ratings.

`BENCH_PEOPLE` says for how many people (100,000), `BENCH_POSTGRES=1` measures on PostgreSQL instead of SQLite. Two
thirds of the people have rated themselves in all thirty skills of their role, and half of those by their manager too.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from services.skills.app import create_app
from services.skills.assessments.cycles.invitations.rounds import RoundRepository
from services.skills.assessments.cycles.invitations.worker import TallyWatch
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.models import RatingRow
from services.skills.models import SkillsTable
from services.skills.people.models import Person
from shared.clock import utc_now
from shared.database.engines import Database
from shared.database.loading import load
from shared.database.migrations import migrate
from shared.identity.principal import Principal
from shared.ids import new_id
from shared.observability.logging import configure_logging
from tests.benchmarks.organisation import Organisation, found
from tests.databases import postgres_server
from tests.harness import ADMIN, Running, running, user

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
REPEATS = 5
AT_ONCE = 100_000


def main() -> None:
    configure_logging("error")
    with _database() as url:
        migrate("services.skills", url)
        asyncio.run(_run(url))


@contextmanager
def _database() -> Iterator[str]:
    if os.environ.get("BENCH_POSTGRES"):
        with postgres_server() as server:
            yield server.url_of(server.create("bench"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'skills.db'}"


async def _run(url: str) -> None:
    database = Database(url, SkillsTable.metadata)
    made = await found(database, PEOPLE)
    await database.dispose()
    async with running("skills", create_app, url) as skills:
        today = datetime.now(UTC).date()
        body = {
            "title": "Everybody",
            "kind": "annual",
            "opens_on": str(today - timedelta(days=10)),
            "closes_on": str(today + timedelta(days=10)),
            "required_sources": ["self", "manager"],
        }
        cycle = (await skills.post("/v1/assessment-cycles", body)).json()["id"]
    database = Database(url, SkillsTable.metadata)
    ratings = await _rate(database, made, UUID(cycle))
    _say(f"{PEOPLE} people, {ratings} ratings in the cycle")
    for name in ("everybody tallied from nothing", "and looked through when nothing has changed"):
        await _timed(name, TallyWatch(database, utc_now).work)
    await database.dispose()
    async with running("skills", create_app, url) as skills:
        await _read(skills, made, f"/v1/assessment-cycles/{cycle}")


async def _rate(database: Database, made: Organisation, cycle: UUID) -> int:
    """Ratings of the cycle, straight into the ledger."""
    chance, now, total = random.Random(11), datetime.now(UTC), 0  # noqa: S311
    leader = {person: made.people[place // 10 * 10] for place, person in enumerate(made.people)}
    rows: list[tuple[UUID, UUID, float, str, UUID]] = []
    for person, role in made.role_of.items():
        if chance.random() < 2 / 3:
            by = [(Source.SELF, person), *([(Source.MANAGER, leader[person])] if chance.random() < 1 / 2 else [])]
            rows += [
                (person, skill, 3.0, source, assessor) for skill in made.requirements[role] for source, assessor in by
            ]
        if len(rows) >= AT_ONCE:
            total += await _write(database, rows, cycle, now)
            rows = []
    return total + await _write(database, rows, cycle, now)


async def _write(database: Database, rows: list[Any], cycle: UUID, now: datetime) -> int:
    names = ("person_id", "skill_id", "level", "source", "assessor_id")
    columns: dict[str, Any] = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    columns["id"] = [new_id() for _ in rows]
    same = {"recorded_by": "client:bench", "assessed_at": now, "recorded_at": now, "cycle_id": cycle}
    unsaid = ("scale_id", "expires_at", "note_id", "url", "evidence_source", "evidence_id", "evidence_take")
    empty = dict.fromkeys(unsaid)
    async with database.writing() as session:
        await load(session, RatingRow, columns, **same, **empty)
    return len(rows)


async def _read(skills: Running, made: Organisation, path: str) -> None:
    leader = user(made.people[100])
    await _tell(skills, "first page of invitations", f"{path}/invitations", goal=100)
    await _tell(skills, "what a leader sees of them", f"{path}/invitations", goal=100, caller=leader)
    await _tell(skills, "what a leader owes", f"{path}/invitations?assessor_id={made.people[100]}", goal=100)
    await _tell(skills, "progress", f"{path}/progress", goal=1000)
    asked = asyncio.create_task(_timed("a round of reminders, asked for", lambda: skills.post(f"{path}/remind", {})))
    waits = []
    while not asked.done() or await _waiting(skills):
        start = time.monotonic()
        async with skills.app.state.database.writing(is_short=True) as session:
            await session.execute(update(Person).where(col(Person.id) == made.people[0]).values(given_name="Ada"))
        waits.append(time.monotonic() - start)
        await asyncio.sleep(0.02)
    _say(f"another writer meanwhile: {statistics.median(waits) * 1e3:.0f} ms, at worst {max(waits) * 1e3:.0f}")


async def _waiting(skills: Running) -> bool:
    async with skills.app.state.database.reading() as session:
        return await RoundRepository(session).next() is not None


async def _tell(skills: Running, name: str, path: str, *, goal: float, caller: Principal = ADMIN) -> None:
    walls, cpus = [], []
    for _ in range(REPEATS):
        wall, cpu = time.monotonic(), time.process_time()
        answer = await skills.get(path, caller=caller)
        assert answer.status_code == 200, answer.text
        walls.append(time.monotonic() - wall)
        cpus.append(time.process_time() - cpu)
    aim = f"(goal: under {goal:.0f} ms)"
    _say(f"{name}: {statistics.median(cpus) * 1e3:.0f} ms CPU, {min(walls) * 1e3:.0f} ms at best {aim}")


async def _timed(name: str, work: Callable[[], Awaitable[object]]) -> None:
    wall, cpu = time.monotonic(), time.process_time()
    await work()
    _say(f"{name}: {time.process_time() - cpu:.1f} s CPU, {time.monotonic() - wall:.1f} s")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
