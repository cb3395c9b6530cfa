"""The faults of one official table: sums of units, formulas, parts, rates, repeated rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language, phrase
from multidim_poverty.reports.assembly import COUNTED, rate_values
from multidim_poverty.reports.layouts import TableColumn
from multidim_poverty.reports.read_tables import Numbers, ReadTable, name_of
from multidim_poverty.schema.faults import Fault

__all__ = ["faults_within", "repeated_rows"]

UNLINKED = ("unlinked_increase", "unlinked_decrease")
# Rule -> columns beside the forms that count what the data leave out.
NOTES = {
    "undetermined": ("undetermined", "undetermined_start", "undetermined_end"),
    "unknown": ("unknown",),
    "without_reason": ("poor_without_reason", "near_poor_without_reason"),
}


@dataclass(frozen=True)
class _Cells:
    """The faults of one table, from arrays over its rows."""

    table: ReadTable

    def faults(
        self, rule: str, column: str, bad: BoolArray, expected: Any, values: Any, **fields: Any
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


def faults_within(table: ReadTable, language: Language) -> Iterator[Fault]:
    """The faults of one table that has a row for each unit.

    What follows from a cell at fault (empty where others have a number, or negative), or from a
    row that stands twice, is silent.
    """
    counts, cells = table.counts, _Cells(table)
    # A base that nobody entered is no fault of a cell.
    entered = np.zeros((len(COUNTED), len(counts.columns)), dtype=bool)
    np.logical_or.at(entered, table.count_of, ~counts.missing)
    empty = counts.missing & entered[table.count_of]
    at_fault = empty | counts.negative
    below = _Below.of(table, at_fault | _unit_repeats(table)[:, None])
    has_sum = below.has_any[:, None] & ~below.missing

    summed = has_sum & ~below.at_fault & ~counts.missing & ~at_fault
    yield from cells.of_columns("children", summed & (below.sums != counts.values), below.sums)

    # What is missing or negative in a unit is so above it too: the unit alone is named.
    empty_first = empty & ~(below.has_any[:, None] & below.missing)
    sums = _objects(below.sums, ~has_sum)
    yield from cells.of_columns("missing", empty_first, sums, np.full(len(empty), None))
    negative_first = counts.negative & ~(has_sum & (below.sums == counts.values))
    yield from cells.of_columns("negative", negative_first)
    for rule, names in NOTES.items():
        noted = np.array([name in names for name in counts.columns], dtype=bool)
        lowest = ~below.has_any[:, None]
        yield from cells.of_columns(rule, (counts.values > 0) & ~counts.missing & noted & lowest)
    for column in table.form.columns:
        if column.id in counts.position:
            yield from _faults_of_count(cells, column, below, at_fault, language)
        elif column.id in table.rates.position:
            yield from _faults_of_rate(cells, column, at_fault, language)


def _faults_of_count(
    cells: _Cells,
    column: TableColumn,
    below: _Below,
    at_fault: npt.NDArray[np.bool_],
    language: Language,
) -> Iterator[Fault]:
    """The faults of one count beside other columns of its row."""
    counts = cells.table.counts
    values, missing = counts.of(column.id)

    def sound(*ids: str) -> BoolArray:
        """Rows in which none of these columns is at fault."""
        return np.asarray(~at_fault[:, [counts.position[id] for id in ids]].any(axis=1))

    if column.terms and all(id in counts.position for _, id in column.signed_terms):
        added, incomplete = _added(counts, column.signed_terms)
        bad = ~missing & ~incomplete & (added != values)
        bad &= sound(column.id, *(id for _, id in column.signed_terms))
        formula = column.formula or f"{column.id}={''.join(column.terms).removeprefix('+')}"
        rule, fields = "formula", {"formula": formula}
        if column.id == "closing" and bad.any():
            rule, fields["explained"] = "balance", _explained(cells.table, bad, language)
        yield from cells.faults(rule, column.id, bad, added, values, **fields)
    if column.part_of is not None and column.part_of in counts.position:
        total, no_total = counts.of(column.part_of)
        bad = ~missing & ~no_total & (values > total) & sound(column.id, column.part_of)
        yield from cells.faults("part", column.id, bad, total, values, other=column.part_of)
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
        other, no_other = counts.of(column.same_as)
        bad = ~missing & ~no_other & (other != values)
        yield from cells.faults("overlap", column.id, bad, values, other)


def _faults_of_rate(
    cells: _Cells, column: TableColumn, at_fault: npt.NDArray[np.bool_], language: Language
) -> Iterator[Fault]:
    counts = cells.table.counts
    numerator, denominator = str(column.numerator), str(column.denominator)
    if not {numerator, denominator} <= counts.position.keys():
        return
    part, no_part = counts.of(numerator)
    base, no_base = counts.of(denominator)
    printed, blank = cells.table.rates.of(column.id)
    expected = rate_values(part, base)
    none = no_part | no_base | (base == 0)
    wrong = np.where(none | blank, none != blank, expected != printed)
    # A base of 0 may print 0 or nothing, as the form has it; a missing base never prints a rate.
    wrong &= ~(~no_base & (base == 0) & (blank | (printed == 0)))
    wrong &= ~at_fault[:, [counts.position[numerator], counts.position[denominator]]].any(axis=1)
    if wrong.any():
        nothing = phrase("no_rate").text(language)
        rates_due, cells_of_rate = _objects(expected, none), _objects(printed, blank)
        yield from cells.faults(
            "rate",
            column.id,
            wrong,
            rates_due,
            cells_of_rate,
            due=np.where(none, nothing, rates_due),
            printed=np.where(blank, nothing, cells_of_rate),
        )


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


def _objects(values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Values as Python objects, None where missing."""
    objects = values.astype(object)
    objects[missing] = None
    return objects


def _added(counts: Numbers, terms: Iterable[tuple[int, str]]) -> tuple[Any, Any]:
    """What terms add up to, and where one of them is missing."""
    added = np.zeros(len(counts.values), dtype=np.int64)
    missing = np.zeros(len(counts.values), dtype=bool)
    for sign, id in terms:
        values, missing_term = counts.of(id)
        added += sign * values
        missing |= missing_term
    return added, missing


def _explained(table: ReadTable, bad: BoolArray, language: Language) -> Any:
    """Whether the unlinked households explain that the closing count is not that of the flows."""
    counts, texts = table.counts, np.full(len(bad), None)
    texts[bad] = phrase("no_unlinked").text(language)
    if not {*UNLINKED, "residual"} <= counts.position.keys():
        return texts
    unlinked = [counts.of(name) for name in ("unlinked_increase", "unlinked_decrease")]
    (increase, no_increase), (decrease, no_decrease) = unlinked
    residual, _ = counts.of("residual")
    for row in np.flatnonzero(bad & ~no_increase & ~no_decrease & (increase + decrease != 0)):
        explains = increase[row] - decrease[row] == residual[row]
        text = phrase("unlinked_explain" if explains else "unlinked_not_enough").text(language)
        texts[row] = text.format(n=increase[row] + decrease[row])
    return texts


def _unit_repeats(table: ReadTable) -> BoolArray:
    """Rows about a unit that an earlier row is about."""
    rows = pd.Series(table.unit * len(COUNTED) + table.count_of)
    return np.asarray(rows.duplicated(), dtype=bool)


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
    yield from _Cells(table).faults("repeated", column, bad, None, values)
