"""Where a household stands by its number of deprivations: the number, or the least it can be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard

__all__ = ["CountPlaces", "count_places", "cut_offs"]


class CountPlaces(NamedTuple):
    """The places of a scale of deprivations, and which one each household has.

    Attributes
    ----------
    exact : list of int
        Numbers of deprivations, ascending: the first places.
    at_least : list of int
        The places behind them, of households with unknown answers: deprivations known to hold.
        The last gathers more, as it reaches the highest cut-off.
    place : array of int
        Of each household, among both.
    """

    exact: list[int]
    at_least: list[int]
    place: npt.NDArray[np.intp]

    @property
    def number(self) -> int:
        """Places of both kinds."""
        return len(self.exact) + len(self.at_least)


def cut_offs(standard: Standard) -> list[int]:
    """Numbers of deprivations from which another clause holds, ascending."""
    numbers = len(standard.indicators)
    first = {rule.deprivations_at_least for rule in standard.class_rules}
    behind = {rule.most_deprivations(numbers) + 1 for rule in standard.class_rules}
    return sorted(n for n in first | behind if 0 < n <= numbers)


def count_places(result: pd.DataFrame, standard: Standard, least: int = 1) -> CountPlaces:
    """The places of the households of a result, exact ones at least up to `least`.

    Raises
    ------
    ArgumentError
        If a column of counts is absent.
    """
    columns = ("deprivation_count", "deprivations_unknown")
    if absent := [name for name in columns if name not in result.columns]:
        raise ArgumentError(
            f"the result has no column {', '.join(absent)}; take a result of assess"
        )
    known, unknown = (result[name].to_numpy(dtype=np.intp) for name in columns)
    highest = max(cut_offs(standard), default=0)
    open_ones = unknown > 0
    most = int(known[~open_ones].max(initial=0))
    exact = list(range(max(most, highest, min(least, len(standard.indicators))) + 1))
    at_least = list(range(highest + 1)) if open_ones.any() else []
    place = np.where(open_ones, len(exact) + np.minimum(known, highest), known)
    return CountPlaces(exact, at_least, place)
