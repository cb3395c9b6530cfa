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

from multidim_poverty.base.files import replace_file
from multidim_poverty.documents.words import PaperColumn, word
from multidim_poverty.law.clerical_work import clerical_work

__all__ = ["Paper", "save_document"]

WORK = clerical_work()
PAGE, LETTERS, UNDERLINES = WORK.page, WORK.letters, WORK.underlines
TEXT_WIDTH = PAGE.text_width
RULE_SPACE = 5  # points, below a line
LINES_TO_SIGN = 4  # for name, signature and stamp
GAP = 8  # points, below a table
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")  # in the order of Word
CELL_MARGINS = 4  # mm, left and right of a cell together
LEFT_WIDTH = 62  # mm, of the left half of a heading


class Paper:
    """A Word file that is being written, sheet by sheet."""

    def __init__(self, title: str, day: Any, sources: str, *, remark: str, comment: str) -> None:
        self.doc = docx.Document()
        properties = self.doc.core_properties
        properties.author = properties.last_modified_by = "multidim_poverty"
        properties.title, properties.comments, properties.language = title, comment, "vi"
        if not pd.isna(day):
            properties.created = properties.modified = pd.Timestamp(day).to_pydatetime()
        page = self.doc.sections[0]
        page.page_width, page.page_height = Mm(PAGE.width), Mm(PAGE.height)
        page.left_margin, page.right_margin = Mm(PAGE.left), Mm(PAGE.right)
        page.top_margin, page.bottom_margin = Mm(PAGE.top), Mm(PAGE.bottom)
        page.header_distance = Mm(PAGE.number_from_edge)
        page.footer_distance = Mm(PAGE.foot_from_edge)
        page.different_first_page_header_footer = True  # the first page shows no number
        page._sectPr.insert_element_before(_element("pgNumType", start="1"), "w:cols", "w:docGrid")
        normal: Any = self.doc.styles["Normal"]
        normal.font.name, normal.font.size = LETTERS.font, Pt(LETTERS.text)
        for script in ("eastAsia", "cs"):
            normal.element.rPr.rFonts.set(_tag(script), LETTERS.font)
        for language in self.doc.styles.element.xpath("w:docDefaults//w:lang"):
            language.set(_tag("val"), "vi-VN")  # else every word is marked as a misspelling
        normal.paragraph_format.space_after = Pt(LETTERS.space_after)
        normal.paragraph_format.tab_stops.add_tab_stop(
            Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )
        for foot in (page.footer.paragraphs[0], page.first_page_footer.paragraphs[0]):
            foot.style = normal
            _write(foot, word("sources", sources=sources, remark=remark), size=LETTERS.foot)
        page.first_page_header.paragraphs[0].style = normal
        head = page.header.paragraphs[0]
        head.style = normal
        head._p.append(_element("fldSimple", instr="PAGE"))
        head._p[-1].append(_write(head, "2", size=LETTERS.page_number)._r)
        _centre([head])

    def sheets(self, values: Iterable[Any]) -> Iterator[Any]:
        """The values of each sheet; a section begins before each but the first."""
        for n, sheet in enumerate(values):
            if n:
                self.new_section()
            yield sheet

    def new_section(self) -> None:
        """Begin a section; the mark of its end takes no line, which could be one too many."""
        self.doc.add_section()
        _squeeze(Paragraph(self.doc.element.body[-2], self.doc), 1)

    def each(self, values: Iterable[Any], item: str) -> Iterator[Any]:  # noqa: ARG002
        """The values of a list, one by one; `item` is what a template calls each of them."""
        yield from values

    def capitals(self, words: str) -> str:
        """The words in capitals."""
        return words.upper()

    def sheet(
        self, body: str, *, above: str = "", place: str = "", number: str = "", day: str = ""
    ) -> None:
        """Head of a sheet: who writes it on the left, the name of the state on the right.

        Above the name of the body stands that of the body that it belongs to.
        """
        widths = [LEFT_WIDTH, TEXT_WIDTH - LEFT_WIDTH]
        left, right = self._table(1, widths).rows[0].cells
        lines = [(above, False)] if above else []
        for n, (words, bold) in enumerate([*lines, (body, True)]):
            line = left.add_paragraph() if n else left.paragraphs[0]
            _write(line, self.capitals(words), bold=bold, size=LETTERS.body)
        _write(right.paragraphs[0], word("state"), bold=True, size=LETTERS.state)
        _write(right.add_paragraph(), word("motto"), bold=True, size=LETTERS.motto)
        for cell, width, length in zip(
            (left, right), widths, (UNDERLINES.body, UNDERLINES.motto), strict=True
        ):
            _centre(cell.paragraphs)
            _rule(cell.add_paragraph(), width - CELL_MARGINS, length)
        if day:
            _write(left.add_paragraph(), word("number", number=number))
            _write(right.add_paragraph(), word("place_and_day", place=place, day=day), italic=True)
            _centre([left.paragraphs[-1], right.paragraphs[-1]])

    def title(self, first: str, *others: str, new_page: bool = False) -> None:
        """A title in capitals, and lines that say more."""
        line = self.doc.add_paragraph()
        _write(line, self.capitals(first), bold=True, size=LETTERS.title)
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

    def rule(self) -> None:
        """The line below a subject."""
        _rule(self.doc.add_paragraph(), TEXT_WIDTH, UNDERLINES.subject)

    def key(self, words: str) -> None:
        """What the signs of the table above mean, in the letters of a table."""
        self.last = self.doc.add_paragraph()
        _write(self.last, words, size=LETTERS.table)
        self.last.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY

    def text(self, words: str, *, centred: bool = False, italic: bool = False) -> None:
        """A paragraph: even at both margins, its first line indented, or centred."""
        self.last = self.doc.add_paragraph()
        _write(self.last, words, italic=italic)
        self.last.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if centred:
            _centre([self.last])
        else:
            self.last.paragraph_format.first_line_indent = Mm(LETTERS.first_line)

    def grid(
        self,
        columns: Mapping[str, PaperColumn],
        rows: Sequence[Mapping[str, str]],
        *,
        number_heading: str | None = None,
        number: str | None = None,
        height: int = 0,
    ) -> None:
        """A ruled table of rows of at least that height [mm].

        They are numbered, by the field `number` if it is given.
        """
        headings = [number_heading or word("row_number"), *(c.heading for c in columns.values())]
        lines_of_words = [headings, *self.lines(columns, rows, number)]
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
                _write(line, words, bold=n == 0, size=LETTERS.table)
            _centre(lines if n == 0 else lines[:1])
        self.gap(GAP)

    def gap(self, height: int) -> None:
        """An empty line of that height [points]."""
        _squeeze(self.doc.add_paragraph(), height)

    def lines(
        self,
        columns: Mapping[str, PaperColumn],
        rows: Sequence[Mapping[str, str]],
        number: str | None,
    ) -> Sequence[Sequence[str]]:
        """The cells of each row of a ruled table, its number first."""
        return [
            [row[number] if number else str(n), *(row[id] for id in columns)]
            for n, row in enumerate(rows, 1)
        ]

    def sign(self, roles: Sequence[str], blank: str) -> None:
        """Places for signatures, side by side, on the page of the line before."""
        cells = self._last_row([TEXT_WIDTH // len(roles)] * len(roles))
        for cell, role in zip(cells, roles, strict=True):
            _write(cell.paragraphs[0], role, bold=True)
            _write(cell.add_paragraph(), word("signature"), italic=True)
            for words in ("", "", blank):
                _write(cell.add_paragraph(), words)
            _centre(cell.paragraphs)
        self.gap(1)

    def close(self, recipients: str, signed_for: str, signer: str) -> None:
        """Who gets the paper (left) and who signs it (right), on the page of the last line."""
        left, right = self._last_row([TEXT_WIDTH // 2] * 2)
        heading = word("recipients_heading")
        _write(left.paragraphs[0], heading, bold=True, italic=True, size=LETTERS.recipients_heading)
        _write(left.add_paragraph(), recipients, size=LETTERS.recipients)
        _write(right.paragraphs[0], self.capitals(signed_for), bold=True)
        for _ in range(LINES_TO_SIGN):
            right.add_paragraph()
        _write(right.add_paragraph(), signer, bold=True)
        _centre(right.paragraphs)
        self.gap(1)

    def save(self, path: str | Path) -> Path:
        """Write the file."""
        return save_document(self.doc, path)

    def _last_row(self, widths: list[int]) -> Sequence[Any]:
        """The cells of a row that is not parted from the line before."""
        self.last.paragraph_format.keep_with_next = True
        row = self._table(1, widths).rows[0]
        row._tr.get_or_add_trPr().append(_element("cantSplit"))
        return row.cells

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
    size: int = LETTERS.text,
) -> Run:
    run = line.add_run(words)
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None
    return run


def _squeeze(line: Paragraph, height: int) -> None:
    """Give an empty line its height [points]."""
    line.paragraph_format.line_spacing, line.paragraph_format.space_after = Pt(height), Pt(0)


def _rule(line: Paragraph, width: int, length: int) -> None:
    """Make a paragraph a thin line of that length in the middle of that width [mm]."""
    layout = line.paragraph_format
    layout.left_indent = layout.right_indent = Mm(max(0, width - length) / 2)
    _squeeze(line, RULE_SPACE)
    borders = _element("pBdr")
    borders.append(_element("top", val="single", sz="6", space="1", color="auto"))
    line._p.get_or_add_pPr().insert_element_before(borders, *AFTER_BORDERS)


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
