"""The faults of one official table: sums of units, formulas, parts, blanks, repeated rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language, phrase
from multidim_poverty.reports.assembly import COUNTED
from multidim_poverty.reports.layouts import TableColumn
from multidim_poverty.reports.read_tables import Numbers, ReadTable, name_of
from multidim_poverty.schema.faults import Fault

__all__ = [
    "TableCells",
    "faults_within",
    "faulty_counts",
    "not_checked",
    "objects_of",
    "repeated_rows",
]

UNLINKED = ("unlinked_increase", "unlinked_decrease")
# Rule -> columns beside the forms that count what the data leave out.
NOTES = {
    "undetermined": ("undetermined", "undetermined_start", "undetermined_end"),
    "unknown": ("unknown",),
    "without_reason": ("poor_without_reason", "near_poor_without_reason"),
}


@dataclass(frozen=True)
class TableCells:
    """The faults of one table, from arrays over its rows."""

    table: ReadTable

    def faults(
        self,
        rule: str,
        column: str,
        bad: BoolArray,
        expected: Any,
        values: Any,
        *,
        citation: str | None = None,
        **fields: Any,
    ) -> Iterator[Fault]:
        """The fault of the rows that are marked; arrays are of the length of the table."""
        rows = np.flatnonzero(bad)
        if not len(rows):
            return

        def of_rows(cells: Any) -> Any:
            return cells[rows] if isinstance(cells, np.ndarray) else cells

        yield Fault(
            self.table.name,
            column,
            rule,
            rows,
            of_rows(values),
            of_rows(expected),
            {**self.table.places(rows), **{name: of_rows(cell) for name, cell in fields.items()}},
            citation=citation,
        )

    def of_columns(
        self, rule: str, bad: npt.NDArray[np.bool_], expected: Any = 0, values: Any = None
    ) -> Iterator[Fault]:
        """The faults of all columns of counts at once: arrays of rows by columns."""
        counts = self.table.counts
        for at in np.flatnonzero(bad.any(axis=0)).tolist():
            expected_cells = expected[:, at] if isinstance(expected, np.ndarray) else expected
            cells = counts.values[:, at] if values is None else values
            yield from self.faults(rule, counts.columns[at], bad[:, at], expected_cells, cells)


def not_checked(table: ReadTable, columns: Iterable[str], why: str) -> Iterator[Fault]:
    """The note that these columns cannot be checked, if there are any."""
    if what := ", ".join(columns):
        fields = {"unit": "", "count_of": None, "what": what, "why": why}
        yield Fault(table.name, "", "not_checked", fields=fields)


def faults_within(
    table: ReadTable, faulty: npt.NDArray[np.bool_], incomplete: BoolArray, language: Language
) -> Iterator[Fault]:
    """The faults of the counts of one table that has a row for each unit.

    What follows from a cell at fault (empty where others have a number, no number, or negative),
    from a row that stands twice, or from a unit that lacks a row, is silent; `faulty` are the
    `faulty_counts`, `incomplete` the units of the tree of which one below lacks its row.
    """
    counts, cells = table.counts, TableCells(table)
    blank = _Blank.of(table)
    at_fault = faulty
    below = _Below.of(table, at_fault | _unit_repeats(table)[:, None])
    has_sum = below.has_any[:, None] & ~below.missing & ~incomplete[table.unit][:, None]

    summed = has_sum & ~below.at_fault & ~counts.missing & ~at_fault
    yield from cells.of_columns("children", summed & (below.sums != counts.values), below.sums)

    for numbers in (counts, table.rates):
        for at in np.flatnonzero(numbers.unread.any(axis=0)).tolist():
            name = numbers.columns[at]
            values = table.frame[name].to_numpy(object)
            yield from cells.faults("not_a_number", name, numbers.unread[:, at], None, values)
    # What is missing or negative in a unit is so above it too: the unit alone is named.
    empty_first = blank.empty & ~(below.has_any[:, None] & below.missing)
    sums = objects_of(below.sums, ~has_sum)
    yield from cells.of_columns("missing", empty_first, sums, np.full(len(at_fault), None))
    negative_first = counts.negative & ~(has_sum & (below.sums == counts.values))
    yield from cells.of_columns("negative", negative_first)
    yield from blank.notes(table, language)
    for rule, names in NOTES.items():
        noted = np.array([name in names for name in counts.columns], dtype=bool)
        lowest = ~below.has_any[:, None]
        yield from cells.of_columns(rule, (counts.values > 0) & ~counts.missing & noted & lowest)
    for column in table.form.columns:
        if column.id in counts.position:
            yield from _faults_of_count(cells, column, below, at_fault, language)


def faulty_counts(table: ReadTable) -> npt.NDArray[np.bool_]:
    """Cells of counts that are a fault by themselves."""
    counts = table.counts
    faulty: npt.NDArray[np.bool_] = _Blank.of(table).empty | counts.unread | counts.negative
    return faulty


@dataclass(frozen=True)
class _Blank:
    """Which counts are not entered, and what that means; all arrays are of rows by columns."""

    empty: npt.NDArray[np.bool_]  # a fault: other units have a number
    below: npt.NDArray[np.bool_]  # at this level and those below nothing is entered, above it is
    none: npt.NDArray[np.bool_]  # the blank of a column that offices leave so: counts as none

    @classmethod
    def of(cls, table: ReadTable) -> _Blank:
        """What is blank in a table."""
        counts, depth = table.counts, table.depth
        levels = int(depth.max(initial=0)) + 1
        # A base that nobody entered is no fault of a cell.
        entered = np.zeros((len(COUNTED), levels, len(counts.columns)), dtype=bool)
        for of, level in product(range(len(COUNTED)), range(levels)):
            rows = (table.count_of == of) & (depth == level)
            entered[of, level] = (~counts.missing[rows]).any(axis=0)
        down = np.asarray(np.logical_or.accumulate(entered[:, ::-1], axis=1))[:, ::-1]
        blank = counts.missing & ~counts.unread
        may_be_blank = {column.id for column in table.form.columns if column.blank_is_none}
        of_balance = np.array([name in may_be_blank for name in counts.columns], dtype=bool)
        some = np.asarray((~counts.missing).any(axis=1))
        entered_at = np.asarray(entered.any(axis=1))[table.count_of]
        below = blank & ~of_balance & entered_at & ~down[table.count_of, depth]
        below &= (depth > 0)[:, None]
        empty = blank & ~of_balance & entered_at & ~below
        return cls(empty, below, blank & of_balance & some[:, None])

    def notes(self, table: ReadTable, language: Language) -> Iterator[Fault]:
        """What is blank and no fault, said once for each column."""
        columns = table.counts.columns
        for at in np.flatnonzero(self.none.any(axis=0)).tolist():
            for n, of in enumerate(COUNTED if table.two_rows else (None,)):
                rows = int((self.none[:, at] & (table.count_of == n)).sum())
                if rows:
                    fields = {"unit": "", "count_of": of, "rows": str(rows)}
                    yield Fault(table.name, columns[at], "nothing_entered", fields=fields)
        if self.below.any():
            depths = sorted(set(table.depth[self.below.any(axis=1)].tolist()))
            levels = ", ".join(table.levels[depth - 1] for depth in depths)
            why = phrase("blank_levels").text(language).format(levels=levels)
            ids = (columns[at] for at in np.flatnonzero(self.below.any(axis=0)).tolist())
            yield from not_checked(table, ids, why)


def _faults_of_count(
    cells: TableCells,
    column: TableColumn,
    below: _Below,
    at_fault: npt.NDArray[np.bool_],
    language: Language,
) -> Iterator[Fault]:
    """The faults of one count beside other columns of its row."""
    table, counts = cells.table, cells.table.counts
    values, missing = counts.of_column(column.id)

    def sound(*ids: str) -> BoolArray:
        """Rows in which none of these columns is at fault."""
        return np.asarray(~at_fault[:, [counts.position[id] for id in ids]].any(axis=1))

    if column.terms and all(id in counts.position for _, id in column.signed_terms):
        blank_terms = [id for _, id in column.signed_terms if table.form.column(id).blank_is_none]
        added, incomplete = _added(counts, column.signed_terms, blank_terms)
        sound_terms = sound(column.id, *(id for _, id in column.signed_terms))
        bad = ~missing & ~incomplete & (added != values) & sound_terms
        formula = column.formula or f"{column.id}={''.join(column.terms).removeprefix('+')}"
        rule, fields = "formula", {"formula": formula}
        if column.id == "closing" and bad.any():
            rule, fields["explained"] = "balance", _explained(cells.table, bad, language)
        yield from cells.faults(rule, column.id, bad, added, values, **fields)
        if (~missing & incomplete & sound_terms).any():
            empty = [id for _, id in column.signed_terms if counts.of_column(id)[1].all()]
            why = phrase("blank_terms").text(language).format(columns=", ".join(empty))
            yield from not_checked(table, [formula] if empty else [], why)
    for whole in _wholes(table, column):
        total, no_total = counts.of_column(whole)
        bad = ~missing & ~no_total & (values > total) & sound(column.id, whole)
        yield from cells.faults("part", column.id, bad, total, values, other=whole)
    if column.parts:
        ids = [id for id in column.parts if id in counts.position]
        together, _ = _added(counts, [(1, id) for id in ids])  # a missing part counts as none
        bad = ~missing & (together > values) & sound(column.id)
        terms = "+".join(column.parts)
        yield from cells.faults("parts", column.id, bad, together, values, terms=terms)
        # The data have nobody there: a total stands in the population alone.
        sums = below.sum_of_the_others(values, missing | ~sound(column.id)) & (together == 0)
        yield from cells.faults("sum_as_unit", column.id, sums, None, values)
    if column.same_as is not None and column.same_as in counts.position:
        # Groups that overlap make the subtraction negative: this is the cause, not what follows.
        other, no_other = counts.of_column(column.same_as)
        bad = ~missing & ~no_other & (other != values)
        yield from cells.faults("overlap", column.id, bad, values, other)


def _wholes(table: ReadTable, column: TableColumn) -> list[str]:
    """The columns that a count cannot be above: what it is part of, and the base of its rate."""
    bases = [rate.denominator for rate in table.form.columns if rate.numerator == column.id]
    wholes = dict.fromkeys(id for id in (column.part_of, *bases) if id is not None)
    return [id for id in wholes if id in table.counts.position]


@dataclass(frozen=True)
class _Below:
    """What the units below each unit add up to, in all columns of counts."""

    group: npt.NDArray[np.intp]  # rows with one parent have one number; -1 without a parent
    has_any: BoolArray  # rows with units below
    sums: npt.NDArray[np.int64]  # rows by columns
    missing: npt.NDArray[np.bool_]  # whether one of those below is missing
    at_fault: npt.NDArray[np.bool_]  # whether one of those below is at fault or stands twice

    @classmethod
    def of(cls, table: ReadTable, at_fault: npt.NDArray[np.bool_]) -> _Below:
        """Sums of the rows below each row, households and persons apart."""
        counts = table.counts
        parent = table.tree.parent[table.unit]
        group = np.where(parent < 0, -1, parent * len(COUNTED) + table.count_of)
        own = table.unit * len(COUNTED) + table.count_of
        order = np.argsort(group, kind="stable")
        order = order[group[order] >= 0]
        parents, starts = np.unique(group[order], return_index=True)
        place = np.full(len(table.tree.paths) * len(COUNTED) + 1, -1, dtype=np.intp)
        place[parents] = np.arange(len(parents))
        shape = (len(parents) + 1, len(counts.columns))
        sums, missing = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
        faulty = np.zeros(shape, dtype=bool)
        if len(parents):
            sums[:-1] = np.add.reduceat(counts.values[order], starts, axis=0)
            missing[:-1] = np.logical_or.reduceat(counts.missing[order], starts, axis=0)
            faulty[:-1] = np.logical_or.reduceat(at_fault[order], starts, axis=0)
        at = place[own]  # -1, the last, where there are none
        return cls(group, at >= 0, sums[at], missing[at], faulty[at])

    def sum_of_the_others(self, values: Any, missing: BoolArray) -> BoolArray:
        """Rows, of three and more with one parent, with as much as all the others together."""
        within = self.group >= 0
        size = np.bincount(self.group[within])
        total = np.zeros(len(size), dtype=np.int64)
        np.add.at(total, self.group[within], values[within])
        gaps = np.bincount(self.group[within], missing[within])
        sums = np.zeros(len(values), dtype=bool)
        of = self.group[within]
        mine = values[within]
        sums[within] = (size[of] > 2) & (gaps[of] == 0) & (mine > 0) & (2 * mine == total[of])
        return sums


def objects_of(values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Values as Python objects, None where missing."""
    objects = values.astype(object)
    objects[missing] = None
    return objects


