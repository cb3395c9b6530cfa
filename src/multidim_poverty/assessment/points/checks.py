"""Checks of tables of points, whose columns a sheet defines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Label
from multidim_poverty.schema.definitions import Column, category_codes, numbers_of
from multidim_poverty.schema.faults import MESSAGES, OUTPUT

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

WORDS = {rule: english for rule, (english, _) in MESSAGES.items()} | {
    "no_sum_of_deprivations": (
        "{value} is no sum of {step} points per deprived indicator; give one of 0, {step}, ..., "
        "{most}"
    ),
    "bounds_disagree": (
        "{value} does not agree with the other columns of {name}: the least may not be above the "
        "points, nor the points above the most"
    ),
    "other_standard": (
        "the points come from a sheet of {value}, not of {standard}; use the sheet of {standard}, "
        "or classify under {value}"
    ),
}


@dataclass(frozen=True)
class ColumnCheck:
    """A column, the rules that its values must keep, and whether it must be there."""

    column: Column
    rules: Mapping[str, Check]
    needed: bool = True
    words: Mapping[str, str] | None = None
    answers: tuple[str, ...] | None = None


def column_named(name: str, label: Label | None = None, **more: Any) -> Column:
    """A column that only a sheet, or a table of points, has."""
    label = label or Label(vi=name, en=name)
    return Column(**{"table": "households", "kind": "boolean", **more}, name=name, label=label)


def category_check(name: str, label: Label, codes: tuple[str, ...]) -> ColumnCheck:
    """That every value is one of the codes."""

    def unknown(values: pd.Series[Any]) -> BoolArray:
        return np.asarray((category_codes(values, codes) < 0) & values.notna(), dtype=bool)

    return ColumnCheck(column_named(name, label), {"unknown_category": unknown}, answers=codes)


def refuse(table: str, frame: pd.DataFrame, checks: Iterable[ColumnCheck]) -> None:
    """Raise `InvalidDataError` with every fault, in the order of the rows and the columns."""
    found: list[tuple[int, int, tuple[Any, ...]]] = []
    for place, check in enumerate(checks):
        name = check.column.name
        known = {
            "label": f"{name} ({check.column.label.en})",
            "answers": ", ".join(check.answers or check.column.codes),
            "low": f"{check.column.low:g}",
            "high": f"{check.column.high:g}",
            **(check.words or {}),
        }
        standing = int((frame.columns == name).sum())
        if standing != 1:
            rule = "duplicate_column" if standing else "missing_column"
            if standing or check.needed:
                row = (table, None, None, name, None, rule, WORDS[rule].format(**known))
                found.append((-1, place, row))
            continue
        values = frame[name]
        for rule, marks in check.rules.items():
            for position in np.flatnonzero(marks(values)).tolist():
                value = values.iloc[position]
                shown = repr(value) if isinstance(value, str) else value
                message = WORDS[rule].format(value=shown, **known)
                id = frame.index[position]
                found.append((position, place, (table, id, None, name, value, rule, message)))
    if found:
        rows = [row for _, _, row in sorted(found, key=lambda entry: entry[:2])]
        as_is = {"household_id", "member_id", "value"}
        columns = {
            name: pd.Series([row[n] for row in rows], dtype=object if name in as_is else str)
            for n, name in enumerate(OUTPUT)
        }
        raise InvalidDataError(pd.DataFrame(columns))


def missing(values: pd.Series[Any]) -> BoolArray:
    """Where a value is missing."""
    return np.asarray(values.isna(), dtype=bool)


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
