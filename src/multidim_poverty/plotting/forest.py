"""Groups by the share of a class, as points with their intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import UnknownNameError
from multidim_poverty.language import Language, rounded_text
from multidim_poverty.plotting.alternative import Clause, Share, extremes
from multidim_poverty.plotting.estimate_tables import EstimateTable, errors_of, estimate_table
from multidim_poverty.plotting.notes import legend_under_notes, put_notes, space_ticks
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import LegendPlace
from multidim_poverty.plotting.style import (
    FOREST_STYLES,
    Palette,
    coloured,
    open_frame,
)
from multidim_poverty.plotting.words import CLASSES_OF_MANY, WORDS, share_of_class, word
from multidim_poverty.vocabulary import PovertyClass

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["class_share_forest"]

ROW = 0.26  # inches
MEAN: dict[str, Any] = {"color": "black", "linestyle": (0, (4, 3)), "linewidth": 1.0, "zorder": 1}


def class_share_forest(
    shares: pd.DataFrame,
    *,
    of: str = "poor",
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of a class in each group as a point with its interval, from the highest to the lowest.

    Parameters
    ----------
    shares : pandas.DataFrame
        From `measures.class_shares`. ``lower`` and ``upper`` are drawn where the table has them.
    of : str
        The class.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours by group, everybody, bounds. By default brown, black and light grey.
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
        Behind the name of each group stands the number of its households, on the right the share
        and its interval. Where households have no class, a band says how low and how high
        the share can be. Everybody together stands last, with a line at its share. Groups without a
        share stand at the end of the groups.

    Raises
    ------
    ArgumentError
        If `shares` lacks a column or the class, or has several rows of it in a group.
    InvalidDataError
        If `shares` names a column twice.
    UnknownNameError
        If `of` is no class.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard("decree_07_2021"))
    >>> shares = mdp.measures.class_shares(
    ...     result, by=sample.households["area"], design=mdp.measures.Design())
    >>> ax = mdp.plotting.class_share_forest(shares)
    >>> [name.get_text() for name in ax.get_yticklabels()], ax.texts[0].get_text()
    (['Rural (356)', 'Urban (144)', 'All (500)'], '20.5 (16.6 to 25)')
    """
    if of not in PovertyClass.codes():
        raise UnknownNameError(f"of {of!r} is no class; the classes are {PovertyClass.codes()}")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    table = estimate_table(shares, "shares", language, column="poverty_class", wanted=[of])
    rows = table.rows.assign(last=table.rows["group"] == table.everybody)
    rows = rows.sort_values(["last", "estimate"], ascending=[True, False], kind="stable")
    names = [table.names[n] for n in rows["group"]]
    styles = coloured(FOREST_STYLES, palette)
    with picture.sized(7.5, 1.4 + 0.28 * len(names)) as ax:
        open_frame(ax)
        space_ticks(picture, "100")
        estimate, lower, upper, least, most = (
            rows[name].to_numpy(dtype=np.float64, na_value=np.nan)
            if name in rows.columns
            else np.full(len(rows), np.nan)
            for name in ("estimate", "lower", "upper", "bound_lower", "bound_upper")
        )
        handles: list[Any] = []
        open_rows = np.flatnonzero(most - least > 0)
        if len(open_rows):
            handles.append(
                ax.barh(
                    open_rows, (most - least)[open_rows], left=least[open_rows], height=0.56,
                    color=styles["bounds"].colour, label=word("bounds", language), zorder=0,
                )
            )  # fmt: skip
        held, ends = errors_of(estimate, lower, upper)
        if len(held):
            handles.append(
                ax.errorbar(
                    estimate[held], held, xerr=ends, fmt="none", ecolor="black", elinewidth=1.1,
                    capsize=2.5, zorder=2, label=word("interval", language),
                )
            )  # fmt: skip
        for id, here in (("group", ~rows["last"]), ("everybody", rows["last"])):
            at = np.flatnonzero(here.to_numpy() & ~np.isnan(estimate))
            if len(at):
                colour, marker = styles[id]
                ax.scatter(
                    estimate[at], at, s=38, marker=marker, color=colour, edgecolor="white",
                    linewidth=0.6, zorder=3, gid=id,
                )  # fmt: skip
        everybody = estimate[rows["last"].to_numpy()]
        if len(everybody) and len(rows) > 1 and not np.isnan(everybody[0]):
            text = word("all_together", language, value=rounded_text(everybody[0], language, 1))
            handles.append(ax.axvline(everybody[0], label=text, gid="everybody", **MEAN))
        for n, numbers in enumerate(zip(estimate, lower, upper, strict=True)):
            ax.text(
                1.02, n, _share_text(*numbers, language), transform=ax.get_yaxis_transform(),
                va="center", fontsize="small",
            )  # fmt: skip
        ends_drawn = np.concatenate([estimate, upper, most])
        highest = float(np.nanmax(ends_drawn)) if not np.isnan(ends_drawn).all() else 0.0
        ax.set_xlim(-0.03 * (highest or 1.0), 1.05 * (highest or 1.0))
        if np.isnan(estimate).all():
            picture.say_no_data()
        labels = _labels(rows, names, language)
        width = picture.rows(labels, ROW)
        put_notes(picture, share_of_class(of, table.unit, language), _notes(rows, language), width)
        legend_under_notes(picture, 2, width, handles)
        picture.rows(labels, ROW)  # with the legend
        picture.describe(*_clauses(table, rows, names, of))
    return ax


def _labels(rows: pd.DataFrame, names: list[str], language: Language) -> list[str]:
    """The names of the groups with their households."""
    if "n" not in rows.columns:
        return names
    sizes = rows["n"].tolist()
    return [
        word("group_size", language, group=name, n=int(n))
        for name, n in zip(names, sizes, strict=True)
    ]


def _notes(rows: pd.DataFrame, language: Language) -> list[str]:
    """How many households have no class, of everybody or of all groups."""
    if "n_missing" not in rows.columns:
        return []
    counted = rows[rows["last"]] if rows["last"].any() else rows
    missing = int(counted["n_missing"].sum())
    return [word("class_not_known_in_base", language, n=missing)] if missing else []


def _share_text(estimate: float, lower: float, upper: float, language: Language) -> str:
    if np.isnan(estimate):
        return word("not_known", language)
    share, low, high = (
        "" if np.isnan(value) else rounded_text(value, language, 1)
        for value in (estimate, lower, upper)
    )
    if not low or not high:
        return share
    return word("share_with_interval", language, share=share, low=low, high=high)


def _clauses(
    table: EstimateTable, rows: pd.DataFrame, names: list[str], of: str
) -> Iterator[Clause]:
    unit = WORDS[f"percent_of_{table.unit}"]
    groups = len(rows) - int(rows["last"].sum())
    yield Clause(
        "alt_forest", {"what": CLASSES_OF_MANY[PovertyClass.of(of)], "unit": unit, "n": groups}
    )
    shares = rows["estimate"].tolist()
    yield Clause("alt_list", {"values": extremes(names[:groups], shares[:groups], 1)})
    for name, share in zip(names[groups:], shares[groups:], strict=True):
        if not np.isnan(share):
            yield Clause("alt_value", {"name": name, "value": Share(share, 1)})
