"""Rows of another table counted by household, in chunks that the cache holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from multidim_poverty.identity import ids

__all__ = ["count_into", "counting_chunk", "rows_by_home"]

Ints = npt.NDArray[np.int32]


def rows_by_home(home: Ints, n: int) -> Ints:
    """How many rows each of `n` households has, by the position of the household of each row."""
    counts = np.zeros(n, dtype=np.int32)
    for rows in ids.chunks(len(home), counting_chunk(home, n)):
        count_into(counts, home[rows])
    return counts


def counting_chunk(home: Ints, n: int) -> int:
    """Length of chunks for counting.

    bincount costs the span of its input, which is all households where members come in no order.
    """
    start = home[: ids.CHUNK]
    grouped = len(start) == 0 or int(start.max()) - int(start.min()) < 4 * ids.CHUNK
    return ids.CHUNK if grouped else max(ids.CHUNK, n // 2)


def count_into(counts: Ints, home: Ints) -> None:
    """Add the rows of each household to its count."""
    if len(home):
        low = int(home.min())
        members = np.bincount(home - low)
        counts[low : low + len(members)] += members
