"""Evidence reaches the skills service once, whatever is killed, repeated, refused or away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from services.enrollment.enrollments.models import Enrollment
from services.enrollment.enrollments.repository import EnrollmentRepository
from services.enrollment.evidence.consumers import NAME, evidence_consumer
from services.enrollment.tables import EnrollmentTable
from shared.contracts.enrollment.events import (
    EnrollmentCompleted,
    EnrollmentFact,
    EnrollmentRevoked,
    ReachedSkill,
)
from shared.contracts.skills.client import SkillsClient
from shared.contracts.skills.messages import Evidence, EvidenceReceipt
from shared.database.engines import Database
from shared.database.sessions import UnitOfWork
from shared.errors import NotFound, Unavailable
from shared.events.consumer import Consumer
from shared.events.outbox import record
from shared.events.sequencer import Sequencer
from tests.conftest import FreshDatabase

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)


class KilledError(BaseException):
    """The process ended here."""


@dataclass
class Skills:
    """Keeps evidence as the skills service does: once per source and external id."""

    database: Database
    known: dict[str, tuple[Evidence, UUID]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    strangers: set[UUID] = field(default_factory=set)
    away: bool = False

    async def put_evidence(self, source: str, external_id: str, evidence: Evidence) -> EvidenceReceipt:
        self._called("put")
        if evidence.person_id in self.strangers:
            raise NotFound(f"There is no person {evidence.person_id}.")
        _, rating_id = self.known.setdefault(f"{source}/{external_id}", (evidence, uuid4()))
        return EvidenceReceipt(rating_ids=[rating_id])

    async def revoke_evidence(self, source: str, external_id: str) -> None:
        self._called("revoke")
        self.known.pop(f"{source}/{external_id}", None)

    def _called(self, what: str) -> None:
        self.calls.append(what)
        pool: Any = self.database.writer.pool
        assert pool.checkedout() == 0, "a remote call inside a transaction"
        if self.away:
            raise Unavailable("skills does not answer.")


class DyingDatabase:
    """The database of a process that is killed when its first transaction is about to be committed."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        async with self.database.writing() as session:
            yield session
            await session.flush()
            raise KilledError


@dataclass
class Desk:
    """A database with enrollments, and the skills service beside it."""

    database: Database
    skills: Skills

    def consumer(self, database: Any = None) -> Consumer:
        """A freshly started consumer."""
        return evidence_consumer(database or self.database, cast(SkillsClient, self.skills))

    async def completed(self, person_id: UUID | None = None, *levels: float) -> UUID:
        """A completed enrollment, and the fact that tells of it."""
        person_id, skill_id = person_id or uuid4(), uuid4()
        enrollment = Enrollment(
            person_id=person_id,
            program_id=uuid4(),
            program={"title": "Four weeks in marketing", "format": "course", "hours": 24, "skills": []},
            status="completed",
            requested_at=SEEN,
            completed_at=SEEN,
            evidence_status="pending",
        )
        async with self.database.writing() as session:
            await EnrollmentRepository(session).add(enrollment)
            results = [ReachedSkill(skill_id=skill_id, from_level=0, level=level) for level in levels or (3,)]
            await record(session, _fact(EnrollmentCompleted, enrollment, results=results))
        await number(self.database)
        return enrollment.id

    async def revoke(self, id: UUID) -> None:
        async with self.database.writing() as session:
            await record(session, _fact(EnrollmentRevoked, await EnrollmentRepository(session).get(id)))
        await number(self.database)

    async def evidence_of(self, id: UUID) -> tuple[str | None, list[str]]:
        async with self.database.reading() as session:
            enrollment = await EnrollmentRepository(session).get(id)
            return enrollment.evidence_status, enrollment.evidence_rating_ids

    def rating_of(self, id: UUID) -> str:
        return str(self.skills.known[f"enrollment/{id}"][1])


async def number(database: Database) -> None:
    """Put committed facts in their order; SQLite's single writer has done so."""
    if not database.is_sqlite:
        await Sequencer(database).number()


