from datetime import UTC, datetime

from services.skills.imports.formats.ratings_csv import parse
from services.skills.imports.records import Finding, Options, RatingRecord, Record
from shared.uploads import open_upload

HEADINGS = "person_id,skill_id,level,source,assessed_at,assessor_id,expires_at,external_id\n"


def read(rows: str) -> list[Record]:
    return list(parse(open_upload("ratings.csv", (HEADINGS + rows).encode()), Options()))


def test_a_rating() -> None:
    (rating,) = read("E2,https://x.example/a,3,Manager,2026-11-23T10:00:00+02:00,E1,2027-11-23,\n")
    assert isinstance(rating, RatingRecord)
    assert rating.values == {
        "person_id": "hris:E2",
        "skill_id": "https://x.example/a",
        "level": 3,
        "source": "manager",
        "assessed_at": datetime(2026, 11, 23, 8, tzinfo=UTC),
        "expires_at": datetime(2027, 11, 23, tzinfo=UTC),
        "assessor_id": "hris:E1",
        "cycle_id": None,
        "note": None,
        "url": None,
    }


def test_a_rating_is_known_again() -> None:
    row = "E2,urn:a,3,test,2026-11-23,,,\n"
    (first,), (second,) = read(row), read(row.replace(",3,", ",4,"))
    (named,) = read("E2,urn:a,3,test,2026-11-23,,,LMS-1\n")
    (other,) = read(row.replace("E2", "E3"))
    assert isinstance(first, RatingRecord)
    assert isinstance(second, RatingRecord)
    assert isinstance(named, RatingRecord)
    assert isinstance(other, RatingRecord)
    assert first.key == second.key
    assert first.key != other.key
    assert named.key == "hris:LMS-1"


def test_wrong_rows_are_reported() -> None:
    records = read(
        "E2,urn:a,3,gossip,2026-11-23,,,\n"
        "E2,urn:a,high,test,2026-11-23,,,\n"
        "E2,urn:a,-1,test,2026-11-23,,,\n"
        "E2,urn:a,3,test,yesterday,,,\n"
        "E2,urn:a,3,test,2026-11-23T10:00:00,,,\n"
        "E2,urn:a,3,test,2026-11-23,,,\n"
        "E2,urn:a,3,test,2026-11-23,,,\n"
        "E2,urn:a,,test,2026-11-23,,,\n"
    )
    assert [(r.place.row, r.code) for r in records if isinstance(r, Finding)] == [
        (2, "unknown_source"),
        (3, "not_a_number"),
        (4, "out_of_range"),
        (5, "not_a_time"),
        (6, "no_offset"),
        (8, "duplicate_row"),
        (9, "missing_value"),
    ]
