"""Ratings from other systems, one row per rating, with the names of `POST /v1/ratings`.

| heading | meaning |
| --- | --- |
| `person_id`, `skill_id`, `assessor_id`, `cycle_id` | an id or a `source:external_id`; of a skill also its URI |
| `level` | 0 or a level of the skill's scale |
| `source` | self, peer, manager, supervisor, expert, test, certification or learning |
| `assessed_at`, `expires_at` | a date or a time with its offset (RFC 3339); a date means 00:00 UTC |
| `note`, `url` | the evidence; optional |
| `external_id` | the rating in the sending system; optional |

A second upload changes nothing: a rating is known again by its `external_id`, and without one by person, skill,
source, assessor and time together.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from services.skills.imports.formats.tables import Line, Table, WrongCell, check_given, number, reference
from services.skills.imports.records import Finding, Options, RatingRecord, Record, error
from shared.uploads import UploadedFile

REQUIRED = ("person_id", "skill_id", "level", "source", "assessed_at")
OPTIONAL = ("assessor_id", "cycle_id", "expires_at", "note", "url", "external_id")
SOURCE = "hris"
RATING_SOURCES = ("self", "peer", "manager", "supervisor", "expert", "test", "certification", "learning")
HIGHEST_LEVEL = 100


def is_heading(heading: str) -> bool:
    """Whether a table of ratings may have it."""
    return heading in (*REQUIRED, *OPTIONAL)


def parse(files: Sequence[UploadedFile], options: Options) -> Iterator[Record]:
    """A record per rating."""
    seen: dict[str, RatingRecord] = {}
    check_given(files, options.columns)
    for file in files:
        table = Table(file, REQUIRED, OPTIONAL, options.columns)
        yield from table.notes()
        for line in table.lines():
            if isinstance(line, Finding):
                yield line
                continue
            try:
                rating = _read(line, options.source or SOURCE)
            except WrongCell as wrong:
                yield error(line.place, wrong.code, wrong.detail)
                continue
            earlier = seen.setdefault(rating.key, rating)
            if earlier is rating:
                yield rating
            else:
                detail = f"The same rating stands in row {earlier.place.row}."
                yield error(line.place, "duplicate_row", detail)


def _read(line: Line, source: str) -> RatingRecord:
    if line["source"].lower() not in RATING_SOURCES:
        expected = ", ".join(RATING_SOURCES)
        raise WrongCell("unknown_source", f"source is {line['source']!r}; one of {expected}.")
    values: dict[str, Any] = {
        "person_id": reference("person_id", line["person_id"], source),
        "skill_id": reference("skill_id", line["skill_id"], source),
        "level": number("level", line["level"], 0, HIGHEST_LEVEL),
        "source": line["source"].lower(),
        "assessed_at": moment("assessed_at", line["assessed_at"]),
        "expires_at": moment("expires_at", line["expires_at"]) if line["expires_at"] else None,
        "assessor_id": _optional_reference(line, "assessor_id", source),
        "cycle_id": _optional_reference(line, "cycle_id", source),
        "note": line["note"] or None,
        "url": line["url"] or None,
    }
    return RatingRecord(line.place, _key(line, values, source), values)


def _optional_reference(line: Line, heading: str, source: str) -> str | None:
    return reference(heading, line[heading], source) if line[heading] else None


def _key(line: Line, values: dict[str, Any], source: str) -> str:
    if line["external_id"]:
        return reference("external_id", line["external_id"], source)
    natural = [str(values[name]) for name in ("person_id", "skill_id", "source", "assessor_id", "assessed_at")]
    return f"{source}:row-{hashlib.sha256('|'.join(natural).encode()).hexdigest()[:32]}"


def moment(heading: str, text: str) -> datetime:
    """A time with its offset, in UTC; a bare date is the beginning of that day in UTC."""
    try:
        value = datetime.fromisoformat(text)
        if len(text) == len("2026-11-23"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError as cause:
        raise WrongCell("not_a_time", f"{heading} is {text!r}; a date or time (RFC 3339) is meant.") from cause
    if value.tzinfo is None:
        raise WrongCell("no_offset", f"{heading} is {text!r}, without an offset such as Z.")
    return value.astimezone(UTC)
