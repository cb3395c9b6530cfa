"""How faults become the table of faults: their cells, places, order and messages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import Label, Language, check_language, phrase, rule_text
from multidim_poverty.schema.cells import Coded, joined, objects
from multidim_poverty.schema.cells import column_of as column_of_cells
from multidim_poverty.schema.definitions import COLUMNS, Column, column_of

__all__ = ["HOUSEHOLD_PLACES", "Fault", "report"]

Objects = npt.NDArray[np.object_]
LARGEST = np.iinfo(np.int64).max
FIRST_CELLS = 1_000  # that show whether the cells of a column repeat
HOUSEHOLD_PLACES: Mapping[str, Any] = {"household_id": object, "member_id": object}


@dataclass(frozen=True, eq=False)
class Fault:
    """Rows of a table that break a rule.

    Attributes
    ----------
    table, column, rule : str
    rows : numpy.ndarray of int, optional
        Positions; None for the column as a whole, or where there is no table.
    values : object, numpy.ndarray or Coded, optional
        The bad values, where they are not those of the column.
    expected : object, numpy.ndarray or Coded, optional
        What would be in order, where it is not what the catalogue says.
    fields : mapping
        What fills in the message and the places, by name; a `Label` in the language of the table.
    citation : str or numpy.ndarray, optional
    definition : Column, optional
        The column, where it is not one of the list of columns.
    """

    table: str
    column: str
    rule: str
    rows: npt.NDArray[np.intp] | None = None
    values: Any = None
    expected: Any = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    citation: Any = None
    definition: Column | None = None

    def __len__(self) -> int:
        return 1 if self.rows is None else len(self.rows)


def report(
    faults: Iterable[Fault],
    tables: Mapping[str, pd.DataFrame | None],
    language: Language = "en",
    *,
    area: str = "tables",
    places: Mapping[str, Any] = HOUSEHOLD_PLACES,
) -> pd.DataFrame:
    """The table of faults: one row each, in the order of the tables, their rows and columns.

    Parameters
    ----------
    faults : iterable of Fault
    tables : mapping of str to pandas.DataFrame
        The tables that the faults are about, by the name that they have in the faults.
    language : {"en", "vi"}
    area : str
        Section of the catalogue.
    places : mapping of str to dtype
        The columns that say where a fault is, and their dtypes.
    """
    check_language(language)
    groups = _grouped(faults)
    listed, sizes = [group.fault for group in groups], [group.size for group in groups]
    group_of_row = np.repeat(np.arange(len(groups)), sizes)
    order = _order(groups, tables, group_of_row)
    blocks = [_Block(fault, tables.get(fault.table), language, area) for fault in listed]

    def of_fault(values: Sequence[str]) -> pd.Series[Any]:
        distinct = pd.Series(values, dtype=str).array
        return pd.Series(distinct.take(group_of_row[order]))

    def of_row(parts: Iterable[Any], dtype: Any) -> pd.Series[Any]:
        return column_of_cells(list(parts), sizes, order, dtype)

    return pd.DataFrame(
        {
            "severity": of_fault([block.text.severity for block in blocks]),
            "rule": of_fault([fault.rule for fault in listed]),
            "table": of_fault([fault.table for fault in listed]),
            **{
                name: of_row((block.place(name) for block in blocks), dtype)
                for name, dtype in places.items()
            },
            "column": of_fault([fault.column for fault in listed]),
            "value": of_row((block.values for block in blocks), object),
            "expected": of_row((block.expected for block in blocks), object),
            "message": of_row((block.message() for block in blocks), str),
            "citation": of_row((block.fault.citation for block in blocks), str),
        }
    )


@dataclass(frozen=True, eq=False)
class _Group:
    """Faults of one rule and column, joined into one, and when each row of it came."""

    fault: Fault
    size: int
    came: npt.NDArray[np.intp]


def _grouped(faults: Iterable[Fault]) -> list[_Group]:
    """Faults that are alike but for their rows and values; those without rows are left out."""
    alike: dict[Any, list[tuple[int, Fault]]] = {}
    for came, fault in enumerate(faults):
        if len(fault):
            absent = tuple(part is None for part in (fault.rows, fault.values, fault.expected))
            names = tuple(fault.fields)
            key = fault.table, fault.column, fault.rule, id(fault.definition), absent, names
            alike.setdefault(key, []).append((came, fault))
    return [_joined(*zip(*members, strict=True)) for members in alike.values()]


def _joined(came: Sequence[int], faults: Sequence[Fault]) -> _Group:
    first, sizes = faults[0], [len(fault) for fault in faults]
    when = np.repeat(came, sizes)
    if len(faults) == 1:
        return _Group(first, sizes[0], when)

    def of_all(parts: Sequence[Any]) -> Any:
        return None if all(part is None for part in parts) else joined(parts, sizes)

    rows = None if first.rows is None else np.concatenate([fault.rows for fault in faults])
    fault = replace(
        first,
        rows=rows,
        values=of_all([fault.values for fault in faults]),
        expected=of_all([fault.expected for fault in faults]),
        fields={name: of_all([fault.fields[name] for fault in faults]) for name in first.fields},
        citation=of_all([fault.citation for fault in faults]),
    )
    return _Group(fault, len(when), when)


def _order(
    groups: Sequence[_Group],
    tables: Mapping[str, pd.DataFrame | None],
    group_of_row: npt.NDArray[np.intp],
) -> npt.NDArray[np.intp]:
    """Faults of whole columns first, then by row; within a row by column, then as they came."""
    table_order = {name: n for n, name in enumerate(tables)}
    column_order: dict[tuple[str, str], int] = {(c.table, c.name): n for n, c in enumerate(COLUMNS)}
    faults = [group.fault for group in groups]
    none = np.array([], dtype=np.intp)
    rows = [np.full(g.size, -1) if g.fault.rows is None else g.fault.rows for g in groups]
    by_table = [table_order.get(fault.table, len(table_order)) for fault in faults]
    by_column = [column_order.get((fault.table, fault.column), -1) for fault in faults]
    of_groups = [np.array(key, dtype=np.intp)[group_of_row] for key in (by_column, by_table)]
    by_row, came = np.concatenate([none, *rows]), np.concatenate([none, *(g.came for g in groups)])
    keys = of_groups[1], by_row, of_groups[0], came
    widths = [int(key.max(initial=0)) + 2 for key in keys]
    if math.prod(widths) >= LARGEST:
        return np.lexsort(keys[::-1])
    number = np.zeros(len(came), dtype=np.int64)  # one number of all keys, most of it in order
    for key, width in zip(keys, widths, strict=True):
        number *= width
        number += key + 1
    return np.argsort(number, kind="stable")


class _Block:
    """The cells of one fault: each is one value for all rows, or one per row."""

    def __init__(
        self, fault: Fault, frame: pd.DataFrame | None, language: Language, area: str
    ) -> None:
        self.fault = fault
        self.frame = frame
        self.language = language
        self.text = rule_text(area, fault.rule)
        self.values = fault.values if fault.values is not None else self._cells(fault.column)
        fields = {
            name: cells.text(language) if isinstance(cells, Label) else cells
            for name, cells in fault.fields.items()
        }
        # A check may give the message another word for a value that it must not show.
        self.fields = {**self._words(), "value": self.values, **fields}
        self.expected = fault.expected
        if self.expected is None and self.text.expected is not None:
            self.expected = self._filled(self.text.expected)
        self.fields["expected"] = self.expected

    def place(self, name: str) -> Any:
        """Where the faults are."""
        if name in self.fault.fields:
            return self.fault.fields[name]
        return self.fault.rows if name == "row" else self._cells(name)

    def message(self) -> Any:
        """What is wrong, and the next step."""
        action = self.text.action
        return self._filled(self.text.message, action)

    def _cells(self, name: str) -> Any:
        """The cells of the rows in a column; None where the table has no such column."""
        frame, rows = self.frame, self.fault.rows
        if frame is None or rows is None:
            return None
        times = int((frame.columns == name).sum())
        linked = column_of(self.fault.table, name) is not None
        if name == "household_id" and (frame.index.name == name or (not times and not linked)):
            return objects(frame.index[rows])
        if times != 1:
            return None
        cells = frame[name].iloc[rows]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            place, values = cells.cat.codes.to_numpy(), cells.cat.categories.tolist()
            return Coded(np.where(place < 0, len(values), place), objects([*values, np.nan]))
        return objects(cells)

    def _words(self) -> dict[str, str]:
        """What the list of columns says of the column."""
        column = self.fault.definition or column_of(self.fault.table, self.fault.column)
        if column is None:
            return {"label": self.fault.column, "answers": "", "range": ""}
        bounds = phrase("at_least" if column.high == np.inf else "between").text(self.language)
        label = column.label.text(self.language)
        return {
            "label": f"{column.name} ({label})",
            "answers": ", ".join(column.codes),
            "range": bounds.format(low=f"{column.low:g}", high=f"{column.high:g}"),
        }

    def _filled(self, *labels: Label) -> Any:
        """Texts with their fields filled in: one for all rows, or one per row."""
        template = "; ".join(label.text(self.language) for label in labels)
        pattern: list[str] = []
        columns: list[tuple[npt.NDArray[np.intp], list[str]]] = []
        for literal, name, _, _ in Formatter().parse(template):
            pattern.append(literal.replace("{", "{{").replace("}", "}}"))
            if name is None:
                continue
            cells, quoted = self.fields[name], name == "value"
            if isinstance(cells, np.ndarray | Coded):
                pattern.append("{}")
                of_row, distinct = _distinct(cells)
                columns.append((of_row, [_shown(cell, quoted) for cell in distinct.tolist()]))
            else:
                pattern.append(_shown(cells, quoted).replace("{", "{{").replace("}", "}}"))
        fill = "".join(pattern).format
        return _each_once(fill, columns) if columns else fill()


def _distinct(cells: npt.NDArray[Any] | Coded) -> tuple[npt.NDArray[np.intp], npt.NDArray[Any]]:
    """For each cell its place among the distinct ones, and these; all, where few of them repeat.

    Cells that are equal are alike only within one type: True, 1 and 1.0 are shown in three ways.
    """
    if isinstance(cells, Coded):
        return cells.place.astype(np.intp, copy=False), cells.values
    every = np.arange(len(cells)), cells
    kinds = {*map(type, cells)} if cells.dtype == object else set()
    if kinds == {float}:
        cells = cells.astype(np.float64)
    if cells.dtype.kind not in "iufb" and kinds != {str}:
        return every
    first = cells[:FIRST_CELLS]
    if len(pd.unique(first)) > len(first) // 2:
        return every
    return pd.factorize(cells, use_na_sentinel=False)


def _each_once(
    fill: Callable[..., str], columns: Sequence[tuple[npt.NDArray[np.intp], list[str]]]
) -> Coded:
    """The text of each row from one word of each column; rows of the same words share it."""
    number = columns[0][0]
    for of_row, distinct in columns[1:]:
        if len(distinct) > 1:
            number = pd.factorize(number * len(distinct) + of_row)[0]
    n = int(number.max(initial=-1)) + 1
    one_row = np.zeros(n, dtype=np.intp)  # any row of each number
    one_row[number] = np.arange(len(number))
    texts = objects(
        list(map(fill, *([words[at] for at in of_row[one_row]] for of_row, words in columns)))
    )
    return Coded(number, texts)


def _shown(value: Any, quoted: bool) -> str:
    """A value as a message shows it: texts of the data in quotes, whole numbers and days short."""
    if isinstance(value, str):
        return repr(value) if quoted else value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    return str(value)
