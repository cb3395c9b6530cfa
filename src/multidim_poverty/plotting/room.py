"""Room for what a picture holds: figures grow with their groups, names wrap, nothing is cut.

A picture never becomes smaller than its letters need. Where the figure is too small for it, also
that of an Axes of the caller, the figure is made larger; where it has no layout engine, it gets
the constrained one, which keeps names and legends inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from multidim_poverty.errors import ArgumentError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

__all__ = [
    "BETWEEN_ROWS",
    "FRAME_WIDTH",
    "ROW",
    "LegendPlace",
    "check_legend",
    "figure_of",
    "make_room",
    "put_legend",
    "text_size",
    "wrapped",
    "wrapped_to",
]

LegendPlace = Literal["above", "below", "right", "none"]
PLACES = ("above", "below", "right", "none")
# Inches.
FRAME_WIDTH = {True: 4.0, False: 2.2}  # of a frame at least: of our own figure, of a given Axes
ROW, BETWEEN_ROWS, PAD = 0.24, 0.06, 0.06
LONGEST_LINE = 40  # letters


def wrapped(name: str, most: int = LONGEST_LINE) -> str:
    """A name in lines of so many letters at most."""
    return "\n".join(wrap(name, most)) if len(name) > most else name


def wrapped_to(text: Text, width: float) -> None:
    """Break a text into lines that are no wider [inches], as far as its words allow."""
    lines = text.get_text().split("\n")
    widest, letters = text_size(text)[0], max(len(line) for line in lines)
    while widest > width and letters > 8:
        letters = max(8, min(letters - 1, int(letters * width / widest)))
        text.set_text(
            "\n".join("\n".join(wrap(line, letters, break_on_hyphens=False)) for line in lines)
        )
        widest = text_size(text)[0]


def check_legend(legend: str) -> None:
    """Raise `ArgumentError` unless `legend` is a place."""
    if legend not in PLACES:
        raise ArgumentError(f"legend {legend!r} is not one of {', '.join(PLACES)}")


def text_size(text: Text) -> tuple[float, float]:
    """Width and height of a text [inches]."""
    extent = text.get_window_extent()
    dpi = figure_of(text).dpi
    return extent.width / dpi, extent.height / dpi


def make_room(ax: Axes, width: float, height: float) -> float:
    """Enlarge the figure until the frame of the Axes can be so wide and so high [inches].

    Returns
    -------
    float
        The width of the frame [inches] with which numbers can reckon.
    """
    figure, spec = figure_of(ax), ax.get_subplotspec()
    if spec is not None and figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")
    size = np.asarray(figure.get_size_inches())
    outer = ax.get_tightbbox()  # which applies the aspect to the frame
    frame = ax.get_window_extent()
    around = np.zeros(2) if outer is None else np.subtract(outer.size, frame.size) / figure.dpi
    around = np.maximum(around, 0.0) + 2 * PAD
    around[1] += 0.35 * bool(figure.get_suptitle())
    if spec is None:
        part, around = np.asarray(ax.get_position().size), np.zeros(2)
    else:
        grid = spec.get_gridspec()
        part = np.array(
            [
                _part(grid.get_width_ratios(), spec.colspan),
                _part(grid.get_height_ratios(), spec.rowspan),
            ]
        )
        part = part * np.divide(ax.get_figure().bbox.size, figure.bbox.size)  # type: ignore[union-attr]
    needed = np.maximum(size, (around + np.array([width, height])) / part)
    if (needed > size).any():
        figure.set_size_inches(*needed)
    return max(width, 0.85 * float(needed[0] * part[0] - around[0]))


def figure_of(artist: Any) -> Figure:
    """The figure of an artist, that of a subfigure too."""
    figure = artist.get_figure()
    while getattr(figure, "_parent", None) is not None:
        figure = figure._parent
    return figure  # type: ignore[no-any-return]


def _part(ratios: Any, span: range) -> float:
    return float(np.sum(np.asarray(ratios)[span.start : span.stop]) / np.sum(ratios))


def put_legend(
    ax: Axes,
    place: LegendPlace,
    columns: int = 1,
    width: float = 4.0,
    handles: Sequence[Any] | None = None,
    labels: Sequence[str] | None = None,
    **more: Any,
) -> None:
    """A legend outside the frame, where it covers nothing; none where nothing has a label.

    Above and below it has fewer columns where these are wider than the frame [inches]. Below and
    on the right it stands beyond all that is drawn there, above it beyond the names of columns.
    """
    if handles is None:
        handles, labels = ax.get_legend_handles_labels()
    elif labels is None:
        labels = [handle.get_label() for handle in handles]
    if place == "none" or not handles:
        return
    labels = [wrapped(label, 40 if width > 3.5 else 22) for label in labels or []]
    places: dict[str, dict[str, Any]] = {
        "above": {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0)},
        "below": {"loc": "upper left", "bbox_to_anchor": (0.0, 0.0)},
        "right": {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)},
    }
    options = {**places[place], "frameon": False, "fontsize": "small", **more}
    if options["loc"] in ("upper left", "lower left"):
        options["bbox_transform"] = ax.transAxes + _beyond(ax, place)
    columns = 1 if place == "right" else max(1, min(columns, len(labels)))
    for ncols in range(columns, 0, -1):
        drawn = ax.legend(handles, labels, ncols=ncols, **options)
        if ncols == 1 or drawn.get_window_extent().width <= width * figure_of(ax).dpi:
            return


def _beyond(ax: Axes, place: str) -> Any:
    """A shift beyond the names of columns above the frame, or all below it or on its right."""
    from matplotlib.transforms import ScaledTranslation

    figure = figure_of(ax)
    outer = ax.xaxis.get_tightbbox() if place == "above" else ax.get_tightbbox()
    frame = ax.get_window_extent()
    right = up = 0.0
    if outer is not None and place == "right":
        right = max(0.0, outer.x1 - frame.x1) / figure.dpi
    elif outer is not None and place == "above":
        up = max(0.0, outer.y1 - frame.y1) / figure.dpi
    elif outer is not None:
        up = -max(0.0, frame.y0 - outer.y0) / figure.dpi
    return ScaledTranslation(right, up, figure.dpi_scale_trans)
