"""One official table as a sheet: merged headers, live formulas, ready to print and to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from multidim_poverty.base.files.writing import without_controls
from multidim_poverty.base.files.xlsx_writing import merge_text, write_text
from multidim_poverty.excel.print_layout import MARGINS, SIZE, PrintLayout
from multidim_poverty.excel.signers import DOTS, Signers, place_and_day
from multidim_poverty.excel.table_form import (
    TableForm,
    formula_text,
    header_groups,
    unit_of,
)
from multidim_poverty.excel.text_size import height_of, lines_in
from multidim_poverty.reports import TableColumn, notes
from multidim_poverty.reports.assembly import code_words
from multidim_poverty.reports.suppression import HIDDEN_SIGN

if TYPE_CHECKING:
    import xlsxwriter

__all__ = ["Frame", "Looks", "write_sheet"]

TITLE_SIZE = 13
FONT = {"font_name": "Times New Roman", "font_size": SIZE, "valign": "vcenter"}
CENTRED = {**FONT, "align": "center", "text_wrap": True}
BOXED = {**FONT, "border": 1}
VARIANTS: dict[str, dict[str, Any]] = {
    "": {},
    "bold": {"bold": True},
    "grey": {"font_color": "#595959"},
}
FORMATS: dict[str, dict[str, Any]] = {
    "unit": {**FONT, "text_wrap": True},
    "form": {**FONT, "bold": True, "align": "right"},
    "title": {**CENTRED, "bold": True, "font_size": TITLE_SIZE},
    "period": {**CENTRED, "italic": True, "valign": "top"},
    "header": {**BOXED, "bold": True, "align": "center", "text_wrap": True},
    "numbers": {**BOXED, "italic": True, "align": "center", "text_wrap": True},
    "text": {**BOXED, "text_wrap": True},
    "count": {**BOXED, "num_format": "#,##0", "align": "right"},
    "rate": {**BOXED, "num_format": "0.00", "align": "right"},
    "mark": {**BOXED, "align": "center"},
    "plain": {**BOXED, "num_format": "0", "align": "right"},
    "note": {**FONT, "italic": True, "text_wrap": True, "valign": "top"},
    "signature": {**CENTRED, "valign": "top"},
    "signer": {**FONT, "bold": True},
    "place": {**FONT, "italic": True},
}
WORDS = {
    "differs": {"vi": "Theo công thức: {value}", "en": "By the formula: {value}"},
    "sheet": {"vi": "Biểu {number}", "en": "Table {number}"},
    "form": {"vi": "Biểu số {number}", "en": "Table {number}"},
    "page": {"vi": "Trang", "en": "Page"},
    "unit": {"vi": "Đơn vị báo cáo: {text}", "en": "Reporting unit: {text}"},
    "period": {"vi": "Kỳ báo cáo: {text}", "en": "Period: {text}"},
    "prepared_by": {"vi": "NGƯỜI LẬP BIỂU", "en": "PREPARED BY"},
    "head": {"vi": "THỦ TRƯỞNG ĐƠN VỊ", "en": "HEAD OF THE UNIT"},
    "sign": {"vi": "(Ký, ghi rõ họ tên)", "en": "(Signature and full name)"},
    "seal": {"vi": "(Ký, ghi rõ họ tên, đóng dấu)", "en": "(Signature, full name and seal)"},
}
A4 = 9
ROOM_TO_SIGN = 5  # lines
MOST_LINES = 24  # of a note in one row


class _EmptyText(str):
    """The empty text as the value of a formula: xlsxwriter writes "" as one never calculated."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


EMPTY_TEXT = _EmptyText()


@dataclass(frozen=True)
class Frame:
    """What is printed around every table of a workbook; None leaves dots to be filled in."""

    reporting_unit: str | None
    period: str | None
    signers: Signers


class Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str, str], Any] = {}

    def of(self, name: str, variant: str = "", mark: str = "") -> Any:
        """A format; `variant` is ``"bold"`` or ``"grey"``, `mark` stands behind a number."""
        key = (name, variant, mark)
        if key not in self._made:
            look = {**FORMATS[name], **VARIANTS[variant]}
            if mark:
                look["num_format"] = f'{look["num_format"]}" {mark}"'
            self._made[key] = self._workbook.add_format(look)
        return self._made[key]


