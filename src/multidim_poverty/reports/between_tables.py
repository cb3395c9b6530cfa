"""What does not agree between one table and another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language, phrase
from multidim_poverty.reports.layouts import Agreement
from multidim_poverty.reports.read_tables import Positions, ReadTable, name_of
from multidim_poverty.schema.faults import Fault

__all__ = [
    "AbsentUnits",
    "absent_fault",
    "agreement_faults",
    "source_faults",
    "spelling_faults",
]

SHOWN = 12  # digits of a hash in a message

Tables = Mapping[int, ReadTable]


def spelling_faults(tables: Iterable[ReadTable]) -> Iterator[Fault]:
    """Units that a table spells otherwise than the first table that has them."""
    for table in tables:
        units = list(table.spelt)
        first = np.array([name_of(table.tree.paths[at]) for at in units], dtype=object)
        names = np.array([name_of(path) for path in table.spelt.values()], dtype=object)
        yield Fault(
            table.name,
            "unit",
            "name_spelt_twice",
            np.full(len(names), -1),
            names,
            first,
            {"unit": first, "count_of": None},
        )


@dataclass(frozen=True)
class AbsentUnits:
    """Units that stand in one table and not in another of the same levels.

    Attributes
    ----------
    pairs : list of (ReadTable, ReadTable, list of int)
        The table that lacks them, the one that has them, and their positions.
    of_table : mapping of int to set of int
        Number of a table -> all units that it lacks.
    """

    pairs: list[tuple[ReadTable, ReadTable, list[int]]]
    of_table: Mapping[int, set[int]]

    @classmethod
    def of(cls, tables: Tables) -> AbsentUnits:
        """The units that tables lack, beside the first table of their levels."""
        first: dict[tuple[str, ...], tuple[ReadTable, set[int]]] = {}
        all_units: dict[tuple[str, ...], set[int]] = {}
        pairs, of_units = [], {}
        for number, table in tables.items():
            if table.form.rows != "units":  # a list has no row for a unit without households
                continue
            units = {at for at in table.unit.tolist() if table.tree.paths[at]}
            of_units[number] = units
            all_units.setdefault(table.levels, set()).update(units)
            other, others = first.setdefault(table.levels, (table, units))
            pairs.append((table, other, sorted(others - units)))
            pairs.append((other, table, sorted(units - others)))
        of_table = {n: all_units[tables[n].levels] - units for n, units in of_units.items()}
        return cls(pairs, of_table)

    def parents(self, table: ReadTable) -> BoolArray:
        """Units of the tree of which one below lacks its row in a table."""
        incomplete = np.zeros(len(table.tree.paths), dtype=bool)
        absent = list(self.of_table.get(table.form.number, ()))
        incomplete[table.tree.parent[absent]] = True
        return incomplete

    def faults(self) -> Iterator[Fault]:
        """The fault of each unit that lacks a row."""
        for lacks, has, units in self.pairs:
            yield absent_fault(lacks, units, str(has.form.number))


def absent_fault(lacks: ReadTable, units: Sequence[int], other: str) -> Fault:
    """The fault of units that stand in another table and not in this one."""
    names = np.array([name_of(lacks.tree.paths[at]) for at in units], dtype=object)
    return Fault(
        lacks.name,
        "unit",
        "unit",
        np.full(len(names), -1),
        np.full(len(names), None),
        names,
        {"unit": names, "count_of": None, "other": other},
    )


@dataclass(frozen=True)
class _Stated:
    """What a table says of each unit in one column; `row` is the row that says it, or -1.

    `known` excludes the cells that are `negative`, which are faults by themselves.
    """

    table: ReadTable
    column: str
    values: npt.NDArray[Any]
    known: BoolArray
    negative: BoolArray
    row: Positions


def agreement_faults(
    agreement: Agreement, tables: Tables, absent: AbsentUnits, language: Language
) -> Iterator[Fault]:
    """Cells that should hold the number of the first table that has it, and do not.

    A difference that is the number of a unit that lacks its row is silent.
    """
    stated = [
        _stated(tables[number], column, agreement.of)
        for number, column in agreement.cells
        if number in tables
        and len(tables[number].frame)
        and column in tables[number].counts.position
    ]
    number = agreement.listed_in
    # Units for which all tables before have a number that is a fault by itself.
    open_units = np.ones(len(stated[0].row) if stated else 0, dtype=bool)
    for position, first in enumerate(stated):
        others = stated[position + 1 :]
        if number is not None and number in tables:
            others.append(_listed(tables[number], first))
        for other in others:
            differ = open_units & first.known & other.known & (first.values != other.values)
            if differ.any():
                differ &= first.values - other.values != _of_absent(first, other, absent)
            yield from _differences(agreement, first, other, np.flatnonzero(differ), language)
        open_units &= first.negative
        if not open_units.any():
            return


def _of_absent(first: _Stated, other: _Stated, absent: AbsentUnits) -> npt.NDArray[np.int64]:
    """By how much the numbers of larger units differ for the units that one table lacks."""
    differs = np.zeros(len(first.values), dtype=np.int64)
    parent = first.table.tree.parent
    for lacks, has, sign in ((other, first, 1), (first, other, -1)):
        units = absent.of_table.get(lacks.table.form.number, set())
        for unit in units:
            if has.known[unit] and parent[unit] not in units:
                at = parent[unit]
                while at >= 0:
                    differs[at] += sign * has.values[unit]
                    at = parent[at]
    return differs


def _differences(
    agreement: Agreement, first: _Stated, other: _Stated, units: Positions, language: Language
) -> Iterator[Fault]:
    """The fault of the units in which one table has another number than the first."""
    if not len(units):
        return
    names = [name_of(other.table.tree.paths[at]) for at in units]
    yield Fault(
        other.table.name,
        other.column,
        "agreement",
        other.row[units],
        other.values[units],
        first.values[units],
        {
            "unit": np.array(names, dtype=object),
            "count_of": agreement.of,
            "what": agreement.what.text(language),
            "other": str(first.table.form.number),
            "why": _why(first.table.sources, other.table.sources, language),
        },
    )


def _stated(table: ReadTable, column: str, of: str) -> _Stated:
    row = table.row_of_unit(of)
    at = table.counts.position[column]
    negative = (row >= 0) & table.counts.negative[row, at]
    known = (row >= 0) & ~table.counts.missing[row, at] & ~negative
    return _Stated(table, column, table.counts.values[row, at], known, negative, row)


def _listed(table: ReadTable, first: _Stated) -> _Stated:
    """How many households a list has in each unit; none in one that it does not name."""
    n = len(table.tree.paths)
    counts = np.zeros(n, dtype=np.int64)
    household = pd.factorize(table.frame["household_id"], use_na_sentinel=False)[0]
    units = table.unit
    while (units >= 0).any():
        pairs = pd.unique(household * (n + 1) + units + 1)
        counts += np.bincount(pairs % (n + 1), minlength=n + 1)[1:]
        units = np.where(units < 0, -1, table.tree.parent[units])
    same_levels = table.levels == first.table.levels
    named = np.array([same_levels or not path for path in table.tree.paths], dtype=bool)
    return _Stated(
        table, "household_id", counts, named & first.known, np.zeros(n, dtype=bool), np.full(n, -1)
    )


def _why(one: Mapping[str, str], two: Mapping[str, str], language: Language) -> str:
    """Whether different data are behind two tables."""
    differ = any(one[name] != two[name] for name in one.keys() & two.keys())
    return phrase("other_data").text(language) if differ else ""


def source_faults(tables: Tables) -> Iterator[Fault]:
    """Tables whose source is not that of the first table with this source."""
    first: dict[str, tuple[int, str]] = {}
    for number, table in tables.items():
        for source, hash in table.sources.items():
            other, expected = first.setdefault(source, (number, hash))
            if hash != expected:
                yield Fault(
                    table.name,
                    "",
                    "identity",
                    values=hash[:SHOWN],
                    expected=expected[:SHOWN],
                    fields={"unit": "", "count_of": None, "source": source, "other": str(other)},
                )
