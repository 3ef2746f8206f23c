"""What strict JSON takes and refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BadRequest
from shared.strict_json import MAX_DEPTH, parse_json

text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_json_comes_back_as_it_was(value: Any) -> None:
    assert parse_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b'"\\u0000"',
        b'{"\\u0000": 1}',
        b'"\\udc00"',
        b'"\\ud800x"',
        b"\xff\xfe",
        b"",
        b"{",
        b"[1,]",
        b"9223372036854775808",
        b"1" * 5000,
        b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
        b"[" * 100_000,
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_json(body)


def test_depth_is_allowed_up_to_the_limit() -> None:
    body = b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH
    assert parse_json(body)


def test_surrogate_pairs_are_one_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "\U0001f600"
