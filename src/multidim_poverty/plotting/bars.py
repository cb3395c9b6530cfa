"""Bars end to end, with their numbers inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.plotting.style import FRAME, PLATE, Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["stacked_bars"]

Lengths = npt.NDArray[Any]


def stacked_bars(
    ax: Axes,
    parts: Iterable[tuple[str, Style, Lengths]],
    *,
    smallest: float,
    text: Callable[[Any], str],
) -> None:
    """Draw one bar per row from parts: label, style and the length of the part in each row.

    Parts without any length are left out, and numbers of parts shorter than `smallest`.
    """
    ends: Lengths | None = None
    for label, style, lengths in parts:
        if not lengths.any():
            continue
        starts = np.zeros_like(lengths) if ends is None else ends
        ax.barh(
            np.arange(len(lengths)),
            lengths,
            left=starts,
            label=label,
            color=style.colour,
            hatch=style.hatch,
            height=0.62,
            clip_on=False,  # else the frame of the last bar is cut in half at the limit
            **FRAME,
        )
        for row, (start, length) in enumerate(zip(starts, lengths, strict=True)):
            if length >= smallest:
                middle = start + length / 2
                ax.text(
                    middle, row, text(length), ha="center", va="center", fontsize="small",
                    bbox=PLATE,
                )  # fmt: skip
        ends = starts + lengths
