from datetime import date

from services.skills.imports.formats.people_csv import parse
from services.skills.imports.records import FileNote, Finding, Options, PersonRecord, Record
from shared.uploads import open_upload

HEADINGS = "external_id,user_name,manager_id,hired_on,left_on,leave_reason,active,email\n"


def read(rows: str, headings: str = HEADINGS, options: Options | None = None) -> list[Record]:
    return list(parse(open_upload("people.csv", (headings + rows).encode()), options or Options()))


def test_a_person_with_every_column() -> None:
    headings = (
        "user_name,given_name,family_name,email,org_unit,role_id,manager_id,hired_on,left_on,leave_reason,"
        "active,external_id,source,shoe_size\n"
    )
    row = "mia@shop.example,Mia,Berg,mia@shop.example,Sales,R-SALES,hris:E1,2024-03-01,,,true,E2,workday,38\n"
    note, person = read(row, headings)
    assert note == FileNote("people.csv", ("shoe_size",))
    assert isinstance(person, PersonRecord)
    assert person.reference == "workday:E2"
    assert person.values == {
        "user_name": "mia@shop.example",
        "given_name": "Mia",
        "family_name": "Berg",
        "email": "mia@shop.example",
        "org_unit": "Sales",
        "role_id": "workday:R-SALES",
        "manager_id": "hris:E1",
        "hired_on": date(2024, 3, 1),
        "left_on": None,
        "leave_reason": None,
        "active": True,
    }


def test_absent_columns_are_absent_from_the_record() -> None:
    (person,) = read("E1,lea\n", "external_id,user_name\n", Options(source="sap"))
    assert isinstance(person, PersonRecord)
    assert (person.reference, person.values) == ("sap:E1", {"user_name": "lea"})


def test_wrong_rows_are_reported_and_the_others_taken() -> None:
    records = read(
        "E1,lea,,,,,,\n"
        "E2,mia,E2,,,,,\n"
        "E3,ann,,2024-13-01,,,,\n"
        "E4,bob,,2024-01-02,2024-01-01,,,\n"
        "E5,cat,,,,voluntary,,\n"
        "E6,dan,,,2024-01-01,bored,,\n"
        "E7,eve,,,,,sometimes,\n"
        "E8,fay,,,,,,not-an-address\n"
        "E1,gus,,,,,,\n"
        "E9,LEA,,,,,,\n"
        "E10,,,,,,,\n"
        "E11,hal,,2024-01-01,2025-01-01,Voluntary,no,hal@x.example\n"
    )
    assert [(r.place.row, r.code) for r in records if isinstance(r, Finding)] == [
        (3, "own_manager"),
        (4, "not_a_date"),
        (5, "left_before_hired"),
        (6, "leave_reason_without_date"),
        (7, "unknown_leave_reason"),
        (8, "not_a_truth_value"),
        (9, "not_an_email"),
        (10, "duplicate_row"),
        (11, "duplicate_user_name"),
        (12, "missing_value"),
    ]
    people = [r for r in records if isinstance(r, PersonRecord)]
    assert [person.reference for person in people] == ["hris:E1", "hris:E11"]
    assert people[1].values["leave_reason"] == "voluntary"


def test_wrong_rows_are_found_among_thousands() -> None:
    wrong = {17: "2024-13-01", 500: "yesterday", 501: "2024-02-30", 1_998: "x"}
    rows = (f"E{n},p{n},E0,{wrong.get(n, '2024-03-01')},,,,\n" for n in range(1, 2_001))
    records = read("".join(rows))
    found = [record.place.row for record in records if isinstance(record, Finding)]
    people = [record for record in records if isinstance(record, PersonRecord)]
    assert found == [number + 1 for number in wrong]
    assert [person.place.row for person in people] == [n + 1 for n in range(1, 2_001) if n not in wrong]
    assert {person.values["hired_on"] for person in people} == {date(2024, 3, 1)}


def test_each_row_has_a_source_of_its_own() -> None:
    rows = "E1,lea,,R1,a\nE2,mia,E1,R1,b\nE3,ann,E1,R1,\nE1,bob,a:E1,R1,b\n"
    people = [r for r in read(rows, "external_id,user_name,manager_id,role_id,source\n") if isinstance(r, PersonRecord)]
    assert [(person.reference, person.values["manager_id"], person.values["role_id"]) for person in people] == [
        ("a:E1", None, "a:R1"),
        ("b:E2", "b:E1", "b:R1"),
        ("hris:E3", "hris:E1", "hris:R1"),
        ("b:E1", "a:E1", "b:R1"),
    ]


def test_empty_rows_and_rows_without_a_name_stand_between_others() -> None:
    records = read("E1,lea,,,,,,\n,,,,,,,\nE2,,,,,,,\n , ,,,,,,\nE3,mia,,,,,,,,\nE4,ann,,,,,,,x\n")
    assert [(r.place.row, type(r).__name__) for r in records if isinstance(r, Finding | PersonRecord)] == [
        (2, "PersonRecord"),
        (4, "Finding"),
        (6, "PersonRecord"),
        (7, "Finding"),
    ]
