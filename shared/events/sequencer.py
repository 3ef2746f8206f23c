"""The one process that numbers committed facts on PostgreSQL.

Rows become visible in another order than their ids, so polling by `id > last` loses facts. Here one
holder of an advisory lock gives `seq` to rows that are committed, and readers follow `seq` alone.
"""

from collections import Counter

from sqlalchemy import text

from shared.database.engines import Database
from shared.events.doorbell import UNNUMBERED
from shared.observability.logging import get_logger

POLL_SECONDS = 1.0
_NUMBER = text(
    """
    WITH last AS (SELECT coalesce(max(seq), 0) AS seq FROM outbox),
         waiting AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM outbox WHERE seq IS NULL)
    UPDATE outbox SET seq = last.seq + waiting.place FROM waiting, last WHERE outbox.id = waiting.id
    RETURNING outbox.type
    """
)
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('upskill.sequencer'))")
log = get_logger(__name__)


class Sequencer:
    """Numbers committed rows at each ring of the doorbell and at least once a second."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def run(self) -> None:
        """Work until cancelled. On SQLite there is nothing to do: the writer numbers its own rows."""
        if self.database.is_sqlite:
            return
        while True:
            try:
                if types := await self.number():
                    self.database.doorbell.ring(types)
            except Exception:  # the database may be away for a while; the facts are safe in it
                log.exception("sequencer.failed")
            await self.database.doorbell.wait(POLL_SECONDS, UNNUMBERED)

    async def number(self) -> Counter[str]:
        """Number what is committed and not numbered yet; another holder of the lock does it otherwise. Tells how many
        facts of each type that were.
        """
        async with self.database.writing() as session:
            if not (await session.execute(_LOCK)).scalar_one():
                return Counter()
            return Counter((await session.execute(_NUMBER)).scalars())
