"""Deprivations in each indicator: bars of few groups, cells of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import Label, Language
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.cells import CELL, draw_cells, share_text
from multidim_poverty.plotting.composition import groups_drawn
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace, wrapped
from multidim_poverty.plotting.style import (
    FRAME,
    GROUP_STYLES,
    UNKNOWN_STYLE,
    Palette,
    open_frame,
    styles_of_groups,
)
from multidim_poverty.plotting.words import label_of, word
from multidim_poverty.schema.arguments import By, as_frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["deprivation_profile"]

Floats = npt.NDArray[np.float64]
HEAD = 26  # letters in a line of the name of an indicator above its column


class Shares(NamedTuple):
    """Shares of the households of each group [%], one column per indicator."""

    deprived: Floats
    unknown: Floats


def deprivation_profile(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    by: By | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of households deprived in each indicator, and the share of which it is not known.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess` or `deprivations`.
    standard : Standard or str
        Gives the indicators, their order and their labels.
    by : str, sequence of str or pandas.Series, optional
        Columns of `result`, or the group of each household on the same index, such as
        ``households["area"]``: one bar per group, and where there are more than six one row of
        cells. Households of which the group is not known are one.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of the groups, in their order; by default six that differ in grey. Of more groups
        the colours of the bands, from low to high. What is not known is white and hatched.
    title, subtitle : str, optional
        Above the picture, the subtitle for its source and day.
    size : (float, float), optional
        Width and height of a new figure [inches]; a picture with too little room for its words
        is made larger.
    ax : matplotlib Axes, optional
        Drawn on; a new one by default.

    Returns
    -------
    matplotlib.axes.Axes
        Each bar is the share of the households of its group. Behind it stand the shares that
        are deprived and, after a plus, not known. A cell holds both shares and has the colour of
        the first, in the bands of one `scale`.

    Raises
    ------
    ArgumentError
        If `result` names another standard.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> standard, sample = mdp.standard("decree_07_2021"), mdp.load_sample()
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.deprivation_profile(matrix, standard=standard)
    >>> len(ax.get_yticklabels())
    12
    >>> ax = mdp.plotting.deprivation_profile(
    ...     matrix, standard=standard, by=sample.households["area"])
    >>> [container.get_label() for container in ax.containers]
    ['Rural (356)', 'not known', 'Urban (144)', '_nolegend_']
    """
    result = as_frame(result, "result")
    standard = as_standard(standard)
    check_standard(result, standard)
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    indicators = [indicator.label for indicator in standard.indicators]
    group_of_row, names = np.zeros(len(result), dtype=np.intp), [word("deprived", language)]
    if by is not None:
        group_of_row, names = groups_drawn(by, result, language)
        sizes = np.bincount(group_of_row, minlength=len(names)).tolist()
        names = [
            word("group_size", language, group=name, n=n)
            for name, n in zip(names, sizes, strict=True)
        ]
    shares = _shares(result[[*standard.indicator_ids]], group_of_row, len(names))
    if len(names) > len(GROUP_STYLES):
        return _draw_cells(picture, shares, names, indicators, palette)
    return _draw_bars(picture, shares, names, indicators, palette, grouped=by is not None)


def _shares(matrix: pd.DataFrame, group_of_row: npt.NDArray[np.intp], groups: int) -> Shares:
    sizes = np.bincount(group_of_row, minlength=groups)[:, None].astype(float)
    deprived, unknown = (
        np.column_stack([np.bincount(group_of_row, marks, groups) for marks in marked])
        for marked in (
            [matrix[id].to_numpy(bool, na_value=False) for id in matrix],
            [matrix[id].isna().to_numpy() for id in matrix],
        )
    )
    with np.errstate(invalid="ignore"):  # of a group without households
        return Shares(100 * deprived / sizes, 100 * unknown / sizes)


def _draw_bars(
    picture: Picture,
    shares: Shares,
    names: list[str],
    indicators: list[Label],
    palette: Palette | None,
    *,
    grouped: bool,
) -> Axes:
    """Bars of the groups side by side, for each indicator."""
    language, many = picture.language, max(len(names), 1)
    labels = [label_of(indicator, language) for indicator in indicators]
    row = max(0.3, 0.16 * many + 0.06)  # inches
    height = 0.84 / many if grouped else 0.62
    longest = 0.0
    bars: list[Any] = []
    unknown_bars: list[Any] = []
    with picture.sized(7, 1.4 + row * len(indicators)) as ax:
        for n, (name, style) in enumerate(
            zip(names, styles_of_groups(len(names), palette), strict=True)
        ):
            deprived, unknown = shares.deprived[n], shares.unknown[n]
            positions = np.arange(len(indicators)) + (n - (len(names) - 1) / 2) * height
            frame = {"height": height, **FRAME}
            colour, hatch = style
            bars.append(
                ax.barh(positions, deprived, color=colour, hatch=hatch, label=name, **frame)
            )
            if unknown.any():
                colour, hatch = UNKNOWN_STYLE
                label = "_nolegend_" if unknown_bars else word("not_known", language)
                frame |= {"color": colour, "hatch": hatch, "label": label}
                unknown_bars.append(ax.barh(positions, unknown, left=deprived, **frame))
            letters = "x-small" if grouped else "small"
            for position, share, missing in zip(positions, deprived, unknown, strict=True):
                text = share_text(share, missing, language)
                end = share + missing + 0.6  # behind the bar: it covers no part
                ax.text(end, position, text, va="center", fontsize=letters)
            longest = max(longest, float((deprived + unknown).max()))
        ax.set_xlim(0, max(10, longest * 1.15))
        legend_says_deprived = not grouped and bool(unknown_bars)
        axis = "percent_of_households" if legend_says_deprived else "percent_deprived"
        ax.set_xlabel(word(axis, language))
        open_frame(ax)
        if not bars or np.isnan(shares.deprived).all():
            picture.say_no_data()
        room = picture.rows(labels, row)
        if longest > 0 and (grouped or unknown_bars):
            picture.legend(3, room, [*bars, *unknown_bars[:1]])
            picture.rows(labels, row)  # with the legend
        picture.describe(
            Clause("alt_deprivations", {"n": len(indicators)}),
            *(
                Clause("alt_values", {"name": name, "values": extremes(indicators, rates, 0)})
                for name, rates in zip(names, shares.deprived, strict=True)
            ),
        )
    return ax


def _draw_cells(
    picture: Picture,
    shares: Shares,
    names: list[str],
    indicators: list[Label],
    palette: Palette | None,
) -> Axes:
    """A row of cells for each group, a column for each indicator."""
    language = picture.language
    heads = [wrapped(label_of(indicator, language), HEAD) for indicator in indicators]
    with picture.sized(2.5 + CELL[0] * len(heads), 2.5 + CELL[1] * len(names)) as ax:
        axis = word("percent_deprived", language)
        draw_cells(
            picture, shares.deprived, shares.unknown, names, heads, axis=axis, upright=True,
            palette=palette,
        )  # fmt: skip
        picture.describe(
            Clause("alt_deprivations", {"n": len(indicators)}),
            *(
                Clause("alt_values", {"name": indicator, "values": extremes(names, rates, 0)})
                for indicator, rates in zip(indicators, shares.deprived.T, strict=True)
            ),
        )
    return ax
