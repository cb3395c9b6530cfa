"""Shares as cells in rows and columns, in the colours of one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import Language, rounded, rounded_text
from multidim_poverty.plotting.bands import NOT_KNOWN, band_styles, fill
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.scales import scale
from multidim_poverty.plotting.style import Palette, Style, ink_on
from multidim_poverty.plotting.words import word

__all__ = ["CELL", "draw_cells", "share_text"]

Floats = npt.NDArray[np.float64]
CELL = (0.47, 0.25)  # inches, at least


def draw_cells(
    picture: Picture,
    known: Floats,
    unknown: Floats,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    axis: str,
    upright: bool,
    palette: Palette | None = None,
    cell: tuple[float, float] = CELL,
) -> None:
    """Draw shares [%] and what is not known of them, with their legend under the words `axis`.

    The names of the columns are `upright` above the cells, or level below them. Where all that is
    not known may be in the share, a cell is white and hatched.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Patch, Rectangle

    ax, language = picture.ax, picture.language
    printed = np.vectorize(lambda share: float(rounded(float(share), 0)), otypes=[float])(known)
    nothing_known = unknown == 100
    used = scale(pd.Series(printed[~nothing_known]))
    styles = [*band_styles(used, palette), Style("white", NOT_KNOWN)]
    cells: list[list[Any]] = [[] for _ in styles]
    for row, column in np.ndindex(known.shape):
        band = None if nothing_known[row, column] else used.band(float(printed[row, column]))
        cells[-1 if band is None else band].append(Rectangle((column - 0.5, row - 0.5), 1, 1))
        if band is None:
            continue
        shown = float(known[row, column]), float(unknown[row, column])
        ax.text(
            column, row, share_text(*shown, language), ha="center", va="center",
            fontsize="x-small", color=ink_on(styles[band].colour),
        ).set_in_layout(False)  # fmt: skip
    for style, squares in zip(styles, cells, strict=True):
        ax.add_collection(PatchCollection(squares, **fill(style)))
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_xticks(np.arange(len(columns)), columns)
    ax.tick_params(length=0, top=upright, labeltop=upright, bottom=False, labelbottom=not upright)
    if upright:
        ax.tick_params(axis="x", labelrotation=90, labelsize="small")
        for head in ax.get_xticklabels():
            head.set_multialignment("left")
    ax.spines[:].set_visible(False)
    picture.rows(rows, cell[1])
    width = picture.room(cell[0] * len(columns), cell[1] * len(rows))
    handles = [
        Patch(label=label, **fill(style))
        for label, style in zip(used.labels(language), styles, strict=False)
    ]
    if nothing_known.any():
        handles.append(Patch(label=word("not_known", language), **fill(styles[-1])))
    if (unknown[~nothing_known] > 0).any():
        label = word("plus_not_known", language)
        handles.append(Patch(facecolor="none", edgecolor="none", label=label))
    picture.legend(3, width, handles, title=axis, title_fontsize="small", alignment="left")
    picture.rows(rows, cell[1])
    picture.room(cell[0] * len(columns), cell[1] * len(rows))


def share_text(known: float, unknown: float, language: Language) -> str:
    """Both parts of a share [%]; without the first where all that is not known may be in it."""
    if np.isnan(known):
        return ""
    shown = [known] if known or not unknown else []  # "0" would mislead
    first = "".join(_percent_text(share, language) for share in shown)
    return f"{first} + {_percent_text(unknown, language)}".strip() if unknown else first


def _percent_text(share: float, language: Language) -> str:
    """A share without decimals, and a small one as less than 1."""
    return "<1" if 0 < share < 0.5 else rounded_text(share, language, 0)
