"""Rates and shares that are not those of their counts, in their own table or in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language, phrase
from multidim_poverty.reports.figures import ONE, shown
from multidim_poverty.reports.layouts import Agreement, TableColumn
from multidim_poverty.reports.read_tables import ReadTable
from multidim_poverty.reports.table_faults import (
    TableCells,
    not_checked,
    objects_of,
)
from multidim_poverty.schema.faults import Fault

__all__ = ["Partners", "partners_of", "rate_faults"]

Cell = tuple[int, str]  # number of a table, and a column
Partners = Mapping[Cell, list[tuple[int, str, str]]]  # with what the row counts
FORM_DECIMALS = Decimal("0.01")
HUNDRED = 100 * ONE
# A rate above it is wrong whatever its counts are; the product with a count stays below 2**63.
LARGEST = 10 * HUNDRED


def partners_of(agreements: Iterable[Agreement]) -> Partners:
    """The cells of other tables that hold the number of each cell."""
    partners: dict[Cell, list[tuple[int, str, str]]] = {}
    for agreement in agreements:
        for cell in agreement.cells:
            others = [(*other, agreement.of) for other in agreement.cells if other[0] != cell[0]]
            partners.setdefault(cell, []).extend(others)
    return partners


@dataclass(frozen=True)
class _Known:
    """A count of each row of a table; 0 where it is not known."""

    values: npt.NDArray[np.int64]
    known: BoolArray


def rate_faults(
    table: ReadTable,
    faulty: npt.NDArray[np.bool_],
    tables: Mapping[int, ReadTable],
    partners: Partners,
    language: Language,
) -> Iterator[Fault]:
    """The faults of the rates of one table.

    A rate is in order if it is that of its count and of one of the bases that the tables have:
    where they have two, the base is the fault. Counts that the table has not are those of the
    other tables. It may differ from the exact rate by half of the last decimal that is printed.
    """
    unstated = []
    for column in table.form.columns:
        if column.id in table.rates.position:
            rate = _Rate(table, column, tables, partners, faulty)
            yield from rate.faults(language)
            if rate.unstated.any():
                unstated.append(column.id)
    yield from not_checked(table, unstated, phrase("no_counts").text(language))


class _Rate:
    """The rates of one column, with the counts that they are made of."""

    def __init__(
        self,
        table: ReadTable,
        column: TableColumn,
        tables: Mapping[int, ReadTable],
        partners: Partners,
        faulty: npt.NDArray[np.bool_],
    ) -> None:
        self.table, self.column = table, column
        self.tables, self.partners, self.faulty = tables, partners, faulty
        rates, at = table.rates, table.rates.position[column.id]
        self.printed, self.missing = rates.values[:, at], rates.missing[:, at]
        self.unread, self.last = rates.unread[:, at], rates.last_decimal[:, at]
        self.part = self._part()
        self.elsewhere = self._elsewhere()
        self.bases = self._stated(str(column.denominator))
        self.base, self.has_base = self._first_base()
        own_bases = self.bases[0].known & (self.bases[0].values != 0)
        has_rate = self.part.known & (self.base != 0)
        consistent = np.zeros(len(self.printed), dtype=bool)
        for base in self.bases:
            consistent |= self._consistent(base)
        # A base of 0 may print 0 or nothing, as the form has it.
        zero = self.has_base & (self.base == 0) & (self.missing | (self.printed == 0))
        self.due = has_rate
        wrong = np.where(self.missing, has_rate & own_bases, has_rate & ~consistent)
        nowhere = ~self.missing & ~has_rate & ~zero & ~self._silent()
        beside = np.full(len(nowhere), self._beside())
        self.unstated = nowhere & beside & ~self.elsewhere
        self.wrong = np.asarray((wrong | (nowhere & ~beside)) & ~zero & ~self.unread)
        self.wrong &= ~self._faulty_own()

    def faults(self, language: Language) -> Iterator[Fault]:
        """Rates that are not those of their counts, and those that cannot be any."""
        cells, printed = TableCells(self.table), self._shown()
        if self.wrong.any():
            due = np.full(len(self.wrong), None)
            for row in np.flatnonzero(self.wrong & self.due).tolist():
                due[row] = self._due(row)
            nothing = phrase("no_rate").text(language)
            yield from cells.faults(
                "rate",
                self.column.id,
                self.wrong,
                due,
                printed,
                due=np.where(due == None, nothing, due),  # noqa: E711
                printed=np.where(self.missing, nothing, printed),
            )
        outside = ~self.missing & ((self.printed < 0) | (self.printed > HUNDRED))
        outside &= ~self.wrong & ~self.due  # of a rate that nothing else judges
        yield from cells.faults("share_range", self.column.id, outside, None, printed)

    def _part(self) -> _Known:
        """What the table counts, else the first other table that does."""
        first, *others = self._stated(str(self.column.numerator))
        values, known = first.values.copy(), first.known.copy()
        for other in others:
            take = other.known & ~known
            values[take] = other.values[take]
            known |= take
        return _Known(values, known)

    def _elsewhere(self) -> BoolArray:
        """Rows that another table has too, which counts them: what it lacks is named there."""
        rows = np.zeros(len(self.table.unit), dtype=bool)
        cell = (self.table.form.number, str(self.column.numerator))
        for number, column, of in self.partners.get(cell, ()):
            other = self.tables.get(number)
            if other is not None and column in other.counts.position:
                rows |= other.row_of_unit(of)[self.table.unit] >= 0
        return rows

    def _first_base(self) -> tuple[npt.NDArray[np.int64], BoolArray]:
        values, known = np.zeros(len(self.printed), dtype=np.int64), self.bases[0].known & False
        for base in self.bases:
            take = base.known & ~known
            values[take] = base.values[take]
            known |= take
        return values, known

    def _stated(self, column: str) -> list[_Known]:
        """What the table itself has in a column, and what the others have of the same number."""
        table = self.table
        nothing = np.zeros(len(table.unit), dtype=bool)
        stated = [_Known(np.zeros(len(table.unit), dtype=np.int64), nothing)]
        if column in table.counts.position:
            at = table.counts.position[column]
            known = ~table.counts.missing[:, at] & ~self.faulty[:, at]
            stated = [_Known(table.counts.values[:, at], known)]
        for number, other_column, of in self.partners.get((table.form.number, column), ()):
            other = self.tables.get(number)
            if other is None or other_column not in other.counts.position:
                continue
            at = other.counts.position[other_column]
            row = other.row_of_unit(of)[table.unit]
            known = (row >= 0) & ~other.counts.missing[row, at] & ~other.counts.negative[row, at]
            stated.append(_Known(np.where(known, other.counts.values[row, at], 0), known))
        return stated

    def _consistent(self, base: _Known) -> BoolArray:
        """Rows in which the rate printed is that of the part and this base."""
        inside = np.abs(self.printed) <= LARGEST
        exact = HUNDRED * self.part.values
        differs = 2 * np.abs(exact - np.where(inside, self.printed, 0) * base.values)
        return np.asarray(inside & base.known & (differs <= self.last * base.values))

    def _silent(self) -> BoolArray:
        """Rows of a level for which no base is entered: said of the level."""
        at = self.table.counts.position.get(str(self.column.denominator))
        if at is None:
            return np.zeros(len(self.printed), dtype=bool)
        counts = self.table.counts
        entered = np.zeros(int(self.table.depth.max(initial=0)) + 1, dtype=bool)
        np.logical_or.at(entered, self.table.depth, ~counts.missing[:, at])
        return np.asarray(entered.any() & ~entered[self.table.depth])

    def _beside(self) -> bool:
        """Whether the form does not print what the rate counts, and the table has nothing of it."""
        at = self.table.counts.position.get(str(self.column.numerator))
        if self.table.form.column(str(self.column.numerator)).printed:
            return False
        return at is None or bool(self.table.counts.missing[:, at].all())

    def _faulty_own(self) -> BoolArray:
        names = (str(self.column.numerator), str(self.column.denominator))
        position = self.table.counts.position
        at = [position[name] for name in names if name in position]
        return np.asarray(self.faulty[:, at].any(axis=1))

    def _due(self, row: int) -> int | float:
        """The rate of the counts of a row, with two decimals, or as many as are printed."""
        rate = Decimal(100 * int(self.part.values[row])) / Decimal(int(self.base[row]))
        last = min(FORM_DECIMALS, Decimal(int(self.last[row])) / ONE)
        return shown(rate.quantize(last.normalize(), ROUND_HALF_UP))

    def _shown(self) -> Any:
        """What the table prints: texts as they are."""
        cells = self.table.frame[self.column.id]
        return objects_of(cells.to_numpy(object), self.missing & ~self.unread)
