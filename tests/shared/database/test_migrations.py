"""Every service's migrations go up, agree with the code, go down, and up again; on both databases."""

import sqlite3
from pathlib import Path

import pytest

from shared.database import migrations
from tests.conftest import FreshDatabase


@pytest.mark.parametrize("package", ["services.skills", "services.programs", "services.enrollment", "gateway"])
def test_up_check_down_up(fresh_database: FreshDatabase, package: str) -> None:
    url = fresh_database(package)
    assert migrations.is_current(package, url)
    migrations.check(package, url)
    migrations.downgrade(package, url)
    assert not migrations.is_current(package, url)
    told: list[str] = []
    migrations.migrate(package, url, progress=told.append)
    assert told
    migrations.check(package, url)


def test_a_migrated_sqlite_file_has_its_log_mode_before_anybody_reads(tmp_path: Path) -> None:
    """Changing the mode wants the file alone, which a running service's readers do not leave it."""
    file = tmp_path / "fresh.db"
    migrations.migrate("services.programs", f"sqlite+aiosqlite:///{file}")
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
