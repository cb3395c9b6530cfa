"""One sheet of a workbook: its columns, rows, households and members."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from multidim_poverty.excel.cells import NOTHING, Cells, parse, tidy
from multidim_poverty.excel.layout import Sheet, SheetColumn
from multidim_poverty.excel.positions import Positions, is_merged
from multidim_poverty.excel.problems import OTHER, Ints, Problems, shown
from multidim_poverty.excel.workbook import Broken, Rows
from multidim_poverty.kleene import BoolArray
from multidim_poverty.reports.layouts import kinh_spellings
from multidim_poverty.reports.unit_tally import same_group
from multidim_poverty.vocabulary import Relation

__all__ = ["Part"]

TEST_RECORD = re.compile(r"\btest\b", re.IGNORECASE)
LISTED = ("poor", "near_poor")


class Part:
    """What is read of one sheet.

    Attributes
    ----------
    households, members : dict
        Columns.
    home : numpy.ndarray
        The household of each member row; -1 before the first household.
    positions : Positions
    unread : numpy.ndarray
        Of each row, what its cells hold that could not be read, as a text.
    """

    def __init__(
        self, name: str, rows: Rows, sheet: Sheet, year: int | None, problems: Problems
    ) -> None:
        self.name, self.rows, self.sheet, self.year = name, rows, sheet, year
        self.problems = problems
        self.positions = Positions(name, rows, sheet, problems)
        self.places, self.lines = self.positions.places, self.positions.data_rows
        self.unread = np.full(len(self.lines), "", dtype=object)
        self.starts = self._starts()
        self.first = np.flatnonzero(self.starts)
        self.home: Ints = np.cumsum(self.starts) - 1
        self.households = {**self._position(self.first), "list": [sheet.name] * len(self.first)}
        self.members = self._position(np.arange(len(self.lines)))
        for column in sheet.columns:
            to = self.members if column.table == "members" else self.households
            to[column.name] = self._read(column)
        self._others()
        self._checks()

    # -- rows and households ----------------------------------------------------------------------

    @cached_property
    def cells(self) -> list[Cells]:
        """The cells of each column of the sheet, in the rows of the data; None where empty."""
        width = max((len(row) for row in self.rows), default=0)
        inside = [self.rows[n] for n in self.lines.tolist()]
        columns = [
            tidy([row[at] if at < len(row) else "" for row in inside]) for at in range(width)
        ]
        for cells in columns:
            cells[cells == ""] = None
        return columns

    def _starts(self) -> BoolArray:
        """Which rows begin a household."""
        starts = np.ones(len(self.lines), dtype=bool)
        if self.sheet.starts is None:
            return starts
        at = self.places.get(self.sheet.starts)
        # A code that cannot be read still begins one.
        starts = (
            ~starts
            if at is None
            else np.array([v is not None and not is_merged(v) for v in self.cells[at]], dtype=bool)
        )
        columns = {column.name: column for column in self.sheet.columns}
        if "relation" in self.places:
            relation = parse(columns["relation"], self.cells[self.places["relation"]]).values
            head = np.asarray(relation == Relation.HEAD.value, dtype=bool)
            # A head with values of a household but no code is no member of the one before.
            of_home = np.zeros(len(self.lines), dtype=bool)
            for name, at in self.places.items():
                if columns[name].table == "households":
                    of_home |= _filled(self.cells[at])
            starts |= head & of_home
        return starts

    def _position(self, rows: Ints) -> dict[str, Any]:
        return {
            "sheet": pd.array([self.name] * len(rows), dtype="string"),
            "row": pd.array(self.lines[rows] + 1, dtype="Int64"),
        }

    # -- what they hold -----------------------------------------------------------------------

    def _read(self, column: SheetColumn) -> Any:
        rows = np.arange(len(self.lines)) if column.table == "members" else self.first
        if column.name not in self.places:
            # Nothing is "no" only in a column that is there.
            nothing = np.full(len(rows), None, dtype=object)
            values = parse(column, nothing).values
            return pd.array([None] * len(rows), "boolean") if column.kind == "flag" else values
        values = self.cells[self.places[column.name]]
        if column.table == "households":
            self._differing(column.name, values)
        elif column.fill:
            values = self._filled_forward(values)
        values = values[rows]
        parsed = parse(column, values)
        empty = np.array([value is None or value == NOTHING for value in values], dtype=bool)
        for n in np.flatnonzero(np.asarray(pd.isna(parsed.values)) & ~empty).tolist():
            self.unread[rows[n]] += f"{column.name}: {shown(values[n])}\n"
        for rule, bad in parsed.faults.items():
            self._add(rows[bad], column.name, rule, values[bad])
        if column.required:
            rule = "head_without_code" if column.name == self.sheet.starts else "missing_value"
            self._add(rows[~_filled(values) | (values == NOTHING)], column.name, rule)
        merged = np.array([is_merged(value) for value in values], dtype=bool)
        areas = np.array([str(v) if is_merged(v) else None for v in values], dtype=object)
        self._add(rows[merged], column.name, "merged_cell", areas[merged])
        if column.person:
            test = _where(values, lambda text: TEST_RECORD.search(text) is not None)
            self._add(rows[test], column.name, "test_record", values[test])
        if column.in_year and self.year is not None:
            years = parsed.values.year
            other = ~np.isnan(years) & (years != self.year)
            self._add(rows[other], column.name, "outside_the_year", values[other], year=self.year)
        return parsed.values

    def _filled_forward(self, values: Cells) -> Cells:
        """The value of the head where a member has none, or shares the merged cell of the head.

        An error is not nothing, and a cell merged with another member's is not the head's.
        """
        filled = values.copy()
        for row in np.flatnonzero(self.home >= 0).tolist():
            value, head = values[row], self.first[self.home[row]]
            shares = is_merged(value) and value.first[0] == self.lines[head]
            if value is None or shares:
                filled[row] = values[head]
        return filled

    def _differing(self, column: str, values: Cells) -> None:
        """Values of a household on another row than that of its head, which is what is read."""
        for row in np.flatnonzero(_filled(values) & ~self.starts).tolist():
            home, value = self.home[row], values[[row]]
            of_head = None if home < 0 else values[self.first[home]]
            if home < 0:
                self._add(np.array([row]), column, "no_household", value)
            elif value[0] != of_head:
                self._add(np.array([row]), column, "not_the_heads", value, head_value=of_head)

    def _others(self) -> None:
        """Columns that the layout does not know are kept as text."""
        to = self.members if self.sheet.starts else self.households
        for at, cells in enumerate(self.cells):
            if at in self.places.values() or not _filled(cells).any():
                continue
            letter = xl_col_to_name(at)
            heading = self.positions.headings.get(at, letter)
            if OTHER + heading in to:
                heading += f" ({letter})"
            name = OTHER + heading
            self.problems.add(self.name, (-1, at), name, None, "unknown_column")
            filled = _filled(cells)
            texts = [shown(v) if has else None for v, has in zip(cells, filled, strict=True)]
            for line, value in zip(self.lines.tolist(), cells, strict=True):
                if is_merged(value):
                    self.problems.add(self.name, (line, at), name, value.value, "merged_cell")
            to[name] = pd.array(texts, dtype="string")

    # -- what must agree ----------------------------------------------------------------------

    def _checks(self) -> None:
        self._add(np.flatnonzero(self.home < 0), None, "no_household")
        if "relation" in self.places:
            head = np.asarray(self.members["relation"] == Relation.HEAD.value, dtype=bool)
            count = np.bincount(self.home[head & (self.home >= 0)], minlength=len(self.first))
            self._add(self.first[count == 0], "relation", "no_head")
            self._add(self.first[count > 1], "relation", "two_heads")
        if {"ethnic_group", "ethnic_minority"} <= set(self.places):
            groups = self.cells[self.places["ethnic_group"]][self.first]
            majority = {same_group(name) for name in kinh_spellings()}
            kinh = _where(groups, lambda text: same_group(text) in majority)
            marked = self.households["ethnic_minority"].to_numpy(bool, na_value=False)
            both = kinh & marked
            self._add(self.first[both], "ethnic_group", "group_disagrees", groups[both])
        if {"reason", "stated_class"} <= set(self.places):
            listed = np.isin(np.asarray(self.households["stated_class"], dtype=object), LISTED)
            none = np.asarray(pd.isna(self.households["reason"]), dtype=bool)
            self._add(self.first[listed & none], "reason", "no_reason")

    def _add(
        self,
        rows: Ints,
        column: str | None,
        rule: str,
        values: Cells | None = None,
        **fields: Any,
    ) -> None:
        """A problem of the cells of a column in these rows of the data."""
        at = 0 if column is None else self.places[column]
        for n, row in enumerate(self.lines[rows].tolist()):
            value = None if values is None else values[n]
            value = str(value) if isinstance(value, Broken) else value
            self.problems.add(self.name, (row, at), column or "", value, rule, **fields)


def _filled(cells: Cells) -> BoolArray:
    """Which cells have a value that can be read."""
    return np.array([v is not None and not isinstance(v, Broken) for v in cells], dtype=bool)


def _where(cells: Cells, test: Any) -> BoolArray:
    return np.array([isinstance(v, str) and test(v) for v in cells], dtype=bool)
