"""Names at the ends of lines, and which of many lines have one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.identity import name_key
from multidim_poverty.plotting.room import text_size, wrapped
from multidim_poverty.plotting.style import LINE_STYLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LineEnd", "highlighted", "write_names"]

BETWEEN = 0.03  # inches
LABEL_LINE = 26  # letters in a line of a label


class LineEnd(NamedTuple):
    """What is written at the end of a line, and where the line ends."""

    text: str
    colour: str
    x: float
    y: float
    gid: str


def highlighted(
    names: Sequence[str], order: Sequence[int], wanted: Sequence[str] | None
) -> list[int]:
    """The numbers of the lines that are drawn in colour.

    Parameters
    ----------
    names : sequence of str
        Of all lines.
    order : sequence of int
        The numbers of the lines from the lowest to the highest end.
    wanted : sequence of str, optional
        Names of the lines; by default all where they are eight at most, else the two highest and
        the two lowest.
    """
    if wanted is not None:
        keys = {name_key(name): n for n, name in enumerate(names)}
        unknown = [name for name in wanted if name_key(name) not in keys]
        if unknown:
            raise UnknownNameError(
                f"highlight names no unit: {', '.join(unknown)}; the units are {', '.join(names)}"
            )
        chosen = list(dict.fromkeys(keys[name_key(name)] for name in wanted))
    elif len(names) <= len(LINE_STYLES):
        chosen = list(range(len(names)))
    else:
        chosen = [int(n) for n in dict.fromkeys([*order[::-1][:2], *order[:2][::-1]])]
    if len(chosen) > len(LINE_STYLES):
        raise ArgumentError(f"highlight names {len(chosen)} units; {len(LINE_STYLES)} at most")
    return chosen


def write_names(
    ax: Axes,
    ends: Sequence[LineEnd],
    *,
    right: float,
    low: float,
    top: float,
    least: float,
    head: float = 0.0,
) -> float:
    """Names on the right of the frame, none over another, each led to from the end of its line.

    Sets the limits of the upright axis: from `low` to `top`, with room above for a `head` [inches].
    Returns the height that the frame needs [inches], `least` or more. `right` is the limit of the
    other axis.
    """
    texts = [
        ax.text(
            1.01, end.y, wrapped(end.text, LABEL_LINE), transform=ax.get_yaxis_transform(),
            va="center", ha="left", fontsize="small", color=end.colour, linespacing=1.05,
            gid=end.gid,
        )
        for end in ends
    ]  # fmt: skip
    heights = [text_size(text)[1] + BETWEEN for text in texts]
    above = head + 0.1 * bool(head)
    height = max(least, sum(heights)) + above
    whole = (top - low) * height / (height - above)
    ax.set_ylim(low, low + whole)
    per_inch = whole / height
    order = sorted(range(len(ends)), key=lambda n: ends[n].y)
    places = _spread(
        [ends[n].y for n in order], [heights[n] * per_inch for n in order], low, low + whole
    )
    leader: dict[str, Any] = {"color": "#808080", "linewidth": 0.6, "linestyle": ":", "zorder": 1}
    for n, place in zip(order, places, strict=True):
        texts[n].set_y(place)
        ax.plot([ends[n].x, right], [ends[n].y, place], gid="leader", **leader)
    return height


def _spread(
    places: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Rising middles of labels, moved apart until none covers another, within bounds."""
    moved = list(places)
    edge = low
    for n, height in enumerate(heights):
        moved[n] = max(moved[n], edge + height / 2)
        edge = moved[n] + height / 2
    edge = high
    for n in range(len(moved) - 1, -1, -1):
        moved[n] = min(moved[n], edge - heights[n] / 2)
        edge = moved[n] - heights[n] / 2
    return moved
