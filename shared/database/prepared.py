"""Statements that are compiled once and then handed to SQLite's driver as they are.

Between a compiled statement and its rows SQLAlchemy makes a context, a cursor and a result for every execution: six
times what SQLite needs to find a row by its key. What turns values into parameters and columns into values is the
column types' own.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.exc import OperationalError

Processor = Callable[[Any], Any]


class Prepared:
    """A SELECT of named columns with parameters that are bound by name, none of them a list."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._text: str | None = None
        self._parameters: list[tuple[str, Any, Processor | None]] = []
        self._columns: list[tuple[str, Processor | None]] = []

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows, by the names of their columns. Raises OperationalError."""
        if self._text is None:
            self._compile(connection)
        values = [
            process(parameters.get(name, default)) if process else parameters.get(name, default)
            for name, default, process in self._parameters
        ]
        try:
            found = connection.connection.driver_connection.execute(self._text, values).fetchall()  # type: ignore[union-attr]
        except sqlite3.Error as error:
            raise OperationalError(self._text, values, error) from error
        return [
            {
                name: process(value) if process else value
                for (name, process), value in zip(self._columns, row, strict=True)
            }
            for row in found
        ]

    def _compile(self, connection: Connection) -> None:
        dialect: Any = connection.dialect
        compiled: Any = self.statement.compile(dialect=dialect)
        binds, processors = compiled.construct_params(_check=False), compiled._bind_processors
        self._parameters = [(name, binds[name], processors.get(name)) for name in compiled.positiontup]
        self._columns = [
            (column.name, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in self.statement.selected_columns
        ]
        self._text = compiled.string
