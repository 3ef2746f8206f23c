"""Works jobs off, one after another: read, plan, write. May be killed anywhere.

Whoever takes a job holds it by a lease that must be prolonged. After an interruption the next worker reads and plans
again: the new plan holds what is left, so that the end is the same.
"""

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.skills.imports import rules
from services.skills.imports.models import ImportJob
from services.skills.imports.planning import planner
from services.skills.imports.planning.plan import Plan, Step
from services.skills.imports.records import Finding, Options, Severity
from services.skills.imports.repository import ImportRepository
from services.skills.imports.rules import Counts, Status
from shared.clock import Clock, utc_now
from shared.contracts.skills.events import ImportFinished
from shared.database import Database, UnitOfWork
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.ids import new_id
from shared.uploads import UploadRefused

LOOK_SECONDS = 0.5

log = structlog.get_logger(module=__name__)


class LeaseLost(Exception):
    """Another worker has taken the job over."""


class ImportWorker:
    """Takes jobs from the database until it is cancelled."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self.database = database
        self.clock = clock
        self.owner = str(new_id())
        # A data directory has one process: what is marked as running at its start was left by one that died.
        self.alone = database.is_sqlite

    async def run(self) -> None:
        while True:
            try:
                busy = await self.work_one()
            except Exception:
                # Whatever it was, the job is taken up again, and given up after `rules.ATTEMPTS`.
                log.exception("import interrupted")
                busy = False
            if not busy:
                await asyncio.sleep(LOOK_SECONDS)

    async def work_one(self) -> bool:
        """Take a job and finish it; False when there is none."""
        now = self.clock()
        async with self.database.reading() as reader:
            id = await ImportRepository(reader).find_free(now, alone=self.alone)
        if id is None:
            return False
        async with self.database.writing() as session:
            if not await ImportRepository(session).claim(id, self.owner, now, alone=self.alone):
                return False
        heart = asyncio.create_task(self._beat(id))
        try:
            with _many_objects():
                await self._work(id)
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError, SQLAlchemyError):
                await heart
        return True

    async def _beat(self, id: UUID) -> None:
        while True:
            await asyncio.sleep(rules.HEARTBEAT.total_seconds())
            async with self.database.writing() as session:
                await ImportRepository(session).keep(id, self.owner)

    async def _work(self, id: UUID) -> None:
        async with self.database.reading() as reader:
            job = await ImportRepository(reader).get(id)
        try:
            if job.attempts > rules.ATTEMPTS:
                raise UploadRefused("interrupted", f"Given up after {rules.ATTEMPTS} interrupted attempts.")
            plan = await self._plan(job)
        except UploadRefused as refused:
            await self._fail(job, refused)
            return
        await self._tell_plan(job, plan)
        counts = await self._count(job, plan) if job.dry_run else await self._write(job, plan)
        await self._finish(job, rules.settle(counts, plan.unchanged, job.counts))

    async def _plan(self, job: ImportJob) -> Plan:
        async with self.database.scanning() as reader:
            files = await ImportRepository(reader).contents_of(job.id)
        options = Options(**job.options)
        records = await asyncio.to_thread(planner.read_records, job.format, files, options)
        await self._keep(job, progress=rules.PARSED)
        async with self.database.scanning() as reader:
            state = await planner.read_state(reader, records)
        return await asyncio.to_thread(planner.make_plan, records, state, _sender(job), self.clock().date())

    async def _tell_plan(self, job: ImportJob, plan: Plan) -> None:
        rejected = sum(finding.severity is Severity.ERROR for finding in plan.findings)
        async with self.database.writing() as session:
            jobs = ImportRepository(session)
            await jobs.replace_findings(job.id, plan.findings)
            await jobs.replace_plan(job.id, plan.lines if job.dry_run else [])
            await self._hold(
                session,
                job,
                progress=rules.PLANNED,
                rejected=rejected,
                warnings=len(plan.findings) - rejected,
                ignored=[{"file": note.file, "columns": list(note.columns)} for note in plan.notes],
            )

    async def _count(self, job: ImportJob, plan: Plan) -> Counts:
        counts: Counts = {}
        for step in plan.steps:
            counts = _added(counts, step, len(step.rows))
        return counts

    async def _write(self, job: ImportJob, plan: Plan) -> Counts:
        """Write the plan chunk by chunk; each transaction also moves the progress and the counts."""
        counts: Counts = job.counts
        written = 0
        for step in plan.steps:
            for rows in step.chunks():
                written += len(rows)
                async with self.database.writing() as session:
                    left = await step.write(session, rows, self.clock()) or ()
                    counts = _added(counts, step, len(rows) - len(left))
                    await self._report(session, job, left)
                    await self._hold(session, job, counts=counts, progress=rules.progress(written, plan.size))
        return counts

    async def _report(self, session: UnitOfWork, job: ImportJob, left: Sequence[Finding]) -> None:
        """Rows that could not be written after all."""
        if left:
            jobs = ImportRepository(session)
            await jobs.add_findings(job.id, left, await jobs.count_findings(job.id) + 1)
            await self._hold(session, job, rejected=ImportJob.rejected + len(left))

    async def _finish(self, job: ImportJob, counts: Counts) -> None:
        async with self.database.writing() as session:
            jobs = ImportRepository(session)
            await jobs.drop_contents(job.id)
            await self._hold(
                session,
                job,
                status=Status.SUCCEEDED,
                progress=rules.DONE,
                counts=counts,
                finished_at=self.clock(),
                lease_owner=None,
            )
            if not job.dry_run:
                await record(session, _fact(await jobs.get(job.id)))

    async def _fail(self, job: ImportJob, refused: UploadRefused) -> None:
        async with self.database.writing() as session:
            jobs = ImportRepository(session)
            await jobs.drop_contents(job.id)
            await self._hold(
                session,
                job,
                status=Status.FAILED,
                problem=problem_of(refused),
                finished_at=self.clock(),
                lease_owner=None,
            )
            await record(session, _fact(await jobs.get(job.id)))

    async def _keep(self, job: ImportJob, progress: int) -> None:
        async with self.database.writing() as session:
            await self._hold(session, job, progress=progress)

    async def _hold(self, session: UnitOfWork, job: ImportJob, **values: object) -> None:
        """Write to the job while it is ours. Raises LeaseLost, which undoes the transaction."""
        if not await ImportRepository(session).keep(job.id, self.owner, **values):
            raise LeaseLost(f"import {job.id}")


@contextmanager
def _many_objects() -> Iterator[None]:
    """Look for garbage among young objects alone. A plan is millions of objects, all of them in use: to look through
    them again and again takes as long as to write them.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 1_000_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def problem_of(refused: UploadRefused) -> dict[str, object]:
    """Why an import failed, in the form of every problem."""
    place = {"file": refused.file, "row": refused.row}
    return {
        "type": "urn:upskill:problem:unreadable-upload",
        "title": "The files cannot be imported",
        "status": 422,
        "detail": refused.detail,
        "code": refused.code,
        **{name: value for name, value in place.items() if value},
    }


def _sender(job: ImportJob) -> Principal:
    """Who sent the files, with the rights that count for what is in them."""
    kind, _, id = job.recorded_by.partition(":")
    scopes = {Scope.RATINGS_WRITE, Scope.ACT} if job.names_assessors else {Scope.RATINGS_WRITE}
    return Principal("user" if kind == "user" else "client", id, frozenset(scopes))


def _added(counts: Counts, step: Step, rows: int) -> Counts:
    return rules.add(counts, {(step.kind, step.action): rows}) if step.counted else counts


def _fact(job: ImportJob) -> ImportFinished:
    return ImportFinished(
        import_id=job.id,
        format=job.format,
        status="succeeded" if job.status == Status.SUCCEEDED else "failed",
        rejected=job.rejected,
        **rules.sum_of(job.counts),
    )
