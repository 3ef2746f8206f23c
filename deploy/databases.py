"""Brings every part's own database up to date, and makes it first where PostgreSQL does not have it yet."""

from collections.abc import Callable

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from shared.database.migrations import migrate
from shared.settings import SERVICES, ConfigurationError, Settings

PACKAGES: dict[str, str] = {service: f"services.{service}" for service in SERVICES} | {"gateway": "gateway"}
Progress = Callable[[str, str], None]


def prepare_databases(settings: Settings, progress: Progress = lambda _part, _step: None) -> None:
    """Make and migrate all four databases; `progress(part, step)` hears of each step.

    Raises ConfigurationError when PostgreSQL cannot be reached.
    """
    for part, package in PACKAGES.items():
        url = settings.database_for(part)
        if settings.database_url is None:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        else:
            _create_if_absent(make_url(url))

        def tell(step: str, part: str = part) -> None:
            progress(part, step)

        migrate(package, url, progress=tell)


def _create_if_absent(url: URL) -> None:
    """`CREATE DATABASE` from the server's maintenance database, unless it exists. Needs the right to do so then."""
    plain = url.set(drivername="postgresql")
    try:
        psycopg.connect(plain.render_as_string(hide_password=False)).close()
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise ConfigurationError(f"UPSKILL_DATABASE_URL: {_one_line(error)}") from error
    else:
        return
    maintenance = plain.set(database="postgres").render_as_string(hide_password=False)
    try:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(url.database or "")))
    except psycopg.Error as error:
        raise ConfigurationError(
            f"UPSKILL_DATABASE_URL: there is no database {url.database} and it cannot be made: {_one_line(error)}"
        ) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
