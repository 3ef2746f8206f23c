"""The outbox: a fact is a row written in the transaction that makes it true."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec
from pydantic_core import to_json
from sqlalchemy import Select, Table, bindparam, func, select

from shared.clock import utc_now
from shared.database.kernel import KernelTables, WrittenJson
from shared.database.loading import load
from shared.database.prepared import Prepared
from shared.database.sessions import AnySession, UnitOfWork
from shared.events.doorbell import UNNUMBERED
from shared.events.facts import Event, Fact
from shared.ids import new_text_id

LAST_ID = UUID(int=2**128 - 1)

if TYPE_CHECKING:
    from shared.database.engines import Database


async def record(session: UnitOfWork, *facts: Fact) -> None:
    """Write facts beside the change they tell of.

    On SQLite the single writer is itself the sequencer: rows are numbered here, in commit order. On
    PostgreSQL `seq` stays empty until the sequencer numbers committed rows.
    """
    types, subjects = [fact.type for fact in facts], [fact.subject() for fact in facts]
    await _write(session, types, subjects, map(to_json, facts))


async def record_many(
    session: UnitOfWork, kind: type[Fact], subjects: Sequence[str], payloads: Mapping[str, Sequence[Any]]
) -> None:
    """Write facts of one kind by the thousand: their subjects, and their payloads column by column.

    They are written as the kind says, of values that its fields have the types of: nothing checks them again.
    """
    form = _form(kind)
    columns = [payloads[name] for name in form.__struct_fields__]
    await _write(session, [kind.type] * len(subjects), subjects, map(msgspec.json.encode, map(form, *columns)))


@cache
def _form(kind: type[Fact]) -> type[msgspec.Struct]:
    """The payload's fields in their order, for writing only."""
    return msgspec.defstruct(kind.__name__, list(kind.model_fields), gc=False)


async def _write(session: UnitOfWork, types: Sequence[str], subjects: Sequence[str], payloads: Iterable[bytes]) -> None:
    if not types:
        return
    database = session.info["database"]
    columns: dict[str, Sequence[Any]] = {
        "id": [new_text_id() for _ in types],
        "type": types,
        "subject": subjects,
        "data": [WrittenJson(payload, "utf-8") for payload in payloads],
    }
    if database.is_sqlite:
        first = await newest(session) + 1
        columns["seq"] = range(first, first + len(types))
    await load(session, cast(KernelTables, database.kernel).outbox, columns, occurred_at=utc_now())
    session.info.setdefault("facts", set()).update(types)


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
