"""Ids of two tables: the one way to match them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Match", "chunks", "match", "positions"]

Ints = npt.NDArray[np.int32]
CHUNK = 1 << 17  # rows whose columns fit the cache together


def chunks(n: int, size: int | None = None) -> Iterator[slice]:
    """Slices of at most `size` rows that cover `n` rows."""
    size = CHUNK if size is None else size
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


@dataclass(frozen=True, eq=False)
class Match:
    """Which household each row of another table belongs to.

    Attributes
    ----------
    home : numpy.ndarray of int32
        For each row, the position of the first household of its id; -1 where there is none.
    first : numpy.ndarray of int32 or None
        For each household, the position of the first one of its id, -1 where the id is missing;
        None where ids neither repeat nor miss.
    """

    home: Ints
    first: Ints | None

    @property
    def complete(self) -> bool:
        """Whether every row has one household, and no id repeats."""
        return self.first is None and not (self.home < 0).any()


def positions(owner: pd.Series[Any], index: pd.Index[Any]) -> Ints | None:
    """For each member, the position of the household; None if one has no place or two."""
    matched = match(owner, index)
    return matched.home if matched.complete else None


def match(owner: pd.Series[Any], index: pd.Index[Any]) -> Match:
    """Match the ids of a column to those of an index; whole numbers that lie close unhashed."""
    n = len(index)
    if isinstance(owner.dtype, np.dtype) and owner.dtype.kind in "iu" and n:
        values = owner.to_numpy()
        if isinstance(index, pd.RangeIndex):
            return Match(_in_range(values, index), None)
        keys = index.to_numpy() if isinstance(index.dtype, np.dtype) else None
        if keys is not None and keys.dtype.kind in "iu":
            low, high = int(keys.min()), int(keys.max())
            if high - low < 4 * n + CHUNK:
                return _by_table(values, keys, low, high)
    return _by_factorisation(owner, index)


def _in_range(values: npt.NDArray[Any], index: pd.RangeIndex) -> Ints:
    home = np.empty(len(values), dtype=np.int32)
    for rows in chunks(len(values)):
        at = values[rows].astype(np.int64) - index.start
        known: Any = True
        if index.step != 1:
            at, rest = np.divmod(at, index.step)
            known = rest == 0
        known &= (at >= 0) & (at < len(index))
        home[rows] = at if known.all() else np.where(known, at, -1)
    return home


def _by_table(values: npt.NDArray[Any], keys: npt.NDArray[Any], low: int, high: int) -> Match:
    """Ids that lie close together: a table by id gives the position."""
    n = len(keys)
    at = keys.astype(np.int64) - low
    if high - low == n - 1 and (at == np.arange(n)).all():
        return Match(_in_range(values, pd.RangeIndex(low, high + 1)), None)
    table = np.full(high - low + 1, -1, dtype=np.int32)
    order = np.arange(n, dtype=np.int32)
    table[at[::-1]] = order[::-1]  # the first of those that repeat is written last
    first = table[at]
    home = np.empty(len(values), dtype=np.int32)
    for rows in chunks(len(values)):
        chunk = values[rows]
        known = (chunk >= low) & (chunk <= high)
        if known.all():
            home[rows] = table[chunk.astype(np.int64, copy=False) - low]
        else:
            home[rows] = -1
            home[rows][known] = table[chunk[known].astype(np.int64) - low]
    return Match(home, None if (first == order).all() else first)


def _by_factorisation(owner: pd.Series[Any], index: pd.Index[Any]) -> Match:
    """Any ids: households and rows are numbered together, each run of equal rows once."""
    n = len(index)
    ids = index.to_series()
    starts = _run_starts(owner)
    listed = owner if starts is None else owner[starts]
    if len(listed) == n and ids.array.equals(listed.array):  # in the order of the households
        of_index = of_listed = pd.factorize(ids)[0]
    else:
        # One factorisation of both is half the cost of an index that looks each row up.
        codes = pd.factorize(pd.concat([ids, listed], ignore_index=True))[0]
        of_index, of_listed = codes[:n], codes[n:]
    order = np.arange(n, dtype=np.int32)
    # The first household of each code; the last entry serves the missing ids, whose code is -1.
    household = np.full(max(of_index.max(initial=-1), of_listed.max(initial=-1)) + 2, -1, np.int32)
    household[of_index[::-1]] = order[::-1]
    household[-1] = -1
    first, home = household[of_index], household[of_listed]
    if starts is not None:
        home = home[np.cumsum(starts) - 1]
    return Match(home, None if (first == order).all() else first)


def _run_starts(owner: pd.Series[Any]) -> npt.NDArray[np.bool_] | None:
    """Rows whose id is not that of the row before; None where that saves little."""
    if len(owner) < 2:
        return None
    same = owner.iloc[1:].array == owner.iloc[:-1].array
    starts = np.ones(len(owner), dtype=bool)
    starts[1:] = ~np.asarray(pd.Series(same).fillna(False), dtype=bool)
    return starts if starts.mean() < 0.5 else None