def write_sheet(workbook: xlsxwriter.Workbook, looks: Looks, form: TableForm, frame: Frame) -> None:
    """Add the sheet of a table to a workbook."""
    _Sheet(workbook, looks, form, frame).write()


class _Sheet:
    """A sheet that is being written."""

    TOP = 3  # rows above the headers: unit and number of the table, title, period

    def __init__(
        self, workbook: xlsxwriter.Workbook, looks: Looks, form: TableForm, frame: Frame
    ) -> None:
        self.form, self.looks, self.frame = form, looks, frame
        self.sheet = workbook.add_worksheet(self._words("sheet", number=form.layout.number))
        columns = [*form.printed, *form.beside]
        gap = len(form.printed)
        self.at = {column.id: n + (n >= gap) for n, column in enumerate(columns)}
        self.depth = max(len(column.group) for column in columns) + 1
        self.first = self.TOP + self.depth + 1  # the first row of data
        self.layout = PrintLayout.of(form)
        # Texts across the first page, beside the columns that every page repeats.
        self.across = (self.layout.repeated, self.layout.pages[0][1])

    def write(self) -> None:
        for id, pixels in self.layout.pixels.items():
            self.sheet.set_column_pixels(self.at[id], self.at[id], pixels)
        self._above()
        self._header_heights()
        self._headers(self.form.printed, "")
        self._headers(self.form.beside, "grey")
        end = self._rows()
        end = self._notes(end + 1)
        self._signatures(end)
        self._print_on_a4(end)

    def _words(self, name: str, **fields: Any) -> str:
        return WORDS[name][self.form.language].format(**fields)

    def _width(self, first: int, last: int) -> float:
        """Width of printed columns together [points]."""
        return self.layout.points(self.form.printed[first : last + 1])

    def _height(self, row: int, lines: int, size: float = SIZE) -> None:
        self.sheet.set_row(row, height_of(lines, size))

    def _print_on_a4(self, end: int) -> None:
        sheet, layout = self.sheet, self.layout
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.set_margins(**MARGINS)
        sheet.center_horizontally()
        if len(layout.pages) == 1:
            sheet.fit_to_pages(1, 0)
        else:
            sheet.set_print_scale(layout.scale)
            sheet.set_v_pagebreaks([first for first, _ in layout.pages[1:]])
            sheet.repeat_columns(0, layout.repeated - 1)
            sheet.print_across()
        sheet.repeat_rows(self.TOP, self.first - 1)
        sheet.print_area(0, 0, end, len(self.form.printed) - 1)
        page = f'&R&"Times New Roman,Regular"&{SIZE}&A - {self._words("page")} &P/&N'
        sheet.set_footer(page, {"scale_with_doc": False})
        left = 0 if self.form.layout.rows == "members" else len(self.form.layout.leading)
        sheet.freeze_panes(self.first, left)

    # -- above the rows ------------------------------------------------------------------------

    def _above(self) -> None:
        """Reporting unit and number of the table, title, period."""
        form, (left, right) = self.form, self.across
        unit = self._words("unit", text=self.frame.reporting_unit or DOTS)
        number = self._words("form", number=form.layout.number)
        half = (left or right // 2 + 1) - 1
        self._across(0, 0, half, unit, "unit")
        merge_text(self.sheet, 0, half + 1, 0, right, number, self.looks.of("form"))
        title = form.text(form.layout.title)
        merge_text(self.sheet, 1, left, 1, right, title, self.looks.of("title"))
        lines = lines_in(title, self._width(left, right), TITLE_SIZE, bold=True)
        self._height(1, lines, TITLE_SIZE)
        period = self._words("period", text=self.frame.period or DOTS)
        merge_text(self.sheet, 2, left, 2, right, period, self.looks.of("period"))
        self._height(2, 1 + lines_in(period, self._width(left, right), SIZE))

    def _across(self, row: int, left: int, right: int, text: str, look: str) -> None:
        """A text in merged cells, in a row that is as high as it needs."""
        merge_text(self.sheet, row, left, row, right, text, self.looks.of(look))
        self._height(row, lines_in(text, self._width(left, right), SIZE))

    def _header_heights(self) -> None:
        """Rows of merged cells do not grow by themselves."""
        form = self.form
        lines = [1] * self.depth
        for level in range(self.depth):
            for label, inside in self._groups(form.printed, level):
                needed = lines_in(form.text(label), self.layout.points(inside), SIZE, bold=True)
                lines[level] = max(lines[level], needed)
        numbers = 1
        for column in form.printed:
            width = self.layout.points([column])
            above = sum(lines[len(column.group) : -1])
            needed = lines_in(form.text(column.header), width, SIZE, bold=True)
            lines[-1] = max(lines[-1], needed - above)
            numbers = max(numbers, lines_in(column.number_text, width, SIZE))
        for level, many in enumerate([*lines, numbers]):
            self._height(self.TOP + level, many)

    def _groups(
        self, columns: Sequence[TableColumn], level: int
    ) -> list[tuple[Any, list[TableColumn]]]:
        """The merged headers of a level; one that goes over two pages stands on both."""
        parts = []
        for label, inside in header_groups(columns, level):
            if columns is not self.form.printed:
                parts.append((label, inside))
                continue
            for _, part in groupby(inside, key=lambda c: self.layout.page_of(self.at[c.id])):
                parts.append((label, list(part)))
        return parts

    def _headers(self, columns: Sequence[TableColumn], variant: str) -> None:
        bottom = self.TOP + self.depth - 1
        header, numbers = self.looks.of("header", variant), self.looks.of("numbers", variant)
        for level in range(self.depth):
            for label, inside in self._groups(columns, level):
                ends = self.at[inside[0].id], self.at[inside[-1].id]
                text, row = self.form.text(label), self.TOP + level
                merge_text(self.sheet, row, ends[0], row, ends[1], text, header)
        for column in columns:
            at = self.at[column.id]
            text = self.form.text(column.header)
            top = self.TOP + len(column.group)
            merge_text(self.sheet, top, at, bottom, at, text, header)
            write_text(self.sheet, bottom + 1, at, column.number_text, numbers)

    # -- rows ----------------------------------------------------------------------------------

    def _rows(self) -> int:
        """Write the rows; where they end."""
        if self.form.layout.rows == "members":
            return self._members()
        rows = self.form.rows
        for n, row in enumerate(rows):
            self._row(self.first + n, n, row, "bold" if self.form.parents[n] else "")
        # By what the rows say and not by their place: a user may have filtered or sorted.
        for _, run in groupby(range(len(rows)), key=lambda n: unit_of(rows[n])):
            unit = list(run)
            self._name(unit[0], unit[-1])
        return self.first + len(rows)

    def _name(self, first: int, last: int) -> None:
        """One name for the rows of a unit, which are high enough for it."""
        row, variant = self.form.rows[first], "bold" if self.form.parents[first] else ""
        lines = 1
        for id in ("number", "unit"):
            at, text = self.at[id], str(row[id] or "")
            if self.form.layout.rows_per_unit > 1:
                look = self.looks.of("text", variant)
                merge_text(self.sheet, self.first + first, at, self.first + last, at, text, look)
            width = self._width(at, at)
            lines = max(lines, lines_in(text, width, SIZE, bold=bool(variant)))
        for position in range(self.first + first, self.first + last + 1):
            self._height(position, -(-lines // (last - first + 1)))

    def _members(self) -> int:
        position = self.first
        numbered = [unit_of(row) for row in self.form.rows]
        texts = [column for column in self.form.printed if column.kind == "text"]
        for n, row in enumerate(self.form.rows):
            if row["unit"] is not None and (n == 0 or numbered[n] != numbered[n - 1]):
                self._unit_row(position, f"{row['number']} {row['unit']}".strip())
                position += 1
            self._row(position, n, row, "")
            lines = [1]
            for column in texts:
                text = code_words(column.id, row[column.id] or "", self.form.language)
                lines.append(lines_in(text, self.layout.points([column]), SIZE))
            self._height(position, max(lines))
            position += 1
        return position

    def _unit_row(self, row: int, text: str) -> None:
        """The name of a unit above its members, in the columns that every page has."""
        look, last = self.looks.of("text", "bold"), len(self.form.printed) - 1
        left, pages = self.layout.repeated, self.layout.pages
        end = left - 1 if left else last
        merge_text(self.sheet, row, 0, row, end, text, look)
        for n, (first, page_end) in enumerate(pages if left else ()):
            merge_text(self.sheet, row, left if n == 0 else first, row, page_end, "", look)
        self._height(row, lines_in(text, self._width(0, end), SIZE, bold=True))

    def _row(self, position: int, n: int, row: dict[str, Any], variant: str) -> None:
        for columns, look in ((self.form.printed, variant), (self.form.beside, "grey")):
            for column in columns:
                self._cell(position, n, column, row[column.id], look)

    def _cell(self, row: int, n: int, column: TableColumn, value: Any, variant: str) -> None:
        at = self.at[column.id]
        mark = self.form.marks.get((n, column.id), "")
        look = self.looks.of(column.kind, variant, mark)
        if column.id in self.form.hidden[n]:
            write_text(self.sheet, row, at, HIDDEN_SIGN, look)
            return
        by_formula = self.form.by_formula.get(column.id)
        if by_formula is not None and by_formula[n] == value:
            names = self._names(column, row)
            text = formula_text(column, names, zero_base=self.form.zero_base)
            self.sheet.write_formula(row, at, text, look, EMPTY_TEXT if value is None else value)
            return
        if by_formula is not None and by_formula[n] is not None:
            self.sheet.write_comment(row, at, self._words("differs", value=by_formula[n]))
        if value is None:
            self.sheet.write_blank(row, at, None, look)
        elif column.kind == "mark":
            write_text(self.sheet, row, at, "x" if value else "", look)
        elif column.kind == "text" or isinstance(value, str):
            text = code_words(column.id, value, self.form.language)
            write_text(self.sheet, row, at, text, look)
        else:
            self.sheet.write_number(row, at, value, look)

    def _names(self, column: TableColumn, row: int) -> dict[str, str]:
        """Address in a row of each column that another is made of."""
        ids = [column.numerator, column.denominator, *(id for _, id in column.signed_terms)]
        return {id: xl_rowcol_to_cell(row, self.at[id]) for id in ids if id is not None}

    # -- below the rows ------------------------------------------------------------------------

    def _notes(self, row: int) -> int:
        """Write the notes; a long one goes over several rows, for each has a greatest height."""
        left, right = self.across
        width = self._width(left, right)
        for note in notes(self.form.table, language=self.form.language):
            part = ""
            for piece in note.split("; "):
                longer = f"{part}; {piece}" if part else piece
                if part and lines_in(longer, width, SIZE) > MOST_LINES:
                    self._across(row, left, right, f"{part};", "note")
                    row, longer = row + 1, piece
                part = longer
            self._across(row, left, right, part, "note")
            row += 1
        return row

    def _signatures(self, row: int) -> None:
        """Write the place of the signatures: in one row, which no page break parts."""
        signers, (left, right) = self.frame.signers, self.across
        half = (left + right) // 2
        place = place_and_day(signers, self.form.language)
        title = signers.head_title or self._words("head")
        sides = (
            (left, half, "", self._words("prepared_by"), "sign", signers.prepared_by),
            (half + 1, right, place, title, "seal", signers.head),
        )
        lines = 1
        for first, last, above, who, how, name in sides:
            parts = [
                ("place", f"\n{above}\n"),
                ("signer", f"{who}\n"),
                ("place", self._words(how) + "\n" * ROOM_TO_SIGN),
                ("signer", name or ""),
            ]
            self._signature(row, first, last, parts)
            text, width = "".join(text for _, text in parts), self._width(first, last)
            lines = max(lines, lines_in(text, width, SIZE, bold=True))
        self._height(row, lines)

    def _signature(self, row: int, first: int, last: int, parts: list[tuple[str, str]]) -> None:
        look = self.looks.of("signature")
        merge_text(self.sheet, row, first, row, last, "", look)
        texts = [(name, without_controls(text)) for name, text in parts if text]
        fragments = [part for name, text in texts for part in (self.looks.of(name), text)]
        self.sheet.write_rich_string(row, first, *fragments, look)
