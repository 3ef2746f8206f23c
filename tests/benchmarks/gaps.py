"""Gaps of a whole organisation: what each view costs through the service's endpoints, and how soon a rating is in it.

`BENCH_PEOPLE` says for how many people (100,000), `BENCH_SHUFFLED=1` gives everybody any role, `BENCH_POSTGRES=1`
measures on PostgreSQL instead of SQLite; there the server's own work is part of the waiting and not of the CPU time.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from services.skills.app import create_app
from services.skills.gaps.rollups.service import count_everybody, renew
from services.skills.models import SkillsTable
from shared.database.engines import Database
from shared.database.migrations import migrate
from shared.identity.principal import Principal
from shared.observability.logging import configure_logging
from tests.benchmarks.organisation import UNIT, Organisation, found
from tests.databases import postgres_server
from tests.harness import ADMIN, Running, running, user

PEOPLE, REQUIREMENTS = int(os.environ.get("BENCH_PEOPLE", "100000")), 30
REPEATS = 7


def main() -> None:
    configure_logging("error")
    with database_url() as url:
        migrate("services.skills", url)
        asyncio.run(_run(url))


@contextmanager
def database_url() -> Iterator[str]:
    if os.environ.get("BENCH_POSTGRES"):
        with postgres_server() as server:
            yield server.url_of(server.create("bench"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'skills.db'}"


async def _run(url: str) -> None:
    database = Database(url, SkillsTable.metadata)
    start = time.monotonic()
    made = await found(database, PEOPLE, shuffled=bool(os.environ.get("BENCH_SHUFFLED")))
    say(f"{PEOPLE} people × {REQUIREMENTS} requirements in {len(made.units)} units, {len(made.skills)} skills")
    say(f"made in {time.monotonic() - start:.0f} s; peak memory {memory():.0f} MB")
    await _count_everybody(database)
    await database.dispose()
    say(f"the limit, numpy over the whole matrix: {_numpy_limit() * 1e3:.0f} ms")
    async with running("skills", create_app, url) as skills:
        await _rate(skills, made)
        await _read(skills, made)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _count_everybody(database: Database) -> None:
    now, wall, cpu = datetime.now(UTC), time.monotonic(), time.process_time()
    async with database.scanning() as reader:
        renewal = await count_everybody(reader, now)
    counted = time.process_time() - cpu
    async with database.writing() as session:
        await renew(session, renewal)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    say(f"everybody counted from nothing: {cpu:.1f} s CPU ({counted:.1f} s of it beside the transaction), {wall:.1f} s")
    say(f"peak memory {memory():.0f} MB")


async def _read(skills: Running, made: Organisation) -> None:
    leaf, role, in_autumn = made.units[-1], made.roles[0][0], datetime.now(UTC).date() + timedelta(days=100)
    top, leader = user(made.people[0]), user(made.people[100])
    heatmap, groups, svg = "/v1/gaps/heatmap", "/v1/gaps", {"Accept": "image/svg+xml"}
    await _tell(skills, "heatmap of everybody", heatmap, goal=100)
    await _tell(skills, "heatmap of one unit", f"{heatmap}?org_unit_id={leaf}", goal=5)
    await _tell(skills, "heatmap of everybody, drawn", heatmap, headers=svg)
    await _tell(skills, "heatmap by role", f"{heatmap}?group_by=role")
    await _tell(skills, "heatmap by manager", f"{heatmap}?group_by=manager", goal=1000)
    await _tell(skills, "heatmap by a day", f"{heatmap}?horizon={in_autumn}")
    await _tell(skills, "a role in the top unit", f"{heatmap}?org_unit_id={made.units[0]}&role_id={role}", goal=1000)
    await _tell(skills, "heatmap of a leader of a hundred", f"{heatmap}?group_by=manager", caller=leader)
    await _tell(skills, "heatmap of the leader of everybody", heatmap, caller=top, goal=1000)
    await _tell(skills, "list by org unit", groups)
    await _tell(skills, "list by skill", f"{groups}?group_by=skill")
    await _tell(skills, "list by manager", f"{groups}?group_by=manager", goal=1000)
    await _tell(skills, "trend of everybody", f"{groups}/trend", goal=1000)
    await _tell(skills, "coverage of everybody", "/v1/coverage", goal=1000)
    await _tell(skills, "coverage of one unit", f"/v1/coverage?org_unit_id={leaf}", goal=1000)
    await _tell(skills, "coverage of a division", f"/v1/coverage?org_unit_id={made.units[1]}", goal=1000)


async def _tell(
    skills: Running,
    name: str,
    path: str,
    *,
    goal: float | None = None,
    caller: Principal = ADMIN,
    headers: dict[str, str] | None = None,
) -> None:
    """The median of some calls, and the quickest: others use this machine too."""
    request = skills.http.build_request("GET", path, headers=headers)
    token = f"Bearer {skills.signers['gateway'].token(caller, 'skills')}"
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "headers": [*((k.lower(), v) for k, v in request.headers.raw), (b"authorization", token.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("skills", 80),
        "state": {},
    }
    cpu, wall, size = await _timed(lambda: _ask(skills, dict(scope)))
    aim = f" (goal: under {goal:.0f} ms)" if goal else ""
    say(f"{name}: {cpu * 1e3:.1f} ms CPU, {wall * 1e3:.1f} ms at best{aim}, {size / 1024:.0f} kB")


async def _timed(act: Callable[[], Awaitable[int]]) -> tuple[float, float, int]:
    cpus, walls, size = [], [], 0
    for _ in range(REPEATS):
        cpu, wall = time.process_time(), time.perf_counter()
        size = await act()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return sorted(cpus)[REPEATS // 2], min(walls), size


async def _ask(skills: Running, scope: dict[str, object]) -> int:
    """One request to the application itself, without a client's cost. Returns how many bytes it answered."""
    status, size = 0, 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        nonlocal status, size
        if message["type"] == "http.response.start":
            status = int(str(message["status"]))
        else:
            size += len(bytes(message.get("body", b"")))  # type: ignore[call-overload]

    await skills.app(scope, receive, send)  # type: ignore[arg-type]
    assert status == 200, status
    return size


