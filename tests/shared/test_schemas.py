"""Field types that every body and query shares."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.schemas import Day, Instant

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
DAY: TypeAdapter[date] = TypeAdapter(Day)
TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-11-23T10:00:00Z", "2026-11-23T12:00:00+02:00", "2026-11-23T10:00:00.000Z", "2026-11-23t10:00:00z"]
)
def test_a_time_is_written_as_rfc_3339_says(text: str) -> None:
    assert INSTANT.validate_python(text) == INSTANT.validate_json(f'"{text}"') == TEN


@pytest.mark.parametrize("text", ["0", "0.5", "1795428000", "2026-11-23", "2026-11-23T10:00:00", "now", ""])
def test_nothing_else_is_a_time(text: str) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(text)


@pytest.mark.parametrize("value", [0, 1795428000, 0.5, True, None, ["2026-11-23T10:00:00Z"]])
def test_seconds_since_1970_are_no_time_and_no_day(value: Any) -> None:
    for adapter in (INSTANT, DAY):
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_a_day_is_a_day() -> None:
    assert DAY.validate_json('"2026-11-23"') == date(2026, 11, 23)
    for text in ("2026-11-23T00:00:00Z", "20261123", "2026-02-30", "0"):
        with pytest.raises(ValidationError):
            DAY.validate_python(text)


def test_values_of_our_own_pass() -> None:
    assert INSTANT.validate_python(TEN) == TEN
    assert DAY.validate_python(date(2026, 11, 23)) == date(2026, 11, 23)
