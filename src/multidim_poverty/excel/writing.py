"""Official tables as sheets of a workbook: merged headers, live formulas, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from multidim_poverty.excel.table_form import (
    TableForm,
    formula_text,
    header_groups,
    lines_of,
    unit_of,
)
from multidim_poverty.files.xlsx_writing import merge_text, new_workbook, write_text
from multidim_poverty.language import Language, check_language
from multidim_poverty.reports import TableColumn, layout_of, notes
from multidim_poverty.reports.assembly import code_words
from multidim_poverty.reports.suppression import HIDDEN_SIGN
from multidim_poverty.reports.suppression import suppress as hide_small_counts
from multidim_poverty.schema.arguments import as_frame

if TYPE_CHECKING:
    import xlsxwriter

__all__ = ["write_tables"]

FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
BOXED = {**FONT, "border": 1}
GREY = {"font_color": "#595959"}
FORMATS: dict[str, dict[str, Any]] = {
    "title": {**FONT, "bold": True, "font_size": 13, "align": "center", "text_wrap": True},
    "heading": {**FONT, "italic": True, "align": "center"},
    "header": {**BOXED, "bold": True, "align": "center", "text_wrap": True},
    "numbers": {**BOXED, "italic": True, "font_size": 9, "align": "center", "shrink": True},
    "text": {**BOXED, "text_wrap": True},
    "count": {**BOXED, "num_format": "#,##0", "align": "right"},
    "rate": {**BOXED, "align": "right"},  # General: 25 and 59.8, as the form prints them
    "mark": {**BOXED, "align": "center"},
    "plain": {**BOXED, "align": "right"},
    "note": {**FONT, "italic": True, "font_size": 9},
}
WIDTHS = {"number": 6.0, "unit": 24.0, "count_of": 8.0, "full_name": 24.0, "relation": 14.0}
PLAIN_WIDTH, TEXT_WIDTH, MARK_WIDTH = 10.5, 13.0, 7.0
MANY, NARROW_WIDTH = 18, 8.0  # with many columns, narrow ones keep the print readable
FOOT = {
    "differs": {"vi": "Theo công thức: {value}", "en": "By the formula: {value}"},
    "sheet": {"vi": "Biểu {number}", "en": "Table {number}"},
    "page": {"vi": "Trang", "en": "Page"},
}


class _EmptyText(str):
    """The empty text as the value of a formula: xlsxwriter writes "" as one never calculated."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


EMPTY_TEXT = _EmptyText()


