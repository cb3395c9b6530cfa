"""Steps of income whose ends are the lines of the law, so that no step mixes two classes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import floor, log10
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["IncomeBins", "income_bins", "nice_widths", "top_without_lines"]

FEWEST, MOST = 15, 80  # steps up to the top
NICE = (1.0, 2.0, 2.5, 5.0)


class IncomeBins(NamedTuple):
    """Ends of the steps of income, from 0 to the top; their width, and whether all have it.

    A step holds what is above its lower end, up to its upper end, as the lines of the law do.
    """

    ends: npt.NDArray[np.float64]
    width: float
    exact: bool

    @property
    def number(self) -> int:
        """How many steps there are."""
        return len(self.ends) - 1

    def place(self, income: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """The step of each income: losses in the first, what is above the top, then unknown."""
        place = np.maximum(np.searchsorted(self.ends, income, side="left") - 1, 0)
        return np.where(np.isnan(income), self.number + 1, place)


def nice_widths(top: float) -> list[float]:
    """Round widths that give neither too few nor too many steps up to the top, wide ones first."""
    power = 10.0 ** floor(log10(top / MOST))
    widths = [n * power * ten for n in NICE for ten in (1.0, 10.0)]
    return sorted((w for w in widths if FEWEST <= top / w <= MOST), reverse=True)


def income_bins(lines: Sequence[float], top: float, others: Sequence[float] = ()) -> IncomeBins:
    """Steps up to the top, one of whose ends is each line.

    They are of one round width where one divides the lines and those of other areas; else each
    stretch between two lines is divided alike.

    >>> income_bins([1_500_000, 2_250_000], 6_000_000).width
    250000.0
    >>> income_bins([1_234_567], 5_000_000).exact
    False
    """
    widths = nice_widths(top)
    amounts = np.array([*lines, *others, top], dtype=np.float64)
    for width in widths:
        if not (amounts % width).any():
            ends = np.linspace(0.0, top, round(top / width) + 1)
            return IncomeBins(ends, width, True)
    stops = [0.0, *(float(line) for line in lines if line < top), float(top)]
    parts = [
        np.linspace(low, high, max(1, round((high - low) / widths[0])) + 1)[:-1]
        for low, high in pairwise(stops)
    ]
    ends = np.append(np.concatenate(parts), top).astype(np.float64)
    return IncomeBins(ends, widths[0], False)


def top_without_lines(income: npt.NDArray[np.float64]) -> float:
    """A round top that nearly all incomes are under."""
    most = float(np.quantile(income[~np.isnan(income)], 0.98)) if len(income) else 1.0
    width = nice_widths(max(most, 1.0))[0]
    return float(np.ceil(max(most, 1.0) / width) * width)
