"""Ids of two tables: the one way to match them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["chunks", "positions"]

Ints = npt.NDArray[np.int32]
CHUNK = 1 << 17  # rows whose columns fit the cache together


def chunks(n: int, size: int | None = None) -> Iterator[slice]:
    """Slices of at most `size` rows that cover `n` rows."""
    size = CHUNK if size is None else size
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


def positions(owner: pd.Series[Any], index: pd.Index[Any]) -> Ints | None:
    """For each member, the position of the household; None if one has no place or two."""
    n = len(index)
    if isinstance(owner.dtype, np.dtype) and owner.dtype.kind in "iu" and n:
        values = owner.to_numpy()
        if isinstance(index, pd.RangeIndex):
            return _from_range(values, index)
        keys = index.to_numpy() if isinstance(index.dtype, np.dtype) else None
        if keys is not None and keys.dtype.kind in "iu":
            low, high = int(keys.min()), int(keys.max())
            if high - low < 4 * n + CHUNK:
                return _from_table(values, keys, low, high)
    if len(owner) == 0 or n == 0:
        return np.empty(0, dtype=np.int32) if len(owner) == 0 and index.is_unique else None
    # One factorisation of both is half the cost of an index that looks each member up. The
    # households come first, so those that do not repeat are numbered by their position.
    both = pd.concat([index.to_series(), owner], ignore_index=True)
    codes = pd.factorize(both)[0]
    home = codes[n:]
    if (codes[:n] != np.arange(n)).any() or (home < 0).any() or (home >= n).any():
        return None
    return home.astype(np.int32)


def _from_range(values: npt.NDArray[Any], index: pd.RangeIndex) -> Ints | None:
    home = np.empty(len(values), dtype=np.int32)
    for rows in chunks(len(values)):
        offset = values[rows].astype(np.int64) - index.start
        at, rest = np.divmod(offset, index.step) if index.step != 1 else (offset, np.zeros(1))
        if len(at) and (at.min() < 0 or at.max() >= len(index) or rest.any()):
            return None
        home[rows] = at
    return home


def _from_table(
    values: npt.NDArray[Any], keys: npt.NDArray[Any], low: int, high: int
) -> Ints | None:
    """Ids that lie close together need no hashing: a table by id gives the position."""
    n = len(keys)
    place = np.full(high - low + 1, -1, dtype=np.int32)
    order = np.arange(n, dtype=np.int32)
    at = keys.astype(np.int64) - low
    place[at] = order
    if (place[at] != order).any():
        return None
    if high - low == n - 1 and (place == order).all():
        return _from_range(values, pd.RangeIndex(low, high + 1))
    home = np.empty(len(values), dtype=np.int32)
    for rows in chunks(len(values)):
        chunk = values[rows]
        if len(chunk) and (chunk.min() < low or chunk.max() > high):
            return None
        found = place[chunk.astype(np.int64, copy=False) - low]
        if (found < 0).any():
            return None
        home[rows] = found
    return home
