"""Queries of imports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.skills.imports.models import ImportChange, ImportFile, ImportFinding, ImportJob
from services.skills.imports.planning.plan import Line
from services.skills.imports.records import Finding
from services.skills.imports.rules import LEASE, Status
from shared.clock import utc_now
from shared.database.repository import Repository
from shared.pagination import Paging, paginate

WRITE_AT_ONCE = 5_000


class ImportRepository(Repository[ImportJob]):
    """Jobs, their files, findings and plans."""

    table, noun = ImportJob, "import"

    async def list_page(
        self,
        paging: Paging,
        formats: Sequence[str],
        status: str | None,
        ids: Sequence[UUID] | None,
        updated_since: datetime | None,
    ) -> tuple[list[ImportJob], str | None]:
        """Jobs in order of creation."""
        statement = select(ImportJob).where(col(ImportJob.format).in_(formats))
        if status is not None:
            statement = statement.where(col(ImportJob.status) == status)
        if ids is not None:
            statement = statement.where(col(ImportJob.id).in_(ids))
        if updated_since is not None:
            statement = statement.where(col(ImportJob.updated_at) >= updated_since)
        return await paginate(self.session, statement, paging, col(ImportJob.id))

    async def add_files(self, job_id: UUID, files: Sequence[tuple[str, bytes]]) -> None:
        rows = [
            {"job_id": job_id, "position": position, "name": name, "size": len(content), "content": content}
            for position, (name, content) in enumerate(files)
        ]
        await self.session.execute(insert(ImportFile), rows)

    async def sizes_of(self, job_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, int]]]:
        """Names and sizes of the files of jobs, without their content."""
        rows = await self.session.execute(
            select(col(ImportFile.job_id), col(ImportFile.name), col(ImportFile.size))
            .where(col(ImportFile.job_id).in_(job_ids))
            .order_by(col(ImportFile.job_id), col(ImportFile.position))
        )
        found: dict[UUID, list[tuple[str, int]]] = {}
        for job_id, name, size in rows:
            found.setdefault(job_id, []).append((name, size))
        return found

    async def contents_of(self, job_id: UUID) -> list[tuple[str, bytes]]:
        """Names and bytes of a job's files, while it is not finished."""
        rows = await self.session.execute(
            select(col(ImportFile.name), col(ImportFile.content))
            .where(col(ImportFile.job_id) == job_id, col(ImportFile.content).is_not(None))
            .order_by(col(ImportFile.position))
        )
        return [(name, bytes(content)) for name, content in rows if content is not None]

    async def drop_contents(self, job_id: UUID) -> None:
        await self.session.execute(
            update(ImportFile)
            .where(col(ImportFile.job_id) == job_id)
            .values(content=None)
            .execution_options(synchronize_session=False)
        )

    async def find_free(self, now: datetime, *, alone: bool) -> UUID | None:
        """The oldest job that a worker may take; none while another one is being worked on.

        `alone`: no other process uses this database, so that whatever is marked as running was left behind.
        """
        other = aliased(ImportJob)
        status, lease = col(ImportJob.status), col(ImportJob.lease_until)
        statement = select(col(ImportJob.id))
        if alone:
            statement = statement.where(status.in_([Status.QUEUED, Status.RUNNING]))
        else:
            worked_on = and_(col(other.status) == Status.RUNNING, col(other.lease_until) > now)
            left = and_(status == Status.RUNNING, or_(lease.is_(None), lease <= now))
            statement = statement.where(or_(status == Status.QUEUED, left), ~exists().where(worked_on))
        found = await self.session.execute(statement.order_by(col(ImportJob.id)).limit(1))
        return found.scalar_one_or_none()

    async def claim(self, id: UUID, owner: str, now: datetime, *, alone: bool) -> bool:
        """Take a job; False when somebody else was faster."""
        lease = col(ImportJob.lease_until)
        statement = update(ImportJob).where(col(ImportJob.id) == id)
        if not alone:
            left = and_(col(ImportJob.status) == Status.RUNNING, or_(lease.is_(None), lease <= now))
            statement = statement.where(or_(col(ImportJob.status) == Status.QUEUED, left))
        claimed = await self.session.execute(
            statement.values(
                status=Status.RUNNING,
                lease_owner=owner,
                lease_until=now + LEASE,
                attempts=col(ImportJob.attempts) + 1,
                started_at=func.coalesce(col(ImportJob.started_at), now),
                revision=col(ImportJob.revision) + 1,
                updated_at=now,
            )
            .returning(col(ImportJob.id))
            .execution_options(synchronize_session=False)
        )
        return claimed.scalar_one_or_none() is not None

    async def keep(self, id: UUID, owner: str, **values: Any) -> bool:
        """Prolong the lease and set columns; False when the job is somebody else's by now."""
        now = utc_now()
        kept = await self.session.execute(
            update(ImportJob)
            .where(col(ImportJob.id) == id, col(ImportJob.lease_owner) == owner)
            .values(lease_until=now + LEASE, revision=col(ImportJob.revision) + 1, updated_at=now, **values)
            .returning(col(ImportJob.id))
            .execution_options(synchronize_session=False)
        )
        return kept.scalar_one_or_none() is not None

    async def replace_findings(self, job_id: UUID, findings: Sequence[Finding]) -> None:
        await self.session.execute(delete(ImportFinding).where(col(ImportFinding.job_id) == job_id))
        await self.add_findings(job_id, findings, 1)

    async def add_findings(self, job_id: UUID, findings: Sequence[Finding], first: int) -> None:
        rows = [
            {
                "job_id": job_id,
                "number": number,
                "severity": finding.severity,
                "file": finding.place.file,
                "row": finding.place.row or None,
                "code": finding.code,
                "detail": finding.detail,
            }
            for number, finding in enumerate(findings, start=first)
        ]
        for start in range(0, len(rows), WRITE_AT_ONCE):
            await self.session.execute(insert(ImportFinding), rows[start : start + WRITE_AT_ONCE])

    async def count_findings(self, job_id: UUID) -> int:
        found = await self.session.execute(
            select(func.coalesce(func.max(col(ImportFinding.number)), 0)).where(col(ImportFinding.job_id) == job_id)
        )
        return int(found.scalar_one())

    async def list_findings(
        self, job_id: UUID, paging: Paging, severity: str
    ) -> tuple[list[ImportFinding], str | None]:
        statement = select(ImportFinding).where(
            col(ImportFinding.job_id) == job_id, col(ImportFinding.severity) == severity
        )
        return await paginate(self.session, statement, paging, col(ImportFinding.number))

    async def all_findings(self, job_id: UUID, severity: str) -> list[ImportFinding]:
        statement = select(ImportFinding).where(
            col(ImportFinding.job_id) == job_id, col(ImportFinding.severity) == severity
        )
        return list((await self.session.execute(statement.order_by(col(ImportFinding.number)))).scalars())

    async def replace_plan(self, job_id: UUID, lines: Sequence[Line]) -> None:
        await self.session.execute(delete(ImportChange).where(col(ImportChange.job_id) == job_id))
        rows = [
            {
                "job_id": job_id,
                "number": number,
                "action": line.action,
                "kind": line.kind,
                "key": line.key,
                "title": line.title,
                "fields": list(line.fields),
            }
            for number, line in enumerate(lines, start=1)
        ]
        for start in range(0, len(rows), WRITE_AT_ONCE):
            await self.session.execute(insert(ImportChange), rows[start : start + WRITE_AT_ONCE])

    async def list_plan(
        self, job_id: UUID, paging: Paging, action: str | None, kind: str | None
    ) -> tuple[list[ImportChange], str | None]:
        statement = select(ImportChange).where(col(ImportChange.job_id) == job_id)
        if action is not None:
            statement = statement.where(col(ImportChange.action) == action)
        if kind is not None:
            statement = statement.where(col(ImportChange.kind) == kind)
        return await paginate(self.session, statement, paging, col(ImportChange.number))
