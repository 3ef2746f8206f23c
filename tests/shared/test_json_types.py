"""A public body takes JSON's types at their word."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from shared.schemas import Importance, Instant, RequestBody


class Part(RequestBody):
    essential: bool = False


class Whole(RequestBody):
    level: float | None = None
    count: int = 0
    shares: dict[str, Importance] = {}
    on: date | None = None
    at: Instant | None = None
    parts: list[Part] = []
    part: Part | None = None


class Narrower(Whole):
    """Built from the fields of another: read the same way, and only once."""

    count: int = 1


BODIES = pytest.mark.parametrize("body", [Whole, Narrower], ids=lambda body: body.__name__)


@BODIES
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", "2"),
        ("level", True),
        ("count", "2"),
        ("count", False),
        ("count", 1.5),
        ("shares", {"self": True}),
        ("shares", {"self": "0.5"}),
        ("on", 0),
        ("on", "0"),
        ("on", "1795428000"),
        ("on", True),
        ("at", 1795428000),
        ("parts", [{"essential": "yes"}]),
        ("parts", [{"essential": 1}]),
        ("part", {"essential": "false"}),
    ],
)
def test_another_type_is_not_guessed(body: type[Whole], field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        body.model_validate({field: value})
    assert refused.value.errors()[0]["loc"][0] == field


@BODIES
def test_what_is_of_its_type_is_taken(body: type[Whole]) -> None:
    sent = {"level": 2, "count": 2.0, "shares": {"self": 1}, "on": "2026-11-23", "parts": [{"essential": True}]}
    read = body.model_validate(sent)
    assert (read.level, read.count, read.shares, read.on) == (2.0, 2, {"self": 1.0}, date(2026, 11, 23))
    assert read.parts[0].essential


def test_times_are_kept_in_utc() -> None:
    read = Whole.model_validate({"at": "2026-01-01T10:00:00+02:00"})
    assert read.model_dump_json(include={"at"}) == '{"at":"2026-01-01T08:00:00Z"}'


def test_a_model_that_is_part_of_many_is_changed_once() -> None:
    """A schema changed at every use would grow with each of them."""
    before = str(Whole.__pydantic_core_schema__).count("function-before")
    for number in range(5):
        type(f"Holder{number}", (RequestBody,), {"__annotations__": {"whole": Whole, "more": list[Whole]}})
    assert str(Whole.__pydantic_core_schema__).count("function-before") == before
