"""JSON as RFC 8259 and I-JSON (RFC 7493) mean it: what two readers could understand differently is refused."""

import json
import math
from typing import Any, NoReturn

from shared.errors import BadRequest

MAX_DEPTH = 32


def parse_json(body: bytes) -> Any:
    """Parse strictly. Raises BadRequest for NaN and infinities, duplicate keys, NUL, lone surrogates, depth > 32."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.") from error
    except RecursionError as error:
        raise BadRequest(f"The body is nested deeper than {MAX_DEPTH} levels.") from error
    except ValueError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from error
    _check(value, MAX_DEPTH)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadRequest(f"The body names {twice[:80]!r} twice in one object.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise BadRequest(f"{name} is not a JSON number.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadRequest("The body holds a number that is too large.")
    return number


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise BadRequest(f"The body is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise BadRequest("The body holds a number that is too large.")


def _check_text(text: str) -> None:
    if text.isascii():
        if "\x00" in text:
            raise BadRequest("The body holds a NUL character.")
        return
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest("The body holds a NUL character or half of a surrogate pair.")
