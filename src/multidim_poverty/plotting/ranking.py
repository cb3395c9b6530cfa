"""Units by their rate: ranked with the average, or in two years.

Needs the extra ``plot``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, rounded, rounded_text
from multidim_poverty.plotting.alternative import Clause, Share, extremes
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.rate_tables import (
    RateTable,
    Yearly,
    rate_table,
    standard_labels,
    yearly_tables,
)
from multidim_poverty.plotting.room import LegendPlace, wrapped_to
from multidim_poverty.plotting.style import (
    CHANGE_STYLES,
    FRAME,
    PLATE,
    RANK_STYLES,
    Palette,
    coloured,
    open_frame,
)
from multidim_poverty.plotting.unit_rates import CountOf
from multidim_poverty.plotting.words import WORDS, label_of, word
from multidim_poverty.schema.arguments import By, as_frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["dumbbell", "ranked_rates"]

AVERAGE: dict[str, Any] = {"color": "black", "linestyle": (0, (4, 3)), "linewidth": 1.2}


def ranked_rates(
    result: pd.DataFrame,
    *,
    by: By,
    of: str | Sequence[str] = "poor",
    count_of: CountOf = "households",
    value: str | None = None,
    unit: str | None = None,
    average: float | bool = True,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Rates of units from the highest to the lowest, with the average as a line.

    Parameters
    ----------
    result : pandas.DataFrame
        Households with ``poverty_class``, as from `assess`, or one row per unit with its rate
        [%], as from `measures.headcount`. ``lower`` and ``upper`` [%] are drawn where the table
        has them.
    by : str, sequence of str or pandas.Series
        The columns of the units, the largest first; of households also their units on the index
        of `result`.
    of : str or sequence of str
        The classes that are counted, and in which unit, as for `measures.headcount`.
    count_of : {"households", "persons"}
        The classes that are counted, and in which unit, as for `measures.headcount`.
    value : str, optional
        The column of rates; ``headcount_ratio`` or ``rate`` by default.
    unit : str, optional
        Label of the axis.
    average : bool or float
        A rate [%] that is drawn as a line. By default that of all units together, from the counts
        and bases; no line where a table of rates has none.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours by above, not_above (the average), no_average. By default orange and light orange
        with dots.
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
        Units without a rate stand last. Rates are compared with the average as they are printed.

    Raises
    ------
    ArgumentError
        If the table lacks a column, has several rates of a unit, or a rate that is no share of 100.
    InvalidDataError
        If `result` names a column twice.

    Notes
    -----
    No interval is computed here: none is known without the design of the survey. A complete
    review of all households has no sampling error.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard("decree_07_2021"))
    >>> ax = mdp.plotting.ranked_rates(result, by=sample.households["area"])
    >>> [name.get_text() for name in ax.get_yticklabels()], [t.get_text() for t in ax.texts]
    (['Rural', 'Urban'], ['20.51', '15.97'])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['average 19.2', 'above the average', 'not above the average']
    """
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    table = rate_table(
        {0: as_frame(result, "result")}, by=by, of=of, count_of=count_of, value=value, unit=unit,
        language=language,
    )  # fmt: skip
    mean = _average(table, average)
    rows = table.rows.sort_values("rate", ascending=False, kind="stable", na_position="last")
    names = [table.names[n] for n in rows["unit"]]
    rates = [float(rounded(rate)) if not np.isnan(rate) else np.nan for rate in rows["rate"]]
    line = None if mean is None else float(rounded(mean))
    kinds = [
        "no_average" if line is None else "above" if rate > line else "not_above" for rate in rates
    ]
    styles = coloured(RANK_STYLES, palette)
    bounds = rows[["lower", "upper"]].to_numpy()
    with picture.sized(7, 1.2 + 0.3 * len(names)) as ax:
        ax.set_xlabel(table.what)
        open_frame(ax)
        for kind, style in styles.items():
            at = [n for n, one in enumerate(kinds) if one == kind and not np.isnan(rates[n])]
            if at:
                ax.barh(
                    at, rows["rate"].to_numpy()[at], height=0.66, color=style.colour,
                    hatch=style.hatch, label=word(kind, language), **FRAME,
                )  # fmt: skip
        held = np.flatnonzero(~np.isnan(bounds).any(axis=1) & ~np.isnan(rates))
        if len(held):
            centre = rows["rate"].to_numpy()[held]
            ax.errorbar(
                centre, held, xerr=np.abs(bounds[held].T - centre), fmt="none", ecolor="black",
                elinewidth=1.0, capsize=2.5, label=word("interval", language),
            )  # fmt: skip
        if mean is not None:
            text = word("average", language, value=rounded_text(mean, language))
            ax.axvline(mean, label=text, gid="average", zorder=2, **AVERAGE)
        ends = np.fmax(rows["rate"].to_numpy(), bounds[:, 1])
        longest = np.fmax(np.nanmax([*ends, 0.0]), mean or 0.0) or 1.0
        for n, (rate, end) in enumerate(zip(rates, ends, strict=True)):
            text = word("not_known", language) if np.isnan(rate) else rounded_text(rate, language)
            ax.text(
                np.nan_to_num(end) + 0.015 * longest, n, text, va="center", fontsize="small",
                bbox={**PLATE, "boxstyle": "square,pad=0.1"}, zorder=3,
            )  # fmt: skip
        least = np.nanmin([*rows["rate"].to_numpy(), *bounds[:, 0], mean or 0.0, 0.0])
        ax.set_xlim(1.05 * least, 1.16 * longest)
        if np.isnan(rates).all():
            picture.say_no_data()
        width = picture.rows(names)
        handles, labels = ax.get_legend_handles_labels()
        if len(set(kinds)) == 1 and line is None and not len(held):
            handles, labels = handles[:1], labels[:1]
        picture.legend(4, width, handles, labels)
        picture.rows(names)  # with the legend
        picture.describe(*_ranked_clauses(table, names, rates, line))
    return ax


