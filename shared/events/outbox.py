"""The outbox: a fact is a row written in the transaction that makes it true."""

from typing import Any, cast

from sqlalchemy import func, insert, select

from shared.clock import utc_now
from shared.database.kernel import KernelTables
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.facts import Event, Fact
from shared.ids import new_id


async def record(session: UnitOfWork, *facts: Fact) -> None:
    """Write facts beside the change they tell of.

    On SQLite the single writer is itself the sequencer: rows are numbered here, in commit order. On
    PostgreSQL `seq` stays empty until the sequencer numbers committed rows.
    """
    database = session.info["database"]
    outbox = cast(KernelTables, database.kernel).outbox
    if not facts:
        return
    first = None
    if database.is_sqlite:
        first = (await session.execute(select(func.coalesce(func.max(outbox.c.seq), 0) + 1))).scalar_one()
    now = utc_now()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "seq": None if first is None else first + offset,
            "type": fact.type,
            "subject": fact.subject(),
            "occurred_at": now,
            "data": fact.model_dump(mode="json"),
        }
        for offset, fact in enumerate(facts)
    ]
    await session.execute(insert(outbox), rows)
    session.info["facts"] = session.info.get("facts", 0) + len(facts)


async def read_after(session: AnySession, after: int, limit: int, types: frozenset[str] = frozenset()) -> list[Event]:
    """Numbered facts with `seq` greater than `after`, in order."""
    outbox = cast(KernelTables, session.info["database"].kernel).outbox
    statement = select(outbox).where(outbox.c.seq > after).order_by(outbox.c.seq).limit(limit)
    if types:
        statement = statement.where(outbox.c.type.in_(types))
    return [Event.model_validate(dict(row)) for row in (await session.execute(statement)).mappings()]
