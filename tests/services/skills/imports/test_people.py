"""The roster: org chart, moves, circles, and people who arrive before their managers."""

import pytest

from shared.contracts.skills.events import PersonCreated, PersonFact, PersonUpdated
from tests.harness import NEIGHBOUR, Running
from tests.services.skills.imports.jobs import all_of, errors_of, import_files

ROSTER = (
    "external_id,user_name,given_name,family_name,org_unit,role_id,manager_id,hired_on,active\n"
    "E3,ann@shop.example,Ann,Lund,Sales,R-SALES,E2,2025-01-01,true\n"
    "E2,mia@shop.example,Mia,Berg,Sales,R-SALES,E1,2024-03-01,true\n"
    "E1,lea@shop.example,Lea,Holm,Board,,,,true\n"
)
TELLS: dict[str, type[PersonFact]] = {PersonCreated.type: PersonCreated, PersonUpdated.type: PersonUpdated}
ROLES = "external_id,title\nR-SALES,Sales representative\nR-MKT,Marketer\n"


async def roster(skills: Running, rows: str = ROSTER) -> dict[str, object]:
    await import_files(skills, "roles_csv", {"roles.csv": ROLES})
    return await import_files(skills, "people_csv", {"people.csv": rows})


async def test_the_roster_is_there_with_its_chart(skills: Running) -> None:
    job = await roster(skills)
    assert job["counts_by_kind"] == {
        "org_unit": {"created": 2, "updated": 0, "unchanged": 0, "retired": 0},
        "person": {"created": 3, "updated": 0, "unchanged": 0, "retired": 0},
    }
    lea, mia, ann = [(await skills.get(f"/v1/people/hris:E{n}")).json() for n in (1, 2, 3)]
    assert (ann["manager_id"], mia["manager_id"], lea["manager_id"]) == (mia["id"], lea["id"], None)
    assert (mia["display_name"], mia["org_unit"], mia["role"]["title"]) == ("Mia Berg", "Sales", "Sales representative")
    assert mia["hired_on"] == "2024-03-01"
    below = await all_of(skills, "/v1/people", manager_id=lea["id"], all_levels="true")
    assert {person["id"] for person in below} == {mia["id"], ann["id"]}


async def test_the_same_roster_changes_nothing_and_keeps_versions(skills: Running) -> None:
    await roster(skills)
    before = await skills.get("/v1/people/hris:E2")
    again = await import_files(skills, "people_csv", {"people.csv": ROSTER})
    assert again["counts"] == {"created": 0, "updated": 0, "unchanged": 3, "retired": 0, "rejected": 0}
    after = await skills.get("/v1/people/hris:E2")
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])


async def test_a_row_says_the_same_as_an_upsert(skills: Running) -> None:
    await roster(skills)
    one = (await skills.get("/v1/people/hris:E3")).json()
    body = {
        "user_name": "bob@shop.example",
        "given_name": "Ann",
        "family_name": "Lund",
        "org_unit": "Sales",
        "role_id": "hris:R-SALES",
        "manager_id": "hris:E2",
        "hired_on": "2025-01-01",
    }
    other = (await skills.put("/v1/people/by-external-id/hris/E9", body)).json()
    own = {"id", "created_at", "updated_at", "user_name", "external_ids"}
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in other.items() if k not in own}


async def test_moves_are_dated_and_told(skills: Running) -> None:
    await roster(skills)
    first = (await skills.get("/internal/events", caller=NEIGHBOUR)).json()["data"][-1]["seq"]
    job = await import_files(
        skills, "people_csv", {"p.csv": "external_id,user_name,role_id\nE2,mia@shop.example,R-MKT\n"}
    )
    assert job["counts"]["updated"] == 1
    mia = (await skills.get("/v1/people/hris:E2")).json()
    assert (mia["role"]["title"], mia["given_name"], mia["org_unit"]) == ("Marketer", "Mia", "Sales")
    events = (await skills.get(f"/internal/events?after={first}&wait=2", caller=NEIGHBOUR)).json()["data"]
    updates = [event["data"] for event in events if event["type"] == "skills.person.updated.v1"]
    assert [(update["person_id"], update["changed"]) for update in updates] == [(mia["id"], ["role_id"])]
    assert "Mia" not in str(events)


