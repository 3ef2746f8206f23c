"""The types of JSON, taken at their word: left alone, pydantic reads "2" as 2, true as 1.0 and 0 as a day in 1970."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic_core import core_schema

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOT_READ = ("serialization", "metadata")
"""Parts of a core schema that say how to write or to describe a value."""


def read_as_json(part: Any) -> None:
    """Make a core schema, in place, take numbers and truth values only as such, and days and times only as text.

    A finished model's schema comes by again wherever the model is part of another one: it is changed once.
    """
    if isinstance(part, list | tuple):
        for one in part:
            read_as_json(one)
    elif isinstance(part, dict) and not _is_changed(part):
        for name, value in list(part.items()):
            if name not in _NOT_READ:
                read_as_json(value)
        kind = part.get("type")
        if isinstance(kind, str) and kind in _READ:
            bare = dict(part)
            part.clear()
            part.update(core_schema.no_info_before_validator_function(_READ[kind], bare))


def _is_changed(part: dict[str, Any]) -> bool:
    function = part.get("function")
    return isinstance(function, dict) and function.get("function") in _READ.values()


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("should be true or false")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("should be a number")
    return value


def _calendar_text(value: object) -> object:
    """Numbers, also those in quotation marks, would be seconds since 1970."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.match(value.strip())):
        raise ValueError("should be written as in 2026-11-23")
    return value


_READ: dict[str, Callable[[object], object]] = {
    "bool": _flag,
    "int": _number,
    "float": _number,
    "date": _calendar_text,
    "datetime": _calendar_text,
}
