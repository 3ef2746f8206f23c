"""Use cases of imports."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.skills.imports import rules
from services.skills.imports.columns import check_columns
from services.skills.imports.models import ImportJob
from services.skills.imports.repository import ImportRepository
from services.skills.imports.schemas import (
    Counts,
    FindingRead,
    ImportParameters,
    ImportRead,
    PlannedChangeRead,
    TotalCounts,
)
from services.skills.imports.uploading import Upload
from shared.database.sessions import AnySession
from shared.errors import Forbidden, NotFound
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.pagination import Page, Paging
from shared.references import References

SCOPE_OF: Mapping[str, Scope] = {
    "case": Scope.SKILLS_WRITE,
    "esco": Scope.SKILLS_WRITE,
    "onet": Scope.SKILLS_WRITE,
    "roles_csv": Scope.SKILLS_WRITE,
    "skills_csv": Scope.SKILLS_WRITE,
    "people_csv": Scope.PEOPLE_WRITE,
    "people_ndjson": Scope.PEOPLE_WRITE,
    "ratings_csv": Scope.RATINGS_WRITE,
}
"""What a caller must be allowed to write in order to import a format, and to read what became of it."""

NOT_OPTIONS = {"format", "dry_run", "filename"}
FINDING_COLUMNS = ("number", "severity", "file", "row", "code", "detail")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ImportService:
    """Jobs: asked for, looked at. The worker does them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.jobs = ImportRepository(session)

    async def request(self, parameters: ImportParameters, uploads: Sequence[Upload], caller: Principal) -> ImportRead:
        """Store the files and the job in one transaction. Raises Forbidden, Unprocessable for an unknown scale."""
        if not caller.has(SCOPE_OF[parameters.format]):
            raise Forbidden(f"Importing {parameters.format} needs the scope {SCOPE_OF[parameters.format]}.")
        check_columns(parameters.format, parameters.columns)
        options = parameters.model_dump(exclude=NOT_OPTIONS)
        if parameters.scale_id is not None:
            scale_id = await References(self.session, "scale").demand(parameters.scale_id, "query/scale_id")
            options["scale_id"] = str(scale_id)
        job = await self.jobs.add(
            ImportJob(
                format=parameters.format,
                status=rules.Status.QUEUED,
                dry_run=parameters.dry_run,
                options=options,
                recorded_by=f"{caller.kind}:{caller.id}",
                names_assessors=caller.may_act_for_others,
            )
        )
        await self.jobs.add_files(job.id, [(upload.name, upload.content) for upload in uploads])
        return _read(job, [(upload.name, len(upload.content)) for upload in uploads])

    async def list_page(
        self,
        paging: Paging,
        caller: Principal,
        format: str | None,
        status: str | None,
        ids: str | None,
        updated_since: datetime | None,
    ) -> Page[ImportRead]:
        """The jobs whose formats the caller may import."""
        formats = [name for name, scope in SCOPE_OF.items() if caller.has(scope) and format in (None, name)]
        jobs, cursor = await self.jobs.list_page(
            paging, formats, status, await References(self.session, "import").chosen(ids), updated_since
        )
        files = await self.jobs.sizes_of([job.id for job in jobs])
        return Page(data=[_read(job, files.get(job.id, [])) for job in jobs], next_cursor=cursor)

    async def get(self, reference: str, caller: Principal) -> ImportRead:
        job = await self._find(reference, caller)
        return _read(job, (await self.jobs.sizes_of([job.id])).get(job.id, []))

    async def list_findings(
        self, reference: str, paging: Paging, caller: Principal, severity: str
    ) -> Page[FindingRead]:
        job = await self._find(reference, caller)
        findings, cursor = await self.jobs.list_findings(job.id, paging, severity)
        return Page(data=[FindingRead.model_validate(finding) for finding in findings], next_cursor=cursor)

    async def write_findings(self, reference: str, caller: Principal, severity: str) -> str:
        """All findings as CSV, safe to open in a spreadsheet."""
        job = await self._find(reference, caller)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(FINDING_COLUMNS)
        for finding in await self.jobs.all_findings(job.id, severity):
            writer.writerow([_harmless(getattr(finding, column)) for column in FINDING_COLUMNS])
        return text.getvalue()

    async def list_plan(
        self, reference: str, paging: Paging, caller: Principal, action: str | None, kind: str | None
    ) -> Page[PlannedChangeRead]:
        job = await self._find(reference, caller)
        lines, cursor = await self.jobs.list_plan(job.id, paging, action, kind)
        return Page(data=[PlannedChangeRead.model_validate(line) for line in lines], next_cursor=cursor)

    async def _find(self, reference: str, caller: Principal) -> ImportJob:
        """The job. One that the caller may not see is as one that does not exist: NotFound."""
        job = await self.jobs.get(await References(self.session, "import").get(reference))
        if not caller.has(SCOPE_OF[job.format]):
            raise NotFound(f"There is no import {job.id}.")
        return job


def _harmless(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _read(job: ImportJob, files: Sequence[tuple[str, int]]) -> ImportRead:
    return ImportRead(
        **job.model_dump(include={"id", "revision", "created_at", "updated_at", "format", "progress", "dry_run"}),
        **job.model_dump(include={"warnings", "ignored", "problem", "started_at", "finished_at"}),
        status=rules.Status(job.status).value,
        files=[{"name": name, "size": size} for name, size in files],
        counts=TotalCounts(rejected=job.rejected, **rules.sum_of(job.counts)),
        counts_by_kind={kind: Counts(**numbers) for kind, numbers in job.counts.items()},
    )
