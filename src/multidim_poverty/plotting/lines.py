"""Rates over years as lines, which break where the standard changes.

Needs the extra ``plot``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, rounded_text
from multidim_poverty.plotting.alternative import Clause, Share, extremes
from multidim_poverty.plotting.line_names import LineEnd, highlighted, write_names
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.rate_tables import (
    RateTable,
    Yearly,
    rate_table,
    standard_labels,
    yearly_tables,
)
from multidim_poverty.plotting.room import LegendPlace, text_size, wrapped_to
from multidim_poverty.plotting.style import (
    LINE_STYLES,
    OTHER_LINES,
    Palette,
    Style,
    open_frame,
    styles_of_groups,
)
from multidim_poverty.plotting.unit_rates import CountOf
from multidim_poverty.plotting.words import label_of, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["rates_over_years"]

# Inches: the frame at least, a year, a tick label.
WIDTH, HEIGHT, YEAR, TICK = {True: 4.0, False: 2.2}, 2.8, 0.25, 0.42
DODGE = 0.08  # years between the intervals of two units
MARK: dict[str, Any] = {"color": "black", "linestyle": (0, (4, 3)), "linewidth": 1.0}


def rates_over_years(
    yearly: Yearly,
    *,
    by: str | Sequence[str] | None = None,
    of: str | Sequence[str] = "poor",
    count_of: CountOf = "households",
    value: str | None = None,
    unit: str | None = None,
    every: int = 1,
    highlight: Sequence[str] | None = None,
    language: Language = "en",
    legend: LegendPlace = "above",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Rates over years, one line per unit, with a break where the standard changed.

    Parameters
    ----------
    yearly : mapping of DataFrame, or pandas.DataFrame
        The tables of several years by year, or one table with a column ``year`` (whole numbers):
        results of households with ``poverty_class``, as from `assess`, which are counted by
        `measures.headcount`; or tables of rates, one row per unit: those of `measures.headcount`,
        official tables, your own. Rates [%] may have ``lower`` and ``upper``, which are drawn.
        ``standard`` and ``standard_hash`` name the standard of a row; results of households have
        them.
    by : str or sequence of str, optional
        The columns of the units, the largest first; all households together by default. Names of
        one key are one unit, with a warning that names both spellings.
    of : str or sequence of str
        The classes that are counted, and in which unit, as for `measures.headcount`.
    count_of : {"households", "persons"}
        The classes that are counted, and in which unit, as for `measures.headcount`.
    value : str, optional
        The column of rates; ``headcount_ratio`` or ``rate`` by default.
    unit : str, optional
        Label of the axis.
    every : int
        Years from one result to the next; results that are farther apart are not joined.
    highlight : sequence of str, optional
        Names of units that are drawn in colour and labelled, the others being grey; at most
        eight. By default all where they are eight at most, else the two highest and the two
        lowest of the last year.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame: of marks, intervals and grey lines.
    palette : sequence or str, optional
        Colours of the highlighted units, in their order. By default eight colours; each line has
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
        A line is never joined across two standards (two hashes, else two names; rows that name
        none are not those of one that is named) nor over a year without a rate. Between two
        standards stands a broken vertical line, above each span of years its standard. The name
        of a unit stands beside its line, with the last rate.

    Raises
    ------
    ArgumentError
        If a table lacks a column, has several rates of a unit in a year, or a rate that is no share
        of 100; or if a name of `highlight` is no unit, or there are more than eight.
    InvalidDataError
        If a table names a column twice.

    Notes
    -----
    No interval is computed here: none is known without the design of the survey. A complete
    review of all households has no sampling error.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> rates = pd.DataFrame({
    ...     "year": [2019, 2020, 2021, 2022, 2023], "headcount_ratio": [9.1, 7.2, 6.0, 11.5, 10.2],
    ...     "standard": ["decision_59_2015"] * 3 + ["decree_07_2021"] * 2})
    >>> ax = mdp.plotting.rates_over_years(rates)
    >>> [line.get_xdata().tolist() for line in ax.lines if str(line.get_gid()).startswith("unit")]
    [[2019, 2020, 2021], [2022, 2023]]
    >>> [text.get_text() for text in ax.texts]
    ['Decision 59/2015/QD-TTg', 'Decree 07/2021/ND-CP', 'All 10.2']
    """
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    if every < 1:
        raise ArgumentError(f"every {every} is not a whole number of years from 1 on")
    table = rate_table(
        yearly_tables(yearly), by=by, of=of, count_of=count_of, value=value, unit=unit,
        language=language,
    )  # fmt: skip
    coloured_units = _highlighted(table, highlight)
    styles = styles_of_groups(len(coloured_units), palette, LINE_STYLES)
    spans = _spans(table)
    with picture.sized(7.5, 4.2) as ax:
        ax.set_ylabel(table.what)
        open_frame(ax)
        if not table.rows["rate"].notna().any():
            picture.say_no_data()
            ax.set_xticks([])
            ax.set_yticks([])
            picture.room(WIDTH[picture.own], HEIGHT)
            picture.describe(Clause("alt_nothing", {}))
            return ax
        others = [unit for unit in range(len(table.names)) if unit not in coloured_units]
        for unit_number in others:
            _draw_unit(ax, table, unit_number, Style(OTHER_LINES, "."), every, other=True)
        shift = DODGE if table.rows["lower"].notna().any() else 0.0
        for n, (unit_number, style) in enumerate(zip(coloured_units, styles, strict=True)):
            away = (n - (len(styles) - 1) / 2) * shift
            _draw_unit(ax, table, unit_number, style, every, away)
        _draw_names(ax, picture, table, coloured_units, styles, spans)
        picture.describe(*_clauses(table, spans))
    return ax


