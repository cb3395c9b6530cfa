"""The numbers of stacked bands: within each that holds one, else beside it with a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.plotting.style import PLATE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["number_bands"]

LETTERS = 0.22  # inches: a number with its plate
BESIDE = 12.0  # points: from the frame to a number on its right


def number_bands(ax: Axes, table: pd.DataFrame, width: float, height: float) -> None:
    """Number the bands of a table, one column each, on a frame of a width and a height [inches].

    A row holds from its day to that of the next; the last row is the end of the one before.
    """
    days = table.index
    heights = table.to_numpy(dtype=np.float64)[:-1]
    tops = heights.cumsum(axis=1)
    bottoms = tops - heights
    line = LETTERS / height * max(float(tops.max()), 1.0)
    many = int(np.clip(np.ceil(LETTERS * len(heights) / width), 1, len(heights)))
    windows = np.lib.stride_tricks.sliding_window_view
    beside: list[tuple[float, Any, int]] = []
    for n, state in enumerate(table.columns):
        low = windows(bottoms[:, n], many).max(axis=1)
        high = windows(tops[:, n], many).min(axis=1)
        holding = np.flatnonzero(high - low >= line)
        if len(holding):
            at = int(holding[len(holding) // 2])
            day = days[at] + (days[at + many] - days[at]) / 2
            ax.text(
                day, (low[at] + high[at]) / 2, str(n + 1), ha="center", va="center",
                fontsize="small", bbox=PLATE, gid=f"band {state}",
            )  # fmt: skip
        else:
            at = int(np.flatnonzero(heights[:, n])[-1])  # the last day, near the number
            day = days[at] + (days[at + 1] - days[at]) / 2
            beside.append((float(bottoms[at, n] + tops[at, n]) / 2, day, n))
    beside.sort(key=lambda band: (band[0], band[2]))
    places = _spread(np.array([place for place, _, _ in beside]), line, float(tops.max()))
    for (middle, day, n), place in zip(beside, places.tolist(), strict=True):
        state, at = table.columns[n], _beside(ax)
        ax.text(
            1, place, str(n + 1), transform=at, va="center", fontsize="small",
            gid=f"band {state}",
        )  # fmt: skip
        ax.annotate(
            "", (day, middle), (1, place), xycoords="data", textcoords=at,
            gid=f"line {state}", annotation_clip=False,
            arrowprops={"arrowstyle": "-|>", "lw": 0.6, "color": "black", "mutation_scale": 6,
                        "shrinkA": 1, "shrinkB": 0},
        )  # fmt: skip


def _beside(ax: Axes) -> Any:
    """Coordinates on the right of the frame, at the height of the data."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.figure
    shift = ScaledTranslation(BESIDE / 72, 0, figure.dpi_scale_trans)
    return ax.get_yaxis_transform() + shift


def _spread(places: Any, apart: float, highest: float) -> Any:
    """Rising places, moved until they are so far apart, and up to the highest as far as possible.

    >>> _spread(np.array([1.0, 1.0, 9.5, 9.8]), 1.0, 10.0).tolist()
    [1.0, 2.0, 9.0, 10.0]
    """
    moved = places.copy()
    for n in range(1, len(moved)):
        moved[n] = max(moved[n], moved[n - 1] + apart)
    if len(moved):
        moved[-1] = min(moved[-1], max(highest, apart * (len(moved) - 1)))
    for n in range(len(moved) - 2, -1, -1):
        moved[n] = min(moved[n], moved[n + 1] - apart)
    return moved
