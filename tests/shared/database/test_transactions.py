"""The frame's transaction: what is answered is committed, and what is not committed is not answered."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.skills.models import SkillsTable
from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.frameworks.repository import FrameworkRepository
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.scales.repository import ScaleRepository
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.errors import NotFound, PreconditionFailed
from shared.ids import new_id
from tests.conftest import FreshDatabase
from tests.harness import Running

FRAMEWORK = {"uri": "https://shop.example/skills", "title": "Shop skills"}


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    database = Database(fresh_database("services.skills"), SkillsTable.metadata)
    yield database
    await database.dispose()


async def test_a_failed_commit_is_not_answered_as_a_success(skills: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(self: UnitOfWork) -> None:
        raise IntegrityError("COMMIT", {}, Exception("deferred constraint"))

    monkeypatch.setattr(UnitOfWork, "commit", fail)
    assert (await skills.post("/v1/frameworks", FRAMEWORK, headers={"Idempotency-Key": "k"})).status_code == 409
    monkeypatch.undo()
    assert (await skills.get("/v1/frameworks")).json()["data"] == []
    assert (await skills.post("/v1/frameworks", FRAMEWORK, headers={"Idempotency-Key": "k"})).status_code == 201


async def test_an_unforeseen_error_says_nothing_but_the_request_id(
    skills: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: object, uri: str) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(FrameworkRepository, "find_by_uri", fail)
    answer = await skills.post("/v1/frameworks", FRAMEWORK, headers={"X-Request-Id": "abc"})
    assert (answer.status_code, answer.json()["request_id"]) == (500, "abc")
    assert "hunter2" not in answer.text


async def test_the_same_key_at_the_same_time_has_one_effect(skills: Running) -> None:
    headers = {"Idempotency-Key": "same"}
    answers = await asyncio.gather(*(skills.post("/v1/frameworks", FRAMEWORK, headers=headers) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len((await skills.get("/v1/frameworks")).json()["data"]) == 1


async def test_of_two_changes_of_one_version_one_wins(database: Database) -> None:
    async with database.writing() as session:
        scale = await ScaleRepository(session).get_default()
        framework = await FrameworkRepository(session).add(
            Framework(uri="u:1", title="a", edition="1", scale_id=scale.id)
        )

    async def change(title: str) -> bool:
        try:
            async with database.writing() as session:
                await FrameworkRepository(session).change(framework.id, 1, title=title)
        except PreconditionFailed:
            return False
        return True

    won = await asyncio.gather(*(change(str(n)) for n in range(8)))
    assert sum(won) == 1
    async with database.reading() as reader:
        assert (await FrameworkRepository(reader).get(framework.id)).title == str(won.index(True))


async def test_changing_what_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        async with database.writing() as session:
            await FrameworkRepository(session).change(new_id(), None, title="x")


async def test_readers_cannot_write_on_sqlite(database: Database) -> None:
    if not database.is_sqlite:
        return
    async with database.reading() as session:
        session.add(Scale(title="x", levels=[]))
        with pytest.raises(DBAPIError):
            await session.flush()
        session.expunge_all()


async def test_a_rolled_back_unit_leaves_nothing(database: Database) -> None:
    async def fail_half_way() -> None:
        async with database.writing() as session:
            await ScaleRepository(session).add(Scale(title="x", levels=[]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()
    async with database.reading() as reader:
        assert (await reader.execute(select(func.count()).select_from(Scale))).scalar_one() == 1
