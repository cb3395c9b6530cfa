"""Deprivations as bit masks: bit i is indicator i of the standard, in legal order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard
from multidim_poverty.schema.reading import truth_of

__all__ = ["indicator_masks"]

MOST_INDICATORS = 61  # bits of an int64, less the sign and the questions of income and area


def indicator_masks(
    matrix: pd.DataFrame, standard: Standard
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Masks of the indicators that are known to be deprived, and of those that are unknown.

    Raises
    ------
    ArgumentError
        If the standard has more indicators than a mask has bits for.
    """
    n = len(standard.indicators)
    if n > MOST_INDICATORS:
        raise ArgumentError(
            f"{standard.name} has {n} indicators; a mask holds at most {MOST_INDICATORS}"
        )
    deprived = np.zeros(len(matrix), dtype=np.int64)
    unknown = np.zeros(len(matrix), dtype=np.int64)
    for bit, name in enumerate(standard.indicator_ids):
        truth = truth_of(matrix[name])(slice(None))
        deprived |= truth.certain.astype(np.int64) << bit
        if not truth.complete:
            unknown |= (truth.possible & ~truth.certain).astype(np.int64) << bit
    return deprived, unknown
