"""Rows by the thousand: every value arrives as the ordinary way would store it, on both databases."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from services.skills.models import SkillsTable
from services.skills.people.models import OrgUnit, Person
from shared.database import Database
from shared.database.kernel import WrittenJson
from shared.database.loading import WORTH_COPYING, in_columns, load
from shared.database.text_ids import as_text
from shared.database.upserts import among
from shared.ids import new_id
from tests.conftest import FreshDatabase

NOW = datetime(2026, 11, 23, 10, 0, 0, 123456, UTC)
TEXTS = ["plain", "Ærø 漢字 🙂", "tab\there", "line\nend\r", "back\\slash \\N \\.", "quote \" and '", "", "=1+1"]


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    found = Database(fresh_database("services.skills"), SkillsTable.metadata)
    yield found
    await found.dispose()


def unit(code: str, **more: Any) -> dict[str, Any]:
    common = {"revision": 1, "created_at": NOW, "updated_at": NOW, "deleted_at": None, "parent_id": None}
    return {"id": new_id(), "code": code, "title": code, **common, **more}


@pytest.mark.parametrize("times", [1, WORTH_COPYING])
async def test_every_text_arrives_as_it_is(database: Database, times: int) -> None:
    rows = [unit(f"{number}", title=text) for number, text in enumerate(TEXTS * times)]
    async with database.writing() as session:
        await load(session, OrgUnit, in_columns(rows))
    async with database.reading() as session:
        found = (await session.execute(select(OrgUnit).order_by(col(OrgUnit.id)))).scalars().all()
    assert [row.model_dump() for row in found] == rows


@pytest.mark.parametrize("mark", ["\\", "\t", "\n", "\r", "\\N"], ids=["backslash", "tab", "line", "return", "null"])
async def test_one_text_that_needs_an_escape_among_many_that_do_not(database: Database, mark: str) -> None:
    rows = [unit(f"{number}") for number in range(WORTH_COPYING)]
    rows[7]["title"] = mark
    async with database.writing() as session:
        await load(session, OrgUnit, in_columns(rows))
    async with database.reading() as session:
        found = (await session.execute(select(col(OrgUnit.title)).order_by(col(OrgUnit.id)))).scalars().all()
    assert found == [row["title"] for row in rows]


@pytest.mark.parametrize("number", [2, WORTH_COPYING])
async def test_ids_may_be_text(database: Database, number: int) -> None:
    above = unit("above")
    rows = [unit(f"{number}", parent_id=above["id"]) for number in range(number)]
    written = [row | {"id": row["id"].hex, "parent_id": str(above["id"])} for row in rows]
    async with database.writing() as session:
        await load(session, OrgUnit, in_columns([above | {"id": str(above["id"])}]))
        await load(session, OrgUnit, in_columns(written))
    async with database.reading() as session:
        found = (await session.execute(select(OrgUnit).order_by(col(OrgUnit.id)))).scalars().all()
        texts = (await session.execute(select(as_text(OrgUnit.id), as_text(OrgUnit.parent_id)))).all()
    assert [row.model_dump() for row in found] == [above, *rows]
    assert {tuple(text) for text in texts} == {
        (str(row["id"]), row["parent_id"] and str(row["parent_id"])) for row in (above, *rows)
    }


async def test_rows_are_as_the_ordinary_insert_makes_them(database: Database) -> None:
    number, there = WORTH_COPYING, unit("there")
    values = {
        "user_name": "mia",
        "org_unit_id": there["id"],
        "hired_on": date(2024, 2, 29),
        "left_on": None,
        "active": False,
        "created_at": datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
    }
    same = {"revision": 1, "updated_at": NOW, "expert_finder": True}
    rows = [{"id": new_id(), "user_name_key": f"{number}", **values} for number in range(number)]
    async with database.writing() as session:
        await load(session, OrgUnit, in_columns([there]))
        await load(session, Person, in_columns(rows), **same)
        ordinary = {**rows[0], **same, "id": new_id(), "user_name_key": "ordinary"}
        await session.execute(insert(Person.__table__), [ordinary])  # type: ignore[attr-defined]
    async with database.reading() as session:
        *loaded, last = (await session.execute(select(Person).order_by(col(Person.id)))).scalars().all()
    own = {"id", "user_name_key"}
    assert [row.model_dump(exclude=own) for row in loaded] == [last.model_dump(exclude=own)] * number
    assert [(row.id, row.user_name_key) for row in loaded] == [(row["id"], row["user_name_key"]) for row in rows]


@pytest.mark.parametrize("number", [2, WORTH_COPYING])
async def test_json_that_is_written_already_is_not_written_twice(database: Database, number: int) -> None:
    outbox = database.kernel.outbox
    document = {"label": 'Müller\t\\ "x"', "levels": [1, 2.5, None]}
    written = [document, *[WrittenJson(json.dumps(document))] * (number - 1)]
    columns = {"id": [new_id() for _ in written], "seq": [*range(number)], "data": written}
    async with database.writing() as session:
        await load(session, outbox, columns, type="t", subject="s:1", occurred_at=NOW)
    async with database.reading() as session:
        assert (await session.execute(select(outbox.c.data))).scalars().all() == [document] * number


@pytest.mark.parametrize("number", [2, WORTH_COPYING])
async def test_bytes_arrive_as_they_are(database: Database, number: int) -> None:
    replays = database.kernel.replays
    bodies = [bytes(range(256)), b"", b"\\x41\t\n\\N", *[b"x"] * number][:number]
    same = {"caller": "c", "fingerprint": b"\0", "status": 201, "headers": {}, "stored_at": NOW}
    async with database.writing() as session:
        await load(session, replays, {"key": [f"{place:03}" for place in range(number)], "body": bodies}, **same)
    async with database.reading() as session:
        rows = (await session.execute(select(replays.c.body, replays.c.fingerprint).order_by(replays.c.key))).all()
    assert [tuple(row) for row in rows] == [(body, b"\0") for body in bodies]


async def test_no_rows_are_no_statement(database: Database) -> None:
    async with database.writing() as session:
        await load(session, OrgUnit, in_columns([]))
        await load(session, OrgUnit, {"id": []}, revision=1)


@pytest.mark.parametrize("others", [0, WORTH_COPYING])
async def test_a_key_that_is_there_undoes_the_transaction(database: Database, others: int) -> None:
    rows = [unit("Sales"), unit("Sales"), *(unit(f"{number}") for number in range(others))]
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            await load(session, OrgUnit, in_columns(rows))
    async with database.reading() as session:
        assert (await session.execute(select(OrgUnit))).first() is None


@pytest.mark.parametrize("number", [0, 1, 3_000])
async def test_many_values_are_one_parameter(database: Database, number: int) -> None:
    rows = [unit(f"Unit '{number}'") for number in range(number)]
    async with database.writing() as session:
        await load(session, OrgUnit, in_columns(rows))
        await load(session, OrgUnit, in_columns([unit("another")]))
    async with database.reading() as session:
        by_id = select(col(OrgUnit.code)).where(among(session, col(OrgUnit.id), [row["id"] for row in rows]))
        by_code = select(col(OrgUnit.id)).where(among(session, col(OrgUnit.code), {row["code"] for row in rows}))
        codes: list[str] = list((await session.execute(by_id)).scalars())
        ids: list[UUID] = list((await session.execute(by_code)).scalars())
    assert sorted(codes) == sorted(row["code"] for row in rows)
    assert sorted(ids) == sorted(row["id"] for row in rows)