async def _rate(skills: Running, made: Organisation) -> None:
    """From the sending of three ratings until the roll-up of their unit says something else."""
    say(f"the first one, who finds nothing counted yet, waits {await seen(skills, made, 0):.1f} s")
    waits = [await seen(skills, made, number) for number in range(PEOPLE - REPEATS, PEOPLE)]
    median, longest = sorted(waits)[REPEATS // 2] * 1e3, max(waits) * 1e3
    say(f"three ratings are in the roll-up after {median:.0f} ms, at most {longest:.0f} ms (goal: under 1000 ms)")


async def seen(skills: Running, made: Organisation, number: int) -> float:
    person = made.people[number]
    path = f"/v1/gaps?org_unit_id={made.units[(number // UNIT) % len(made.units)]}"
    before = (await skills.get(path)).json()["data"]
    start = time.perf_counter()
    for skill in made.requirements[made.role_of[person]][:3]:
        body = {"person_id": str(person), "skill_id": str(skill), "level": 1 if number % 2 else 5, "source": "test"}
        answer = await skills.post("/v1/ratings", body)
        assert answer.status_code == 201, answer.text
    for _ in range(10_000):
        if (await skills.get(path)).json()["data"] != before:
            break
        await asyncio.sleep(0.01)
    return time.perf_counter() - start


def _numpy_limit() -> float:
    """Sums by unit and skill over a matrix that is in memory and in order already: nothing can be faster."""
    skills, units = 400, max(8, PEOPLE // 100)
    levels = np.random.default_rng(7).integers(0, 500, size=(PEOPLE, REQUIREMENTS), dtype=np.uint16)
    columns = np.random.default_rng(8).integers(0, skills, size=(PEOPLE, REQUIREMENTS), dtype=np.int64)
    rows = np.arange(PEOPLE, dtype=np.int64) % units
    start = time.process_time()
    missing = np.maximum(0, 300 - levels.astype(np.int32))
    np.bincount((rows[:, None] * skills + columns).ravel(), weights=missing.ravel(), minlength=units * skills)
    return time.process_time() - start


if __name__ == "__main__":
    main()
