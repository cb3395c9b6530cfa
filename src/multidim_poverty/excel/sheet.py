"""One sheet of a workbook: its columns, rows, households and members."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from multidim_poverty.base.files import legacy_text
from multidim_poverty.base.files.cells import BrokenCell, SheetCells
from multidim_poverty.excel.cells import NOTHING, Cells, Parsed, parse, tidy
from multidim_poverty.excel.headings import Headings, find_headings
from multidim_poverty.excel.homes import Homes, homes_of
from multidim_poverty.excel.layout import Sheet, SheetColumn
from multidim_poverty.excel.problems import OTHER, Ints, Problems, shown
from multidim_poverty.excel.row_kinds import RowKinds, row_kinds
from multidim_poverty.kleene import BoolArray
from multidim_poverty.vocabulary import Relation

__all__ = ["MANY", "UNIT_COLUMNS", "Part"]

TEST_RECORD = re.compile(r"\btest\b", re.IGNORECASE)
MANY = 2  # records from which on a column empty in all of them is one problem
UNIT_COLUMNS = ("province", "district", "commune", "village")
LONGEST_LIFE = 130  # years


class Part:
    """What is read of one sheet.

    Attributes
    ----------
    households, members : dict
        Columns.
    headings : Headings
    kinds : RowKinds
    homes : Homes
    unread : numpy.ndarray
        Of each record, what its cells hold that could not be read, as a text.
    asked : set of str
        Marks of which the sheet has at least one.
    """

    def __init__(
        self,
        content: SheetCells,
        sheet: Sheet,
        year: int | None,
        units: Mapping[str, str],
        problems: Problems,
    ) -> None:
        self.content, self.sheet, self.year = content, sheet, year
        self.units, self.problems = units, problems
        self.name = content.name
        self.headings: Headings = find_headings(sheet, content, year, problems)
        self.places = self.headings.places
        self.kinds: RowKinds = row_kinds(sheet, content, self.headings)
        self.lines: Ints = np.array(self.kinds.records, dtype=np.int64)
        self.unread = np.full(len(self.lines), "", dtype=object)
        self.asked: set[str] = set()
        self._cells: dict[int, Cells] = {}
        self.columns = {column.name: column for column in sheet.columns}
        self.homes = self._homes()
        self.home, self.first = self.homes.home, self.homes.first
        self.starts: BoolArray = np.zeros(len(self.lines), dtype=bool)
        self.starts[self.first] = True
        self.households: dict[str, Any] = {
            **self._position(self.first),
            "list": [sheet.name] * len(self.first),
        }
        self.members: dict[str, Any] = self._position(np.arange(len(self.lines)))
        for column in sheet.columns:
            to = self.members if column.table == "members" else self.households
            to[column.name] = self._read(column, to)
        self._name_heads()
        self._place()
        self._tell_absent()
        self._others()
        self._tell_rows()

    # -- rows and households ----------------------------------------------------------------------

    def cells_at(self, at: int) -> Cells:
        """The cells of a column of the sheet, in the records; None where nothing shows."""
        if at not in self._cells:
            rows = self.content.rows
            self._cells[at] = tidy([rows[line].get(at) for line in self.kinds.records])
        return self._cells[at]

    @cached_property
    def used_columns(self) -> list[int]:
        """Columns in which a record has something."""
        rows = self.content.rows
        return sorted({at for line in self.kinds.records for at in rows[line]})

    def _homes(self) -> Homes:
        number = len(self.lines)
        if self.sheet.starts is None:
            return Homes(np.arange(number), np.arange(number))
        at = self.places.get(self.sheet.starts)
        is_head = None
        if "relation" in self.places:
            relation = self._parsed("relation").values
            is_head = np.asarray(relation == Relation.HEAD.value, dtype=bool)
        of_home = np.zeros(number, dtype=bool)
        for name, place in self.places.items():
            if self.columns[name].table == "households":
                of_home |= filled(self.cells_at(place))
        above = [tuple(sorted(unit.items())) for unit in self.kinds.units]
        return homes_of(None if at is None else self.cells_at(at), is_head, of_home, above)

    def _parsed(self, name: str) -> Parsed:
        return parse(self.columns[name], self.cells_at(self.places[name]))

    def _position(self, rows: Ints) -> dict[str, Any]:
        return {
            "sheet": pd.array([self.name] * len(rows), dtype="string"),
            "row": pd.array(self.lines[rows] + 1, dtype="Int64"),
        }

    @property
    def row_kinds(self) -> dict[int, str]:
        """The kind of each row; a record that begins a household is one."""
        begins = dict.fromkeys(self.lines[self.first].tolist(), "household")
        return {**self.kinds.kinds, **begins}

    # -- what they hold -----------------------------------------------------------------------

    def _read(self, column: SheetColumn, to: dict[str, Any]) -> Any:
        rows = np.arange(len(self.lines)) if column.table == "members" else self.first
        if column.name not in self.places:
            # Nothing is "no" only in a column that is there.
            nothing = np.full(len(rows), None, dtype=object)
            parsed = parse(column, nothing)
            if column.kind == "birth":
                to["birth_year"] = parsed.years
            if column.kind == "flag":
                return pd.array([None] * len(rows), "boolean")
            return parsed.values
        every = self.cells_at(self.places[column.name])
        self._note_asked(column, every)
        marked = np.zeros(0, dtype=np.int64)
        if column.table == "households":
            if column.kind == "flag":
                marked = self._marks_of_members(column, every)
            self._tell_differing(column.name, every, set(marked.tolist()))
        elif column.fill:
            every = self._filled_forward(every)
        values = every[rows]
        parsed = parse(column, values)
        self._tell(column, rows, values, parsed)
        if column.kind == "birth":
            to["birth_year"] = parsed.years
            self._tell_births(rows, values, parsed)
        if len(marked):
            parsed.values[self.home[marked]] = True
        return parsed.values

    def _tell(self, column: SheetColumn, rows: Ints, values: Cells, parsed: Parsed) -> None:
        """The problems of the cells of a column."""
        name = column.name
        empty = np.array([value is None or value == NOTHING for value in values], dtype=bool)
        unread = np.asarray(pd.isna(parsed.values), dtype=bool) & ~empty
        for n in np.flatnonzero(unread).tolist():
            self.unread[rows[n]] += f"{name}: {shown(values[n])}\n"
        typed = self.content.is_typed
        for rule, bad in parsed.faults.items():
            if typed or rule not in ("text_number", "not_text"):  # in a CSV file all is text
                self._add(rows[bad], name, rule, values[bad])
        if column.required:
            nothing = ~filled(values) | (values == NOTHING)
            if len(rows) >= MANY and empty.all():
                place = -1, self.places[name]
                self.problems.add(self.name, place, name, None, "empty_column", rows=len(rows))
            else:
                rule = "head_without_code" if name == self.sheet.starts else "missing_value"
                self._add(rows[nothing], name, rule)
        merged = np.array([is_merged(value) for value in values], dtype=bool)
        areas = np.array([str(v) if is_merged(v) else None for v in values], dtype=object)
        self._add(rows[merged], name, "merged_cell", areas[merged])
        if column.person:
            test = _where(values, lambda text: TEST_RECORD.search(text) is not None)
            self._add(rows[test], name, "test_record", values[test])
        if column.kind in ("text", "place", "category"):
            self._tell_legacy(name, rows, values)
        if column.in_year and self.year is not None:
            years = parsed.values.year
            other = ~np.isnan(years) & (years != self.year)
            self._add(rows[other], name, "outside_the_year", values[other], year=self.year)

    def _tell_legacy(self, name: str, rows: Ints, values: Cells) -> None:
        """Texts in the codes of old fonts, with what they say in Unicode."""
        for row, value in zip(rows.tolist(), values.tolist(), strict=True):
            legacy = None if not isinstance(value, str) or value.isascii() else legacy_text(value)
            if legacy is not None:
                self._add(np.array([row]), name, "legacy_encoding", np.array([value], dtype=object),
                          encoding=legacy[0], decoded=legacy[1])  # fmt: skip

    def _note_asked(self, column: SheetColumn, cells: Cells) -> None:
        at = self.places[column.name]
        written = (value is not None and not is_merged(value) for value in cells)
        if column.kind == "flag" and (at in self.content.computed_empty or any(written)):
            self.asked.add(column.name)

    def _marks_of_members(self, column: SheetColumn, cells: Cells) -> Ints:
        """Records of members with a mark of their household, where its first record has none."""
        marks = np.asarray(parse(column, cells).values.fillna(value=False), dtype=bool)
        of_first = self.first[np.maximum(self.home, 0)] if len(self.first) else self.home
        silent = np.array([cells[row] is None for row in of_first.tolist()], dtype=bool)
        rows: Ints = np.flatnonzero(marks & ~self.starts & silent & (self.home >= 0))
        self._add(rows, column.name, "mark_of_member", cells[rows])
        return rows

    def _tell_births(self, rows: Ints, values: Cells, parsed: Parsed) -> None:
        """Births after the review, or so long before that nobody lives."""
        last = self.year if self.year is not None else self._last_year()
        if last is None:
            return
        years = np.asarray(pd.array(parsed.years, dtype="Int64").to_numpy(float, na_value=np.nan))
        with np.errstate(invalid="ignore"):
            bad = (years > last) | (years < last - LONGEST_LIFE)
        expected = f"{last - LONGEST_LIFE}-{last}"
        self._add(rows[bad], "birth_date", "birth_out_of_range", values[bad], range=expected)

    def _last_year(self) -> int | None:
        """The year of the latest day in a column of days, where no year of the review is given."""
        years = [
            int(days.year.max())
            for name in self.places
            if self.columns[name].kind == "date"
            for days in [self._parsed(name).values]
            if days.notna().any()
        ]
        return max(years, default=None)

    def _filled_forward(self, values: Cells) -> Cells:
        """The value of the head where a member has none, or shares the merged cell of the head.

        An error is not nothing, and a cell merged with another member's is not the head's.
        """
        filled_cells = values.copy()
        for row in np.flatnonzero(self.home >= 0).tolist():
            value, head = values[row], self.first[self.home[row]]
            shares = is_merged(value) and value.first[0] == self.lines[head]
            if value is None or shares:
                filled_cells[row] = values[head]
        return filled_cells

    def _tell_differing(self, column: str, values: Cells, marked: set[int]) -> None:
        """Values of a household on another row than that of its head, which is what is read."""
        for row in np.flatnonzero(filled(values) & ~self.starts).tolist():
            home, value = self.home[row], values[[row]]
            of_head = None if home < 0 else values[self.first[home]]
            if home < 0:
                self._add(np.array([row]), column, "no_household", value)
            elif value[0] != of_head and row not in marked and not _same_code(value[0], of_head):
                self._add(np.array([row]), column, "not_the_heads", value, head_value=of_head)

    def _name_heads(self) -> None:
        """Where one column has all names, that of the head is in its first row."""
        for column in self.sheet.columns:
            if column.of_head in self.places and column.name not in self.places:
                self.households[column.name] = self.members[column.of_head][self.first]

    def _tell_absent(self) -> None:
        """Columns that the sheet does not have, and that nothing else stands for."""
        given = {*self.units, *(level for above in self.kinds.units for level in above)}
        for name in self.headings.absent:
            column = self.columns[name]
            if not (column.may_be_absent or name in given or column.of_head in self.places):
                self.problems.add(self.name, None, name, None, "missing_column")

    # -- units and other columns ----------------------------------------------------------------

    def _place(self) -> None:
        """Units from the columns, else from the row of the unit above, else as they were given."""
        for name in (*UNIT_COLUMNS, "commune_code"):
            own = self.households.get(name)
            if own is None and name not in UNIT_COLUMNS and name not in self.units:
                continue
            stated = [None] * len(self.first) if own is None else own.astype(object).tolist()
            rows = self.first.tolist()
            above = [self.kinds.units[row].get(name) or self.units.get(name) for row in rows]
            names = [
                one if isinstance(one, str) else other
                for one, other in zip(stated, above, strict=True)
            ]
            self.households[name] = pd.array(names, dtype="string")

    def _others(self) -> None:
        """Columns that the layout does not know are kept as text."""
        to = self.members if self.sheet.starts else self.households
        taken = set(self.places.values())
        for at in self.used_columns:
            cells = self.cells_at(at)
            has = filled(cells)
            if at in taken or not has.any():
                continue
            letter = xl_col_to_name(at)
            heading = self.headings.texts.get(at, letter)
            if OTHER + heading in to:
                heading += f" ({letter})"
            name = OTHER + heading
            self.problems.add(self.name, (-1, at), name, None, "unknown_column")
            texts = [shown(v) if one else None for v, one in zip(cells, has, strict=True)]
            for line, value in zip(self.lines.tolist(), cells, strict=True):
                if is_merged(value):
                    self.problems.add(self.name, (line, at), name, value.value, "merged_cell")
            to[name] = pd.array(texts, dtype="string")

    def _tell_rows(self) -> None:
        """Rows that could not be told, and headings that stand among the data."""
        seen_record = False
        for row, kind in self.kinds.kinds.items():
            at = min(self.content.rows[row])
            seen_record = seen_record or kind == "member"
            if kind == "unknown":
                self.problems.add(self.name, (row, at), "", None, "unknown_row", row=row + 1)
            elif kind in ("heading", "numbers", "symbols") and seen_record:
                value = self.content.rows[row][at]
                self.problems.add(self.name, (row, at), "", value, "repeated_header")
        if self.homes.repeated:
            assert self.sheet.starts is not None
            place = -1, self.places[self.sheet.starts]
            count = len(self.homes.repeated)
            self.problems.add(
                self.name, place, self.sheet.starts, None, "code_on_each_row", rows=count
            )

    def _add(
        self,
        rows: Ints,
        column: str | None,
        rule: str,
        values: Cells | None = None,
        **fields: Any,
    ) -> None:
        """A problem of the cells of a column in these records."""
        at = 0 if column is None else self.places[column]
        for n, row in enumerate(self.lines[rows].tolist()):
            value = None if values is None else values[n]
            value = str(value) if isinstance(value, BrokenCell) else value
            self.problems.add(self.name, (row, at), column or "", value, rule, **fields)


def filled(cells: Cells) -> BoolArray:
    """Which cells have a value that can be read."""
    return np.array([v is not None and not isinstance(v, BrokenCell) for v in cells], dtype=bool)


def is_merged(value: Any) -> bool:
    """Whether a cell is merged with one that has the value."""
    return isinstance(value, BrokenCell) and value.rule == "merged_cell"


def _same_code(one: Any, other: Any) -> bool:
    """Whether two cells are one code, as a number or as a text."""
    return isinstance(one, str | float) and isinstance(other, str | float) and (
        shown(one) == shown(other)
    )  # fmt: skip


def _where(cells: Cells, test: Any) -> BoolArray:
    return np.array([isinstance(v, str) and test(v) for v in cells], dtype=bool)
