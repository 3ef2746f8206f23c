"""A roster from queued to written, next to the same rows by the database's own bulk loader; then what follows from it.

The loader is executemany on SQLite and COPY on PostgreSQL, into the same tables with their indexes and foreign keys,
in one transaction, of rows that are in memory and encoded already: it reads no file, checks nothing, decides nothing.
Cost is processor time of this process and, on PostgreSQL, of the server.
"""

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import psycopg
from sqlalchemy import make_url

from services.skills.gaps.rollups.consumers import RollUpConsumer
from services.skills.imports import rules
from services.skills.imports.models import ImportJob
from services.skills.imports.repository import ImportRepository
from services.skills.imports.worker import ImportWorker
from services.skills.models import SkillsTable
from shared.clock import utc_now
from shared.database import Database
from shared.database.migrations import migrate
from shared.events.sequencer import Sequencer
from shared.observability.logging import configure_logging
from tests.databases import PostgresServer, postgres_server

SIZES = [int(size) for size in os.environ.get("BENCH_ROSTERS", "20000,100000").split(",")]
SKILLS, ROLES, REQUIREMENTS, UNITS, SPAN = 400, 100, 10, 200, 8
GOAL = 2.0
"""A roster should cost at most this many times what the loader does."""
BEFORE = ("scales", "frameworks", "skills", "roles")
ROSTER = ("org_units", "people", "person_assignments", "external_ids")
FACTS = ("outbox",)


@dataclass
class Spent:
    """Processor seconds by what they were spent on."""

    seconds: dict[str, float] = field(default_factory=dict)
    clock: Callable[[], float] = time.process_time

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        before = self.clock()
        yield
        self.seconds[what] = self.clock() - before


def main() -> None:
    configure_logging("error")
    for size in SIZES:
        for format, write in ROSTERS.items():
            with TemporaryDirectory() as folder:
                _report("SQLite", format, size, asyncio.run(_on_sqlite(Path(folder), format, write(size))))
            with postgres_server() as server:
                _report("PostgreSQL", format, size, asyncio.run(_on_postgres(server, format, write(size))))
                server.drop_templates()


def _report(where: str, format: str, size: int, spent: dict[str, float]) -> None:
    job, after, rows, facts = (spent[what] for what in ("job", "after", "rows", "facts"))
    sys.stdout.write(
        f"{where}, {format}, {size} people: loader {rows:.2f} s, with facts {rows + facts:.2f} s\n"
        f"  import {job:.2f} s: {job / (rows + facts):.2f} × the same rows (goal: at most {GOAL:.0f}), "
        f"{job / rows:.2f} × without the facts\n"
        f"  and what follows from it {after:.2f} s: {(job + after) / (rows + facts):.2f} ×\n"
        f"  the same again {spent['again']:.2f} s\n"
    )


async def _on_sqlite(folder: Path, format: str, roster: str) -> dict[str, float]:
    spent, ours, bare = Spent(), folder / "skills.db", folder / "bare.db"
    migrate("services.skills", f"sqlite+aiosqlite:///{ours}")
    migrate("services.skills", f"sqlite+aiosqlite:///{bare}")
    await _import(f"sqlite+aiosqlite:///{ours}", format, roster, spent)
    with sqlite3.connect(ours) as source:
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in (*BEFORE, *ROSTER, *FACTS)}
    source.close()
    target = sqlite3.connect(bare, isolation_level=None)
    target.executescript("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL")
    for what, tables in {"before": BEFORE, "rows": ROSTER, "facts": FACTS}.items():
        with spent.on(what):
            target.execute("BEGIN IMMEDIATE")
            for table in tables:
                marks = ", ".join("?" * len(rows[table][0]))
                target.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows[table])
            target.execute("COMMIT")
    target.close()
    return spent.seconds


