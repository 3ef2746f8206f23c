"""JSON merge patch: the table of RFC 7396 appendix A, and the merged whole validated."""

from typing import Any

import pytest
from pydantic import BaseModel

from shared.errors import Unprocessable
from shared.merge_patch import apply_patch, merge, pointer_of

APPENDIX_A = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), APPENDIX_A)
def test_appendix_a(target: Any, patch: Any, result: Any) -> None:
    assert merge(target, patch) == result


class Form(BaseModel):
    title: str
    note: str | None = None


def test_null_on_a_required_field_is_refused_with_its_place() -> None:
    with pytest.raises(Unprocessable) as caught:
        apply_patch(Form(title="a"), {"title": None})
    assert [fault.pointer for fault in caught.value.errors] == ["/title"]


def test_null_on_an_optional_field_takes_its_default() -> None:
    assert apply_patch(Form(title="a", note="b"), {"note": None}) == Form(title="a")


def test_pointers_escape_what_rfc_6901_escapes() -> None:
    assert pointer_of(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"
