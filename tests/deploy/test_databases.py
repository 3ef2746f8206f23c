"""Databases are made where they are absent, and brought up to date."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from deploy.databases import PACKAGES, prepare_databases
from shared.database.migrations import is_current
from shared.settings import ConfigurationError, Settings
from tests.databases import PostgresServer


def test_sqlite_files_are_made_and_current(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    told: list[tuple[str, str]] = []
    prepare_databases(settings, lambda part, step: told.append((part, step)))
    for part, package in PACKAGES.items():
        assert is_current(package, settings.database_for(part))
    assert {part for part, _ in told} == set(PACKAGES)
    told.clear()
    prepare_databases(settings, lambda part, step: told.append((part, step)))
    assert told == []


def test_postgresql_databases_are_made_and_current(postgres: PostgresServer) -> None:
    with postgres.databases_of_a_suite() as url:
        settings = Settings(database_url=url)
        prepare_databases(settings)
        for part, package in PACKAGES.items():
            assert is_current(package, settings.database_for(part))
        prepare_databases(settings)


def test_a_user_who_may_not_make_databases_is_told_which_one(postgres: PostgresServer) -> None:
    plain = postgres.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE ROLE modest LOGIN")
        try:
            with postgres.databases_of_a_suite() as url:
                modest = make_url(url).set(username="modest").render_as_string(hide_password=False)
                settings = Settings(database_url=modest.replace("%7B", "{").replace("%7D", "}"))
                with pytest.raises(ConfigurationError, match=r"no database upskill_\w+_skills and it cannot be made"):
                    prepare_databases(settings)
        finally:
            connection.execute("DROP ROLE modest")


def test_a_server_that_is_away_is_one_clear_line(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://somebody@/upskill_{{service}}?host={tmp_path}"
    with pytest.raises(ConfigurationError, match="UPSKILL_DATABASE_URL"):
        prepare_databases(Settings(database_url=url))
