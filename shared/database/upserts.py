"""Statements for many rows at once: the same SQL on SQLite and PostgreSQL."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Table, Update, any_, bindparam, func, literal, select
from sqlalchemy import update as update_statement
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from shared.database.sessions import AnySession


def upsert(
    table: Table | type[Any],
    values: dict[str, Any] | Sequence[dict[str, Any]] | None = None,
    *,
    update: Sequence[str],
    on: Sequence[str] | None = None,
) -> Insert:
    """Insert, or set the columns `update` where the key exists already.

    `on` names the key's columns (default: the primary key). Without `values` the statement is for
    executemany. With an empty `update` an existing row is left alone.
    """
    target: Table = table if isinstance(table, Table) else table.__table__
    statement = insert(target) if values is None else insert(target).values(values)
    key = list(on) if on is not None else [column.name for column in target.primary_key.columns]
    if not update:
        return statement.on_conflict_do_nothing(index_elements=key)
    return statement.on_conflict_do_update(index_elements=key, set_={name: statement.excluded[name] for name in update})


def change_by_id(table: type[Any], columns: Sequence[str]) -> Update:
    """For executemany: set `columns` of the row whose id is `row_id`, and raise its revision."""
    target: Table = table.__table__
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return (
        update_statement(target)
        .where(target.c.id == bindparam("row_id"))
        .values(**values, revision=target.c.revision + 1)
    )


def among(session: AnySession, column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column is one of many values. They travel as one parameter: a statement with one for each would be
    compiled anew for every number of them, which takes longer than finding the rows.
    """
    database = session.info["database"]
    if not database.is_sqlite:
        return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(column.type))))
    dialect = database.reader.dialect
    written = column.type.dialect_impl(dialect).bind_processor(dialect)
    listed = msgspec.json.encode([*map(written, values)] if written else [*values]).decode()
    return cast(ColumnElement[bool], column.in_(select(func.json_each(listed).table_valued("value").c.value)))
