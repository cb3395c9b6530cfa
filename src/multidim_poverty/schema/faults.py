"""The table of faults: one record and one engine for everything that names broken rows.

A check yields `Fault` records: rows of a table that break a rule. `report` turns them into the
table of faults, one row per fault, and `raise_errors` raises `InvalidDataError` with it if a
fault is an error. The columns of the table, in this order:

- ``severity`` ("error" or "warning"), ``rule``, ``table`` (string);
- the ids and places that apply: ``household_id``, ``member_id`` (object) unless `report` gets
  other ``places``;
- ``column`` (string), ``value`` (object, as in the data), ``expected`` (object: a number, or a
  phrase), ``message``, ``citation`` (string).

Severity, message, expected value and action of each rule come from the catalogue,
``data/messages.toml``. A check that moves to this engine does three things:

1. It moves its messages into the section of its area in the catalogue (``[review.late]``), each
   with severity, meaning, message, expected (if it has one) and action, in both languages.
   ``{value}``, ``{expected}``, ``{label}``, ``{answers}`` and ``{range}`` are filled in here, all
   other fields by the check. The action follows the message after a semicolon, so a message
   does not repeat it. A rule that an area lacks is looked up in ``tables``.
2. It makes one `Fault` per rule and column for all rows at once. ``values``, ``expected``,
   ``citation`` and each of the ``fields`` are one value for all rows, or an array with one per
   row. `fault_at` takes a mask and arrays of the whole table, and cuts them.
3. It calls ``report(faults, tables, language, area="review", places={"row": "Int64",
   "household_id": object, "process": str})``. A place is a field of the fault, else the position
   (``row``), else a column of the table, else (``household_id``) its index. What has no table
   (a cell of a workbook, a line of a plan) gives its places as ``fields`` and its value as
   ``values``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import read_days
from multidim_poverty.errors import InvalidDataError
from multidim_poverty.identity import Match, ascending, id_mismatch, inexact_ids, match
from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Language, rule_text
from multidim_poverty.schema.definitions import Column
from multidim_poverty.schema.fault_table import HOUSEHOLD_PLACES, Fault, report
from multidim_poverty.schema.reading import once
from multidim_poverty.schema.value_rules import fine_at_a_glance, rules_for, too_coarse

__all__ = [
    "HOUSEHOLD_PLACES",
    "Fault",
    "broken_rows",
    "column_faults",
    "fault_at",
    "has_error",
    "id_faults",
    "orphan_faults",
    "presence_faults",
    "raise_errors",
    "report",
]


def fault_at(
    table: str,
    column: str,
    rule: str,
    bad: BoolArray,
    *,
    values: Any = None,
    expected: Any = None,
    definition: Column | None = None,
    **fields: Any,
) -> Fault:
    """The fault of the rows that are marked; arrays are of the length of the marks."""

    def of_bad_rows(cells: Any) -> Any:
        return cells[bad] if isinstance(cells, np.ndarray) else cells

    return Fault(
        table,
        column,
        rule,
        np.flatnonzero(bad),
        of_bad_rows(values),
        of_bad_rows(expected),
        {name: of_bad_rows(cells) for name, cells in fields.items()},
        definition=definition,
    )


# -- checks of one table ---------------------------------------------------------------------


def presence_faults(table: str, frame: pd.DataFrame, names: Iterable[str]) -> Iterator[Fault]:
    """Columns that are absent, or stand more than once."""
    for name in names:
        times = int((frame.columns == name).sum())
        if times != 1:
            yield Fault(table, name, "duplicate_column" if times else "missing_column")


def column_faults(frame: pd.DataFrame, column: Column, *, needed: bool = False) -> Iterator[Fault]:
    """Faults of one column and of its values; an absent one is a fault if it is `needed`."""
    table, name = column.table, column.name
    if name not in frame.columns:
        if needed:
            yield Fault(table, name, "missing_column", definition=column)
        return
    series = frame[name]
    if isinstance(series, pd.DataFrame):
        yield Fault(table, name, "duplicate_column", definition=column)
        return
    if fine_at_a_glance(series, column):
        return
    if too_coarse(series, column):
        dtype = str(series.dtype)
        yield Fault(table, name, "too_coarse", fields={"dtype": dtype}, definition=column)
    checks = dict(rules_for(column))
    if column.complete:
        checks["missing_value"] = _no_day if column.kind == "date" else _missing
    for rule, check in checks.items():
        bad = check(series)
        if bad.any():
            yield fault_at(table, name, rule, bad, definition=column)


def _missing(values: pd.Series[Any]) -> BoolArray:
    return values.isna().to_numpy(dtype=bool)


def _no_day(values: pd.Series[Any]) -> BoolArray:
    return read_days(values).missing


def id_faults(households: pd.DataFrame, matched: Match | None = None) -> Iterator[Fault]:
    """Faults of the index, where rows of another table are linked to it.

    ``matched`` saves a second look at the ids where another table has been matched to them.
    """
    index = households.index
    if index.nlevels > 1:
        yield Fault("households", "household_id", "index_of_levels")
        return
    if "household_id" in households.columns and index.name != "household_id":
        yield Fault("households", "household_id", "id_not_in_index")
    missing = np.asarray(index.isna(), dtype=bool)
    if missing.any():
        yield fault_at("households", "household_id", "missing_value", missing)
    if matched is None and ascending(index):
        return
    if matched is None:
        matched = match(pd.Series([], dtype=index.dtype), index)
    if matched.first is not None:
        rows = np.bincount(matched.first[~missing], minlength=len(index))[matched.first]
        yield fault_at(
            "households", "household_id", "duplicate_id", (rows > 1) & ~missing, rows=rows
        )


def orphan_faults(households: pd.DataFrame, linked: pd.DataFrame, table: str) -> Iterator[Fault]:
    """Rows of a linked table whose household is not there; one fault where no id meets."""
    name = "household_id"
    if households.index.nlevels > 1 or not once(linked, name):
        return
    owner = linked[name]
    for ids, of in ((owner, table), (households.index, "households")):
        if (inexact := inexact_ids(ids, of)) is not None:
            yield Fault(of, name, inexact.rule, fields=inexact.fields)
            return
    orphan = (match(owner, households.index).home < 0) & owner.notna().to_numpy(dtype=bool)
    if not orphan.any():
        return
    mismatch = id_mismatch(owner, households.index, (table, "households"))
    if mismatch is not None and not mismatch.common:
        yield Fault(table, name, mismatch.rule, fields=mismatch.fields)
    else:
        yield fault_at(table, name, "unknown_household", orphan)


def broken_rows(
    faults: Iterable[Fault], table: str, columns: Sequence[str], length: int
) -> BoolArray:
    """Rows with a fault in one of the columns: what follows from it is not reported too."""
    broken = np.zeros(length, dtype=bool)
    for fault in faults:
        if fault.table == table and fault.column in columns:
            broken[slice(None) if fault.rows is None else fault.rows] = True
    return broken


# -- errors ----------------------------------------------------------------------------------


def has_error(faults: Iterable[Fault], area: str = "tables") -> bool:
    """Whether one of the faults is an error."""
    return any(rule_text(area, fault.rule).severity == "error" and len(fault) for fault in faults)


def raise_errors(
    faults: Iterable[Fault],
    tables: Mapping[str, pd.DataFrame | None],
    language: Language = "en",
    *,
    area: str = "tables",
    places: Mapping[str, Any] = HOUSEHOLD_PLACES,
) -> None:
    """Raise `InvalidDataError` with the table of faults if one of them is an error."""
    listed = list(faults)
    if has_error(listed, area):
        raise InvalidDataError(report(listed, tables, language, area=area, places=places))