def _average(table: RateTable, average: float | bool) -> float | None:
    """The rate of all units together, or that which the caller gives."""
    if average is False:
        return None
    if average is not True:
        if not np.isfinite(average):
            raise ArgumentError(f"average {average!r} is not a rate in per cent")
        return float(average)
    known = table.rows[table.rows["rate"].notna()]
    counted, base = known["counted"].sum(skipna=False), known["base"].sum(skipna=False)
    return float(100 * counted / base) if base > 0 and not np.isnan(counted) else None


def _ranked_clauses(
    table: RateTable, names: list[str], rates: list[float], line: float | None
) -> Iterator[Clause]:
    yield Clause("alt_ranks", {"what": table.what, "n": len(names)})
    yield Clause("alt_list", {"values": extremes(names, rates)})
    if line is not None:
        above = sum(rate > line for rate in rates)
        yield Clause("alt_average", {"value": Share(line), "n": above})


# -- two years ---------------------------------------------------------------------------------


def dumbbell(
    yearly: Yearly,
    *,
    by: str | Sequence[str],
    of: str | Sequence[str] = "poor",
    count_of: CountOf = "households",
    value: str | None = None,
    unit: str | None = None,
    sort: Literal["change", "start", "end"] = "change",
    two_standards: Literal["refuse", "mark"] = "refuse",
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Rates of the same units in two years, with the change in percentage points.

    Parameters
    ----------
    yearly : mapping of DataFrame, or pandas.DataFrame
        The tables of two years, as for `rates_over_years`.
    by : str or sequence of str
        The columns of the units, the largest first. Names of one key are one unit, with a warning
        that names both spellings.
    of : str or sequence of str
        As for `rates_over_years`.
    count_of : {"households", "persons"}
        As for `rates_over_years`.
    value, unit : str, optional
        As for `rates_over_years`.
    sort : {"change", "start", "end"}
        By change, the largest fall first; or by the rate of a year, the highest first. Units with
        one year stand last.
    two_standards : {"refuse", "mark"}
        What to do where a unit has two standards: a change between them is not one of poverty.
        With "mark" its line is dotted, its change has the mark † and a note says why.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours by rose, fell, level, one_year. By default red, green and grey; the point of the
        later year has a marker of its own for each.
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
        A white point is the first year. The change that is printed is that of the rates as they
        are printed. Units in one year only have a point without a line; the legend has their
        number.

    Raises
    ------
    ArgumentError
        If there are not two years, a table lacks a column, has several rates of a unit or
        a rate that is no share of 100, or the standards differ; names both.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> rates = pd.DataFrame({
    ...     "year": [2022, 2022, 2023, 2023, 2023], "district": ["Cư Jút", "Krông Nô"] * 2 + ["X"],
    ...     "rate": [7.966, 11.0, 5.184, 11.25, 3.0]})
    >>> ax = mdp.plotting.dumbbell(rates, by="district")
    >>> for text in ax.texts[:3]:
    ...     print(text.get_text())
    7.97 → 5.18 (-2.79)
    11 → 11.25 (+0.25)
    – → 3
    """
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    if sort not in ("change", "start", "end"):
        raise ArgumentError(f"sort {sort!r} is not 'change', 'start' or 'end'")
    if two_standards not in ("refuse", "mark"):
        raise ArgumentError(f"two_standards {two_standards!r} is not 'refuse' or 'mark'")
    table = rate_table(
        yearly_tables(yearly), by=by, of=of, count_of=count_of, value=value, unit=unit,
        language=language,
    )  # fmt: skip
    if len(table.years) not in (0, 2):
        years = ", ".join(map(str, table.years))
        raise ArgumentError(f"dumbbell shows two years, the tables have {years}: pass two")
    units = _changes(table, sort)
    marked = bool(units["two_standards"].any())
    note = ""
    if marked:
        labels = standard_labels(table.rows)
        pair = units.loc[units["two_standards"], ["standard_start", "standard_end"]].iloc[0]
        start, end = (label_of(labels[one], language) for one in pair)
        if two_standards == "refuse":
            named = ", ".join(units.loc[units["two_standards"], "name"])
            raise ArgumentError(
                f"the two years have two standards, {start} and {end} ({named}): a change between "
                f"them is not one of poverty; assess both years by one standard, or pass "
                f"two_standards='mark'"
            )
        note = word("two_standards", language, start=start, end=end)
    styles = coloured(CHANGE_STYLES, palette)
    names = units["name"].tolist()
    with picture.sized(7.5, 1.2 + 0.3 * len(names)) as ax:
        ax.set_xlabel(table.what)
        open_frame(ax)
        ax.grid(axis="y", color="#dddddd", linewidth=0.6)
        ax.set_axisbelow(True)
        rows: list[Any] = units.to_dict("records")
        for n, row in enumerate(rows):
            style = styles[row["kind"]]
            if row["kind"] != "one_year":
                ax.plot(
                    [row["start"], row["end"]], [n, n], zorder=2, color=style.colour,
                    linewidth=2.0, linestyle=":" if row["two_standards"] else "-",
                    gid=f"change {row['kind']}",
                )  # fmt: skip
            points: dict[str, Any] = {"edgecolor": style.colour, "linewidth": 1.2, "zorder": 3}
            ax.scatter([row["start"]], [n], s=34, facecolor="white", **points)
            ax.scatter(
                [row["end"]], [n], s=44, marker=style.hatch, facecolor=style.colour, **points
            )
            ax.text(
                1.02, n, _change_text(row, language), transform=ax.get_yaxis_transform(),
                va="center", fontsize="small",
            )  # fmt: skip
        most = np.nanmax([*units["start"], *units["end"], 0.0]) or 1.0
        least = np.nanmin([*units["start"], *units["end"], 0.0])
        room = (most - least) or 1.0
        ax.set_xlim(least - 0.03 * room, most + 0.05 * room)
        if not len(names) or units[["start", "end"]].isna().all(axis=None):
            picture.say_no_data()
        if len(names):
            first, last = table.years
            heading = word("points_heading", language, start=str(first), end=str(last))
            ax.text(
                1.02, 1.0, heading, transform=ax.transAxes, va="bottom",
                fontsize="small", gid="heading",
            )  # fmt: skip
        width = picture.rows(names)
        if note:
            ax.set_xlabel(f"{table.what}\n{note}")
            wrapped_to(ax.xaxis.label, width)
        if len(names):
            _dumbbell_legend(picture, table.years, units, styles, width)
        picture.rows(names)  # with the legend
        picture.describe(*_dumbbell_clauses(table, units))
    return ax


def _changes(table: RateTable, sort: str) -> pd.DataFrame:
    """One row per unit: name, both rates as they are printed, change and kind, in their order."""
    years = table.years or [0, 1]
    columns = {"rate": ("start", "end"), "standard": ("standard_start", "standard_end")}
    units = pd.DataFrame({"name": pd.Series(table.names, dtype=object)})
    for column, names in columns.items():
        for name, year in zip(names, years, strict=True):
            rows = table.rows[table.rows["year"] == year].set_index("unit")
            units[name] = rows[column].reindex(range(len(units)))
    for name in ("start", "end"):
        units[name] = [np.nan if np.isnan(rate) else float(rounded(rate)) for rate in units[name]]
    changes = [
        None if np.isnan(start) or np.isnan(end) else rounded(end) - rounded(start)
        for start, end in zip(units["start"], units["end"], strict=True)
    ]
    units["change"] = pd.Series(changes, dtype=object)
    units["kind"] = [_kind(change) for change in changes]
    both = units["kind"] != "one_year"
    one, other = (units[name].fillna("").astype(str) for name in columns["standard"])
    units["two_standards"] = both & (one != other)
    key = units[sort].astype("float64")
    units["key"] = (key if sort == "change" else -key).where(both, np.inf)
    return units.sort_values("key", kind="stable", ignore_index=True)


def _kind(change: Decimal | None) -> str:
    if change is None:
        return "one_year"
    return "rose" if change > 0 else "fell" if change < 0 else "level"


def _change_text(row: dict[str, Any], language: Language) -> str:
    """Both rates and the change between them; a stroke for the year without one."""
    ends = {
        name: "–" if np.isnan(row[name]) else rounded_text(row[name], language)
        for name in ("start", "end")
    }
    if row["change"] is None:
        return word("from_to", language, **ends)
    change = _signed(row["change"], language) + (" †" if row["two_standards"] else "")
    return word("points", language, change=change, **ends)


def _signed(change: Decimal, language: Language) -> str:
    sign = "+" if change > 0 else "-" if change < 0 else ""
    return sign + rounded_text(abs(change), language)


def _dumbbell_legend(
    picture: Picture, years: list[int], units: pd.DataFrame, styles: dict[str, Any], width: float
) -> None:
    """The two years, and the kinds of change that there are."""
    from matplotlib.lines import Line2D

    language, kinds = picture.language, units["kind"].value_counts()
    looks: dict[str, Any] = {"linestyle": "none", "markersize": 6}
    first = {"color": "white", "markeredgecolor": "black", "marker": "o", **looks}
    handles = [Line2D([], [], label=str(years[0]), **first)]
    for kind, style in styles.items():
        if kind in kinds.index and kind != "one_year":
            label = f"{years[1]}, {word(kind, language)}"
            handles.append(
                Line2D([], [], color=style.colour, marker=style.hatch, label=label, **looks)
            )
    if "one_year" in kinds.index:
        style = styles["one_year"]
        label = word("one_year", language, n=int(kinds["one_year"]))
        handles.append(Line2D([], [], color=style.colour, marker=style.hatch, label=label, **looks))
    picture.legend(4, width, handles)


def _dumbbell_clauses(table: RateTable, units: pd.DataFrame) -> Iterator[Clause]:
    if not len(units):
        yield Clause("alt_nothing", {})
        return
    first, last = table.years
    yield Clause("alt_dumbbell", {
        "what": table.what, "first": str(first), "last": str(last), "n": len(units),
    })  # fmt: skip
    changed = units[units["kind"] != "one_year"]
    kinds = units["kind"].value_counts()
    counts = [
        Clause("alt_value", {"name": WORDS[kind], "value": int(kinds[kind])})
        for kind in ("fell", "rose", "level") if kind in kinds.index
    ]  # fmt: skip
    if "one_year" in kinds.index:
        counts.append(Clause("one_year", {"n": int(kinds["one_year"])}))
    yield Clause("alt_list", {"values": counts})
    yield Clause("alt_changes", {"values": extremes(changed["name"], changed["change"])})
