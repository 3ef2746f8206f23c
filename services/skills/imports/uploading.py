"""Taking the files out of a request: a multipart form with the field `file`, or one raw body."""

import asyncio
from dataclasses import dataclass
from email.message import Message
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.datastructures import UploadFile

from shared.errors import Unprocessable
from shared.uploads import UploadRefused, open_upload, recognise, verify

MAX_FILES = 60
FIELD = "file"

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY = {"schema": {"type": "string", "format": "binary"}}
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [FIELD],
                "properties": {FIELD: {"type": "array", "items": {"type": "string", "format": "binary"}}},
            }
        },
        **dict.fromkeys(("application/zip", "application/gzip", "text/csv", "application/x-ndjson", WORKBOOK), BINARY),
        "application/octet-stream": BINARY,
    },
}
"""The request body in the OpenAPI document: it is read by hand, so that it is described by hand."""


class UnreadableUpload(Unprocessable):
    """An upload that is not what it says, or not safe to open. `code` says why, `file` which."""

    code, title = "unreadable-upload", "The files cannot be imported"


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


async def _read(
    request: Request, filename: Annotated[str | None, Query(include_in_schema=False)] = None
) -> list[Upload]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        uploads = await _from_form(request)
    else:
        uploads = [_upload(filename or _disposed_name(request), await request.body())]
    if not any(upload.content for upload in uploads):
        raise Unprocessable("There is no file in the request.", pointer=f"/{FIELD}")
    await asyncio.to_thread(_inspect, uploads)
    return uploads


async def _from_form(request: Request) -> list[Upload]:
    async with request.form(max_files=MAX_FILES, max_fields=MAX_FILES) as form:
        sent = form.multi_items()
        if strange := next(
            (field for field, value in sent if not (field == FIELD and isinstance(value, UploadFile))), None
        ):
            raise Unprocessable(
                f"The form has files in the field {FIELD!r}, and nothing else: options are parameters of the address.",
                pointer=f"/{strange}",
            )
        return [_upload(file.filename, await file.read()) for _, file in sent if isinstance(file, UploadFile)]


def _upload(name: str | None, content: bytes) -> Upload:
    return Upload(_plain(name) if name else f"upload.{recognise(content)}", content)


def _inspect(uploads: list[Upload]) -> None:
    """Unpack everything once: what is no archive, or a bomb, is refused before a job is made of it."""
    for upload in uploads:
        try:
            verify(open_upload(upload.name, upload.content))
        except UploadRefused as refused:
            raise UnreadableUpload(refused.detail, reason=refused.code, file=refused.file or upload.name) from refused


def _disposed_name(request: Request) -> str | None:
    header = request.headers.get("content-disposition")
    if header is None:
        return None
    message = Message()
    message["content-disposition"] = header
    return message.get_filename()


def _plain(name: str) -> str:
    """The last part of a path, without control characters: it is shown, never opened."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:200] or "upload.csv"


Uploads = Annotated[list[Upload], Depends(_read)]
"""The files of the request, unpacked once and found sound. Raises UnreadableUpload."""
