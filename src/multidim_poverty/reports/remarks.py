"""Printed numbers that say something else than they seem to, each with a mark and a note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from string import ascii_lowercase
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from multidim_poverty.language import Language, rounded_text
from multidim_poverty.reports.assembly import code_words, total_of, unit_names
from multidim_poverty.reports.layouts import Layout, TableColumn, layout_of, note_words
from multidim_poverty.reports.suppression import hidden_columns

__all__ = ["Remark", "marks_of", "remarks_of"]

KINDS = ("overlap", "unanswered", "not_the_formula")  # in the order of their marks

DIGITS = 6  # of weighted counts that are compared
NAMED = 10  # cells of a remark whose units are called by their names


@dataclass(frozen=True)
class Remark:
    """What is to be said of some cells of a printed table.

    Attributes
    ----------
    kind : {"overlap", "unanswered", "not_the_formula"}
        ``overlap``: a number less several groups, of which households in two groups are taken
        away twice, so that it may be negative. ``unanswered``: the same with households of which
        it is not known whether they are of a group. ``not_the_formula``: a count that the
        formula of its column does not give.
    mark : str
        Printed behind the number: ``(a)``.
    cells : tuple of (int, str, int, int or None)
        Position of the row, id of the column, its number, and the other one: what was counted, or
        what the formula gives.
    """

    kind: str
    mark: str
    cells: tuple[tuple[int, str, int, int | None], ...]

    def text(self, table: pd.DataFrame, language: Language) -> str:
        """The note under the table."""
        form = layout_of(table)
        names = _row_names(table, language, short=len(self.cells) > NAMED)
        rows = []
        for row, id, value, other in self.cells:
            column = form.column(id)
            label = column.header.text(language) if column.number is None else str(column.number)
            words = "remark_cell" if other is None else f"{self.kind}_cell"
            fields = {"unit": names[row], "column": label, "value": _number(value, language)}
            if other is not None:
                fields["other"] = _number(other, language)
            rows.append(note_words(words).text(language).format(**fields))
        return note_words(self.kind).text(language).format(mark=self.mark, cells="; ".join(rows))


def remarks_of(table: pd.DataFrame) -> list[Remark]:
    """What is to be said of the cells of a table, in the order of the marks.

    Cells that are hidden, and those that could be worked out with a hidden one, are passed over.
    """
    form = layout_of(table)
    cells: dict[str, list[tuple[int, str, int, int | None]]] = {kind: [] for kind in KINDS}
    hidden = hidden_columns(table)
    bare = table.copy(deep=False)
    bare.attrs = {}  # pandas would copy them with every column
    values = {id: _exact(bare[id]) for id in bare.columns}
    for column in form.printed:
        for kind, *cell in _differing(values, hidden, form, column):
            cells[kind].append(tuple(cell))  # type: ignore[arg-type]
    said = [(kind, sorted(cells[kind], key=itemgetter(0))) for kind in KINDS if cells[kind]]
    return [
        Remark(kind, f"({letter})", tuple(found))
        for (kind, found), letter in zip(said, ascii_lowercase, strict=False)
    ]


def marks_of(table: pd.DataFrame) -> dict[tuple[int, str], str]:
    """The marks of the cells, by position of the row and id of the column."""
    return {
        (row, id): remark.mark for remark in remarks_of(table) for row, id, _, _ in remark.cells
    }


def _differing(
    values: Mapping[str, pd.Series[Any]],
    hidden: Sequence[set[str]],
    form: Layout,
    column: TableColumn,
) -> Iterator[tuple[str, int, str, int, int | None]]:
    """The cells of a column that need a remark: kind, row, column, number, other number."""
    needed = [column.id, *(id for _, id in column.signed_terms)]
    if not column.terms or not all(id in values and is_numeric_dtype(values[id]) for id in needed):
        return
    computed = _exact(total_of(column, values))
    counted = next((each.id for each in form.columns if each.same_as == column.id), None)
    has_minus = any(sign < 0 for sign, _ in column.signed_terms)
    others = [None] * len(hidden) if counted is None else values.get(counted, [None] * len(hidden))
    rows = zip(values[column.id], computed, others, hidden, strict=True)
    for row, (value, by_formula, other, hidden_here) in enumerate(rows):
        if _is_no_count(value) or column.id in hidden_here:
            continue
        if not _is_no_count(by_formula) and by_formula != value:
            yield "not_the_formula", row, column.id, round(value), round(by_formula)
            continue
        if counted is None and not (has_minus and value < 0):
            continue
        is_open = _is_no_count(other) or counted in hidden_here
        if value < 0 or (not is_open and value != other):
            is_more = not is_open and value > other
            kind = "unanswered" if is_more else "overlap"
            yield kind, row, column.id, round(value), None if is_open else round(other)


def _exact(values: pd.Series[Any]) -> pd.Series[Any]:
    """Counts to compare: weighted ones without what their sums lose in the last digits."""
    return values.round(DIGITS) if is_float_dtype(values) else values


def _is_no_count(value: Any) -> bool:
    """Whether a cell is missing, or holds a text of a workbook that was read."""
    return bool(pd.isna(value)) or not isinstance(value, int | float | np.integer)


def _row_names(table: pd.DataFrame, language: Language, *, short: bool) -> list[str]:
    """How each row is called: number, unit and what it counts; `short` leaves out the unit."""
    numbers = table["number"].fillna("").astype(str)
    names = [
        number if short and number else f"{number} {name or ''}".strip()
        for number, name in zip(numbers, unit_names(table, language), strict=True)
    ]
    if "count_of" not in table.columns:
        return names
    counted = [code_words("count_of", value, language).lower() for value in table["count_of"]]
    return [f"{name} ({of})" for name, of in zip(names, counted, strict=True)]


def _number(value: int, language: Language) -> str:
    return rounded_text(value, language)
