"""The questionnaire on paper: a Word file of A4 pages, with the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.documents.paper import save_document
from multidim_poverty.errors import ArgumentError
from multidim_poverty.forms.questionnaire import UNKNOWN, Question, Section, questionnaire
from multidim_poverty.forms.relevance import AskedOf
from multidim_poverty.forms.wording import wording
from multidim_poverty.language import Label, Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import as_standard
from multidim_poverty.law.quick_form import QuickForm
from multidim_poverty.law.score_sheet import ScoreSheet

__all__ = ["write_paper_form"]

FONT = "Times New Roman"
TEXT_WIDTH = 170  # mm, of an A4 page between margins of 20
MEMBER_WIDTH = 13  # mm
MOST_MEMBERS = 9
BOX = "☐"


def write_paper_form(
    standard: Standard | str,
    path: str | Path,
    *,
    on: DayLike,
    language: Language = "vi",
    columns: int = 6,
    sheet: ScoreSheet | None = None,
    quick_form: QuickForm | None = None,
) -> Path:
    """Write the questionnaire as a Word file to be printed and filled in by hand.

    Parameters
    ----------
    standard : Standard or str
        The standard, or the name of a shipped one.
    path : path-like
        Where the ``.docx`` goes.
    on : str or datetime.date
        Day to which ages refer.
    language : {"vi", "en"}
        Language of the words.
    columns : int
        Columns for members, 1 to 9; a larger household takes a second form.
    sheet, quick_form : ScoreSheet, QuickForm, optional
        Add the items of Form B1 and of Form A.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ArgumentError
        If `standard` is no standard, `on` no day, `language` no language, or `columns` not
        between 1 and 9.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.

    Notes
    -----
    The questions are those of `xlsform`. The layout is not that of Circular
    07/2021/TT-BLDTBXH, whose forms were not found.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from multidim_poverty import forms
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "phieu.docx")
    ...     forms.write_paper_form("decree_07_2021", path, on="2023-10-01").stat().st_size > 10_000
    True
    """
    standard, day = as_standard(standard), as_date(on)
    check_language(language)
    if type(columns) is not int or not 1 <= columns <= MOST_MEMBERS:
        raise ArgumentError(f"columns {columns!r}: pass a whole number from 1 to {MOST_MEMBERS}")
    form = questionnaire(standard, day, sheet=sheet, quick_form=quick_form)
    page = _FormPage(standard.title.text(language), language)
    page.title(standard, day)
    if form.not_asked:
        labels = "; ".join(standard.indicator(id).label.text(language) for id in form.not_asked)
        page.text(wording().not_asked.text(language).format(indicators=labels), italic=True)
    for number, section in enumerate(form.sections, start=1):
        page.heading(f"{number}. {section.label.text(language)}")
        if section.table == "members":
            page.roster(section, columns)
        else:
            for question in section.questions:
                page.question(question)
    page.signatures()
    return save_document(page.doc, path)


class _FormPage:
    """The Word file that is being written."""

    def __init__(self, title: str, language: Language) -> None:
        self.language = language
        self.doc = docx.Document()
        properties = self.doc.core_properties
        properties.author = properties.last_modified_by = "multidim_poverty"
        properties.title, properties.comments, properties.language = title, "", language
        page = self.doc.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(20)
        page.top_margin = page.bottom_margin = Mm(15)
        normal: Any = self.doc.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(11)
        for script in ("eastAsia", "cs"):
            normal.element.rPr.rFonts.set(qn(f"w:{script}"), FONT)
        normal.paragraph_format.space_after = Pt(3)

    def words(self, label: Label, **fields: Any) -> str:
        """The label in the language of the form."""
        return label.text(self.language).format(**fields)

    def title(self, standard: Standard, day: Any) -> None:
        """Title of the form, the standard, and the day to which ages refer."""
        paper = wording().paper
        line = self.text(self.words(paper["title"]).upper(), bold=True)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.runs[0].font.size = Pt(14)
        for words in (
            standard.title.text(self.language),
            self.words(paper["ages_on"], day=f"{day.day}/{day.month}/{day.year}"),
        ):
            self.text(words, italic=True).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, words: str) -> None:
        """Heading of a section, which stays with the question below."""
        line = self.text(words, bold=True)
        line.paragraph_format.space_before = Pt(8)
        line.paragraph_format.keep_with_next = True

    def text(self, words: str, *, bold: bool = False, italic: bool = False) -> Any:
        """A paragraph."""
        line = self.doc.add_paragraph()
        run = line.add_run(words)
        run.bold, run.italic = bold or None, italic or None
        return line

    def question(self, question: Question) -> None:
        """A question about the household: boxes to mark, or a dotted line."""
        line = self.text(question.label.text(self.language))
        if question.hint is not None:
            line.add_run(f" ({question.hint.text(self.language)})").italic = True
        if not question.choices:
            if question.hint is not None:
                line = self.text("")
            stops = line.paragraph_format.tab_stops
            stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            line.add_run("\t")
            return
        line.paragraph_format.keep_with_next = True
        answers = [f"{BOX} {choice.label.text(self.language)}" for choice in question.choices]
        boxes = [_unbroken(words) for words in answers]
        self.text("    ".join(boxes)).paragraph_format.left_indent = Mm(6)

    def roster(self, section: Section, members: int) -> None:
        """The questions about the members as rows, and a column for each member."""
        widths = [TEXT_WIDTH - members * MEMBER_WIDTH, *[MEMBER_WIDTH] * members]
        self.text(self.words(wording().paper["write_numbers"]), italic=True)
        table = self.doc.add_table(len(section.questions) + 1, len(widths), "Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        table.rows[0]._tr.trPr.append(OxmlElement("w:tblHeader"))
        head = [self.words(wording().paper["question"]), *map(str, range(1, members + 1))]
        for cell, words in zip(table.rows[0].cells, head, strict=True):
            self._fill(cell, words, bold=True)
        for row, question in zip(table.rows[1:], section.questions, strict=True):
            self._fill(row.cells[0], question.label.text(self.language), bold=True)
            for words in self._details(question):
                self._fill(row.cells[0], words, new=True)

    def _details(self, question: Question) -> Sequence[str]:
        """The hint of a question about members, whom it is about, and its answers by number."""
        paper, details = wording().paper, []
        if question.hint is not None:
            details.append(question.hint.text(self.language))
        if question.members:
            details.append(
                self.words(paper["asked_of"], who="; ".join(map(self._who, question.members)))
            )
        unknown = 9 if len(question.choices) < 10 else 99
        numbers = [
            f"{unknown if choice.code == UNKNOWN else n} {choice.label.text(self.language)}"
            for n, choice in enumerate(question.choices, start=1)
        ]
        return [*details, *([";  ".join(map(_unbroken, numbers))] if numbers else [])]

    def _who(self, members: AskedOf) -> str:
        """The members in words."""
        paper = wording().paper
        first, below = members.from_age, members.below
        kind = "from" if below is None else "below" if first == 0 else "between"
        words = self.words(paper[kind], first=first, below=below)
        if members.said_yes is not None:
            words += self.words(paper["said_yes"], question=self._asked(members.said_yes))
        return words

    def _asked(self, name: str) -> str:
        label = wording().questions[name].label
        return name if label is None else label.text(self.language)

    def _fill(self, cell: Any, words: str, *, bold: bool = False, new: bool = False) -> None:
        line = cell.add_paragraph() if new else cell.paragraphs[0]
        line.paragraph_format.space_after = Pt(0)
        run = line.add_run(words)
        run.bold, run.font.size = bold or None, Pt(9 if new else 10)

    def signatures(self) -> None:
        """Places to sign for the respondent and the interviewer."""
        self.text("")
        table = self.doc.add_table(1, 2)
        paper = wording().paper
        for cell, role in zip(table.rows[0].cells, ("respondent", "interviewer"), strict=True):
            line = cell.paragraphs[0]
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.add_run(self.words(paper[role])).bold = True
            cell.add_paragraph("\n\n")


def _unbroken(words: str) -> str:
    """The words with spaces at which no line ends."""
    return words.replace(" ", "\u00a0")