def _fact(kind: type[EnrollmentFact], enrollment: Enrollment, **more: Any) -> EnrollmentFact:
    return kind.model_validate(
        {
            "enrollment_id": enrollment.id,
            "person_id": enrollment.person_id,
            "program_id": enrollment.program_id,
            "at": SEEN,
            "actor_kind": "person",
            "completed_at": SEEN,
            "program_title": "Four weeks in marketing",
            "program_format": "course",
            **more,
        }
    )


@pytest.fixture
async def desk(fresh_database: FreshDatabase) -> AsyncIterator[Desk]:
    database = Database(fresh_database("services.enrollment"), EnrollmentTable.metadata)
    yield Desk(database, Skills(database))
    await database.dispose()


async def test_a_completion_becomes_evidence(desk: Desk) -> None:
    id = await desk.completed()
    assert await desk.consumer().work() == 1
    assert await desk.evidence_of(id) == ("recorded", [desk.rating_of(id)])


async def test_a_kill_between_the_call_and_the_commit_loses_and_doubles_nothing(desk: Desk) -> None:
    id = await desk.completed()
    with pytest.raises(KilledError):
        await desk.consumer(DyingDatabase(desk.database)).work()
    assert len(desk.skills.known) == 1
    assert await desk.evidence_of(id) == ("pending", [])

    restarted = desk.consumer()
    assert await restarted.cursor() == 0
    await restarted.work()
    assert desk.skills.calls == ["put", "put"]
    assert len(desk.skills.known) == 1
    assert await desk.evidence_of(id) == ("recorded", [desk.rating_of(id)])


async def test_a_replay_of_the_whole_log_changes_nothing(desk: Desk) -> None:
    kept, taken_back = await desk.completed(), await desk.completed()
    await desk.revoke(taken_back)
    await desk.consumer().work()
    before = (dict(desk.skills.known), await desk.evidence_of(kept), await desk.evidence_of(taken_back))

    cursors = desk.database.kernel.cursors
    async with desk.database.writing() as session:
        await session.execute(delete(cursors).where(cursors.c.consumer == NAME))
    assert await desk.consumer().work() == 3
    after = (dict(desk.skills.known), await desk.evidence_of(kept), await desk.evidence_of(taken_back))
    assert before == after
    assert after[1:] == (("recorded", [desk.rating_of(kept)]), ("not_applicable", []))


async def test_what_is_handled_is_not_asked_for_again(desk: Desk) -> None:
    await desk.completed()
    await desk.consumer().work()
    assert await desk.consumer().work() == 0
    assert desk.skills.calls == ["put"]


async def test_while_the_skills_service_is_away_everything_waits(desk: Desk) -> None:
    id = await desk.completed()
    desk.skills.away = True
    consumer = desk.consumer()
    with pytest.raises(Unavailable):
        await consumer.work()
    assert (await consumer.cursor(), await consumer.count_parked()) == (0, 0)
    desk.skills.away = False
    await consumer.work()
    assert (await desk.evidence_of(id))[0] == "recorded"


async def test_a_poison_fact_is_parked_and_holds_up_its_own_enrollment_only(desk: Desk) -> None:
    stranger = uuid4()
    desk.skills.strangers.add(stranger)
    poison = await desk.completed(stranger)
    other = await desk.completed()
    await desk.revoke(poison)

    consumer = desk.consumer()
    assert await consumer.work() == 3
    assert await consumer.count_parked() == 2
    assert (await desk.evidence_of(other))[0] == "recorded"
    assert desk.skills.calls == ["put", "put"], "the revocation must not overtake the parked completion"

    assert await consumer.retry_parked() == 2, "nothing has changed yet"
    desk.skills.strangers.clear()
    assert await consumer.retry_parked() == 0
    assert await desk.evidence_of(poison) == ("not_applicable", [])
    assert list(desk.skills.known) == [f"enrollment/{other}"]


async def test_other_facts_of_the_service_pass_by(desk: Desk) -> None:
    id = await desk.completed()
    async with desk.database.writing() as session:
        enrollment = await EnrollmentRepository(session).get(id)
        await record(session, _fact(_Started, enrollment))
    await number(desk.database)
    assert await desk.consumer().work() == 1
    assert await desk.consumer().work() == 0


class _Started(EnrollmentFact):
    type = "enrollment.enrollment.started.v1"
