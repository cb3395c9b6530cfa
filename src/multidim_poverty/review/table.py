"""The event table: one row for each thing that happened to a household in a review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.schema.definitions import COLUMNS, Column
from multidim_poverty.schema.faults import Fault, column_faults, raise_errors
from multidim_poverty.schema.reading import numbers_of

__all__ = ["EVENT_COLUMNS", "as_events", "empty_events", "numbers", "table_faults", "texts"]

EVENT_COLUMNS: tuple[Column, ...] = tuple(c for c in COLUMNS if c.table == "events")
DAY = "datetime64[s]"


def empty_events() -> pd.DataFrame:
    """An event table without rows, in the documented dtypes.

    Returns
    -------
    pandas.DataFrame
        Columns ``household_id`` (object), ``process``, ``event``, ``basis``,
        ``previous_class`` and ``assessed_class`` (category), ``on``, ``law_on`` and ``facts_on``
        (datetime64[s]), ``attending``, ``agreeing`` and ``minutes_copies`` (Int64), ``commune``,
        ``village``, ``form``, ``present``, ``complaint``, ``opinion``, ``decision_number`` and
        ``reason`` (string).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.review.empty_events().columns.tolist()[:4]
    ['household_id', 'process', 'event', 'on']
    """
    return as_events(pd.DataFrame({"household_id": pd.Series([], dtype=object)}))


def as_events(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column of the event table, in its dtype and its place.

    Raises `InvalidDataError` if a value is not one of its column.
    """
    faults = [fault for column in EVENT_COLUMNS for fault in column_faults(rows, column)]
    raise_errors(faults, {"events": rows})
    return pd.DataFrame(
        {column.name: _typed(rows, column) for column in EVENT_COLUMNS}, index=rows.index
    )


def _typed(rows: pd.DataFrame, column: Column) -> pd.Series[Any]:
    absent = pd.Series(pd.NA, index=rows.index, dtype=object)
    values: pd.Series[Any] = rows[column.name] if column.name in rows.columns else absent
    if column.kind == "id":
        return values
    if column.kind == "date":
        values = pd.to_datetime(values)
    kinds: dict[str, Any] = {
        "category": pd.CategoricalDtype(list(column.codes)),
        "date": DAY,
        "integer": "Int64",
        "text": "string",
    }
    typed: pd.Series[Any] = values.astype(kinds[column.kind])
    return typed


def table_faults(events: pd.DataFrame) -> Iterator[Fault]:
    """Rows that break a rule of their own column, and columns that are not there."""
    for column in EVENT_COLUMNS:
        yield from column_faults(events, column, needed=column.required)


def numbers(events: pd.DataFrame, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column as float64; NaN where it is absent."""
    if name not in events.columns:
        return np.full(len(events), np.nan)
    return numbers_of(events[name])


def texts(events: pd.DataFrame, name: str) -> tuple[np.ndarray[Any, np.dtype[np.intp]], Any]:
    """A column as codes and distinct values; -1 where it is missing."""
    if name not in events.columns:
        return np.full(len(events), -1), np.array([], dtype=object)
    codes, values = pd.factorize(events[name])
    return codes, np.asarray(values, dtype=object)
