"""Points as columns: the value where it is known, and the bounds that missing answers leave."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Points", "known_points", "with_bounds"]

Points = npt.NDArray[np.int64]


def known_points(least: Points, most: Points) -> pd.arrays.IntegerArray:
    """The points, NA where the bounds differ."""
    return pd.arrays.IntegerArray(least, least != most)


def with_bounds(name: str, least: Points, most: Points) -> dict[str, pd.arrays.IntegerArray]:
    """Columns of the points and of their bounds, by name."""
    known = np.zeros(len(least), dtype=bool)
    return {
        name: known_points(least.copy(), most),
        f"{name}_at_least": pd.arrays.IntegerArray(least, known),
        f"{name}_at_most": pd.arrays.IntegerArray(most, known.copy()),
    }
