"""Bars end to end, with their numbers inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import FRAME_WIDTH
from multidim_poverty.plotting.style import FRAME, PLATE, Style
from multidim_poverty.plotting.words import word

__all__ = ["stacked_bars"]

Lengths = npt.NDArray[Any]
# Parts of the size of letters: width of a figure, room around a number and its plate [points].
FIGURE_WIDTH, AROUND_NUMBER = 0.64, 7.0
SMALL = 0.833


def stacked_bars(
    picture: Picture,
    parts: Iterable[tuple[str, Style, Lengths]],
    names: Sequence[str],
    *,
    longest: float,
    text: Callable[[Any], str],
    columns: int,
    more: Sequence[Any] = (),
) -> float:
    """Draw one bar per name from parts: label, style and the length of the part in each bar.

    Parts without any length are left out. A part that is too narrow for a number has none; the
    legend says below which length. `longest` is the length of the frame; `more` are further entries
    of the legend. Returns the width of the frame [inches] with which numbers can reckon.
    """
    ax = picture.ax
    bars: list[tuple[Any, Lengths]] = []
    ends = np.zeros(len(names))
    for label, style, lengths in parts:
        if not lengths.any():
            continue
        bars.append(
            (
                ax.barh(
                    np.arange(len(lengths)),
                    lengths,
                    left=ends,
                    label=label,
                    color=style.colour,
                    hatch=style.hatch,
                    height=0.62,
                    clip_on=False,  # else the frame of the last bar is cut in half at the limit
                    **FRAME,
                ),
                lengths,
            )
        )
        ends = ends + lengths
    ax.set_xlim(0, longest)
    room = picture.rows(names)
    width = FRAME_WIDTH[True] if picture.own else room
    smallest = np.ceil(longest * _narrowest(text(longest)) / (72 * width))
    unnumbered = False
    for container, lengths in bars:
        for bar, length in zip(container, lengths.tolist(), strict=True):
            unnumbered |= 0 < length < smallest
            if length >= smallest:
                x, y = bar.get_x() + length / 2, bar.get_y() + bar.get_height() / 2
                ax.text(x, y, text(length), ha="center", va="center", fontsize="small", bbox=PLATE)
    handles: list[Any] = [*(container for container, _ in bars), *more]
    if unnumbered:
        from matplotlib.patches import Patch

        under = word("unnumbered", picture.language, n=text(smallest))
        handles.append(Patch(facecolor="none", edgecolor="none", label=under))
    if handles:
        picture.legend(columns, room, handles)
        room = picture.rows(names)  # with the legend
    return room


def _narrowest(longest_text: str) -> float:
    """The width [points] of the narrowest part that holds a number."""
    from matplotlib import rcParams

    digits = max(2, len(longest_text)) if longest_text != "100" else 2
    return digits * FIGURE_WIDTH * SMALL * float(rcParams["font.size"]) + AROUND_NUMBER