def write_tables(
    tables: pd.DataFrame | Mapping[int, pd.DataFrame] | Iterable[pd.DataFrame],
    path: str | Path,
    *,
    heading: str = "",
    language: Language = "vi",
    suppress: int | None = None,
) -> None:
    """Write official tables to a workbook that an office can send.

    One sheet per table: title, `heading`, merged headers, the line of column numbers, the rows
    with parents in bold. Printed on A4 landscape, one page wide, headers on every page.

    Columns that are no part of the form (unknown answers, residuals, the counts behind shares,
    codes of units) stand to its right in grey, outside what is printed.

    Parameters
    ----------
    tables : pandas.DataFrame, or mapping or iterable of them
        As `multidim_poverty.reports.tables` and its single functions make them, without
        ``labels``. Sheets are in the order of the numbers.
    path : str or pathlib.Path
        Ends in ``.xlsx``; a file that is there is replaced.
    heading : str
        Line below each title, such as the place and the year.
    language : {"vi", "en"}
        Of titles, headers, units and notes.
    suppress : int, optional
        Hide counts from 1 to under this one, and those from which they could be computed, in all
        tables together, as `multidim_poverty.reports.suppress` does.

    Raises
    ------
    ValueError
        If there is no table, one does not say which it is, carries headers in place of ids,
        lacks columns of its form, or two have the same number. Nothing is written then.

    Notes
    -----
    A rate, or a sum of columns, is a live formula that holds the value too, so that readers
    that do not calculate see it. The formula stands only where it gives the value of the table.
    Where it does not (the closing stock of tables 2 and 3 is a count), the cell has the value
    of the table, and a comment gives what the formula would.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard_on("2023-10-01")
    >>> result = mdp.reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=standard))
    >>> tables = mdp.reports.tables(result, by=["area"], population="counted", numbers=[1, 4, 5])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tables.xlsx"
    ...     mdp.excel.write_tables(tables, path, heading="Dữ liệu giả lập")
    ...     sheet = pd.read_excel(path, sheet_name="Biểu 1", header=None, engine="calamine")
    >>> sheet.iloc[0, 0]
    'TỔNG HỢP KẾT QUẢ CHÍNH THỨC RÀ SOÁT HỘ NGHÈO; HỘ CẬN NGHÈO; HỘ LÀM NÔNG, LÂM, NGƯ NGHIỆP CÓ \
MỨC SỐNG TRUNG BÌNH'
    """
    check_language(language)
    if Path(path).suffix.casefold() != ".xlsx":
        raise ValueError(f"{path} does not end in .xlsx")
    if isinstance(tables, pd.DataFrame):
        tables = [tables]
    given = tables.values() if isinstance(tables, Mapping) else tables
    frames = [as_frame(table, "tables") for table in given]
    if not frames:
        raise ValueError("there is no table to write")
    numbers = sorted(layout_of(table).number for table in frames)
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise ValueError(f"tables given twice: {', '.join(map(str, twice))}")
    if suppress is not None:
        frames = [*hide_small_counts(dict(enumerate(frames)), below=suppress).values()]
    forms = [TableForm.of(table, language) for table in frames]
    with new_workbook(path) as workbook:
        plain = {name: workbook.add_format(look) for name, look in FORMATS.items()}
        bold = {
            name: workbook.add_format({**FORMATS[name], "bold": True})
            for name in ("text", "count", "rate", "mark", "plain")
        }
        grey = {
            name: workbook.add_format({**look, **GREY})
            for name, look in FORMATS.items()
            if name not in ("title", "heading", "note")
        }
        for form in sorted(forms, key=lambda form: form.layout.number):
            _Sheet(workbook, form, heading, {"": plain, "bold": bold, "grey": grey}).write()


