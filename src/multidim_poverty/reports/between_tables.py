"""What does not agree between one table and another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

__all__ = ["agreement_faults", "source_faults", "unit_faults"]

SHOWN = 12  # digits of a hash in a message

Tables = Mapping[int, ReadTable]


def unit_faults(tables: Tables) -> Iterator[Fault]:
    """Units that stand in one table and not in another of the same levels."""
    first: dict[tuple[str, ...], tuple[ReadTable, set[int]]] = {}
    for table in tables.values():
        if table.form.rows != "units":  # a list has no row for a unit without households
            continue
        units = {at for at in table.unit.tolist() if table.tree.paths[at]}
        other, others = first.setdefault(table.levels, (table, units))
        for lacks, has, absent_units in (
            (table, other, others - units),
            (other, table, units - others),
        ):
            names = [name_of(lacks.tree.paths[at]) for at in sorted(absent_units)]
            yield Fault(
                lacks.name,
                "unit",
                "unit",
                np.full(len(names), -1),
                np.full(len(names), None),
                np.array(names, dtype=object),
                {
                    "unit": np.array(names, dtype=object),
                    "count_of": None,
                    "other": str(has.form.number),
                },
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


def agreement_faults(agreement: Agreement, tables: Tables, language: Language) -> Iterator[Fault]:
    """Cells that should hold the number of the first table that has it, and do not."""
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
            yield from _differences(agreement, first, other, np.flatnonzero(differ), language)
        open_units &= first.negative
        if not open_units.any():
            return


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
