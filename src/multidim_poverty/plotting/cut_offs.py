"""Poverty over the cut-off from which on a household is poor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language
from multidim_poverty.plotting.alternative import Clause, Share, extremes
from multidim_poverty.plotting.estimate_tables import EstimateTable, estimate_table
from multidim_poverty.plotting.line_names import LineEnd, highlighted, write_names
from multidim_poverty.plotting.notes import space_ticks
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import FRAME_WIDTH, LegendPlace
from multidim_poverty.plotting.style import (
    LINE_STYLES,
    OTHER_LINES,
    Palette,
    open_frame,
    styles_of_groups,
)
from multidim_poverty.plotting.words import WORDS, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CutOffMeasure", "cut_off_curve"]

CutOffMeasure = Literal["H", "A", "M0"]
HEIGHT = 2.8  # inches, of the frame at least
BAND: dict[str, Any] = {"alpha": 0.14, "linewidth": 0, "zorder": 1.5}
RIGHT = 3.0  # per cent of the weight, beyond the last cut-off


def cut_off_curve(
    estimates: pd.DataFrame,
    *,
    measure: CutOffMeasure = "H",
    weighting: str | None = None,
    highlight: Sequence[str] | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """H, A or M0 over the poverty cut-off, one line per group, with intervals.

    Parameters
    ----------
    estimates : pandas.DataFrame
        From `measures.estimate` with several cut-offs. ``lower`` and ``upper`` are drawn where
        the table has them.
    measure : {"H", "A", "M0"}
        Share of the poor, mean share of the weight that they lack, or the product of both.
    weighting : str, optional
        Name of the specification, where the table has several.
    highlight : sequence of str, optional
        Names of groups, as they are drawn, that are in colour and labelled, the others being grey;
        at most eight. By default all where they are eight at most, else the two highest and the
        two lowest on average, and everybody together.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame: of intervals and grey lines.
    palette : sequence or str, optional
        Colours of the highlighted groups, in their order. By default eight colours; each line has
        a marker of its own, too.
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
        Both axes in %. A line stops where the measure is not defined, as A is where nobody is
        poor. The name of a group stands beside its line; an interval is a band around it.

    Raises
    ------
    ArgumentError
        If `estimates` lacks a column or the measure, has several rows of a group at a cut-off, or
        several weightings of which none is named; or if a name of `highlight` is no group, or there
        are more than eight.
    InvalidDataError
        If `estimates` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> answers = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> table = mdp.measures.estimate(
    ...     answers, mdp.measures.specification(standard), k=["1 of 12", "3 of 12", "6 of 12"],
    ...     design=mdp.measures.Design())
    >>> ax = mdp.plotting.cut_off_curve(table)
    >>> [line.get_ydata().round(1).tolist() for line in ax.lines if line.get_gid() == "group 0"]
    [[79.4, 31.7, 3.7]]
    """
    if measure not in get_args(CutOffMeasure):
        raise ArgumentError(
            f"measure {measure!r} is not one of {', '.join(get_args(CutOffMeasure))}"
        )
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    table = estimate_table(
        estimates, "estimates", language, column="measure", wanted=[measure], once=["k"],
        weighting=weighting,
    )  # fmt: skip
    cuts = np.unique(table.rows["k"].to_numpy(dtype=np.float64))
    shown, lower, upper = (
        table.values(column, cuts, "k") for column in ("estimate", "lower", "upper")
    )
    in_colour = _in_colour(table, shown, highlight)
    styles = styles_of_groups(len(in_colour), palette, LINE_STYLES)
    with picture.sized(7.5, 4.2) as ax:
        ax.set_ylabel(word(f"measure_{measure}_{table.unit}", language), fontsize="small")
        ax.set_xlabel(word("cut_off_axis", language), fontsize="small")
        open_frame(ax)
        if np.isnan(shown).all():
            picture.say_no_data()
            ax.set_xticks([])
            ax.set_yticks([])
            picture.room(FRAME_WIDTH[picture.own], HEIGHT)
            picture.describe(Clause("alt_nothing", {}))
            return ax
        at = 100 * cuts
        others = [group for group in range(len(table.names)) if group not in in_colour]
        for group in others:
            ax.plot(
                at, shown[group], color=OTHER_LINES, linewidth=0.8, zorder=1, gid=f"group {group}"
            )
        ends = []
        for group, style in zip(in_colour, styles, strict=True):
            ax.plot(
                at, shown[group], color=style.colour, linewidth=1.8, zorder=3, marker=style.hatch,
                markersize=6, markeredgecolor="white", markeredgewidth=0.5, gid=f"group {group}",
            )  # fmt: skip
            if np.isfinite(lower[group]).any():
                ax.fill_between(at, lower[group], upper[group], color=style.colour, **BAND)
            if len(known := np.flatnonzero(~np.isnan(shown[group]))):
                x, y = float(at[known[-1]]), float(shown[group, known[-1]])
                ends.append(LineEnd(table.names[group], style.colour, x, y, f"name {group}"))
        right = at[-1] + RIGHT
        ax.set_xlim(max(0.0, at[0] - RIGHT), right)
        top = max(1e-9, float(np.nanmax([shown[in_colour], upper[in_colour]])))
        height = write_names(
            ax, ends, right=right, low=0.0, least=HEIGHT,
            top=1.05 * max(top, float(np.nanmax(shown))),
        )  # fmt: skip
        space_ticks(picture, "100")
        _legend(picture, with_intervals=bool(np.isfinite(lower).any()), others=len(others))
        picture.room(FRAME_WIDTH[picture.own], height)
        picture.describe(*_clauses(table, measure, cuts, shown))
    return ax


def _in_colour(table: EstimateTable, shown: Any, highlight: Sequence[str] | None) -> list[int]:
    """The numbers of the groups that are drawn in colour; everybody last."""
    heights = np.nansum(np.atleast_2d(shown), axis=1)
    order = [int(n) for n in np.argsort(heights, kind="stable") if n != table.everybody]
    chosen = highlighted(table.names, order, highlight)
    if highlight is None and table.everybody is not None and table.everybody not in chosen:
        chosen.append(table.everybody)
    return chosen


def _legend(picture: Picture, *, with_intervals: bool, others: int) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    language = picture.language
    if with_intervals:
        handles.append(Patch(color="black", label=word("interval", language), **BAND))
    if others:
        label = word("other_groups", language, n=others)
        handles.append(Line2D([], [], color=OTHER_LINES, lw=1.2, label=label))
    picture.legend(2, FRAME_WIDTH[picture.own], handles)


def _clauses(table: EstimateTable, measure: str, cuts: Any, shown: Any) -> Iterator[Clause]:
    what = WORDS[f"measure_{measure}_{table.unit}"]
    percent = [Share(100 * cut, 1) for cut in cuts]
    yield Clause(
        "alt_cut_offs",
        {"what": what, "first": percent[0], "last": percent[-1], "n": len(table.names)},
    )
    if len(table.names) <= len(LINE_STYLES):
        for name, values in zip(table.names, shown, strict=True):
            yield Clause("alt_values", {"name": name, "values": [
                Clause("alt_only", {"value": Share(value, 1), "at": Clause("alt_k", {"k": cut})})
                for value, cut in zip(values, percent, strict=True) if not np.isnan(value)
            ] or extremes([], [])})  # fmt: skip
    else:
        yield Clause("alt_values", {
            "name": Clause("alt_k", {"k": percent[-1]}),
            "values": extremes(table.names, shown[:, -1], 1),
        })  # fmt: skip
