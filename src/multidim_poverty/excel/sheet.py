"""One sheet of a workbook: its columns, rows, households and members."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from multidim_poverty.excel.cells import NOTHING, Cells, comparison_key, normalise, parse, tidy
from multidim_poverty.excel.layout import Sheet, SheetColumn
from multidim_poverty.excel.problems import Ints, Problems, shown
from multidim_poverty.excel.workbook import Broken, Rows
from multidim_poverty.kleene import BoolArray
from multidim_poverty.reports.layouts import kinh_spellings
from multidim_poverty.reports.reading import same_group
from multidim_poverty.vocabulary import Relation

__all__ = ["Part", "row_of", "title_at"]

TEST_RECORD = re.compile(r"\btest\b", re.IGNORECASE)
LISTED = ("poor", "near_poor")
NUMBERED = 5  # so many cells 1, 2, 3, ... are a line of column numbers, and no data


def row_of(rows: Rows, at: int) -> list[Any]:
    """A row, empty where the sheet has ended."""
    return rows[at] if at < len(rows) else []


def title_at(sheet: Sheet, rows: Rows) -> tuple[int, int] | None:
    """Row and column of the title, from 0: a cell above the data that has its words.

    Offices add words ("... NĂM 2023") and move it by a row; of several cells it is the one next
    to where it should be.
    """
    title = comparison_key(sheet.title or "")
    found = [
        (row, column)
        for row, cells in enumerate(rows[: sheet.first_row - 1])
        for column, value in enumerate(cells)
        if isinstance(value, str) and title in comparison_key(value)
    ]
    return min(found, key=lambda place: abs(place[0] - sheet.title_place[0]), default=None)


class Part:
    """What is read of one sheet.

    Attributes
    ----------
    households, members : dict
        Columns.
    home : numpy.ndarray
        The household of each member row; -1 before the first household.
    places : dict
        Name of a column -> where it stands, from 0.
    unread : numpy.ndarray
        Of each row, what its cells hold that could not be read, as a text.
    heading_rows : range
        Rows of the headings, from 0: below the title, or those of the paths and labels.
    """

    def __init__(
        self, name: str, rows: Rows, sheet: Sheet, year: int | None, problems: Problems
    ) -> None:
        self.name, self.rows, self.sheet, self.year = name, rows, sheet, year
        self.problems = problems
        self.labels = {comparison_key(column.label): column.name for column in sheet.columns}
        self.heading_rows = self._heading_rows()
        self.places = self._places()
        self.lines = self._lines()
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

    # -- where things stand -------------------------------------------------------------------

    @cached_property
    def cells(self) -> list[Cells]:
        """The cells of each column of the sheet, in the rows of the data; None where empty."""
        width = max((len(row) for row in self.rows), default=0)
        inside = [self.rows[n] for n in self.lines.tolist()]
        found = [tidy([row[at] if at < len(row) else "" for row in inside]) for at in range(width)]
        for cells in found:
            cells[cells == ""] = None
        return found

    @cached_property
    def headings(self) -> dict[int, str]:
        """What stands above each column, the lowest first."""
        found: dict[int, str] = {}
        for row in self.heading_rows:
            if _numbered(_keys(row_of(self.rows, row))):
                continue
            for at, value in enumerate(row_of(self.rows, row)):
                if isinstance(value, str) and value.strip():
                    found[at] = normalise(value)
        return found

    def _places(self) -> dict[str, int]:
        width = max((len(row) for row in self.rows), default=0)
        above = {comparison_key(text): at for at, text in reversed(self.headings.items())}
        row = row_of(self.rows, self.sheet.path_row - 1) if self.sheet.path_row else []
        paths = {str(value).strip(): at for at, value in enumerate(row)}
        found = {}
        for column in self.sheet.columns:
            if column.path is not None:
                at = paths.get(column.path)
            elif column.position is not None and not self.sheet.by_heading:
                at = column.position if column.position < width else None
            else:
                at = above.get(comparison_key(column.label))
            if at is None:
                self.problems.add(self.name, None, column.name, None, "missing_column")
                continue
            found[column.name] = at
            heading = self.headings.get(at, "")
            if self.labels.get(comparison_key(heading), column.name) != column.name:
                self.problems.add(self.name, (-1, at), column.name, heading, "heading_differs")
        return found

    def _heading_rows(self) -> range:
        sheet = self.sheet
        if sheet.path_row and sheet.label_row:
            # Some exports have no labels: then the data begin there.
            there = self._labelled(_keys(row_of(self.rows, sheet.label_row - 1)))
            return range((sheet.first_row if there else sheet.label_row) - 1)
        found = title_at(sheet, self.rows)
        assert found is not None
        moved = found[0] - sheet.title_place[0]
        if moved:
            title = self.rows[found[0]][found[1]]
            self.problems.add(self.name, found, "", title, "title_elsewhere")
        # The data may have moved with the title or not. A heading too many is seen, a household
        # too few is not.
        start, last = sorted([sheet.first_row - 1, sheet.first_row - 1 + moved])
        while start < last:
            keys = _keys(row_of(self.rows, start))
            if keys and not self._labelled(keys) and not _numbered(keys):
                break
            start += 1
        return range(found[0] + 1, start)

    def _labelled(self, keys: dict[int, str]) -> bool:
        """Whether a row has most of the labels of the layout, or little else."""
        known = sum(key in self.labels for key in keys.values())
        return known > 1 and known * 2 > min(len(keys), len(self.labels))

    def _lines(self) -> Ints:
        """The rows of the data, from 0: those with a value that do not repeat the headings."""
        heads = [_keys(row_of(self.rows, row)) for row in self.heading_rows]
        # Few rows begin as a heading does; the others need not be compared as a whole.
        begin = {"1", *self.labels, *(key for head in heads for key in [*head.values()][:1])}
        found = []
        for n in range(self.heading_rows.stop, len(self.rows)):
            row = self.rows[n]
            at = next((at for at, value in enumerate(row) if not _blank(value)), None)
            if at is None:
                continue
            keys = _keys(row) if _key(row[at]) in begin else {}
            if len(keys) > 1 and (keys in heads or self._labelled(keys) or _numbered(keys)):
                self.problems.add(self.name, (n, at), "", row[at], "repeated_header")
            else:
                found.append(n)
        return np.array(found, dtype=np.int64)

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
            else np.array([v is not None and not _merged(v) for v in self.cells[at]], dtype=bool)
        )
        columns = {column.name: column for column in self.sheet.columns}
        if "relation" in self.places:
            relation = parse(columns["relation"], self.cells[self.places["relation"]]).values
            head = np.asarray(relation == Relation.HEAD.value, dtype=bool)
            # A head with values of a household but no code is no member of the one before.
            of_home = np.zeros(len(self.lines), dtype=bool)
            for name, at in self.places.items():
                if columns[name].table == "households":
                    of_home |= _given(self.cells[at])
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
            values = self._filled(values)
        values = values[rows]
        parsed = parse(column, values)
        empty = np.array([value is None or value == NOTHING for value in values], dtype=bool)
        for n in np.flatnonzero(np.asarray(pd.isna(parsed.values)) & ~empty).tolist():
            self.unread[rows[n]] += f"{column.name}: {shown(values[n])}\n"
        for rule, bad in parsed.faults.items():
            self._say(rows[bad], column.name, rule, values[bad])
        if column.required:
            rule = "head_without_code" if column.name == self.sheet.starts else "missing_value"
            self._say(rows[~_given(values) | (values == NOTHING)], column.name, rule)
        merged = np.array([_merged(value) for value in values], dtype=bool)
        areas = np.array([str(v) if _merged(v) else None for v in values], dtype=object)
        self._say(rows[merged], column.name, "merged_cell", areas[merged])
        if column.person:
            test = _where(values, lambda text: TEST_RECORD.search(text) is not None)
            self._say(rows[test], column.name, "test_record", values[test])
        if column.in_year and self.year is not None:
            years = parsed.values.year
            other = ~np.isnan(years) & (years != self.year)
            self._say(rows[other], column.name, "outside_the_year", values[other])
        return parsed.values

    def _filled(self, values: Cells) -> Cells:
        """The value of the head where a member has none, or shares the merged cell of the head.

        An error is not nothing, and a cell merged with another member's is not the head's.
        """
        filled = values.copy()
        for row in np.flatnonzero(self.home >= 0).tolist():
            value, head = values[row], self.first[self.home[row]]
            shares = _merged(value) and value.first[0] == self.lines[head]
            if value is None or shares:
                filled[row] = values[head]
        return filled

    def _differing(self, column: str, values: Cells) -> None:
        """Values of a household on another row than that of its head, which is what is read."""
        given = _given(values)
        for row in np.flatnonzero(given & ~self.starts).tolist():
            home = self.home[row]
            rule = "no_household" if home < 0 else "not_the_heads"
            if home < 0 or values[row] != values[self.first[home]]:
                self._say(np.array([row]), column, rule, values[[row]])

    def _others(self) -> None:
        """Columns that the layout does not know are kept as text."""
        to = self.members if self.sheet.starts else self.households
        for at, cells in enumerate(self.cells):
            if at in self.places.values() or not _given(cells).any():
                continue
            name = f"other: {self.headings.get(at, xl_col_to_name(at))}"
            if name in to:
                name += f" ({xl_col_to_name(at)})"
            heading = name.removeprefix("other: ")
            self.problems.add(self.name, (-1, at), heading, None, "unknown_column")
            given = _given(cells)
            texts = [shown(v) if is_ else None for v, is_ in zip(cells, given, strict=True)]
            for line, value in zip(self.lines.tolist(), cells, strict=True):
                if _merged(value):
                    self.problems.add(self.name, (line, at), heading, value.value, "merged_cell")
            to[name] = pd.array(texts, dtype="string")

    # -- what must agree ----------------------------------------------------------------------

    def _checks(self) -> None:
        self._say(np.flatnonzero(self.home < 0), None, "no_household")
        if "relation" in self.places:
            head = np.asarray(self.members["relation"] == Relation.HEAD.value, dtype=bool)
            count = np.bincount(self.home[head & (self.home >= 0)], minlength=len(self.first))
            self._say(self.first[count == 0], "relation", "no_head")
            self._say(self.first[count > 1], "relation", "two_heads")
        if {"ethnic_group", "ethnic_minority"} <= set(self.places):
            groups = self.cells[self.places["ethnic_group"]][self.first]
            majority = {same_group(name) for name in kinh_spellings()}
            kinh = _where(groups, lambda text: same_group(text) in majority)
            marked = self.households["ethnic_minority"].to_numpy(bool, na_value=False)
            both = kinh & marked
            self._say(self.first[both], "ethnic_group", "group_disagrees", groups[both])
        if {"reason", "stated_class"} <= set(self.places):
            listed = np.isin(np.asarray(self.households["stated_class"], dtype=object), LISTED)
            none = np.asarray(pd.isna(self.households["reason"]), dtype=bool)
            self._say(self.first[listed & none], "reason", "no_reason")

    def _say(self, rows: Ints, column: str | None, rule: str, values: Cells | None = None) -> None:
        """A problem of the cells of a column in these rows of the data."""
        at = 0 if column is None else self.places[column]
        for n, row in enumerate(self.lines[rows].tolist()):
            value = None if values is None else values[n]
            self.problems.add(self.name, (row, at), column or "", value, rule)


def _key(value: Any) -> str:
    return "" if isinstance(value, Broken) else comparison_key(shown(value))


def _keys(row: list[Any]) -> dict[int, str]:
    keys = {at: _key(value) for at, value in enumerate(row)}
    return {at: key for at, key in keys.items() if key}


def _numbered(keys: dict[int, str]) -> bool:
    """Whether a row is the line of column numbers."""
    numbers = [str(n + 1) for n in range(len(keys))]
    return len(keys) >= NUMBERED and list(keys.values()) == numbers


def _merged(value: Any) -> bool:
    return isinstance(value, Broken) and value.rule == "merged_cell"


def _blank(value: Any) -> bool:
    return _merged(value) or (isinstance(value, str) and not value.strip())


def _given(cells: Cells) -> BoolArray:
    """Which cells have a value that can be read."""
    return np.array([v is not None and not isinstance(v, Broken) for v in cells], dtype=bool)


def _where(cells: Cells, test: Any) -> BoolArray:
    return np.array([isinstance(v, str) and test(v) for v in cells], dtype=bool)
