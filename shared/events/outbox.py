"""The outbox: a fact is a row written in the transaction that makes it true."""

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Select, Table, bindparam, func, select

from shared.clock import utc_now
from shared.database.kernel import KernelTables, WrittenJson
from shared.database.loading import load
from shared.database.prepared import Prepared
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.doorbell import UNNUMBERED
from shared.events.facts import Event, Fact
from shared.ids import new_id

LAST_ID = UUID(int=2**128 - 1)

if TYPE_CHECKING:
    from shared.database.engines import Database


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
        first = await newest(session) + 1
    columns: dict[str, list[Any]] = {
        "id": [new_id() for _ in facts],
        "type": [fact.type for fact in facts],
        "subject": [fact.subject() for fact in facts],
        "data": [WrittenJson(to_json(fact).decode()) for fact in facts],
    }
    if first is not None:
        columns["seq"] = [*range(first, first + len(facts))]
    await load(session, outbox, columns, occurred_at=utc_now())
    session.info.setdefault("facts", set()).update(columns["type"])


async def settle(database: "Database", seconds: float = 1.0) -> None:
    """Return when every fact that is committed now has its number, or after `seconds`: for readers who must see their
    own writes. On SQLite that is always so.
    """
    if database.is_sqlite or (last := await _last_unnumbered(database)) is None:
        return
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        database.doorbell.ring(UNNUMBERED)
        await database.doorbell.wait(0.02)
        if await _last_unnumbered(database, last) is None:
            return


async def _last_unnumbered(database: "Database", until: UUID = LAST_ID) -> UUID | None:
    """The youngest committed fact without a number; facts younger than `until` are not waited for."""
    found = await database.look_ups.rows(_unnumbered(database.kernel.outbox), {"until": until})
    return found[0]["id"] if found else None


@cache
def _unnumbered(outbox: Table) -> Prepared:
    waiting = select(outbox.c.id).where(outbox.c.seq.is_(None), outbox.c.id <= bindparam("until"))
    return Prepared(waiting.order_by(outbox.c.id.desc()).limit(1))


async def newest(session: AnySession) -> int:
    """The number of the last fact, 0 before there is one."""
    outbox = cast(KernelTables, session.info["database"].kernel).outbox
    return int((await session.execute(_newest(outbox))).scalar_one())


@cache
def _newest(outbox: Table) -> Select[int]:
    return select(func.coalesce(func.max(outbox.c.seq), 0))


async def read_after(session: AnySession, after: int, limit: int, types: frozenset[str] = frozenset()) -> list[Event]:
    """Numbered facts with `seq` greater than `after`, in order."""
    outbox = cast(KernelTables, session.info["database"].kernel).outbox
    statement = select(outbox).where(outbox.c.seq > after).order_by(outbox.c.seq).limit(limit)
    if types:
        statement = statement.where(outbox.c.type.in_(types))
    return [Event.model_validate(dict(row)) for row in (await session.execute(statement)).mappings()]
