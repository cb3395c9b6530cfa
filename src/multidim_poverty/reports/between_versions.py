"""What does not agree with the tables of the year before, or with another version of the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language, phrase
from multidim_poverty.reports.assembly import COUNTED
from multidim_poverty.reports.between_lists import list_faults
from multidim_poverty.reports.between_tables import absent_fault
from multidim_poverty.reports.figures import ONE, shown
from multidim_poverty.reports.layouts import Agreement
from multidim_poverty.reports.read_tables import Numbers, Positions, ReadTable, UnitPath
from multidim_poverty.reports.table_faults import TableCells, not_checked, objects_of
from multidim_poverty.schema.faults import Fault

__all__ = ["opening_faults", "version_faults"]

Tables = Mapping[int, ReadTable]
MOVEMENT = {2: "closing", 3: "closing"}  # table -> the column that the next year opens with


def opening_faults(
    tables: Tables, before: Tables, agreements: Iterable[Agreement], language: Language
) -> Iterator[Fault]:
    """Opening counts that are not those with which the year before closed."""
    agreements = list(agreements)
    for number, closing in MOVEMENT.items():
        if number not in tables:
            continue
        table = tables[number]
        compared = False
        for of in COUNTED:
            cells = next(a.cells for a in agreements if a.of == of and (number, closing) in a.cells)
            stated = [(n, column) for n, column in cells if n in before]
            for n, column in sorted(stated, key=lambda cell: cell[0] != number):
                other = before[n]
                pairs = _Pairs.of(table, other, of, of)
                compared |= len(pairs.rows) > 0
                yield from _different_counts(
                    pairs, "opening", column, "carried_over", {"other": str(n)}
                )
                break
        if not compared:
            why = phrase("not_in_year_before").text(language)
            yield from not_checked(table, ["opening"], why)


def version_faults(tables: Tables, others: Tables, language: Language) -> Iterator[Fault]:
    """Numbers that another version of a table has otherwise, or that it alone has."""
    version = phrase("other_version").text(language)
    for number, table in tables.items():
        other = others.get(number)
        if other is None:
            if others:
                yield from not_checked(
                    table, [table.name], phrase("not_in_other_version").text(language)
                )
            continue
        if table.form.rows != "units":
            yield from list_faults(table, other, language)
            continue
        if table.levels == other.levels:
            for lacks, has in ((table, other), (other, table)):
                absent = np.setdiff1d(has.unit, lacks.unit).tolist()
                where = version if has is other else phrase("this_version").text(language)
                yield absent_fault(lacks, absent, f"{number} {where}")
        pairs = [_Pairs.of(table, other, of, of) for of in COUNTED[: 1 + table.two_rows]]
        if not any(len(pair.rows) for pair in pairs):
            yield from not_checked(table, [table.name], phrase("no_common_unit").text(language))
        several = phrase("several_units").text(language)
        yield from not_checked(table, pairs[0].ambiguous, several)
        for pair in pairs:
            for id in table.counts.columns:
                if id in other.counts.position:
                    yield from _different_counts(pair, id, id, "version", {"other": version})
            for id in table.rates.columns:
                if id in other.rates.position:
                    yield from _different_rates(pair, id, version)


@dataclass(frozen=True)
class _Pairs:
    """The rows of a table, and for each the row of another that is about the same unit."""

    table: ReadTable
    other: ReadTable
    rows: Positions
    other_rows: Positions
    ambiguous: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: ReadTable, other: ReadTable, of: str, other_of: str) -> _Pairs:
        """Units are the same by the names of the levels that both tables have.

        A unit whose name stands for several in one of the tables is compared to none.
        """
        row, other_row = table.row_of_unit(of), other.row_of_unit(other_of)
        if table.levels == other.levels:
            both = np.flatnonzero((row >= 0) & (other_row >= 0))
            return cls(table, other, row[both], other_row[both])
        places, other_places = _places(table, other, row), _places(other, table, other_row)
        shared = [
            (units, other_places[place]) for place, units in places.items() if place in other_places
        ]
        pairs = [
            (row[units[0]], other_row[others[0]])
            for units, others in shared
            if len(units) == len(others) == 1
        ]
        at = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        several = {
            str(table.tree.paths[units[0]][-1])
            for units, others in shared
            if len(units) > 1 or len(others) > 1
        }
        return cls(table, other, at[:, 0], at[:, 1], tuple(sorted(several)))


def _places(table: ReadTable, other: ReadTable, row: Positions) -> dict[UnitPath, list[int]]:
    """Level and names in the common levels -> the units."""
    places: dict[UnitPath, list[int]] = {}
    common = [n for n, level in enumerate(table.levels) if level in other.levels]
    same_top = table.levels[:1] == other.levels[:1]
    keys = table.tree.keys
    for at in np.flatnonzero(row >= 0).tolist():
        path = keys[at]
        if not path and not same_top:  # the totals of a district and of a province
            continue
        level = table.levels[len(path) - 1] if path else None
        if level is not None and level not in other.levels:
            continue
        place = (level, *(path[n] for n in common if n < len(path)))
        places.setdefault(place, []).append(at)
    return places


def _different_counts(
    pairs: _Pairs, column: str, other_column: str, rule: str, fields: Mapping[str, Any]
) -> Iterator[Fault]:
    """Counts of a table that are not those of the other one."""
    counts, others = pairs.table.counts, pairs.other.counts
    values, missing = _cells(counts, column, pairs.rows)
    expected, no_other = _cells(others, other_column, pairs.other_rows)
    differ = ~missing & ~no_other & (values != expected)
    if rule == "version" and not (missing.all() or no_other.all()):
        differ |= missing != no_other
    yield from _faults(
        pairs,
        column,
        rule,
        differ,
        objects_of(values, missing),
        objects_of(expected, no_other),
        fields,
    )


def _different_rates(pairs: _Pairs, column: str, version: str) -> Iterator[Fault]:
    """Rates that are not those of the other version, however they are rounded."""
    rates, others = pairs.table.rates, pairs.other.rates
    values, missing = _cells(rates, column, pairs.rows)
    expected, no_other = _cells(others, column, pairs.other_rows)
    last = rates.last_decimal[pairs.rows, rates.position[column]]
    last_of_other = others.last_decimal[pairs.other_rows, others.position[column]]
    # Two roundings of one number are closer than half of each last decimal; of one, they are one.
    room = np.where(last == last_of_other, 1, last + last_of_other)
    differ = ~missing & ~no_other & (2 * np.abs(values - expected) >= room)
    if not (missing.all() or no_other.all()):
        differ |= missing != no_other
    yield from _faults(
        pairs,
        column,
        "version",
        differ,
        _decimals(values, missing),
        _decimals(expected, no_other),
        {"other": version},
    )


def _faults(
    pairs: _Pairs,
    column: str,
    rule: str,
    differ: BoolArray,
    values: Any,
    expected: Any,
    fields: Mapping[str, Any],
) -> Iterator[Fault]:
    rows = pairs.rows
    bad = np.zeros(len(pairs.table.frame), dtype=bool)
    bad[rows[differ]] = True
    cells, others = np.full(len(bad), None), np.full(len(bad), None)
    cells[rows], others[rows] = values, expected
    texts: dict[str, Any] = {
        name: np.array(["-" if cell is None else str(cell) for cell in of], dtype=object)
        for name, of in (("here", cells), ("there", others))
    }
    yield from TableCells(pairs.table).faults(rule, column, bad, others, cells, **texts, **fields)


def _cells(
    numbers: Numbers, column: str, rows: Positions
) -> tuple[npt.NDArray[np.int64], BoolArray]:
    values, missing = numbers.of_column(column)
    return values[rows], missing[rows]


def _decimals(values: npt.NDArray[np.int64], missing: BoolArray) -> npt.NDArray[np.object_]:
    numbers = [
        None if no_number else shown(Decimal(value) / ONE)
        for value, no_number in zip(values.tolist(), missing.tolist(), strict=True)
    ]
    return np.array([*numbers, None], dtype=object)[:-1]
