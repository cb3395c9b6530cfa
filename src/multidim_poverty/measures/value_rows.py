"""Rows of a sample by the values that a statistic ranks: one for all rows of the same values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from multidim_poverty.measures.design import CodeArray, FloatArray

__all__ = ["ValueRows", "distinct_values", "one_below_other"]


@dataclass(frozen=True, eq=False)
class ValueRows:
    """Rows in domains, each for one or more rows of a sample with the same values.

    Attributes
    ----------
    values : numpy.ndarray of float64
        One column per variable.
    domain : numpy.ndarray of intp
    pair : numpy.ndarray of intp or None
        Pair of unit and domain, where there is a sample of units.
    weight, squares : numpy.ndarray of float64
        The sum of the weights, and of their squares: a column of the weights themselves, and one
        of each replicate.
    """

    values: FloatArray
    domain: CodeArray
    pair: CodeArray | None
    weight: FloatArray
    squares: FloatArray

    def take(self, rows: CodeArray) -> ValueRows:
        """Some of the rows."""
        pair = None if self.pair is None else self.pair[rows]
        return ValueRows(
            self.values[rows], self.domain[rows], pair, self.weight[rows], self.squares[rows]
        )


def distinct_values(rows: ValueRows) -> ValueRows:
    """The rows with those of one domain, pair and the same values made one."""
    place = rows.domain if rows.pair is None else rows.pair
    keys = pd.DataFrame(rows.values).assign(place=place)
    code = keys.groupby([*keys.columns], sort=False).ngroup().to_numpy()
    number = int(code.max(initial=-1)) + 1
    first = np.empty(number, dtype=np.intp)
    first[code[::-1]] = np.arange(len(code))[::-1]
    sums = [
        np.column_stack([np.bincount(code, column, number).astype(np.float64) for column in each.T])
        for each in (rows.weight, rows.squares)
    ]
    return replace(rows.take(first), weight=sums[0], squares=sums[1])


def one_below_other(parts: Sequence[ValueRows]) -> ValueRows:
    """The rows of some parts, one part below the other."""
    pairs = [rows.pair for rows in parts if rows.pair is not None]
    return ValueRows(
        values=np.concatenate([rows.values for rows in parts]),
        domain=np.concatenate([rows.domain for rows in parts]),
        pair=np.concatenate(pairs) if pairs else None,
        weight=np.concatenate([rows.weight for rows in parts]),
        squares=np.concatenate([rows.squares for rows in parts]),
    )