async def test_moves_have_the_day_that_a_row_tells(skills: Running) -> None:
    await roster(skills)
    rows = (
        "external_id,user_name,org_unit,effective_from\n"
        "E2,mia@shop.example,Marketing,2025-07-01\n"  # a move
        "E3,ann@shop.example,Sales,2024-06-01\n"  # the same place, but for longer
        "E1,lea@shop.example,Board,2025-01-01\n"  # the same place, known for longer
        "E9,new@shop.example,Sales,2023-05-01\n"
    )
    plan = await import_files(skills, "people_csv", {"p.csv": rows}, dry_run="true")
    lines = await all_of(skills, f"/v1/imports/{plan['id']}/plan", kind="person", action="update")
    assert {line["key"]: line["fields"] for line in lines} == {
        "hris:E2": ["org_unit_id"],
        "hris:E3": ["effective_from"],
    }
    job = await import_files(skills, "people_csv", {"p.csv": rows})
    assert job["counts_by_kind"]["person"] == {"created": 1, "updated": 2, "unchanged": 1, "retired": 0}
    assert [await standings(skills, f"E{number}") for number in (2, 3, 1, 9)] == [
        [("Marketing", "2025-07-01T00:00:00Z"), ("Sales", "2024-03-01T00:00:00Z")],
        [("Sales", "2024-06-01T00:00:00Z")],
        [("Board", None)],
        [("Sales", "2023-05-01T00:00:00Z")],
    ]
    again = await import_files(skills, "people_csv", {"p.csv": rows})
    assert again["counts"] == {"created": 0, "updated": 0, "unchanged": 4, "retired": 0, "rejected": 0}


async def standings(skills: Running, number: str) -> list[tuple[str, str | None]]:
    rows = (await skills.get(f"/v1/people/hris:{number}/assignments")).json()["data"]
    return [(row["org_unit"], row["valid_from"]) for row in rows]


async def test_what_is_told_of_an_import_keeps_its_contract(skills: Running) -> None:
    await roster(skills)
    await import_files(skills, "people_csv", {"p.csv": "external_id,user_name,role_id\nE2,mia@shop.example,R-MKT\n"})
    events = (await skills.get("/internal/events?limit=200", caller=NEIGHBOUR)).json()["data"]
    people = [event for event in events if event["type"].startswith("skills.person.")]
    assert len(people) == 4
    for event in people:
        fact = TELLS[event["type"]].model_validate(event["data"])
        assert (fact.model_dump(mode="json"), fact.subject()) == (event["data"], event["subject"])


async def test_leaving_is_told_as_leaving(skills: Running) -> None:
    await roster(skills)
    rows = "external_id,user_name,left_on,leave_reason\nE3,ann@shop.example,2026-01-31,voluntary\n"
    await import_files(skills, "people_csv", {"p.csv": rows})
    events = (await skills.get("/internal/events", caller=NEIGHBOUR)).json()["data"]
    left = [event["data"] for event in events if event["type"] == "skills.person.left.v1"]
    assert [(fact["left_on"], fact["leave_reason"]) for fact in left] == [("2026-01-31", "voluntary")]


async def test_a_manager_may_arrive_later(skills: Running) -> None:
    rows = ROSTER.splitlines(keepends=True)
    await import_files(skills, "roles_csv", {"roles.csv": ROLES})
    await import_files(skills, "people_csv", {"p.csv": rows[0] + rows[1]})
    ann = (await skills.get("/v1/people/hris:E3")).json()
    assert (ann["manager_id"], ann["awaited_manager"]) == (None, "hris:E2")
    job = await import_files(skills, "people_csv", {"p.csv": rows[0] + rows[2] + rows[3]})
    assert job["counts_by_kind"]["person"] == {"created": 2, "updated": 1, "unchanged": 0, "retired": 0}
    ann, mia = [(await skills.get(f"/v1/people/hris:E{n}")).json() for n in (3, 2)]
    assert (ann["manager_id"], ann["awaited_manager"]) == (mia["id"], None)


