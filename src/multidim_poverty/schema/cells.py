"""Cells of the table of faults, most of which say the same: each distinct value is kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Coded", "column_of", "joined", "objects"]

Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Coded:
    """Cells as the values that they have, and for each cell the place of its value.

    Attributes
    ----------
    place : numpy.ndarray of int
    values : numpy.ndarray of object
        A value may stand there several times, or serve no cell.
    """

    place: npt.NDArray[np.integer[Any]]
    values: Objects

    def __len__(self) -> int:
        return len(self.place)

    def plain(self) -> Objects:
        """The value of each cell."""
        return np.asarray(self.values[self.place], dtype=object)

    def of_values(self, change: Callable[[Any], Any]) -> Coded:
        """The cells with another value in place of each."""
        return Coded(self.place, objects([change(value) for value in self.values.tolist()]))


def objects(values: Any) -> Objects:
    """Values as plain Python objects; a tuple stays one value."""
    plain = values if isinstance(values, list) else values.tolist()
    return np.fromiter(plain, dtype=object, count=len(plain))


def joined(parts: Sequence[Any], sizes: Sequence[int]) -> Any:
    """Parts one after the other; each is one value for so many rows, or the cells of them."""
    rows = sum(sizes)
    known = [len(part.values) if isinstance(part, Coded) else 1 for part in parts]
    if 0 < 2 * sum(known) <= rows and not any(isinstance(p, np.ndarray) for p in parts):
        place = np.repeat(np.cumsum([0, *known[:-1]]), sizes)
        values = [p.values if isinstance(p, Coded) else objects([p]) for p in parts]
        for part, at in _slices(parts, sizes):
            if isinstance(part, Coded):
                place[at] += part.place
        return Coded(place, np.concatenate(values))
    cells = np.empty(rows, dtype=object)
    for part, at in _slices(parts, sizes):
        if isinstance(part, np.ndarray | Coded):
            cells[at] = part.plain() if isinstance(part, Coded) else part
        else:
            cells[at].fill(part)
    return cells


def _slices(parts: Sequence[Any], sizes: Sequence[int]) -> Iterator[tuple[Any, slice]]:
    """Each part, and where its rows stand."""
    ends = np.cumsum(sizes).tolist()
    for part, size, end in zip(parts, sizes, ends, strict=True):
        yield part, slice(end - size, end)


def column_of(
    parts: Sequence[Any], sizes: Sequence[int], order: npt.NDArray[np.intp], dtype: Any
) -> pd.Series[Any]:
    """A column of these parts, its rows in that order."""
    column: pd.Series[Any]
    if dtype == "Int64" and all(isinstance(p, np.ndarray) and p.dtype.kind == "i" for p in parts):
        whole = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
        column = pd.Series(whole[order], dtype=dtype)
        return column
    cells = joined(parts, sizes)
    if isinstance(cells, Coded):
        return _taken(cells.values, cells.place[order], dtype)
    cells = cells[order]
    kind = "" if dtype is object else pd.api.types.infer_dtype(cells, skipna=True)
    if (dtype, kind) in ((str, "string"), ("datetime64[s]", "datetime")):
        place, values = pd.factorize(cells)  # most say the same: each is read once
        missing = len(values)
        return _taken(np.append(values, [None]), np.where(place < 0, missing, place), dtype)
    column = pd.Series(cells, dtype=dtype)
    return column


def _taken(values: Objects, place: npt.NDArray[Any], dtype: Any) -> pd.Series[Any]:
    if dtype is object:
        return pd.Series(values[place], dtype=object)
    distinct: pd.Series[Any] = pd.Series(values, dtype=dtype)
    return pd.Series(distinct.array.take(place))
