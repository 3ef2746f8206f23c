"""Ids as text, for rows by the thousand: to make a UUID of each takes longer than to read it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, TypeDecorator, Uuid, type_coerce
from sqlalchemy.engine import Dialect


class TextId(TypeDecorator[str]):
    """An id as JSON has it, with hyphens."""

    impl = Uuid
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None]:
        return _hyphenated if dialect.name == "sqlite" else _text


def as_text(column: Any) -> ColumnElement[str]:
    """What a column of ids is read as."""
    return type_coerce(column, TextId())


def _hyphenated(digits: str | None) -> str | None:
    return digits and f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _text(id: Any) -> str | None:
    return None if id is None else str(id)
