"""Where the columns and rows of an official table stand in a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from multidim_poverty.base.files.cells import BrokenCell, SheetCells, normalise
from multidim_poverty.errors import UnreadableFileError
from multidim_poverty.identity import look_alike_key
from multidim_poverty.reports import Layout, TableColumn
from multidim_poverty.reports.figures import number_in
from multidim_poverty.reports.layouts import spellings
from multidim_poverty.reports.suppression import HIDDEN_SIGN

__all__ = ["TableSheet", "title_row"]

# A cell of the line of column numbers: 3, (3), 1.2.10, A, 4=3/1*100.
COLUMN_NUMBER = re.compile(
    r"\(?(?P<number>\d{1,2}(?:\.\d{1,2}){0,2}|[A-ZĐ])\)?(?:\s*=[\d\s+*/().:x%-]*)?", re.I
)
# A formula of `formula_text`: empty where one of its parts has no number, or its base is 0.
GUARD = re.compile(
    r'=IF\(COUNT\((?P<parts>[A-Z]+\d+(?:,[A-Z]+\d+)*)\)<\d+,"",(?:IF\((?P<base>[A-Z]+\d+)=0,"",)?'
)
WORD = re.compile(r"[^\W\d_]{2}")
DAY = re.compile(r"ngày\b.{0,12}\btháng\b.{0,12}\bnăm\b", re.IGNORECASE)  # of signing
FIGURE = re.compile(r"\d|^#|^[-–—.…*]+$")  # a number in a text, an error of Excel, a printed blank


def title_row(sheet: SheetCells, titles: Iterable[str]) -> tuple[int, str] | None:
    """The first row, from 0, with one of the titles in it, and the longest such title."""
    keys = {title: look_alike_key(title) for title in titles}
    for row in sorted(sheet.rows):
        for value in sheet.rows[row].values():
            if isinstance(value, str):
                key = look_alike_key(value)
                if fits := [title for title in keys if keys[title] in key]:
                    return row, max(fits, key=len)
    return None


class TableSheet:
    """A sheet with an official table.

    Attributes
    ----------
    sheet : SheetCells
    title : int
        Row of the title, from 0.
    two_rows : bool
        Whether households and persons of a unit have a row each.
    """

    def __init__(self, sheet: SheetCells, title: int, *, two_rows: bool) -> None:
        self.sheet, self.title, self.two_rows = sheet, title, two_rows
        self._areas = {
            (row, column): (top, left)
            for top, left, bottom, right in sheet.merged
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }

    def value(self, row: int, column: int) -> Any:
        """The value of a cell, or of the merged one that it is part of; None where there is none.

        An error or a formula without a value is a text, which is no number; a formula of
        `write_tables` that lacks one of its cells is empty.
        """
        at = self._areas.get((row, column), (row, column))
        value = self.sheet.rows.get(at[0], {}).get(at[1])
        if isinstance(value, BrokenCell):
            is_empty = value.rule == "merged_cell" or self._lacks_a_number(value.value)
            return None if is_empty else value.value
        return normalise(value) or None if isinstance(value, str) else value

    def _lacks_a_number(self, formula: str) -> bool:
        guard = GUARD.match(formula)
        if guard is None:
            return False
        cells = [*guard["parts"].split(","), *filter(None, [guard["base"]])]
        numbers = [number_in(self.value(*xl_cell_to_rowcol(cell))) for cell in cells]
        return None in numbers or (guard["base"] is not None and numbers[-1] == 0)

    def key(self, row: int, column: int) -> str:
        """The key of a text; empty for anything else."""
        value = self.value(row, column)
        return look_alike_key(value) if isinstance(value, str) else ""

    def cell(self, row: int, column: int) -> str:
        """The name of a cell, such as ``D12``."""
        return f"{xl_col_to_name(column)}{row + 1}"

    @cached_property
    def width(self) -> int:
        """The number of columns in which something stands."""
        return max((max(cells) + 1 for cells in self.sheet.rows.values() if cells), default=0)

    @cached_property
    def below(self) -> list[int]:
        """The rows below the title in which something stands."""
        return [row for row in sorted(self.sheet.rows) if row > self.title]

    @cached_property
    def first(self) -> int:
        """The first row of data: a name, and a number beside it."""
        for row in self.below:
            values = [self.value(row, column) for column in range(self.width)]
            words = [isinstance(value, str) and bool(WORD.search(value)) for value in values]
            numbers = [number_in(value) is not None or value == HIDDEN_SIGN for value in values]
            if any(words) and any(numbers[words.index(True) + 1 :]):
                return row
        raise UnreadableFileError(f"sheet {self.sheet.name!r} has no row with a name and a number")

    @cached_property
    def number_line(self) -> int | None:
        """The line of column numbers."""
        for row in self.below:
            if row >= self.first:
                break
            values = [str(value) for value in self._row(row)]
            if len(values) > 2 and all(COLUMN_NUMBER.fullmatch(_whole(value)) for value in values):
                return row
        return None

    @cached_property
    def heading_rows(self) -> list[int]:
        """The rows of the headings: from the one that names the units."""
        rows = [row for row in self.below if row < self.first and row != self.number_line]
        known = spellings("unit") | spellings("number")
        for n, row in enumerate(rows):
            if any(self.key(row, column) in known for column in range(self.width)):
                return rows[n:]
        return rows

    def heading(self, column: int) -> tuple[str, ...]:
        """Keys of what stands above a column, the outermost first."""
        keys = [self.key(row, column) for row in self.heading_rows]
        return tuple(dict.fromkeys(key for key in keys if key))

    def bottom_heading(self, column: int) -> str:
        """What stands next above a column, as it is written."""
        texts = [self.value(row, column) for row in self.heading_rows]
        return next((str(text) for text in reversed(texts) if text is not None), "")

    def column_number(self, column: int) -> str:
        """The number of a column in the line of column numbers, without its formula."""
        if self.number_line is None:
            return ""
        text = _whole(str(self.value(self.number_line, column) or ""))
        match = COLUMN_NUMBER.fullmatch(text)
        return match["number"] if match else ""

    @cached_property
    def unit_column(self) -> int:
        """The column of the names of units."""
        for column in range(self.width):
            if {*self.heading(column)} & spellings("unit"):
                return column
        words = (
            column
            for column in range(self.width)
            if isinstance(value := self.value(self.first, column), str) and WORD.search(value)
        )
        return next(words)

    @cached_property
    def number_column(self) -> int | None:
        """The column of the numbers of units; None where there is none."""
        named = [
            column
            for column in range(self.unit_column)
            if {*self.heading(column)} & spellings("number")
        ]
        return next(iter(named), self.unit_column - 1 if self.unit_column else None)

    @cached_property
    def count_column(self) -> int | None:
        """The column that says whether a row counts households or persons."""
        if not self.two_rows:
            return None
        both = spellings("households") | spellings("persons")
        for column in range(self.unit_column + 1, self.width):
            if self.key(self.first, column) in both:
                return column
        raise UnreadableFileError(
            f"sheet {self.sheet.name!r} has no column that says which rows are of households and "
            f"which of persons"
        )

    @cached_property
    def value_columns(self) -> list[int]:
        """The columns of numbers: those with a heading, as far as there is no gap."""
        start = max(self.unit_column, self.count_column or 0) + 1
        columns = []
        for column in range(start, self.width):
            if not self.heading(column) and not self.column_number(column):
                break
            columns.append(column)
        return columns

    def data_rows(self) -> list[int]:
        """The rows of units: those with figures, and those with a number and a name above them.

        Headings that are printed again, and signatures, are no data.
        """
        again = [
            self._row(row) for row in (*self.heading_rows, self.number_line) if row is not None
        ]
        rows = [row for row in self.below if row >= self.first and self._row(row) not in again]
        figures = {row for row in rows if self._has_figures(row)}
        last = max(figures, default=-1)
        return [row for row in rows if row in figures or (row < last and self._named(row))]

    def _has_figures(self, row: int) -> bool:
        """Whether numbers stand in a row; a text across several columns or a day is none."""
        single = [column for column in self.value_columns if not self._is_across(row, column)]
        values = [self.value(row, column) for column in single]
        if any(value is not None and not isinstance(value, str) for value in values):
            return True
        texts = [value for value in values if isinstance(value, str) and FIGURE.search(value)]
        return bool(texts) and not all(map(DAY.search, texts))

    def _is_across(self, row: int, column: int) -> bool:
        """Whether a cell is part of one that is merged with its neighbours."""
        area = self._areas.get((row, column))
        beside = (self._areas.get((row, near)) for near in (column - 1, column + 1))
        return area is not None and area in beside

    def _named(self, row: int) -> bool:
        column = self.number_column
        number = None if column is None else self.value(row, column)
        return number is not None and self.value(row, self.unit_column) is not None

    def _row(self, row: int) -> list[Any]:
        values = [self.value(row, column) for column in range(self.width)]
        return [value for value in values if value is not None]

    # -- which column is which -----------------------------------------------------------------

    def places(self, form: Layout) -> tuple[dict[str, int], list[str]]:
        """Column of the form -> column of the sheet; and the headings that are other ones.

        By the headings where all are those of the form, else by the column numbers where each
        column has its own, else in the order of the form.
        """
        columns, found = form.printed, self.value_columns
        if len(found) != len(columns):
            raise UnreadableFileError(
                f"sheet {self.sheet.name!r} has {len(found)} columns of numbers, and table "
                f"{form.number} has {len(columns)}"
            )
        by_heading = self._by_heading(columns)
        if by_heading is not None:
            return by_heading, []
        numbers = [self.column_number(column) for column in found]
        wanted = [_whole(str(column.number)) for column in columns]
        if sorted(numbers) == sorted(wanted) and len({*wanted}) == len(wanted):
            places = {c.id: found[numbers.index(n)] for c, n in zip(columns, wanted, strict=True)}
        else:
            places = {c.id: at for c, at in zip(columns, found, strict=True)}
        others = []
        for column in columns:
            key = look_alike_key(self.bottom_heading(places[column.id]))
            keys = [look_alike_key(text) for text in (column.header.vi, column.header.en)]
            if not any(key and (key in own or own in key) for own in keys):
                shown = self.bottom_heading(places[column.id])
                others.append(
                    f"{xl_col_to_name(places[column.id])} {shown!r} as {column.header.vi!r}"
                )
        return places, others

    def _by_heading(self, columns: Sequence[TableColumn]) -> dict[str, int] | None:
        headings = {self.heading(column): column for column in self.value_columns}
        for language in ("vi", "en"):
            paths = {
                column.id: tuple(
                    dict.fromkeys(
                        look_alike_key(getattr(label, language))
                        for label in (*column.group, column.header)
                    )
                )
                for column in columns
            }
            if {*paths.values()} == {*headings} and len({*paths.values()}) == len(columns):
                return {id: headings[path] for id, path in paths.items()}
        return None


def _whole(text: str) -> str:
    """The text of a cell, without the decimals of a whole number."""
    return text.removesuffix(".0").strip()
