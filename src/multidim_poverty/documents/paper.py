"""A Word file that is being written sheet by sheet: header, tables, signatures.

Needs the extra ``docx``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import pandas as pd
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from multidim_poverty.documents.words import PaperColumn, word
from multidim_poverty.files import replace_file

__all__ = ["Paper", "save_document"]

FONT = "Times New Roman"
TEXT_WIDTH = 160  # mm, of an A4 page between margins of 30 and 20


class Paper:
    """A Word file that is being written, sheet by sheet."""

    def __init__(self, title: str, day: Any, sources: str, *, remark: str) -> None:
        self.doc = docx.Document()
        properties = self.doc.core_properties
        properties.author = properties.last_modified_by = "multidim_poverty"
        properties.title, properties.comments, properties.language = title, "", "vi"
        if not pd.isna(day):
            properties.created = properties.modified = pd.Timestamp(day).to_pydatetime()
        page = self.doc.sections[0]
        page.page_width, page.page_height, page.footer_distance = Mm(210), Mm(297), Mm(8)
        page.left_margin, page.right_margin = Mm(30), Mm(20)
        page.top_margin = page.bottom_margin = Mm(20)
        page._sectPr.insert_element_before(_element("pgNumType", start="1"), "w:cols", "w:docGrid")
        normal: Any = self.doc.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(13)
        for script in ("eastAsia", "cs"):
            normal.element.rPr.rFonts.set(_tag(script), FONT)
        for language in self.doc.styles.element.xpath("w:docDefaults//w:lang"):
            language.set(_tag("val"), "vi-VN")  # else every word is marked as a misspelling
        normal.paragraph_format.space_after = Pt(4)
        normal.paragraph_format.tab_stops.add_tab_stop(
            Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )
        foot = page.footer.paragraphs[0]
        foot.style = normal
        _write(foot, word("page"), size=9)
        foot._p.append(_element("fldSimple", instr="PAGE"))
        foot._p[-1].append(_write(foot, "1", size=9)._r)
        unconfirmed = word("layout_unconfirmed", layout=remark)
        _write(foot, word("sources", sources=sources, remark=unconfirmed), size=9)

    def sheets(self, values: Iterable[Any]) -> Iterator[Any]:
        """The values of each sheet; a section begins before each but the first."""
        for n, sheet in enumerate(values):
            if n:
                self.doc.add_section()
            yield sheet

    def each(self, values: Iterable[Any], item: str) -> Iterator[Any]:  # noqa: ARG002
        """The values of a list, one by one; `item` is what a template calls each of them."""
        yield from values

    def capitals(self, words: str) -> str:
        """The words in capitals."""
        return words.upper()

    def sheet(self, above: str, below: str, *, number: str = "", day: str = "") -> None:
        """Head of a sheet: who writes it on the left, the name of the state on the right."""
        left, right = self._table(1, [62, TEXT_WIDTH - 62]).rows[0].cells
        _write(left.paragraphs[0], self.capitals(above), size=12)
        _write(left.add_paragraph(), self.capitals(below), bold=True, underline=True, size=12)
        _write(right.paragraphs[0], word("state"), bold=True, size=12)
        _write(right.add_paragraph(), word("motto"), bold=True, underline=True)
        if day:
            _write(left.add_paragraph(), word("number", number=number))
            _write(right.add_paragraph(), word("place_and_day", place=below, day=day), italic=True)
        _centre([*left.paragraphs, *right.paragraphs])

    def title(self, first: str, *others: str, new_page: bool = False) -> None:
        """A title in capitals, and lines that say more."""
        line = self.doc.add_paragraph()
        _write(line, self.capitals(first), bold=True, size=14)
        line.paragraph_format.space_before = Pt(12)
        line.paragraph_format.page_break_before = new_page
        _centre([line])
        for words in others:
            self.subtitle(words)

    def subtitle(self, words: str) -> None:
        """A line that says more of the title."""
        line = self.doc.add_paragraph()
        _write(line, words, bold=True)
        _centre([line])

    def text(self, words: str, *, centred: bool = False) -> None:
        """A paragraph."""
        self.last = self.doc.add_paragraph(words)
        if centred:
            _centre([self.last])

    def grid(
        self,
        columns: Mapping[str, PaperColumn],
        rows: Sequence[Mapping[str, str]],
        *,
        number_heading: str | None = None,
        height: int = 0,
    ) -> None:
        """A ruled table with numbered rows of at least that height [mm]."""
        headings = [number_heading or word("row_number"), *(c.heading for c in columns.values())]
        lines_of_words = [headings, *self.lines(columns, rows)]
        widths = [12, *(column.width for column in columns.values())]
        table = self._table(len(lines_of_words), widths, "Table Grid")
        for n, (row, cells) in enumerate(zip(table.rows, lines_of_words, strict=True)):
            row._tr.get_or_add_trPr().append(_element("cantSplit"))
            if n == 0:
                row._tr.trPr.append(_element("tblHeader"))
            elif height:
                row.height = Mm(height)
            lines = [cell.paragraphs[0] for cell in row.cells]
            for line, words in zip(lines, cells, strict=True):
                _write(line, words, bold=n == 0, size=11)
            _centre(lines if n == 0 else lines[:1])
        self.text("")

    def lines(
        self, columns: Mapping[str, PaperColumn], rows: Sequence[Mapping[str, str]]
    ) -> Sequence[Sequence[str]]:
        """The cells of each row of a ruled table, its number first."""
        return [[str(n), *(row[id] for id in columns)] for n, row in enumerate(rows, 1)]

    def sign(self, roles: Sequence[str], blank: str) -> None:
        """Places for signatures, side by side, on the page of the line before."""
        self.last.paragraph_format.keep_with_next = True
        row = self._table(1, [TEXT_WIDTH // len(roles)] * len(roles)).rows[0]
        row._tr.get_or_add_trPr().append(_element("cantSplit"))
        for cell, role in zip(row.cells, roles, strict=True):
            _write(cell.paragraphs[0], role, bold=True)
            if role:
                _write(cell.add_paragraph(), word("signature"), italic=True)
                for words in ("", "", blank):
                    _write(cell.add_paragraph(), words)
            _centre(cell.paragraphs)

    def save(self, path: str | Path) -> Path:
        """Write the file."""
        return save_document(self.doc, path)

    def _table(self, rows: int, widths: list[int], style: str | None = None) -> Table:
        table: Table = self.doc.add_table(rows, len(widths), style)
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
                cell.paragraphs[0].paragraph_format.space_after = Mm(0)
        return table


def save_document(document: Any, path: str | Path) -> Path:
    """Write a Word file; its parts carry no time, so that equal papers are equal files."""
    buffer, path = io.BytesIO(), Path(path)
    document.save(buffer)
    with (
        zipfile.ZipFile(buffer) as old,
        replace_file(path) as aside,
        zipfile.ZipFile(aside, "w") as new,
    ):
        for part in old.namelist():
            new.writestr(zipfile.ZipInfo(part), old.read(part), zipfile.ZIP_DEFLATED)
    return path


def _write(
    line: Paragraph,
    words: str,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    size: int = 13,
) -> Run:
    run = line.add_run(words)
    run.font.size = Pt(size)
    run.bold, run.italic, run.underline = bold or None, italic or None, underline or None
    return run


def _centre(lines: Iterable[Paragraph]) -> None:
    for line in lines:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _tag(name: str) -> str:
    return qn(f"w:{name}")


def _element(name: str, **attributes: str) -> Any:
    """An XML element, for what python-docx has no word for."""
    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(_tag(key), value)
    return element
