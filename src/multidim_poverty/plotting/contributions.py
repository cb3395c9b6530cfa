"""What deprives the poor: censored beside uncensored headcounts, contributions of indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language, rounded_text
from multidim_poverty.law.catalog import StandardLike
from multidim_poverty.measures.deprivations import BaseOf
from multidim_poverty.measures.specifications import CutOff
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.bars import stacked_bars
from multidim_poverty.plotting.cells import share_text
from multidim_poverty.plotting.deprived_shares import contributions_of, headcounts_of
from multidim_poverty.plotting.estimate_tables import errors_of
from multidim_poverty.plotting.notes import legend_under_notes, put_notes, space_ticks
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import FRAME_WIDTH, LegendPlace
from multidim_poverty.plotting.style import (
    FRAME,
    HEADCOUNT_STYLES,
    UNKNOWN_STYLE,
    Palette,
    coloured,
    open_frame,
)
from multidim_poverty.plotting.words import WORDS, label_of, word
from multidim_poverty.schema.arguments import By

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["censored_headcounts", "indicator_contributions"]

# Behind an interval, so that it is seen on a dark bar.
HALO: dict[str, Any] = {"ecolor": "white", "elinewidth": 2.6, "capthick": 2.6}


def censored_headcounts(
    result: pd.DataFrame,
    *,
    standard: StandardLike | None = None,
    of: BaseOf = "all",
    k: CutOff | None = None,
    weighting: str | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Uncensored and censored headcount ratio of each indicator: who is deprived, who is also poor.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess`; the figures are those of `measures.deprivation_rates`. Or from
        `measures.estimate`, of all together: ``hd`` and ``hdk``, with their intervals where the
        table has them.
    standard : Standard or str, optional
        Gives the indicators, their order and their labels. Households need it; indicators of
        estimates that it does not have stand under their names.
    of : {"all", "poor"}
        Shares of all households: deprived, and poor and deprived. Or shares of the poor households
        that are deprived, as in the official table 5: one bar each. Estimates are of all.
    k : number or str, optional
        The cut-off, where estimates are of several.
    weighting : str, optional
        Name of the specification, where estimates are of several.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of ``uncensored`` and ``censored``. What is not known is white and hatched.
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
        Behind each bar stand the share that is known and, after a plus, the share of which it is
        not known. Households without a class are counted under the picture; of estimates, the
        households that they are from, and those left out as an answer is missing.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or if `of` is unknown, or a column that is needed
        is absent; if households have no `standard`; if estimates are of several cut-offs,
        weightings or groups, and none is chosen.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.censored_headcounts(result, standard=standard)
    >>> [container.get_label() for container in ax.containers]
    ['deprived', 'not known', 'poor and deprived', '_nolegend_']
    """
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    shown = headcounts_of(result, standard, of, k, weighting, language)
    nothing_known = all((bars.unknown >= 100).all() for bars in shown.bars.values())
    row = 0.16 * len(shown.bars) + 0.14  # inches
    indicators = [label_of(label, language) for label in shown.indicators]
    with picture.sized(7, 1.6 + row * len(indicators)) as ax:
        height = 0.8 / len(shown.bars)
        handles: list[Any] = []
        unknown_bars: list[Any] = []
        intervals: list[Any] = []
        longest = 0.0
        styles = coloured(HEADCOUNT_STYLES, palette)
        for n, (which, (known, unknown, lower, upper)) in enumerate(shown.bars.items()):
            if not shown.base or nothing_known:
                break
            at = np.arange(len(indicators)) + (n - (len(shown.bars) - 1) / 2) * height
            frame: dict[str, Any] = {"height": height, **FRAME}
            colour, hatch = styles[which]
            label = word(which if of == "all" else "deprived", language)
            handles.append(ax.barh(at, known, color=colour, hatch=hatch, label=label, **frame))
            if unknown.any():
                colour, hatch = UNKNOWN_STYLE
                label = "_nolegend_" if unknown_bars else word("not_known", language)
                frame |= {"color": colour, "hatch": hatch, "label": label}
                unknown_bars.append(ax.barh(at, unknown, left=known, **frame))
            held, ends = errors_of(known, lower, upper)
            if len(held):
                looks: dict[str, Any] = {"fmt": "none", "capsize": 2.0}
                label = word("interval", language)
                for line in (HALO, {"ecolor": "black", "elinewidth": 1.0, "label": label}):
                    drawn = ax.errorbar(known[held], at[held], xerr=ends, **looks, **line)
                intervals.append(drawn)
            longest = max(longest, float(np.fmax(known + unknown, upper).max()))
        room_behind = max(10, longest) / 60
        for (known, unknown, _, upper), bars in zip(shown.bars.values(), handles, strict=False):
            ends = np.fmax(known + unknown, upper) + room_behind
            for bar, end, share, missing in zip(bars, ends, known, unknown, strict=True):
                middle = bar.get_y() + height / 2
                text = share_text(share, missing, language)  # behind the bar: it covers no part
                ax.text(end, middle, text, va="center", fontsize="x-small")
        ax.set_xlim(0, max(10, longest * 1.2))
        space_ticks(picture, "100")
        open_frame(ax)
        if not shown.base or nothing_known:
            picture.say_no_data()
        room = picture.rows(indicators, row)
        put_notes(picture, shown.axis, shown.notes, room)
        legend_under_notes(picture, 3, room, [*handles, *unknown_bars[:1], *intervals[:1]])
        picture.rows(indicators, row)  # with the legend
        labels = shown.indicators
        picture.describe(
            Clause("alt_headcounts", {"n": len(labels), "base": shown.base}),
            *(
                Clause(
                    "alt_values",
                    {
                        "name": WORDS[which if of == "all" else "deprived"],
                        "values": extremes(
                            labels if shown.base else [], bars.known if shown.base else [], 0
                        ),
                    },
                )
                for which, bars in shown.bars.items()
            ),
        )
    return ax