class _Sheet:
    """A sheet that is being written."""

    TOP = 3  # title, heading, an empty row

    def __init__(
        self,
        workbook: xlsxwriter.Workbook,
        form: TableForm,
        heading: str,
        looks: dict[str, dict[str, Any]],
    ) -> None:
        self.form, self.heading, self.looks = form, heading, looks
        name = FOOT["sheet"][form.language].format(number=form.layout.number)
        self.sheet = workbook.add_worksheet(name)
        columns = [*form.printed, *form.beside]
        gap = len(form.printed)
        self.at = {column.id: n + (n >= gap) for n, column in enumerate(columns)}
        self.depth = max(len(column.group) for column in columns) + 1
        self.first = self.TOP + self.depth + 1  # the first row of data

    def write(self) -> None:
        form, last = self.form, len(self.form.printed) - 1
        plain = self.looks[""]
        merge_text(self.sheet, 0, 0, 0, last, form.text(form.layout.title), plain["title"])
        merge_text(self.sheet, 1, 0, 1, last, self.heading, plain["heading"])
        self._widths()
        self._headers(form.printed, plain)
        self._headers(form.beside, self.looks["grey"])
        end = self._rows()
        below = notes(form.table, language=form.language)
        for n, note in enumerate(below, start=end + 1):
            write_text(self.sheet, n, 0, note, plain["note"])
        self._print_on_a4(end + len(below))

    def _print_on_a4(self, end: int) -> None:
        sheet, form = self.sheet, self.form
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.repeat_rows(self.TOP, self.first - 1)
        sheet.print_area(0, 0, end, len(form.printed) - 1)
        sheet.set_footer(f"&R&9{FOOT['page'][form.language]} &P/&N")
        left = 0 if form.layout.rows == "members" else len(form.layout.leading)
        sheet.freeze_panes(self.first, left)

    def _widths(self) -> None:
        form = self.form
        plain = NARROW_WIDTH if len(form.printed) > MANY else PLAIN_WIDTH
        by_kind = {"text": TEXT_WIDTH, "mark": MARK_WIDTH}
        widths = {
            column.id: WIDTHS.get(column.id, by_kind.get(column.kind, plain))
            for column in (*form.printed, *form.beside)
        }
        for id, width in widths.items():
            self.sheet.set_column(self.at[id], self.at[id], width)
        room = sum(widths[column.id] for column in form.printed)
        self.sheet.set_row(0, 18 * ceil(1.3 * len(form.text(form.layout.title)) / room))
        # Rows of merged cells do not grow by themselves.
        lines = [1] * self.depth
        for level in range(self.depth):
            for label, inside in header_groups(form.printed, level):
                width = sum(widths[column.id] for column in inside)
                lines[level] = max(lines[level], lines_of(form.text(label), width))
        for column in form.printed:
            above = sum(lines[len(column.group) : -1])
            needed = lines_of(form.text(column.header), widths[column.id])
            lines[-1] = max(lines[-1], needed - above)
        for level, many in enumerate(lines):
            self.sheet.set_row(self.TOP + level, 15.5 * many)

    def _headers(self, columns: Sequence[TableColumn], look: dict[str, Any]) -> None:
        bottom = self.TOP + self.depth - 1
        for level in range(self.depth):
            for label, inside in header_groups(columns, level):
                ends = self.at[inside[0].id], self.at[inside[-1].id]
                text, row = self.form.text(label), self.TOP + level
                merge_text(self.sheet, row, ends[0], row, ends[1], text, look["header"])
        for column in columns:
            at = self.at[column.id]
            text = self.form.text(column.header)
            top = self.TOP + len(column.group)
            merge_text(self.sheet, top, at, bottom, at, text, look["header"])
            write_text(self.sheet, bottom + 1, at, column.number_text, look["numbers"])

    def _rows(self) -> int:
        """Write the rows; where they end."""
        if self.form.layout.rows == "members":
            return self._members()
        rows = self.form.rows
        for n, row in enumerate(rows):
            look = self.looks["bold"] if self.form.parents[n] else self.looks[""]
            self._row(self.first + n, n, row, look)
        if self.form.layout.rows_per_unit > 1:
            # By what the rows say and not by their place: a user may have filtered or sorted.
            for _, run in groupby(range(len(rows)), key=lambda n: unit_of(rows[n])):
                unit = list(run)
                self._name(unit[0], unit[-1])
        return self.first + len(rows)

    def _name(self, first: int, last: int) -> None:
        """One name for the rows of a unit."""
        row, bold = self.form.rows[first], self.form.parents[first]
        look = self.looks["bold" if bold else ""]["text"]
        for id in ("number", "unit"):
            at = self.at[id]
            text = row[id] or ""
            merge_text(self.sheet, self.first + first, at, self.first + last, at, text, look)

    def _members(self) -> int:
        position, last = self.first, len(self.form.printed) - 1
        numbered = [unit_of(row) for row in self.form.rows]
        for n, row in enumerate(self.form.rows):
            if row["unit"] is not None and (n == 0 or numbered[n] != numbered[n - 1]):
                text = f"{row['number']} {row['unit']}".strip()
                look = self.looks["bold"]["text"]
                merge_text(self.sheet, position, 0, position, last, text, look)
                position += 1
            self._row(position, n, row, self.looks[""])
            position += 1
        return position

    def _row(self, position: int, n: int, row: dict[str, Any], look: dict[str, Any]) -> None:
        for columns, looks in ((self.form.printed, look), (self.form.beside, self.looks["grey"])):
            for column in columns:
                self._cell(position, n, column, row[column.id], looks[column.kind])

    def _cell(self, row: int, n: int, column: TableColumn, value: Any, look: Any) -> None:
        at = self.at[column.id]
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
            remark = FOOT["differs"][self.form.language].format(value=by_formula[n])
            self.sheet.write_comment(row, at, remark)
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
