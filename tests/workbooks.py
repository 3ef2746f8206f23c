"""Workbooks for tests, written part by part as spreadsheet programs write them."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = (
    f"<Relationships {RELATIONS}>"
    f'<Relationship Id="r1" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def archive(parts: dict[str, str]) -> bytes:
    """The parts as a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in parts.items():
            written.writestr(zipfile.ZipInfo(name), text, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def parts_of(sheets: dict[str, str], texts: str = "", styles: str = "", properties: str = "") -> dict[str, str]:
    """A workbook whose sheets hold these `<row>` elements, with its shared texts (`<si>`) and styles."""
    ids = {title: f"s{number}" for number, title in enumerate(sheets, start=1)}
    listed = "".join(f'<sheet name="{title}" sheetId="1" r:id="{id}"/>' for title, id in ids.items())
    links = "".join(
        f'<Relationship Id="{id}" Type="{KIND}/worksheet" Target="worksheets/{id}.xml"/>' for id in ids.values()
    )
    links += f'<Relationship Id="t" Type="{KIND}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    links += f'<Relationship Id="y" Type="{KIND}/styles" Target="styles.xml"/>'
    return {
        "_rels/.rels": ROOT,
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{KIND}">{properties}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {RELATIONS}>{links}</Relationships>",
        "xl/sharedStrings.xml": f"<sst {MAIN}>{texts}</sst>",
        "xl/styles.xml": f"<styleSheet {MAIN}>{styles}</styleSheet>",
        **{
            f"xl/worksheets/{ids[title]}.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
            for title, rows in sheets.items()
        },
    }


def row(cells: Sequence[str]) -> str:
    """A `<row>` of texts that stand in the sheet itself."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in cells) + "</row>"


def workbook(*tables: Sequence[Sequence[str]]) -> bytes:
    """A workbook with one sheet per table of texts."""
    return archive(
        parts_of({f"Sheet {number}": "".join(map(row, table)) for number, table in enumerate(tables, start=1)})
    )
