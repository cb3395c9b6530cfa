"""Whether an implementation left the tables that it took as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["check_inputs_stay"]

MARK = "multidim_poverty.testing"


def check_inputs_stay(
    law: str, ask: Callable[[Mapping[str, pd.DataFrame]], Any], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Raise `AssertionError` if a table was changed by whoever was asked.

    Looked at are values, dtypes, columns, index, their names, ``attrs`` and ``flags``; and the
    tables once more after the answer has been written over, so that an answer that is a part of
    an input is found.
    """
    # Who is asked takes copies, so that a fault does no harm to the tables of the caller.
    copies = {name: table.copy(deep=True) for name, table in tables.items()}
    for name, table in copies.items():
        table.attrs = {**table.attrs, MARK: [name]}
    answer = ask(copies)
    for name, before in tables.items():
        attrs = {**before.attrs, MARK: [name]}
        _check_same(law, name, before, attrs, copies[name], "")
    _write_over(answer)
    for name, before in tables.items():
        attrs = {**before.attrs, MARK: [name]}
        _check_same(law, name, before, attrs, copies[name], ", after the answer was written over")


def _check_same(
    law: str, name: str, before: pd.DataFrame, attrs: Any, after: pd.DataFrame, when: str
) -> None:
    facts: list[tuple[str, Any, Any]] = [
        (f"the columns of {name} were", list(before.columns), list(after.columns)),
        (
            f"the names of the columns of {name} were",
            [*before.columns.names],
            [*after.columns.names],
        ),
        (f"the attrs of {name} were", attrs, after.attrs),
        (f"the flags of {name} were", _flags(before), _flags(after)),
        (f"the names of the index of {name} were", [*before.index.names], [*after.index.names]),
        (f"the dtypes of the index of {name} were", [before.index.dtype], [after.index.dtype]),
    ]
    for words, was, now in facts:
        if was != now:
            raise AssertionError(f"{law}: {words} {was} and are now {now}{when}")
    if not after.index.equals(before.index):
        raise AssertionError(
            f"{law}: the index of {name} was {before.index.tolist()[:5]}... "
            f"and is now {after.index.tolist()[:5]}...{when}"
        )
    for at, column in enumerate(before.columns):
        one, other = before.iloc[:, at], after.iloc[:, at]
        if _dtype(one) != _dtype(other):
            was = f"dtype {_dtype(one)} and is now {_dtype(other)}"
        elif one.equals(other):
            continue
        else:
            pairs = zip(one.index, one.tolist(), other.tolist(), strict=True)
            id, old, new = next(p for p in pairs if not _equal(p[1], p[2]))
            was = f"{old!r} for household {id!r} and is now {new!r}"
        raise AssertionError(f"{law}: the column {column!r} of {name} was {was}{when}")


def _flags(table: pd.DataFrame) -> dict[str, bool]:
    return {"allows_duplicate_labels": table.flags.allows_duplicate_labels}


def _dtype(series: pd.Series[Any]) -> str:
    """The dtype in words; of a category with its codes in their order."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return f"category of {series.cat.categories.tolist()}, ordered={series.cat.ordered}"
    return str(series.dtype)


def _equal(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other)


def _write_over(answer: Any) -> None:
    """Put another value into each column of an answer, in place, where it can be."""
    columns: list[Any] = []
    if isinstance(answer, pd.DataFrame):
        columns = [answer.iloc[:, at] for at in range(answer.shape[1])]
    elif isinstance(answer, pd.Series | np.ndarray):
        columns = [answer]
    for column in columns:
        values = column.array if isinstance(column, pd.Series) else column
        if not len(values):
            continue
        others = [value for value in values if not _equal(value, values[0])]
        if isinstance(values[0], bool | np.bool_):
            others = [not values[0]]
        try:
            values[:] = others[0] if others else None
        except (TypeError, ValueError):
            continue  # a read-only answer, or one that cannot hold a missing value
