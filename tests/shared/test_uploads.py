import contextlib
import gzip
import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.uploads import BrokenRow, Limits, Row, UploadRefused, open_upload, recognise, verify

TABLE = b"name,level\nwelding,3\n"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return buffer.getvalue()


def refusal(name: str, content: bytes, limits: Limits | None = None) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        verify(open_upload(name, content, limits))
    return caught.value


def cells(content: bytes, name: str = "table.csv") -> list[list[str]]:
    (file,) = open_upload(name, content)
    return [row.cells for row in file.rows() if isinstance(row, Row)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("table.csv", TABLE),
        ("table.csv.gz", gzip.compress(TABLE)),
        ("table.zip", zipped({"table.csv": TABLE})),
        ("TABLE.ZIP", zipped({"inner/Table.CSV": TABLE}, zipfile.ZIP_STORED)),
        ("table.txt", b"name\tlevel\r\nwelding\t3\r\n"),
        ("table.csv", b"\xef\xbb\xbfname;level\nwelding;3\n"),
    ],
)
def test_the_same_table_in_every_wrapping(name: str, content: bytes) -> None:
    (file,) = open_upload(name, content)
    assert file.headings() == ["name", "level"]
    assert list(file.rows()) == [Row(2, ["welding", "3"])]
    assert file.is_table


def test_a_file_can_be_read_again() -> None:
    (file,) = open_upload("t.zip", zipped({"t.csv": TABLE}))
    assert list(file.rows()) == list(file.rows())


def test_litter_of_desktop_systems_is_passed_over() -> None:
    files = open_upload("t.zip", zipped({"__MACOSX/._t.csv": b"x", ".DS_Store": b"x", "t.csv": TABLE}))
    assert [file.name for file in files] == ["t.zip/t.csv"]
    assert files[0].base_name == "t.csv"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("esco.zip", b"conceptType,conceptUri\n", "unknown_file_type"),
        ("esco.csv.gz", TABLE, "unknown_file_type"),
        ("table.csv", zipped({"table.csv": TABLE}), "unknown_file_type"),
        ("table.exe", TABLE, "unknown_file_type"),
        ("table.csv", b"", "empty_file"),
        ("table.zip", zipped({}), "empty_file"),
        ("table.zip", b"PK\x03\x04" + b"damage" * 20, "broken_archive"),
        ("table.csv.gz", gzip.compress(TABLE)[:-6], "broken_archive"),
        ("table.csv.gz", gzip.compress(TABLE)[:12] + b"\xff" * 30, "broken_archive"),
        ("table.tar.gz", gzip.compress(TABLE), "nested_archive"),
        ("table.csv.gz", gzip.compress(gzip.compress(TABLE)), "nested_archive"),
        ("table.zip", zipped({"inner.zip": zipped({"t.csv": TABLE})}), "nested_archive"),
        ("table.zip", zipped({"inner.csv": zipped({"t.csv": TABLE})}), "nested_archive"),
        ("table.zip", zipped({"t.csv": TABLE}, zipfile.ZIP_LZMA), "broken_archive"),
        ("table.zip", zipped({"../t.csv": TABLE}), "unsafe_path"),
        ("table.zip", zipped({"a/../../t.csv": TABLE}), "unsafe_path"),
        ("table.zip", zipped({"/etc/t.csv": TABLE}), "unsafe_path"),
        ("table.zip", zipped({"C:/t.csv": TABLE}), "unsafe_path"),
        ("table.zip", zipped({"..\\t.csv": TABLE}), "unsafe_path"),
        ("table.csv", b"\xff\xfen\x00a\x00", "not_utf8"),
        ("table.zip", zipped({"t.csv": b"\xff\xfen\x00a\x00"}), "not_utf8"),
    ],
)
def test_refused(name: str, content: bytes, code: str) -> None:
    assert refusal(name, content).code == code


def test_a_link_in_an_archive_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("t.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal("t.zip", buffer.getvalue()).code == "unsafe_path"


def test_an_encrypted_archive_is_refused() -> None:
    content = bytearray(zipped({"t.csv": TABLE}))
    directory = content.rindex(b"PK\x01\x02")
    content[6] |= 1
    content[directory + 8] |= 1
    assert refusal("t.zip", bytes(content)).code == "broken_archive"


def test_a_bomb_is_stopped_by_its_ratio() -> None:
    limits = Limits(ratio=50, ratio_from=1000)
    assert refusal("t.csv.gz", gzip.compress(b"0" * 1_000_000), limits).code == "too_compressed"
    assert refusal("t.zip", zipped({"t.csv": b"0" * 1_000_000}), limits).code == "too_compressed"


def test_a_bomb_is_stopped_by_its_size_over_all_members() -> None:
    members = {f"{number}.csv": bytes(range(1, 251)) * 4 for number in range(10)}
    limits = Limits(bytes=9_000)
    assert refusal("t.zip", zipped(members), limits).code == "too_large"
    assert verify(open_upload("t.zip", zipped(members), Limits(bytes=10_000))) == 10_000


def test_a_header_that_understates_the_size_is_not_believed() -> None:
    content = bytearray(zipped({"t.csv": b"0,1\n" * 100_000}))
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, directory + 24, 100)
    assert refusal("t.zip", bytes(content)).code == "broken_archive"


