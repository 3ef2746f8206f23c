"""Whole imports through the gateway, next to SQLite's own bulk loader writing the same rows: time, CPU, memory."""

import json
import sqlite3
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import psutil

from shared.database.migrations import migrate
from tests.benchmarks import rosters
from tests.benchmarks.load import serving
from tests.benchmarks.subjects import KEY, settings_in

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data"
ESCO_FOLDER = PUBLISHED / "esco-1.1.1"
ESCO_GOAL_SECONDS = 30
PEOPLE = 20_000
FRAMEWORK = {"framework_uri": "https://bench.example/f", "framework_title": "Bench"}
TABLES = {
    "esco": (
        "frameworks",
        "skills",
        "skill_relations",
        "roles",
        "role_names",
        "external_ids",
        "role_requirements",
    ),
    **dict.fromkeys(rosters.ROSTERS, (*rosters.BEFORE, *rosters.ROSTER, *rosters.FACTS)),
}
Files = list[tuple[str, tuple[str, bytes]]]
ROLES: dict[str, Files] = {
    "skills_csv": [("file", ("skills.csv", rosters.skills().encode()))],
    "roles_csv": [("file", ("roles.csv", rosters.roles().encode()))],
}
"""What a roster refers to."""
IDLE_SHARE = 0.15
"""Processor seconds in a second that the suite's own clocks may take."""
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Measured:
    """One import: what it did, and what it took."""

    job: dict[str, Any]
    seconds: float
    cpu: float
    peak: int

    def __str__(self) -> str:
        counts = ", ".join(f"{number} {name}" for name, number in self.job["counts"].items() if number)
        return f"{self.seconds:6.1f} s, {self.cpu:5.1f} s CPU, peak {self.peak // MEBIBYTE} MiB: {counts}"


def main() -> None:
    out = sys.stdout.write
    archives = sorted(ESCO_FOLDER.glob("*.zip"))
    if archives:
        files = [("file", (path.name, path.read_bytes())) for path in archives]
        first = _compare("esco", files, out)
        out(f"ESCO: {first.seconds:.1f} s (goal: under {ESCO_GOAL_SECONDS} s)\n")
    else:
        out(f"ESCO: left out, {ESCO_FOLDER} is not on this machine\n")
    for format, write in rosters.ROSTERS.items():
        _compare(format, [("file", (f"people.{format.rpartition('_')[2]}", write(PEOPLE).encode()))], out, ROLES)
        out(f"{format}: {PEOPLE} people with all that follows; `rosters` measures the import alone\n")


def _compare(format: str, files: Files, out: Any, before: dict[str, Files] | None = None) -> Measured:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with serving("suite", folder) as (process, port):
            for other, needed in (before or {}).items():
                _import(process, port, other, needed, FRAMEWORK)
            first, again = [_import(process, port, format, files) for _ in range(2)]
        seconds, rows = _load_raw(settings_in(folder).database_for("skills"), folder, TABLES[format])
    out(f"{format}, first time   {first}\n{format}, second time  {again}\n")
    out(f"bulk loader, {rows} rows {seconds:.1f} s: {first.seconds / seconds:.2f} ×\n")
    return first


def _import(
    process: psutil.Process, port: int, format: str, files: Files, options: dict[str, str] | None = None
) -> Measured:
    """From the upload until the job is done and everything that listens to its facts has come to rest."""
    base = f"http://127.0.0.1:{port}"
    headers = {"Authorization": f"Bearer {KEY}"}
    peaks: list[int] = []
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process, peaks, done))
    before, began = process.cpu_times(), time.perf_counter()
    watcher.start()
    with httpx.Client(base_url=base, headers=headers, timeout=120, trust_env=False) as http:
        answer = http.post(f"/v1/imports?{urlencode({'format': format, **(options or {})})}", files=files)
        answer.raise_for_status()
        job = answer.json()
        while job["status"] in ("queued", "running"):
            time.sleep(0.1)
            job = http.get(answer.headers["location"]).raise_for_status().json()
        seconds = time.perf_counter() - began
        _rest(process)
    after = process.cpu_times()
    done.set()
    watcher.join()
    if job["status"] != "succeeded":
        raise RuntimeError(json.dumps(job["problem"]))
    return Measured(job, seconds, after.user + after.system - before.user - before.system, max(peaks))


def _rest(process: psutil.Process) -> None:
    """Return when the process has been nearly idle for a second."""
    used = [process.cpu_times()]
    while len(used) < 3 or used[-1].user - used[-3].user > IDLE_SHARE:
        time.sleep(0.5)
        used.append(process.cpu_times())


def _watch(process: psutil.Process, peaks: list[int], done: threading.Event) -> None:
    while not done.wait(0.05):
        peaks.append(process.memory_info().rss)


def _load_raw(url: str, folder: Path, tables: tuple[str, ...]) -> tuple[float, int]:
    """Write the rows that the import made with one executemany per table, one commit at the end."""
    source = sqlite3.connect(url.rpartition("sqlite+aiosqlite:///")[2])
    target_path = folder / "raw.db"
    migrate("services.skills", f"sqlite+aiosqlite:///{target_path}")
    target = sqlite3.connect(target_path, isolation_level=None)
    target.executescript("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL")
    copied = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    began = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for table, rows in copied.items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            target.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
    target.execute("COMMIT")
    seconds = time.perf_counter() - began
    source.close()
    target.close()
    return seconds, sum(len(rows) for rows in copied.values())
