"""Files that strangers send: opened without trusting a name, a header or a size.

One upload is one file, a workbook of sheets, or a ZIP archive of either. `open_upload` answers with the files
inside, each ready to be read as a stream of rows, of JSON lines or as one JSON value. What cannot be read
safely raises `UploadRefused`.
"""

from shared.uploads.archives import open_upload, verify
from shared.uploads.files import BrokenRow, Row, UploadedFile
from shared.uploads.limits import Limits, UploadRefused
from shared.uploads.recognition import recognise

__all__ = ["BrokenRow", "Limits", "Row", "UploadRefused", "UploadedFile", "open_upload", "recognise", "verify"]
