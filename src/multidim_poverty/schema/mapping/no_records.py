"""Rows of a file that are no records: empty ones, sums, rows of no household."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.schema.fault_table import Fault
from multidim_poverty.schema.words import bare_key, words

__all__ = ["no_records"]

LONGEST = 30  # letters of a text that says no more than that it is a sum


def no_records(frame: pd.DataFrame, table: str, ids: Any) -> Iterator[Fault]:
    """The rows that are empty, are sums, or do not say of which household they are."""
    is_filled = np.zeros(len(frame), dtype=bool)
    is_sum = np.zeros(len(frame), dtype=bool)
    for at in range(len(frame.columns)):
        places, distinct = pd.factorize(frame.iloc[:, at])  # place -1 where missing: the last entry
        texts = [value if isinstance(value, str) else None for value in distinct]
        is_filled |= np.array([text is None or bool(text.strip()) for text in texts] + [False])[
            places
        ]
        is_sum |= np.array([text is not None and _says_sum(text) for text in texts] + [False])[
            places
        ]
    without_id = np.asarray(pd.isna(ids), dtype=bool)
    yield from _of_rows(table, "empty_row", ~is_filled)
    yield from _of_rows(table, "row_of_sums", is_sum)
    yield from _of_rows(table, "row_without_id", without_id & is_filled & ~is_sum)


def _of_rows(table: str, rule: str, is_broken: BoolArray) -> Iterator[Fault]:
    rows = np.flatnonzero(is_broken)
    if len(rows):
        fields = {"row": rows.astype(object), "heading": None}
        nothing = np.full(len(rows), None, dtype=object)
        yield Fault(table, "household_id", rule, rows, nothing, fields=fields)


def _says_sum(text: str) -> bool:
    return len(text) <= LONGEST and not any(map(str.isdigit, text)) and bare_key(text) in _sums()


@cache
def _sums() -> frozenset[str]:
    return frozenset(map(bare_key, words().totals["words"]))
