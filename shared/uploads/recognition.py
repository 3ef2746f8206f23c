"""What a file without a name is, by its first bytes: the name that `open_upload` wants is made of it."""

import codecs

import msgspec

ARCHIVES: dict[bytes, str] = {b"PK": "zip", b"\x1f\x8b": "csv.gz"}
WORKBOOK_PART = b"xl/workbook.xml"


def recognise(content: bytes) -> str:
    """The suffix of a file: zip, xlsx, csv.gz, json, ndjson, or csv, which is what any other text may be."""
    for magic, suffix in ARCHIVES.items():
        if content.startswith(magic):
            return "xlsx" if WORKBOOK_PART in content else suffix
    text = content.removeprefix(codecs.BOM_UTF8).lstrip()
    if text[:1] not in (b"{", b"["):
        return "csv"
    return "ndjson" if _is_object(text.partition(b"\n")[0]) and b"\n" in text.rstrip() else "json"


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object of its own, and not the beginning of a longer one."""
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return False
    return True