def _added(
    counts: Numbers, terms: Iterable[tuple[int, str]], blank_is_none: Iterable[str] = ()
) -> tuple[Any, Any]:
    """What terms add up to, and where one of them is missing that may not be."""
    added = np.zeros(len(counts.values), dtype=np.int64)
    missing = np.zeros(len(counts.values), dtype=bool)
    for sign, id in terms:
        values, missing_term = counts.of_column(id)
        added += sign * values
        if id not in blank_is_none:
            missing |= missing_term
    return added, missing


def _explained(table: ReadTable, bad: BoolArray, language: Language) -> Any:
    """Whether the unlinked households explain that the closing count is not that of the flows."""
    counts, texts = table.counts, np.full(len(bad), None)
    texts[bad] = phrase("no_unlinked").text(language)
    if not {*UNLINKED, "residual"} <= counts.position.keys():
        return texts
    unlinked = [counts.of_column(name) for name in ("unlinked_increase", "unlinked_decrease")]
    (increase, no_increase), (decrease, no_decrease) = unlinked
    residual, _ = counts.of_column("residual")
    for row in np.flatnonzero(bad & ~no_increase & ~no_decrease & (increase + decrease != 0)):
        explains = increase[row] - decrease[row] == residual[row]
        text = phrase("unlinked_explain" if explains else "unlinked_not_enough").text(language)
        texts[row] = text.format(n=increase[row] + decrease[row])
    return texts


def _unit_repeats(table: ReadTable) -> BoolArray:
    """Rows about a unit that an earlier row is about."""
    rows = table.unit * len(COUNTED) + table.count_of
    if len(np.unique(rows)) == len(rows):
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(pd.Series(rows).duplicated(), dtype=bool)


def repeated_rows(table: ReadTable) -> Iterator[Fault]:
    """Rows that stand once more: of a unit, or of a member in a list."""
    frame = table.frame
    if "member_id" in frame.columns:
        keys = frame[["household_id", "member_id"]]
        bad = np.asarray(keys.duplicated(), dtype=bool)
        column, names = (
            "member_id",
            [
                f"{home} / {'' if pd.isna(member) else member}"
                for home, member in keys[bad].itertuples(index=False)
            ],
        )
    else:
        bad = _unit_repeats(table)
        column, names = "unit", [name_of(table.tree.paths[at]) for at in table.unit[bad]]
    values = np.full(len(frame), None)
    values[bad] = names
    yield from TableCells(table).faults("repeated", column, bad, None, values)