def _highlighted(table: RateTable, names: Sequence[str] | None) -> list[int]:
    """The numbers of the units that are drawn in colour, by the rates of the last year."""
    last = table.rows[table.rows["rate"].notna()]
    last = last[last["year"] == last["year"].max()].sort_values("rate", kind="stable")
    return highlighted(table.names, last["unit"].tolist(), names)


def _spans(table: RateTable) -> list[tuple[int, int, tuple[str | None, ...]]]:
    """First and last year of each span of years with the same standards."""
    spans: list[tuple[int, int, tuple[str | None, ...]]] = []
    known = table.rows[table.rows["rate"].notna()]
    for year in table.years:
        rows = known[known["year"] == year]
        if not len(rows):
            continue
        standards = tuple(sorted(set(rows["standard"]), key=str))
        first = year
        if spans and spans[-1][2] == standards:
            first = spans.pop()[0]
        spans.append((first, year, standards))
    return spans


def _pieces(
    years: npt.NDArray[np.int64],
    rates: npt.NDArray[np.float64],
    standards: Sequence[Any],
    every: int,
) -> Iterator[list[int]]:
    """Positions of the rates that one line joins: known, next to each other, of one standard."""
    piece: list[int] = []
    for n in np.flatnonzero(~np.isnan(rates)).tolist():
        if piece and (years[n] - years[piece[-1]] > every or standards[n] != standards[piece[-1]]):
            yield piece
            piece = []
        piece.append(n)
    if piece:
        yield piece


def _draw_unit(
    ax: Axes,
    table: RateTable,
    unit: int,
    style: Style,
    every: int,
    away: float = 0.0,
    *,
    other: bool = False,
) -> None:
    rows = table.rows[table.rows["unit"] == unit].sort_values("year")
    years, rates = rows["year"].to_numpy(), rows["rate"].to_numpy()
    looks: dict[str, Any] = {"color": style.colour, "gid": f"unit {unit}"}
    if other:
        looks |= {"linewidth": 0.8, "zorder": 1}
    else:
        looks |= {"linewidth": 1.8, "zorder": 3, "marker": style.hatch, "markersize": 6}
        looks |= {"markeredgecolor": "white", "markeredgewidth": 0.5}
    for piece in _pieces(years, rates, rows["standard"].tolist(), every):
        alone = {"marker": style.hatch} if len(piece) == 1 else {}
        at = years[piece] + away if away else years[piece]
        ax.plot(at, rates[piece], **{**looks, **alone})
    bounds = rows[["lower", "upper"]].to_numpy()
    held = ~np.isnan(bounds).any(axis=1) & ~np.isnan(rates)
    if held.any() and not other:
        ax.errorbar(
            years[held] + away, rates[held],
            yerr=np.abs(bounds[held].T - rates[held]), fmt="none", ecolor=style.colour,
            elinewidth=1.0, capsize=2.5, zorder=2,
        )  # fmt: skip


