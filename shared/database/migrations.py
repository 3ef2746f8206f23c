"""Runs a service's Alembic tree on SQLite and PostgreSQL alike.

Each tree lives in `<package>/migrations` and its `env.py` is three lines that call `run_env`.
"""

import tempfile
from collections.abc import Callable
from importlib.resources import files

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, make_url
from sqlalchemy.pool import NullPool

Progress = Callable[[str], None]


def migrate(package: str, url: str, *, to: str = "head", progress: Progress = lambda _: None) -> None:
    """Bring the database of `package` (for example `services.skills`) to a revision, telling each step."""
    command.upgrade(_config(package, url, progress), to)


def downgrade(package: str, url: str, *, to: str = "base") -> None:
    command.downgrade(_config(package, url, lambda _: None), to)


def check(package: str, url: str) -> None:
    """Raise when the tables in code differ from the migrated database."""
    command.check(_config(package, url, lambda _: None))


def revise(package: str, message: str) -> None:
    """Write the next numbered revision from the difference between the tables in code and the newest migration."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scratch.db"
        migrate(package, url)
        config = _config(package, url, lambda _: None)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def is_current(package: str, url: str) -> bool:
    """Whether the database stands at the newest revision."""
    engine = create_engine(_sync_url(url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_heads()
        return set(present) == set(ScriptDirectory.from_config(_config(package, url, lambda _: None)).get_heads())
    finally:
        engine.dispose()


def _config(package: str, url: str, progress: Progress) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(package) / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(url=_sync_url(url), progress=progress)
    return config


def _sync_url(url: str) -> str:
    return make_url(url).set(drivername=make_url(url).drivername.replace("+aiosqlite", "")).render_as_string(False)


def run_env(metadata: MetaData) -> None:
    """The body of every `env.py`: run the migrations online, batched where SQLite needs it."""
    attributes = context.config.attributes
    engine = create_engine(attributes["url"], poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # While nobody reads: a running service whose first writer changed the mode would wait for its readers.
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                connection.commit()
            context.configure(
                connection=connection,
                target_metadata=metadata,
                render_as_batch=True,
                compare_type=True,
                on_version_apply=_announce(attributes["progress"]),
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        engine.dispose()


def _announce(progress: Progress) -> Callable[..., None]:
    def announce(*, step: MigrationInfo, **_: object) -> None:
        progress(str(getattr(step.up_revision, "doc", step)))

    return announce
