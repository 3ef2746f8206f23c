"""HTTP endpoints of imports."""

from typing import Annotated, Any

from fastapi import Depends, Header, Query, Response

from services.skills.imports.formats import describe_tables
from services.skills.imports.schemas import (
    FindingRead,
    FormatName,
    ImportParameters,
    ImportRead,
    JobStatus,
    PlannedChangeRead,
    SeverityName,
)
from services.skills.imports.service import ImportService
from services.skills.imports.uploading import REQUEST_BODY, UnreadableUpload, Uploads
from shared.database.sessions import LongWriteSession, ReadSession
from shared.errors import BadRequest, Forbidden, NotFound, TooLarge, Unprocessable, problems
from shared.etags import tag
from shared.frame import Router
from shared.identity.access import allow
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.pagination import Page, Pages, UpdatedSince
from shared.references import IdPath, Ids

imports = Router(prefix="/v1/imports", tags=["Imports"])

Importer = Annotated[Principal, Depends(allow(Scope.SKILLS_WRITE, Scope.PEOPLE_WRITE, Scope.RATINGS_WRITE))]
"""Whoever may write what a format contains; which scope that is, the service decides by the format."""

CSV = "text/csv"
CSV_TOO: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "JSON, or CSV by Accept"}
}


HOW_TO_IMPORT = f"""Import files of another system.

Send the published files as they are (zip, csv, csv.gz, txt, xlsx, json, ndjson): one or several as the multipart field
`file`, or one as the raw body; 64 MiB together. Every visible sheet of a workbook is a table. The answer is a job: look
at its `Location` until its `status` is `succeeded` or `failed`. Rows that cannot be taken are at `/errors`, the others
are written all the same. The same files again change nothing.

The published files of ESCO, O*NET and the CASE exchange format are known by their own headings, and so is the
government capability framework of the United Kingdom (as `roles_csv`). Columns that are called otherwise are named by
the option `columns`: the statements of the NICE framework are `skills_csv` with
`columns={{"code": "id", "label": "text", "kind": "type"}}`. The tables that are ours:

{describe_tables()}
"""


@imports.post(
    "",
    status_code=202,
    description=HOW_TO_IMPORT,
    responses=problems(BadRequest, Forbidden, TooLarge, UnreadableUpload, Unprocessable),
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def request_import(
    caller: Importer,
    parameters: Annotated[ImportParameters, Query()],
    uploads: Uploads,
    session: LongWriteSession,
    response: Response,
) -> ImportRead:
    """Import files of another system: how, `HOW_TO_IMPORT` tells in the documentation."""
    job = await ImportService(session).request(parameters, uploads, caller)
    response.headers["Location"] = f"/v1/imports/{job.id}"
    response.headers["Retry-After"] = "1"
    return job


@imports.get("", responses=problems(BadRequest, Unprocessable))
async def list_imports(
    caller: Importer,
    session: ReadSession,
    paging: Pages,
    format: FormatName | None = None,
    status: JobStatus | None = None,
    ids: Ids = None,
    updated_since: UpdatedSince = None,
) -> Page[ImportRead]:
    """List the imports of the formats that the caller may import, oldest first."""
    return await ImportService(session).list_page(paging, caller, format, status, ids, updated_since)


@imports.get("/{id}", responses=problems(NotFound))
async def get_import(id: IdPath, caller: Importer, session: ReadSession, response: Response) -> ImportRead:
    """One import: its status, its progress in per cent, and what became of the records."""
    job = await ImportService(session).get(id, caller)
    tag(response, job.revision)
    if job.finished_at is None:
        response.headers["Retry-After"] = "1"
    return job


@imports.get("/{id}/errors", responses={**problems(BadRequest, NotFound), **CSV_TOO})
async def list_import_errors(
    id: IdPath,
    caller: Importer,
    session: ReadSession,
    paging: Pages,
    severity: Annotated[
        SeverityName, Query(description="`warning`: rows with something odd by which nothing was lost.")
    ] = "error",
    accept: Annotated[str, Header()] = "application/json",
) -> Page[FindingRead]:
    """The rows that were not taken, each with its file, its row and why. All of them as CSV with `Accept: text/csv`."""
    service = ImportService(session)
    if CSV in accept:
        return Response(await service.write_findings(id, caller, severity), media_type=CSV)  # type: ignore[return-value]
    return await service.list_findings(id, paging, caller, severity)


@imports.get("/{id}/plan", responses=problems(BadRequest, NotFound))
async def list_import_plan(
    id: IdPath,
    caller: Importer,
    session: ReadSession,
    paging: Pages,
    action: Annotated[str | None, Query(pattern="^(create|update|move|retire)$")] = None,
    kind: Annotated[str | None, Query(max_length=40, description="skill, group, role, person, …")] = None,
) -> Page[PlannedChangeRead]:
    """What a dry run found to do: every resource that would be created, updated, moved or retired."""
    return await ImportService(session).list_plan(id, paging, caller, action, kind)


routers = (imports,)