def _draw_names(
    ax: Axes,
    picture: Picture,
    table: RateTable,
    units: list[int],
    styles: list[Style],
    spans: list[tuple[int, int, tuple[str | None, ...]]],
) -> None:
    """Marks and names of the standards, names of the units, legend and ticks; room for them."""
    language = picture.language
    first, last = spans[0][0], spans[-1][1]
    ax.set_xlim(first - 0.5, last + 0.5)
    edges = [first - 0.5]
    edges += [(one[1] + other[0]) / 2 for one, other in pairwise(spans)]
    for edge in edges[1:]:
        ax.axvline(edge, gid="other standard", **MARK)
    edges.append(last + 0.5)
    headings = []
    if len(spans) > 1:
        labels = standard_labels(table.rows)
        for n, (_, _, standards) in enumerate(spans):
            text = " / ".join(label_of(labels[standard], language) for standard in standards)
            headings.append(ax.text(
                (edges[n] + edges[n + 1]) / 2, 0.99, text, transform=ax.get_xaxis_transform(),
                ha="center", va="top", fontsize="small", linespacing=1.1, gid="standard",
            ))  # fmt: skip
    width = max(WIDTH[picture.own], YEAR * (last - first + 1))
    for heading, (start, end) in zip(headings, pairwise(edges), strict=False):
        words = max(heading.get_text().split(" "), key=len)
        narrow = ax.text(0, 0, words, fontsize="small")
        share = (end - start) / (edges[-1] - edges[0])
        width = max(width, (text_size(narrow)[0] + 0.1) / share)
        narrow.remove()
    for heading, (start, end) in zip(headings, pairwise(edges), strict=False):
        wrapped_to(heading, width * (end - start) / (edges[-1] - edges[0]) - 0.06)
    head = max((text_size(heading)[1] for heading in headings), default=0.0)
    drawn = [_end(table, unit, style, language) for unit, style in zip(units, styles, strict=True)]
    height = write_names(
        ax,
        [end for end in drawn if end is not None],
        right=last + 0.5,
        low=min(0.0, float(np.nanmin(table.rows[["rate", "lower"]].to_numpy()))),
        top=max(1e-9, float(np.nanmax(table.rows[["rate", "upper"]].to_numpy()))) * 1.05,
        least=HEIGHT,
        head=head,
    )
    _legend(ax, picture, table, len(table.names) - len(units), width)
    span = last - first + 1
    step = max(1, int(np.ceil(span * TICK / width)))
    ax.set_xticks(
        range(first, last + 1, step), [str(year) for year in range(first, last + 1, step)]
    )
    picture.room(width, height)


def _end(table: RateTable, unit: int, style: Style, language: Language) -> LineEnd | None:
    """The name of a unit with its last rate, and where its line ends."""
    rows = table.rows[(table.rows["unit"] == unit) & table.rows["rate"].notna()]
    if not len(rows):
        return None
    at = int(rows["year"].argmax())
    year, rate = int(rows["year"].iloc[at]), float(rows["rate"].iloc[at])
    said = word("last_value", language, name=table.names[unit], value=rounded_text(rate, language))
    return LineEnd(said, style.colour, year, rate, f"name {unit}")


def _legend(ax: Axes, picture: Picture, table: RateTable, others: int, width: float) -> None:
    from matplotlib.lines import Line2D

    language, handles = picture.language, []
    if any(line.get_gid() == "other standard" for line in ax.lines):
        handles.append(Line2D([], [], label=word("other_standard", language), **MARK))
    if table.rows["lower"].notna().any():
        handles.append(Line2D([], [], color="black", lw=1, marker="|", ls="none", markersize=9,
                              label=word("interval", language)))  # fmt: skip
    if others:
        label = word("other_units", language, n=others)
        handles.append(Line2D([], [], color=OTHER_LINES, lw=1.2, label=label))
    picture.legend(3, width, handles)


def _clauses(
    table: RateTable, spans: list[tuple[int, int, tuple[str | None, ...]]]
) -> Iterator[Clause]:
    known = table.rows[table.rows["rate"].notna()]
    yield Clause("alt_years", {
        "what": table.what, "first": str(spans[0][0]), "last": str(spans[-1][1]),
        "n": len(table.names),
    })  # fmt: skip
    if len(spans) > 1:
        labels = standard_labels(table.rows)
        yield Clause("alt_standards", {"values": [
            Clause("alt_from_year", {"standard": [labels[one] for one in each], "year": str(first)})
            for first, _, each in spans
        ]})  # fmt: skip
    if len(table.names) <= len(LINE_STYLES):
        for unit, name in enumerate(table.names):
            rows = known[known["unit"] == unit].sort_values("year")
            rates = [
                Clause("alt_only", {"value": Share(rate), "at": str(year)})
                for year, rate in zip(rows["year"], rows["rate"], strict=True)
            ]
            yield Clause("alt_values", {"name": name, "values": rates or extremes([], [])})
    else:
        last = table.wide("rate").iloc[:, -1]
        yield Clause("alt_values", {
            "name": str(spans[-1][1]), "values": extremes(table.names, last)
        })  # fmt: skip
