"""Administrative units of two years: read, compared, and put to each row of the flows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet, match, one_spelling, unit_key
from multidim_poverty.schema.arguments import By, grouping
from multidim_poverty.schema.definitions import column_of

__all__ = ["check_units", "in_another_unit", "units_by_row", "units_of"]

Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


def units_of(by: By, start: pd.DataFrame, end: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The units of the households of each year; of a Series, those that are in this year."""
    tables: dict[str, pd.DataFrame] = {}
    levels: list[str] = []
    for which, frame in (("start", start), ("end", end)):
        of_year = by
        if isinstance(by, pd.Series):
            check_ids_meet(by.index, frame.index, ("by", which), must_meet=False)
            listed = match(by.index.to_series(), frame.index).home >= 0
            of_year = by[listed] if len(frame) else by[:0]
        tables[which], levels = grouping(of_year, frame, which)
    return dict(zip(tables, one_spelling([*tables.values()], levels), strict=True))


def check_units(start: pd.Series[Any], end: pd.Series[Any]) -> None:
    """Refuse years in different lists of units: every unit of the start is gone at the end.

    One household alone may have moved, and a place may have another area.
    """
    first, last = (column.dropna().unique() for column in (start, end))
    column = column_of("households", str(start.name))
    if start.count() < 2 or (column is not None and column.kind != "text"):
        return
    if not len(last) or {*map(unit_key, first)} & {*map(unit_key, last)}:
        return
    shown = " against ".join(", ".join(map(repr, list(part[:3]))) for part in (first, last))
    raise ArgumentError(
        f"start and end have no {start.name} in common: {shown}; put both years into one list of "
        f"units first, with units.recode (with split='default' where communes were split)"
    )


def in_another_unit(start: pd.DataFrame, end: pd.DataFrame, end_of: Ints) -> Mask:
    """Households of the start that stand in another unit at the end, as far as both are known."""
    moved = np.zeros(len(start), dtype=bool)
    rows = np.flatnonzero(end_of >= 0)
    for name in start.columns:
        was = start[name].astype(object).iloc[rows].reset_index(drop=True)
        now = end[name].astype(object).iloc[end_of[rows]].reset_index(drop=True)
        known = np.asarray(was.notna() & now.notna(), dtype=bool)
        moved[rows] |= known & np.asarray(was.where(known, 0) != now.where(known, 0), dtype=bool)
    return moved


def units_by_row(first: pd.Series[Any], last: pd.Series[Any], at_start: Ints, at_end: Ints) -> Any:
    """The unit of each row, at the start where it is known; a category keeps its groups."""
    from_start = (at_start >= 0) & np.append(first.notna().to_numpy(dtype=bool), False)[at_start]
    from_start |= at_end < 0
    units = np.full(len(from_start), None, dtype=object)
    units[from_start] = first.to_numpy(dtype=object)[at_start[from_start]]
    units[~from_start] = last.to_numpy(dtype=object)[at_end[~from_start]]
    if isinstance(first.dtype, pd.CategoricalDtype) and isinstance(last.dtype, pd.CategoricalDtype):
        categories = first.cat.categories.union(last.cat.categories, sort=False)
        return pd.Categorical(units, categories=categories)
    return pd.Series(units).infer_objects().array
