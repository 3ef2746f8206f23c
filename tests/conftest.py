"""Fixtures that every test may use: fresh databases, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest

from shared.observability.logging import configure_logging
from tests.databases import PostgresServer, SqliteFiles, postgres_server

FreshDatabase = Callable[[str], str]
DatabaseKind = Literal["sqlite", "postgresql"]


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """structlog's own default draws every exception with all local variables, which takes seconds each."""
    configure_logging("error")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the session; its databases are templates and copies of them."""
    with postgres_server() as server:
        yield server
        server.drop_templates()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Migrated SQLite files to copy from."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> DatabaseKind:
    """Every test that asks for a database runs once on each kind."""
    kind: DatabaseKind = request.param
    return kind


@pytest.fixture
def fresh_database(database_kind: DatabaseKind, request: pytest.FixtureRequest) -> Iterator[FreshDatabase]:
    """Call it with a package, `fresh_database("services.skills")`: the URL of a new, migrated database."""
    server: PostgresServer | SqliteFiles = request.getfixturevalue(
        "postgres" if database_kind == "postgresql" else "sqlite_files"
    )
    made: list[str] = []

    def fresh(package: str) -> str:
        made.append(server.fresh(package))
        return made[-1]

    yield fresh
    for url in made:
        server.drop(url)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes make poor names of cases, and compressed ones hold the second in which they were made."""
    return argname if isinstance(val, bytes) else None