def test_too_many_members() -> None:
    content = zipped({f"{number}.csv": TABLE for number in range(5)})
    assert refusal("t.zip", content, Limits(files=4)).code == "too_many_files"


def test_multi_line_cells_line_ends_and_blank_lines() -> None:
    content = 'a,b\r\n"one\ntwo",\u00a0x\r\n\r\n"say ""yes""",y'.encode()
    (file,) = open_upload("t.csv", content)
    assert list(file.rows()) == [Row(2, ["one\ntwo", "\u00a0x"]), Row(4, ['say "yes"', "y"])]


def test_short_rows_are_filled_and_long_ones_reported() -> None:
    (file,) = open_upload("t.csv", b"a,b\n1\n1,2,3\n1,2,,\n\x00,2\n3,4\n")
    assert list(file.rows()) == [
        Row(2, ["1", ""]),
        BrokenRow(3, "too_many_cells", "3 cells under 2 headings."),
        Row(4, ["1", "2"]),
        BrokenRow(5, "nul_character", "A cell contains the character NUL."),
        Row(6, ["3", "4"]),
    ]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b'a,b\n1,2\n"never closed,2\n3,4\n', "broken_table", 3),
        (b'a,b\n"1"x,2\n', "broken_table", 2),
        (b"a,b\n" + b"x" * 600 + b",2\n", "field_too_long", 2),
        (b"a,b\n1,2\ncaf\xe9,2\n", "not_utf8", None),
    ],
)
def test_what_makes_the_rest_of_a_table_unreadable(content: bytes, code: str, row: int | None) -> None:
    (file,) = open_upload("t.csv", content, Limits(cell=500))
    with pytest.raises(UploadRefused) as caught:
        list(file.rows())
    assert (caught.value.code, caught.value.row) == (code, row)


def test_a_field_beyond_the_default_of_the_csv_module_is_read() -> None:
    assert cells(b"a\n" + b"x" * 700_000) == [["x" * 700_000]]


def test_json_and_json_lines() -> None:
    (file,) = open_upload("p.json", b'\xef\xbb\xbf{"a": 1}')
    assert file.json() == {"a": 1}
    (file,) = open_upload("p.ndjson", b'{"a": 1}\r\n\r\n{"a": 2}\n')
    assert list(file.json_lines()) == [(1, {"a": 1}), (3, {"a": 2})]


@pytest.mark.parametrize("content", [b"{", b'{"a": NaN}', b"[" * 100_000, b'{"a": "\xff"}'])
def test_broken_json(content: bytes) -> None:
    (file,) = open_upload("p.json", content)
    with pytest.raises(UploadRefused) as caught:
        file.json()
    assert caught.value.code == "broken_json"


def test_empty_json_and_empty_table() -> None:
    (file,) = open_upload("p.json", b" \n")
    with pytest.raises(UploadRefused, match="nothing"):
        file.json()
    (file,) = open_upload("t.csv", b"\xef\xbb\xbf")
    with pytest.raises(UploadRefused, match="nothing"):
        file.headings()


@given(
    st.sampled_from(["t.csv", "t.zip", "t.csv.gz", "t.json", "t.ndjson"]),
    st.sampled_from([b"", TABLE, gzip.compress(TABLE), zipped({"t.csv": TABLE}), b'{"a": 1}']),
    st.binary(max_size=40),
    st.integers(0, 60),
)
def test_whatever_is_sent_is_read_or_refused(name: str, start: bytes, noise: bytes, cut: int) -> None:
    content = start[:cut] + noise + start[cut + len(noise) :]
    with contextlib.suppress(UploadRefused):
        for file in open_upload(name, content):
            list(file.rows())
            list(file.json_lines())
            file.json()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"uri,label\n", "csv"),
        (b"\xef\xbb\xbfuri;label\n", "csv"),
        (b"", "csv"),
        (b'{"CFDocument": {}}', "json"),
        (b'\xef\xbb\xbf {\n "CFDocument": {}\n}\n', "json"),
        (b'[{"external_id": "E1"},\n{"external_id": "E2"}]', "json"),
        (b'{"external_id": "E1"}\n', "json"),
        (b'{"external_id": "E1"}\n{"external_id": "E2"}\n', "ndjson"),
        (b'{"external_id": \n{"external_id": "E2"}\n', "json"),
        (gzip.compress(b"uri,label", mtime=0), "csv.gz"),
        (b"PK\x03\x04 and so on", "zip"),
        (b"PK\x03\x04 xl/workbook.xml and so on", "xlsx"),
    ],
    ids=str,
)
def test_what_has_no_name_is_known_by_its_first_bytes(content: bytes, suffix: str) -> None:
    assert recognise(content) == suffix
