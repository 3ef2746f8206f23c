"""People, one JSON object per line."""

import pytest

from services.skills.imports.formats import people_csv
from services.skills.imports.formats.people_ndjson import parse
from services.skills.imports.records import FileNote, Finding, Options, PersonRecord, Record
from shared.uploads import open_upload

MIA = '{"external_id": "E2", "user_name": "mia@shop.example"}'


def read(text: str, options: Options | None = None) -> list[Record]:
    return list(parse(open_upload("people.ndjson", text.encode()), options or Options()))


def test_a_line_says_what_a_row_says() -> None:
    line = (
        '{"source": "workday", "external_id": "E2", "user_name": "mia@shop.example", "given_name": "Mia",'
        ' "email": null, "role_id": "R-SALES", "manager_id": "hris:E1", "hired_on": "2024-03-01", "active": false}'
    )
    table = (
        "source,external_id,user_name,given_name,email,role_id,manager_id,hired_on,active\n"
        "workday,E2,mia@shop.example,Mia,,R-SALES,hris:E1,2024-03-01,false\n"
    )
    [person] = read(line)
    [same] = people_csv.parse(open_upload("people.csv", table.encode()), Options())
    assert isinstance(person, PersonRecord)
    assert isinstance(same, PersonRecord)
    assert (person.reference, person.values) == (same.reference, same.values)


def test_what_a_line_leaves_out_stays_and_null_clears() -> None:
    absent, cleared = read(MIA + '\n{"external_id": "E3", "user_name": "pat", "given_name": null}')
    assert isinstance(absent, PersonRecord)
    assert isinstance(cleared, PersonRecord)
    assert "given_name" not in absent.values
    assert cleared.values["given_name"] is None


def test_unknown_names_are_listed_once() -> None:
    person = '{"external_id": "E%d", "user_name": "mia%d", "shoe": {"size": 38}}'
    assert read("\n".join(person % (number, number) for number in (1, 2)))[-1] == FileNote("people.ndjson", ("shoe",))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "not_an_object"),
        ("[1, 2]", "not_an_object"),
        ("NaN", "not_an_object"),
        ('{"external_id": "E9"}', "missing_value"),
        ('{"external_id": null, "user_name": "x"}', "missing_value"),
        ('{"external_id": 9, "user_name": "x"}', "wrong_value"),
        ('{"external_id": "E9", "user_name": "x", "given_name": true}', "wrong_value"),
        ('{"external_id": "E9", "user_name": "x", "email": "nowhere"}', "not_an_email"),
        ('{"external_id": "E9", "user_name": "x", "manager_id": "E9"}', "own_manager"),
        (MIA, "duplicate_row"),
    ],
)
def test_a_bad_line_is_reported_and_the_others_are_taken(line: str, code: str) -> None:
    first, bad, last = read(f'{MIA}\n\n{line}\n{{"external_id": "E4", "user_name": "kim"}}\n')
    assert isinstance(bad, Finding)
    assert (bad.code, bad.place.row) == (code, 3)
    assert isinstance(first, PersonRecord)
    assert isinstance(last, PersonRecord)


def test_lines_of_different_names_keep_their_order_and_their_places() -> None:
    names = ("given_name", "family_name", "email")
    lines = (
        f'{{"user_name": "p{n}", "{names[n % 3]}": {"7" if n % 50 == 1 else "null"}, "external_id": "E{n}"}}\n'
        for n in range(200)
    )
    records = read("".join(lines))
    rows = [record.place.row for record in records if isinstance(record, Finding | PersonRecord)]
    wrong = [record.place.row for record in records if isinstance(record, Finding)]
    assert (rows, wrong) == ([*range(1, 201)], [2, 52, 102, 152])
    for person in (record for record in records if isinstance(record, PersonRecord)):
        n = person.place.row - 1
        assert person.values == {"user_name": f"p{n}", names[n % 3]: None}
