"""Workbooks part by part, to write what no program writes."""

from __future__ import annotations

import io
import zipfile

from multidim_poverty import excel

SHEET = "xl/worksheets/sheet1.xml"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXPORT = excel.layouts()[0]
PATHS = [str(column.path) for column in EXPORT.sheets[0].columns]
HOME = ["15/10/2023", "Y Bun", "12", "Có", "Nam", "4", "--", "135", "30", "Hộ nghèo", "Y Thu"]


def text_row(number, texts):
    """A row of texts that stand in its cells."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def sheet(rows="", after="", before=""):
    """A sheet with the paths of the export, a household, and more rows."""
    data = text_row(1, PATHS) + text_row(2, HOME) + rows
    return f"<worksheet {SPACE}>{before}<sheetData>{data}</sheetData>{after}</worksheet>"


def parts(content=None, **others):
    """The parts of a workbook of one sheet, by name."""
    return {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {SPACE} xmlns:r="{LINKS}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {SPACE}><si><t>chung</t></si></sst>",
        "xl/styles.xml": f'<styleSheet {SPACE}><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>',
        SHEET: sheet() if content is None else content,
    } | others


def packed(content, level=9):
    """The parts as a file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as book:
        for name, part in content.items():
            book.writestr(name, part)
    file.seek(0)
    return file
