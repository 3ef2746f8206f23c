"""Statements that are compiled once and then handed to the driver as they are.

Between a compiled statement and its rows SQLAlchemy makes a session's connection, a context, a cursor and a result for
every execution: several times what finding a row by its key costs. What turns values into parameters and columns into
values is the column types' own.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, Select, Text, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any]


class Prepared:
    """A SELECT of named columns whose parameters are bound by name."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self.is_fixed = not any(getattr(part, "expanding", False) for part in iterate(statement))
        """Whether its text is; a list of values becomes part of the text when the statement is executed."""
        self._form: Form | None = None

    def form(self, dialect: Dialect) -> "Form":
        """How a driver gets it. A process talks to one kind of database, or compiles anew."""
        if self._form is None or self._form.dialect is not dialect:
            self._form = Form(self.statement, dialect)
        return self._form


class Form:
    """The text for one driver, how values go in and how they come out."""

    def __init__(self, statement: Select[Any], dialect: Any) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        defaults, processors = compiled.construct_params(_check=False), compiled._bind_processors
        self.dialect = dialect
        self.text: str = compiled.string
        self._in_order: list[str] | None = compiled.positiontup
        self._parameters = {name: (value, processors.get(name)) for name, value in defaults.items()}
        self._selected = list(statement.selected_columns)
        self._columns: list[tuple[str, Processor | None]] | None = None

    def bind(self, given: Mapping[str, Any]) -> Any:
        """The parameters as the driver wants them: in order, or by name."""
        values = {
            name: process(given.get(name, default)) if process else given.get(name, default)
            for name, (default, process) in self._parameters.items()
        }
        return values if self._in_order is None else [values[name] for name in self._in_order]

    def rows(self, cursor: Any, found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        """What the driver found, by the names of the columns; the cursor knows of which kind they are there."""
        if self._columns is None:
            self._columns = self._see_columns(cursor)
        return [
            {
                name: process(value) if process else value
                for (name, process), value in zip(self._columns, row, strict=True)
            }
            for row in found
        ]

    def _see_columns(self, cursor: Any) -> list[tuple[str, Processor | None]]:
        return [
            (column.name, column.type.dialect_impl(self.dialect).result_processor(self.dialect, told[1]))
            for column, told in zip(self._selected, cursor.description, strict=True)
        ]


class OneOf(FunctionElement[bool]):
    """Whether a column is one of the values of a list that is bound as one parameter: the text of a statement stays
    the same however many there are.
    """

    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True  # a comparison by itself: without this SQLAlchemy compares it with 1 on SQLite


def one_of(column: ColumnElement[Any], values: str | Iterable[Any]) -> OneOf:
    """`column` is among these values, or among those that are given as a parameter of this name."""
    if isinstance(values, str):
        return OneOf(column, bindparam(values, type_=Many(column.type)))
    return OneOf(column, bindparam(None, list(values), type_=Many(column.type)))


class Many(TypeDecorator[Any]):
    """A list of values as one: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, each: TypeEngine[Any]) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.each) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Processor:
        if dialect.name == "postgresql":
            return list
        write = self.each.dialect_impl(dialect).bind_processor(dialect)
        return lambda values: json.dumps([*map(write, values)] if write else [*values])


@compiles(OneOf, "postgresql")
def _in_array(element: OneOf, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY({values})"


@compiles(OneOf, "sqlite")
def _in_json(element: OneOf, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"