async def _on_postgres(server: PostgresServer, format: str, roster: str) -> dict[str, float]:
    ours, bare = server.fresh("services.skills"), server.fresh("services.skills")
    spent = Spent(clock=lambda: time.process_time() + _cost_of_server(ours))
    await _import(ours, format, roster, spent)
    with psycopg.connect(_plain(ours)) as source, psycopg.connect(_plain(bare)) as target:
        for what, tables in {"before": BEFORE, "rows": ROSTER, "facts": FACTS}.items():
            texts = {table: _copied(source, table) for table in tables}
            if what == "before":
                target.execute("TRUNCATE scales CASCADE")  # the migrations bring one
            with spent.on(what), target.cursor() as cursor:
                for table, text in texts.items():
                    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        copy.write(text)
                target.commit()
    server.drop(ours)
    server.drop(bare)
    return spent.seconds


def _copied(source: psycopg.Connection[Any], table: str) -> bytes:
    with source.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _cost_of_server(url: str) -> float:
    """Processor seconds of all processes of the server, those that have ended included."""
    with psycopg.connect(_plain(url)) as connection:
        found = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert found is not None
        postmaster = psutil.Process(found[0]).parent()
        assert postmaster is not None
        own, living = postmaster.cpu_times(), [child.cpu_times() for child in postmaster.children()]
    ended = own.children_user + own.children_system
    return float(ended + sum(times.user + times.system for times in (own, *living)))


async def _import(url: str, format: str, roster: str, spent: Spent) -> None:
    """Roles, then the roster twice, and after the first time what listens to its facts."""
    database = Database(url, SkillsTable.metadata)
    worker, rollups = ImportWorker(database), RollUpConsumer(database, utc_now)
    framework = {"framework_uri": "https://bench.example/f", "framework_title": "Bench"}
    await _work_off(worker, "skills_csv", skills(), framework)
    await _work_off(worker, "roles_csv", roles(), framework)
    await _follow(database, rollups)
    for import_, after in (("job", "after"), ("again", "after again")):
        await _queue(database, format, roster, {})
        with spent.on(import_):
            await worker.work_one()
        with spent.on(after):
            await _follow(database, rollups)
    await database.dispose()


async def _follow(database: Database, rollups: RollUpConsumer) -> None:
    if not database.is_sqlite:
        await Sequencer(database).number()
    while await rollups.work():
        pass


async def _work_off(worker: ImportWorker, format: str, text: str, options: dict[str, Any]) -> None:
    await _queue(worker.database, format, text, options)
    await worker.work_one()


async def _queue(database: Database, format: str, text: str, options: dict[str, Any]) -> None:
    """A job as the endpoint makes it."""
    async with database.writing() as session:
        jobs = ImportRepository(session)
        job = await jobs.add(
            ImportJob(
                format=format, status=rules.Status.QUEUED, dry_run=False, options=options, recorded_by="client:bench"
            )
        )
        await jobs.add_files(job.id, [(f"bench.{format.rpartition('_')[2]}", text.encode())])


def skills() -> str:
    return "uri,label\n" + "".join(f"urn:bench:{number},Skill {number}\n" for number in range(SKILLS))


def roles() -> str:
    rows = (
        f"R{role},Role {role},urn:bench:{(role * 7 + place * 13) % SKILLS},3,0.{place}\n"
        for role in range(ROLES)
        for place in range(REQUIREMENTS)
    )
    return "external_id,title,skill,level,importance\n" + "".join(rows)


def _people(size: int) -> Iterator[dict[str, Any]]:
    """Everybody reports to somebody before them."""
    for number in range(size):
        name = f"person{number}@bench.example"
        yield {
            "external_id": f"E{number}",
            "user_name": name,
            "given_name": f"Given{number}",
            "family_name": f"Family{number}",
            "email": name,
            "org_unit": f"Unit {number % UNITS}",
            "role_id": f"R{number % ROLES}",
            "manager_id": f"E{(number - 1) // SPAN}" if number else None,
            "hired_on": "2024-03-01",
            "active": True,
        }


def _csv(size: int) -> str:
    people = list(_people(size))
    lines = (",".join("" if cell is None else str(cell) for cell in person.values()) for person in people)
    return "\n".join([",".join(people[0]), *lines]) + "\n"


def _ndjson(size: int) -> str:
    return "".join(json.dumps(person) + "\n" for person in _people(size))


ROSTERS: dict[str, Callable[[int], str]] = {"people_csv": _csv, "people_ndjson": _ndjson}


if __name__ == "__main__":
    main()
