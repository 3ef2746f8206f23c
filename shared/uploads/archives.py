"""Opening an upload: a plain file, a gzip stream of one file, a workbook, or a ZIP archive of files."""

import codecs
import gzip
import io
import stat
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from shared.uploads.files import SUFFIXES, WORKBOOK_SUFFIX, UploadedFile
from shared.uploads.limits import (
    MEBIBYTE,
    UNPACKING_FAILED,
    BinarySource,
    Limits,
    Meter,
    MeteredStream,
    UploadRefused,
)
from shared.uploads.workbooks import open_workbook

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP_MAGIC = b"\x1f\x8b"
ARCHIVE_MAGIC = (
    *ZIP_MAGIC,
    GZIP_MAGIC,
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
)
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENCRYPTED = 0x1
EMPTY = "There is nothing in this file."


def open_upload(name: str, content: bytes, limits: Limits | None = None) -> list[UploadedFile]:
    """The files of one upload.

    `name` is what the sender calls it: it chooses how the content is read, and must agree with the content.
    Raises `UploadRefused`. Damage deeper inside shows when the files are read, or by `verify`.
    """
    limits = limits or Limits()
    lowered = name.lower()
    if not content:
        raise UploadRefused("empty_file", EMPTY, name)
    if lowered.endswith(".zip"):
        return _open_zip(name, content, Meter(limits, len(content)))
    if lowered.endswith(WORKBOOK_SUFFIX):
        return _open_workbook(name, content, Meter(limits, len(content)))
    if lowered.endswith(".gz"):
        return [_open_gzip(name, content, limits)]
    if not lowered.endswith(SUFFIXES):
        expected = ", ".join((*SUFFIXES, WORKBOOK_SUFFIX, ".gz", ".zip"))
        raise UploadRefused("unknown_file_type", f"The name must end with one of {expected}.", name)
    if content.startswith(ARCHIVE_MAGIC):
        raise UploadRefused("unknown_file_type", "This is an archive; its name says otherwise.", name)
    _refuse_utf16(content, name)
    return [UploadedFile(name, lambda: io.BytesIO(content), limits)]


def verify(files: list[UploadedFile]) -> int:
    """Unpack everything once and keep nothing, so that damage and bombs show before any work is done.

    Answers how many bytes came out. Raises `UploadRefused`.
    """
    total = 0
    for file in files:
        with file.open() as stream:
            while chunk := stream.read(MEBIBYTE):
                total += len(chunk)
    return total


def _open_gzip(name: str, content: bytes, limits: Limits) -> UploadedFile:
    if not content.startswith(GZIP_MAGIC):
        raise UploadRefused("unknown_file_type", "This is not a gzip file, whatever its name says.", name)
    if not name.lower().removesuffix(".gz").endswith(SUFFIXES):
        raise UploadRefused("nested_archive", "A gzip file must hold one table or one JSON file.", name)
    meter = Meter(limits, len(content))
    return UploadedFile(name, lambda: _guarded(lambda: gzip.GzipFile(fileobj=io.BytesIO(content)), meter, name), limits)


def _open_zip(name: str, content: bytes, meter: Meter) -> list[UploadedFile]:
    files: list[UploadedFile] = []
    for member, source in _members(name, content, meter).items():
        label = f"{name}/{member}"
        if member.lower().endswith(WORKBOOK_SUFFIX):
            with io.BufferedReader(MeteredStream(source(), meter, label)) as stream:
                files += _open_workbook(label, stream.read(), meter)
        else:
            files.append(UploadedFile(label, partial(_guarded, source, meter, label), meter.limits))
    return files


def _open_workbook(name: str, content: bytes, meter: Meter) -> list[UploadedFile]:
    """The sheets of a workbook, which is a ZIP archive of its own."""
    parts: dict[str, Callable[[], BinaryIO]] = {
        member.lower(): partial(_guarded, source, meter, f"{name}/{member}")
        for member, source in _members(name, content, meter).items()
    }
    return open_workbook(name, parts, meter)


def _members(name: str, content: bytes, meter: Meter) -> dict[str, Callable[[], BinarySource]]:
    """The files in a ZIP archive by name, each to be opened."""
    if not content.startswith(ZIP_MAGIC):
        raise UploadRefused("unknown_file_type", "This is not a ZIP archive, whatever its name says.", name)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (*UNPACKING_FAILED, ValueError) as error:
        raise UploadRefused("broken_archive", f"The archive cannot be read: {error}.", name) from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > meter.limits.files:
        detail = f"{len(members)} files in one archive; at most {meter.limits.files} are read."
        raise UploadRefused("too_many_files", detail, name)
    for member in members:
        _refuse_unsafe(f"{name}/{member.filename}", member)
    readable = [member for member in members if not _is_litter(member.filename)]
    if not readable:
        raise UploadRefused("empty_file", "There is no file in this archive.", name)
    return {member.filename: partial(_unpack, archive, member, f"{name}/{member.filename}") for member in readable}


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str) -> BinarySource:
    try:
        return archive.open(member)
    except (*UNPACKING_FAILED, ValueError) as error:
        raise UploadRefused("broken_archive", f"Cannot be unpacked: {error}.", label) from error


def _refuse_unsafe(label: str, member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename)
    # `orig_filename` still shows a NUL or a backslash that the zipfile module has tidied away.
    windows = "\\" in member.orig_filename or ":" in member.filename
    if path.is_absolute() or ".." in path.parts or windows or "\0" in member.orig_filename:
        raise UploadRefused("unsafe_path", "A member of the archive leads out of its own folder.", label)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UploadRefused("unsafe_path", "The archive has a link in place of a file.", label)
    if member.flag_bits & ENCRYPTED:
        raise UploadRefused("broken_archive", "The archive is encrypted.", label)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UploadRefused("broken_archive", "Only the methods 'stored' and 'deflated' are read.", label)


def _is_litter(member: str) -> bool:
    """What desktop systems leave in archives without being asked."""
    path = PurePosixPath(member)
    return path.parts[0] == "__MACOSX" or path.name in (".DS_Store", "Thumbs.db")


def _guarded(source: Callable[[], BinarySource], meter: Meter, name: str) -> BinaryIO:
    """A member as a stream that is counted. Raises UploadRefused for an archive inside of the archive."""
    stream = io.BufferedReader(MeteredStream(source(), meter, name), 64 * 1024)
    start = stream.peek(8)
    if start.startswith(ARCHIVE_MAGIC):
        raise UploadRefused("nested_archive", "An archive inside an archive.", name)
    _refuse_utf16(start, name)
    return stream


def _refuse_utf16(start: bytes, name: str) -> None:
    if start.startswith(UTF16_MARKS):
        raise UploadRefused("not_utf8", "This is UTF-16. Save it as 'CSV UTF-8'.", name)
