"""Checks of tables of points, whose columns a sheet defines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Label
from multidim_poverty.schema.definitions import Column
from multidim_poverty.schema.faults import Fault, presence_faults, raise_errors
from multidim_poverty.schema.reading import category_codes, numbers_of

__all__ = [
    "Check",
    "ColumnCheck",
    "above_its_bound",
    "category_check",
    "column_named",
    "is_other",
    "missing",
    "no_sum_of",
    "outside_bounds",
    "refuse",
]

Floats = npt.NDArray[np.float64]
Check = Callable[["pd.Series[Any]"], BoolArray]


@dataclass(frozen=True)
class ColumnCheck:
    """A column, the rules that its values must keep, and whether it must be there.

    ``fields`` fill in the messages; ``expected`` is what the values must be, where the
    catalogue does not say it.
    """

    column: Column
    rules: Mapping[str, Check]
    needed: bool = True
    fields: Mapping[str, Any] = field(default_factory=dict)
    expected: str | None = None

    def faults(self, table: str, frame: pd.DataFrame) -> Iterator[Fault]:
        """What is wrong with the column of a table."""
        name = self.column.name
        if name not in frame.columns and not self.needed:
            return
        absent = list(presence_faults(table, frame, [name]))
        yield from (replace(fault, definition=self.column) for fault in absent)
        if absent:
            return
        for rule, marks in self.rules.items():
            rows = np.flatnonzero(marks(frame[name]))
            yield Fault(
                table,
                name,
                rule,
                rows,
                expected=self.expected,
                fields=self.fields,
                definition=self.column,
            )


def column_named(name: str, label: Label | None = None, **more: Any) -> Column:
    """A column that only a sheet, or a table of points, has."""
    label = label or Label(vi=name, en=name)
    return Column(**{"table": "households", "kind": "boolean", **more}, name=name, label=label)


def category_check(name: str, label: Label, codes: tuple[str, ...]) -> ColumnCheck:
    """That every value is one of the codes."""

    def unknown(values: pd.Series[Any]) -> BoolArray:
        return np.asarray((category_codes(values, codes) < 0) & values.notna(), dtype=bool)

    rules = {"unknown_category": unknown}
    return ColumnCheck(column_named(name, label), rules, expected=", ".join(codes))


def refuse(table: str, frame: pd.DataFrame, checks: Iterable[ColumnCheck]) -> None:
    """Raise `InvalidDataError` with every fault, in the order of the rows and the columns."""
    faults = [fault for check in checks for fault in check.faults(table, frame)]
    raise_errors(faults, {table: frame}, area="points")


def missing(values: pd.Series[Any]) -> BoolArray:
    """Where a value is missing."""
    return values.isna().to_numpy(dtype=bool)


def is_other(values: pd.Series[Any], name: str) -> BoolArray:
    """Where a value is given, and is another name."""
    return np.asarray(values.notna() & (values.astype(object) != name), dtype=bool)


def no_sum_of(step: int, most: int) -> Check:
    """Where points for deprivations are no whole number of deprivations."""

    def no_sum(values: pd.Series[Any]) -> BoolArray:
        numbers = numbers_of(values)
        numbers = np.where(np.isfinite(numbers) & (numbers >= 0) & (numbers % 1 == 0), numbers, 0.0)
        return np.asarray((numbers % step != 0) | (numbers > most), dtype=bool)

    return no_sum


def _bound(table: pd.DataFrame, column: str) -> Floats | None:
    return numbers_of(table[column]) if (table.columns == column).sum() == 1 else None


def outside_bounds(table: pd.DataFrame, name: str) -> Check:
    """Where points stand outside the bounds beside them."""

    def outside(values: pd.Series[Any]) -> BoolArray:
        numbers, bad = numbers_of(values), np.zeros(len(values), dtype=bool)
        low, high = (_bound(table, f"{name}_{end}") for end in ("at_least", "at_most"))
        if low is not None:
            bad |= numbers < low
        if high is not None:
            bad |= numbers > high
        return bad

    return outside


def above_its_bound(table: pd.DataFrame, name: str) -> Check:
    """Where a least stands above its most."""

    def above(values: pd.Series[Any]) -> BoolArray:
        high = _bound(table, f"{name}_at_most")
        if high is None:
            return np.zeros(len(values), dtype=bool)
        return np.asarray(numbers_of(values) > high, dtype=bool)

    return above