async def test_circles_are_refused_and_the_others_taken(skills: Running) -> None:
    rows = (
        "external_id,user_name,manager_id\n"
        "E1,a,E3\nE2,b,E1\nE3,c,E2\n"  # one above the other, all the way round
        "E4,d,E1\nE5,e,E5\nE6,f,\n"
    )
    job = await import_files(skills, "people_csv", {"p.csv": rows})
    assert job["counts"]["created"] == 2
    assert sorted(await errors_of(skills, job), key=str) == [
        (2, "manager_circle"),
        (3, "manager_circle"),
        (4, "manager_circle"),
        (6, "own_manager"),
    ]
    assert (await skills.get("/v1/people/hris:E4")).json()["awaited_manager"] == "hris:E1"


async def test_a_circle_with_those_who_are_there_is_refused(skills: Running) -> None:
    await roster(skills)
    job = await import_files(
        skills, "people_csv", {"p.csv": "external_id,user_name,manager_id\nE1,lea@shop.example,E3\n"}
    )
    assert await errors_of(skills, job) == [(2, "manager_circle")]
    assert (await skills.get("/v1/people/hris:E1")).json()["manager_id"] is None


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("E7,gus@shop.example,R-NONE,,\n", "unknown_role"),
        ("E7,MIA@shop.example,,,\n", "user_name_taken"),
        ("E2,mia@shop.example,,2020-01-01,voluntary\n", "employment"),
        ("E7,gus@shop.example,,2020-01-01,\n", "employment"),
        ("E2,mia@shop.example,,,,2999-01-01\n", "not_yet"),
    ],
)
async def test_rows_that_contradict_what_is_there(skills: Running, row: str, code: str) -> None:
    await roster(skills)
    rows = f"external_id,user_name,role_id,left_on,leave_reason,effective_from\n{row}"
    job = await import_files(skills, "people_csv", {"p.csv": rows})
    assert await errors_of(skills, job) == [(2, code)]
    assert (job["counts"]["created"], job["counts"]["updated"]) == (0, 0)


async def test_a_dry_run_of_a_roster(skills: Running) -> None:
    await import_files(skills, "roles_csv", {"roles.csv": ROLES})
    job = await import_files(skills, "people_csv", {"p.csv": ROSTER}, dry_run="true")
    plan = await all_of(skills, f"/v1/imports/{job['id']}/plan")
    assert [(line["action"], line["kind"], line["key"]) for line in plan] == [
        ("create", "org_unit", "Sales"),
        ("create", "org_unit", "Board"),
        ("create", "person", "hris:E3"),
        ("create", "person", "hris:E2"),
        ("create", "person", "hris:E1"),
    ]
    assert await all_of(skills, "/v1/people") == []


async def test_json_lines_say_the_same_as_rows(skills: Running) -> None:
    await roster(skills)
    lines = (
        '{"external_id": "E3", "user_name": "ann@shop.example", "given_name": "Anna", "active": true}\n'
        '{"external_id": "E4", "user_name": "kim@shop.example", "manager_id": "E1", "org_unit": "Sales"}\n'
        "not an object\n"
    )
    job = await import_files(skills, "people_ndjson", {"people.ndjson": lines})
    assert job["counts"] == {"created": 1, "updated": 1, "unchanged": 0, "retired": 0, "rejected": 1}
    ann, kim = [(await skills.get(f"/v1/people/hris:E{n}")).json() for n in (3, 4)]
    assert (ann["given_name"], ann["family_name"], ann["hired_on"]) == ("Anna", "Lund", "2025-01-01")
    assert kim["manager_id"] == (await skills.get("/v1/people/hris:E1")).json()["id"]