def indicator_contributions(
    result: pd.DataFrame,
    *,
    standard: StandardLike | None = None,
    k: CutOff | None = None,
    weighting: str | None = None,
    by: By | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of each indicator in all deprivations of the poor, as one stacked bar per group.

    Parameters
    ----------
    result : pandas.DataFrame
        From `assess`; the figures are ``contribution`` of `measures.deprivation_rates`. Or from
        `measures.estimate`: ``pctb``, by the groups of the table.
    standard : Standard or str, optional
        As for `censored_headcounts`.
    k : number or str, optional
        As for `censored_headcounts`.
    weighting : str, optional
        As for `censored_headcounts`.
    by : str, sequence of str or pandas.Series, optional
        As for `class_composition`, of households.
    language : {"en", "vi"}
        As for `censored_headcounts`.
    legend : {"above", "below", "right", "none"}
        As for `censored_headcounts`.
    palette : sequence, mapping or str, optional
        Colours of the indicators, in their order or by id; by default those of a dimension share
        one.
    title, subtitle : str, optional
        As for `censored_headcounts`.
    size : (float, float), optional
        As for `censored_headcounts`.
    ax : matplotlib Axes, optional
        As for `censored_headcounts`.

    Returns
    -------
    matplotlib.axes.Axes
        Behind the name of each group stands the number of its poor households, weighted where
        the estimates are. Answers of them that are not known, and households without a class, are
        counted under the picture; of estimates, the households that they are from, and those left
        out as an answer is missing.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or `by` names no column of it; or if a column that
        is needed is absent; if households have no `standard`; if estimates are of several cut-offs
        or weightings, and none is chosen.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> ax = mdp.plotting.indicator_contributions(
    ...     result, standard=standard, by=sample.households["area"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Rural (73)', 'Urban (23)', 'All (96)']
    """
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    shown = contributions_of(result, standard, by, k, weighting, language)
    parts = [
        (label_of(label, language), style, np.nan_to_num(lengths))
        for label, style, lengths in zip(
            shown.indicators, coloured(shown.styles, palette).values(), shown.shares, strict=True
        )
    ]
    with picture.sized(8.5, 2.8 + 0.42 * len(shown.groups)) as ax:
        open_frame(ax)
        space_ticks(picture, "100")
        if np.isnan(shown.shares).all():
            picture.say_no_data()
        put_notes(picture, shown.axis, shown.notes, FRAME_WIDTH[picture.own])
        room = stacked_bars(
            picture,
            parts,
            shown.groups,
            longest=100,
            text=lambda share: rounded_text(share, language, 0),
            columns=3,
        )
        put_notes(picture, shown.axis, shown.notes, room)  # in fewer lines, where there is room
        for row, without_poor in enumerate(shown.without_poor):
            if without_poor and not all(shown.without_poor):
                ax.text(1, row, word("no_poor", language), va="center", fontsize="small")
        last = shown.shares[:, -1] if shown.groups else [np.nan] * len(shown.indicators)
        several = max(len(shown.groups) - 1, 0)
        picture.describe(
            Clause("alt_contributions", {"n": len(shown.indicators), "groups": several}),
            Clause(
                "alt_values", {"name": WORDS["all"], "values": extremes(shown.indicators, last, 0)}
            ),
        )
    return ax
