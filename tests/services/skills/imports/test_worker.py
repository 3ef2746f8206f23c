"""The worker: killed anywhere and by whoever, the end is the same."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.skills.imports.planning import plan as planning
from services.skills.imports.planning import planner
from services.skills.imports.repository import ImportRepository
from services.skills.imports.rules import ATTEMPTS, LEASE
from services.skills.imports.worker import ImportWorker, LeaseLost
from services.skills.taxonomy.bulk import TaxonomyBulk
from shared.clock import utc_now
from shared.database import Database
from tests.harness import Running
from tests.services.skills.imports.jobs import all_of, ended, errors_of, import_files, send

SKILLS = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status,description\n" + "".join(
    f"KnowledgeSkillCompetence,urn:s:{number},knowledge,cross-sector,Skill {number},,released,\n"
    for number in range(25)
)
RELATIONS = "conceptType,conceptUri,broaderType,broaderUri\n" + "".join(
    f"KnowledgeSkillCompetence,urn:s:{number},KnowledgeSkillCompetence,urn:s:0\n" for number in range(1, 25)
)
FILES: dict[str, bytes | str] = {"skills_en.csv": SKILLS, "broader.csv": RELATIONS}


class Killed(BaseException):
    """As if the process had gone: nothing in between may handle it."""


class Dying(ImportWorker):
    """A worker that is killed before one of its transactions commits."""

    transactions = 0

    async def _hold(self, session: Any, job: Any, **values: object) -> None:
        await super()._hold(session, job, **values)
        self.transactions -= 1
        if self.transactions == 0:
            raise Killed


@pytest.fixture
def database(skills: Running) -> Database:
    found: Database = skills.app.state.database
    return found


@pytest.fixture
async def idle(skills: Running) -> Running:
    """The service without its own worker: the test works jobs off itself."""
    for task in asyncio.all_tasks():
        if task.get_name() == "ImportWorker":
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return skills


def later() -> datetime:
    return utc_now() + LEASE + timedelta(seconds=1)


@pytest.mark.parametrize("transaction", range(1, 13))
async def test_a_job_that_was_killed_is_finished_by_the_next_worker(
    idle: Running, database: Database, monkeypatch: pytest.MonkeyPatch, transaction: int
) -> None:
    monkeypatch.setattr(planning, "CHUNK", 7)
    path = await send(idle, "esco", FILES)
    worker = Dying(database)
    worker.transactions = transaction
    with pytest.raises(Killed):
        await worker.work_one()
    killed = (await idle.get(path)).json()
    assert killed["status"] == "running"
    assert killed["progress"] < 100
    assert await ImportWorker(database, later).work_one()
    job = (await idle.get(path)).json()
    assert (job["status"], job["progress"]) == ("succeeded", 100)
    assert job["counts"] == {"created": 50, "updated": 0, "unchanged": 0, "retired": 0, "rejected": 0}
    assert len(await all_of(idle, "/v1/skills")) == 25


async def test_progress_and_counts_grow_while_others_write(
    idle: Running, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHUNK", 5)
    path = await send(idle, "esco", FILES)
    seen: list[tuple[int, int]] = []
    add_skills = TaxonomyBulk.add_skills

    async def add_slowly(self: TaxonomyBulk, rows: Any) -> None:
        job = (await idle.get(path)).json()
        seen.append((job["progress"], job["counts"]["created"]))
        await add_skills(self, rows)

    monkeypatch.setattr(TaxonomyBulk, "add_skills", add_slowly)
    await ImportWorker(database).work_one()
    assert [created for _, created in seen] == [1, 6, 11, 16, 21]
    assert sorted({progress for progress, _ in seen}) == [progress for progress, _ in seen]


async def test_a_living_worker_keeps_its_job(idle: Running, database: Database) -> None:
    path = await send(idle, "esco", FILES)
    id = UUID(path.rpartition("/")[2])
    now = utc_now()
    async with database.writing() as session:
        assert await ImportRepository(session).claim(id, "first", now, alone=False)
    async with database.writing() as session:
        jobs = ImportRepository(session)
        assert await jobs.find_free(now, alone=False) is None
        assert not await jobs.claim(id, "second", now, alone=False)
        assert not await jobs.keep(id, "second", progress=50)
        assert await jobs.find_free(later(), alone=False) == id
        assert await jobs.claim(id, "second", later(), alone=False)
        assert not await jobs.keep(id, "first", progress=50)


async def test_a_worker_that_lost_its_job_writes_nothing_more(idle: Running, database: Database) -> None:
    path = await send(idle, "esco", FILES)
    id = UUID(path.rpartition("/")[2])

    class Slow(ImportWorker):
        async def _tell_plan(self, job: Any, plan: Any) -> None:
            async with database.writing() as session:
                await ImportRepository(session).claim(id, "other", later(), alone=False)
            await super()._tell_plan(job, plan)

    with pytest.raises(LeaseLost):
        await Slow(database).work_one()
    assert await all_of(idle, "/v1/skills") == []


async def test_a_job_that_kills_every_worker_is_given_up(
    idle: Running, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await send(idle, "esco", FILES)
    for attempt in range(ATTEMPTS):
        worker = Dying(database, lambda attempt=attempt: utc_now() + (attempt + 1) * 2 * LEASE)  # type: ignore[misc]
        worker.transactions = 1
        with pytest.raises(Killed):
            await worker.work_one()
    assert await ImportWorker(database, lambda: utc_now() + 100 * LEASE).work_one()
    job = await ended(idle, path)
    assert (job["status"], job["problem"]["code"]) == ("failed", "interrupted")
    assert not await ImportWorker(database).work_one()


async def test_a_mistake_of_ours_does_not_stop_the_worker(skills: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(planner, "make_plan", broken)
        patch.setattr("services.skills.imports.worker.LOOK_SECONDS", 0.01)
        patch.setattr("services.skills.imports.rules.LEASE", timedelta(0))
        patch.setattr("services.skills.imports.repository.LEASE", timedelta(0))
        job = await import_files(skills, "esco", FILES)
        assert (job["status"], job["problem"]["code"]) == ("failed", "interrupted")
    job = await import_files(skills, "esco", FILES)
    assert (job["status"], job["counts"]["created"]) == ("succeeded", 50)


async def test_the_bytes_are_kept_until_the_job_has_ended(idle: Running, database: Database) -> None:
    path = await send(idle, "esco", FILES)
    id = UUID(path.rpartition("/")[2])
    async with database.reading() as session:
        assert len(await ImportRepository(session).contents_of(id)) == 2
    await ImportWorker(database).work_one()
    async with database.reading() as session:
        assert await ImportRepository(session).contents_of(id) == []
    assert [file["name"] for file in (await idle.get(path)).json()["files"]] == list(FILES)


SECOND = SKILLS.replace("urn:s:7,", "urn:s:70,").replace("Skill 3,", "Skill three,").replace("Skill 24,", "Skill xxiv,")
MOVED = RELATIONS.replace(
    "urn:s:5,KnowledgeSkillCompetence,urn:s:0", "urn:s:5,KnowledgeSkillCompetence,urn:s:1"
).replace("urn:s:7,", "urn:s:70,")


async def test_a_second_version_updates_moves_and_retires_by_uri(skills: Running) -> None:
    await import_files(skills, "esco", FILES)
    files: dict[str, bytes | str] = {"skills_en.csv": SECOND, "broader.csv": MOVED}
    plan = await import_files(skills, "esco", files, dry_run="true")
    lines = await all_of(skills, f"/v1/imports/{plan['id']}/plan")
    assert {(line["action"], line["key"], tuple(line["fields"])) for line in lines} == {
        ("update", "urn:s:3", ("labels",)),
        ("update", "urn:s:24", ("labels",)),
        ("create", "urn:s:70", ()),
        ("retire", "urn:s:7", ()),
        ("move", "urn:s:5", ("+Skill 1", "-Skill 0")),
        ("move", "urn:s:7", ("-Skill 0",)),
    }
    job = await import_files(skills, "esco", files)
    assert job["counts_by_kind"] == plan["counts_by_kind"]
    assert job["counts_by_kind"]["skill"] == {"created": 1, "updated": 2, "unchanged": 22, "retired": 1}
    by_uri = {skill["uri"]: skill for skill in await all_of(skills, "/v1/skills")}
    assert len(by_uri) == 26
    assert (by_uri["urn:s:7"]["status"], by_uri["urn:s:3"]["label"]) == ("deprecated", "Skill three")
    again = await import_files(skills, "esco", files)
    assert again["counts"]["created"] + again["counts"]["updated"] + again["counts"]["retired"] == 0


async def test_another_language_joins_the_labels_and_retires_nothing(skills: Running) -> None:
    await import_files(skills, "esco", FILES)
    german = SKILLS.replace("Skill ", "Fertigkeit ")
    job = await import_files(skills, "esco", {"skills_de.csv": german})
    assert job["counts_by_kind"]["skill"]["updated"] == 25
    skill = (await all_of(skills, "/v1/skills"))[0]
    assert skill["labels"] == {"en": "Skill 0", "de": "Fertigkeit 0"}


async def test_a_self_relation_is_left_out_with_a_warning(skills: Running) -> None:
    own = RELATIONS + "KnowledgeSkillCompetence,urn:s:1,KnowledgeSkillCompetence,urn:s:1\n"
    job = await import_files(skills, "esco", {"skills_en.csv": SKILLS, "broader.csv": own})
    assert (job["counts"]["rejected"], job["warnings"]) == (0, 1)
    assert await errors_of(skills, job, "warning") == [(26, "relation_to_itself")]
