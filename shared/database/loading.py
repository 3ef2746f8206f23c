"""Many new rows by the quickest way a database has: its driver's executemany on SQLite, COPY on PostgreSQL.

SQLAlchemy's own way binds every cell of every row by name, which takes several times as long as writing it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from types import NoneType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Dialect, LargeBinary, Table, Uuid, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.database.kernel import JsonDocument, WrittenJson
from shared.database.sessions import AnySession, UnitOfWork

Columns = Mapping[str, Sequence[Any]]
Write = Callable[[Sequence[Any]], Iterable[Any]]
"""The values of a column as its database wants them."""
WORTH_COPYING = 50
"""Fewer rows than this are inserted by one statement: COPY takes more round trips."""
_MARKS = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPES = str.maketrans(_MARKS)
_NULL = "\\N"
REPEATED = (UTCDateTime, Date, Boolean)
"""Columns whose values take long to write, while rows that are written together have few different ones."""


async def load(session: AnySession, table: Table | type[Any], columns: Columns, **same: Any) -> None:
    """Insert rows that are known to be new, given column by column; `same` is what all of them have. Ids may be text
    already, with or without hyphens.

    Raises IntegrityError, and everything else as an ordinary insert does.
    """
    assert isinstance(session, UnitOfWork), "only a unit of work adds rows"
    number = len(next(iter(columns.values()), ()))
    if not number:
        return
    target: Table = table if isinstance(table, Table) else table.__table__
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        await _run_many(connection, target, number, columns, same)
    elif number >= WORTH_COPYING:
        await _copy(connection, target, number, columns, same)
    else:
        rows = zip(*columns.values(), strict=True)
        await connection.execute(insert(target), [{**dict(zip(columns, row, strict=True)), **same} for row in rows])


async def _run_many(
    connection: AsyncConnection, target: Table, number: int, columns: Columns, same: Mapping[str, Any]
) -> None:
    names, marks = _named(columns, same), ", ".join("?" * (len(columns) + len(same)))
    rows = _rows(number, columns, same, lambda name: _bound(target.c[name], connection.dialect))
    await connection.exec_driver_sql(f'INSERT INTO "{target.name}" ({names}) VALUES ({marks})', list(rows))


async def _copy(
    connection: AsyncConnection, target: Table, number: int, columns: Columns, same: Mapping[str, Any]
) -> None:
    statement = f'COPY "{target.name}" ({_named(columns, same)}) FROM STDIN'
    lines = map("\t".join, _rows(number, columns, same, lambda name: _copied(target.c[name])))
    driver = cast(Any, (await connection.get_raw_connection()).driver_connection)
    kind = connection.dialect.loaded_dbapi.Error
    try:
        async with driver.cursor() as cursor, cursor.copy(statement) as copy:
            await copy.write("\n".join(lines))
    except kind as error:  # whoever waits for SQLAlchemy's errors knows nothing of the driver's
        raise DBAPIError.instance(statement, None, error, kind, dialect=connection.dialect) from error


def _named(columns: Columns, same: Mapping[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in (*columns, *same))


def in_columns(rows: Sequence[Mapping[str, Any]], names: Iterable[str] | None = None) -> Columns:
    """Rows by name as columns: those that are named, or all of the first row's."""
    wanted = tuple(names or (rows[0] if rows else ()))
    if not rows or len(wanted) == 1:
        return {name: [row[name] for row in rows] for name in wanted}
    return dict(zip(wanted, zip(*map(itemgetter(*wanted), rows), strict=True), strict=True))


def _rows(
    number: int, columns: Columns, same: Mapping[str, Any], writer: Callable[[str], Write]
) -> Iterator[tuple[Any, ...]]:
    """The rows as the database wants them: written column by column, which takes half the time of row by row."""
    written = [writer(name)(values) for name, values in columns.items()]
    return zip(*written, *([*writer(name)([value])] * number for name, value in same.items()), strict=True)


def _bound(column: Column[Any], dialect: Dialect) -> Write:
    """How SQLite's driver wants the values of this column."""
    if isinstance(column.type, Uuid):
        return _ids
    encode = column.type.dialect_impl(dialect).bind_processor(dialect)
    if encode is None:
        return iter
    return partial(map, cache(encode) if isinstance(column.type, REPEATED) else encode)


def _copied(column: Column[Any]) -> Write:
    """How the values of this column are written in COPY's text format."""
    for kind, write in COPIED.items():
        if isinstance(column.type, kind):
            return write
    return partial(map, cache(_copied_text)) if isinstance(column.type, REPEATED) else _copied_texts


def _ids(values: Sequence[UUID | str | None]) -> list[str | None]:
    return [id.replace("-", "") if isinstance(id, str) else None if id is None else f"{id.int:032x}" for id in values]


def _copied_ids(values: Sequence[UUID | str | None]) -> list[str]:
    return [_NULL if id is None else id for id in _ids(values)]


def _copied_texts(values: Sequence[Any]) -> Iterable[str]:
    if set(map(type, values)) <= {str, NoneType}:
        together = "".join(filter(None, values))
        if not any(mark in together for mark in _MARKS):  # as a rule: the whole column needs no escapes
            return [_NULL if value is None else value for value in values]
    return map(_copied_text, values)


def _copied_text(value: Any) -> str:
    return _NULL if value is None else str(value).translate(_ESCAPES)


def _copied_bytes(values: Sequence[bytes | None]) -> list[str]:
    return [_NULL if value is None else rf"\\x{value.hex()}" for value in values]


def _copied_json(values: Sequence[Any]) -> Iterable[str]:
    return _copied_texts([str(value) if isinstance(value, WrittenJson) else json.dumps(value) for value in values])


COPIED: Mapping[type[Any], Write] = {JsonDocument: _copied_json, LargeBinary: _copied_bytes, Uuid: _copied_ids}
