"""How much may come out of an upload, counted while it comes out.

What an archive says of its own size is believed only when it is bad news.
"""

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, Protocol

MEBIBYTE = 1024 * 1024


class UploadRefused(Exception):
    """The upload, or one file of it, cannot be read. `row` is the spreadsheet row (the heading is row 1).

    The stable codes:

    unknown_file_type   none of the kinds that are read, or content of another kind than the name says
    broken_archive      the archive or compressed stream is damaged, encrypted or of an unusual method
    unsafe_path         an archive member that would land outside of its folder, or is a link
    nested_archive      an archive inside an archive
    too_many_files      more members than `Limits.files`
    too_large           more bytes than `Limits.bytes` came out
    too_compressed      more bytes out for each byte in than `Limits.ratio`: a decompression bomb
    not_utf8            text in another encoding
    broken_table        quotation marks that do not pair up: nothing after them could be trusted
    broken_json         not JSON
    broken_workbook     a workbook that is damaged, or in another way than spreadsheet programs write it
    field_too_long      one cell longer than `Limits.cell`
    empty_file          nothing in it
    """

    def __init__(self, code: str, detail: str, file: str = "", row: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.file = file
        self.row = row


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes; `cell` in characters.

    The ratio counts only once `ratio_from` bytes have come out: a short text of one repeated letter shrinks a
    thousandfold without any harm.
    """

    bytes: int = 512 * MEBIBYTE
    ratio: int = 120
    ratio_from: int = 4 * MEBIBYTE
    files: int = 500
    cell: int = 1 * MEBIBYTE


@dataclass
class Meter:
    """What has come out of one upload, all its files together. Reading a file again counts once."""

    limits: Limits
    bytes_in: int
    farthest: dict[str, int] = field(default_factory=dict)

    def reach(self, file: str, position: int) -> None:
        if position <= self.farthest.get(file, 0):
            return
        self.farthest[file] = position
        total = sum(self.farthest.values())
        if total > self.limits.bytes:
            limit = self.limits.bytes // MEBIBYTE
            raise UploadRefused("too_large", f"More than {limit} MiB when unpacked.", file)
        if total > max(self.limits.ratio_from, self.limits.ratio * self.bytes_in):
            detail = f"Unpacks to more than {self.limits.ratio} times its size."
            raise UploadRefused("too_compressed", detail, file)


UNPACKING_FAILED = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


class BinarySource(Protocol):
    def read(self, size: int, /) -> bytes: ...


class MeteredStream(io.RawIOBase):
    """A decompressed stream that is counted, and whose failures are told in our own words."""

    def __init__(self, source: BinarySource, meter: Meter, file: str) -> None:
        self.source = source
        self.meter = meter
        self.file = file
        self.position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self.source.read(len(buffer))
        except UNPACKING_FAILED as error:
            raise UploadRefused("broken_archive", f"Cannot be unpacked: {error}.", self.file) from error
        self.position += len(chunk)
        self.meter.reach(self.file, self.position)
        buffer[: len(chunk)] = chunk
        return len(chunk)
