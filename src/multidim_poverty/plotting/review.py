"""Pictures of a review: where its cases stand, and how they moved.

Needs the extra ``plot``. States are told apart by hatching as well as by colour, so that they
can be read in grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import name_key, respelt
from multidim_poverty.language import Language, alphabetical_key, number_text
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.plotting.alternative import Clause, extremes
from multidim_poverty.plotting.bars import stacked_bars
from multidim_poverty.plotting.numbered_bands import number_bands
from multidim_poverty.plotting.picture import Picture
from multidim_poverty.plotting.room import FRAME_WIDTH, LegendPlace
from multidim_poverty.plotting.style import (
    FRAME,
    STATE_STYLES,
    Palette,
    coloured,
    open_frame,
    whole_numbers,
)
from multidim_poverty.plotting.words import drawn_text, label_of, word
from multidim_poverty.review.folding import fold, traced
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ReviewProcess, ReviewState

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["review_by_day", "review_states", "states_by_day"]

# Inches: the frame of days at least, and for each state.
DAYS_HEIGHT, STATE_HEIGHT = 2.8, 0.26

# -- where the cases stand ---------------------------------------------------------------------


def review_states(
    cases: pd.DataFrame,
    *,
    by: Literal["commune", "village", "process"] = "commune",
    language: Language = "en",
    legend: LegendPlace = "right",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Number of cases in each state, as one stacked bar per commune, village or process.

    Parameters
    ----------
    cases : pandas.DataFrame
        From `multidim_poverty.review.fold`.
    by : {"commune", "village", "process"}
        What a bar stands for. Villages of one name in two communes are two bars, two spellings of
        one place are one, with a warning that names both. Places are in the order of the
        Vietnamese alphabet, numbers as numbers. Cases of which it is missing have a bar of their
        own.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of the states that occur, in the order of the procedure or by id. By default a
        colour and a hatching for each state.
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
        States without a case are left out of the legend.

    Raises
    ------
    ArgumentError
        If `by` is no such column.
    InvalidDataError
        If `cases` names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A", "B"]}, index=["h1", "h2", "h3"])
    >>> events = mdp.review.open_round(homes, requests=["h1", "h2", "h3"], on="2023-09-05")
    >>> cases = mdp.review.fold(events, procedure=mdp.procedure_on("2023-09-05"))
    >>> ax = mdp.plotting.review_states(cases, by="village")
    >>> [label.get_text() for label in ax.get_yticklabels()], ax.containers[0].get_label()
    (['A (2)', 'B (1)'], 'On the list')
    """
    cases = as_frame(cases, "cases")
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    if by not in ("commune", "village", "process"):
        raise ArgumentError(f"by {by!r} is not 'commune', 'village' or 'process'")
    levels = ["commune", "village"] if by == "village" else [by]
    places = cases[levels] if by == "process" else respelt(cases[levels], levels)
    group_of_case, keys = _groups(places, by)
    states = pd.Index(ReviewState.codes()).get_indexer(pd.Index(cases["state"].astype(str)))
    counts = np.zeros((len(ReviewState), len(keys)), dtype=np.int64)
    np.add.at(counts, (states, group_of_case), 1)
    labels = _group_labels(keys, by, language)
    sizes = counts.sum(axis=0)
    longest = sizes.max(initial=1)
    shown = {
        state: lengths for state, lengths in zip(ReviewState, counts, strict=True) if lengths.any()
    }
    styles = coloured({state: STATE_STYLES[state] for state in shown}, palette)
    parts = [
        (label_of(state, language), styles[state], lengths) for state, lengths in shown.items()
    ]
    totals = [
        word("group_size", language, group=label, n=n)
        for label, n in zip(labels, sizes.tolist(), strict=True)
    ]
    with picture.sized(8, max(4, 1.0 + 0.42 * len(totals))) as ax:
        whole_numbers(ax.xaxis)
        ax.set_xlabel(word("cases", language))
        open_frame(ax)
        if not len(cases):
            picture.say_no_data()
        stacked_bars(
            picture,
            parts,
            totals,
            longest=longest * 1.02,
            text=lambda n: number_text(int(n), ",", language),
            columns=3,
        )
        picture.describe(
            Clause("alt_states", {"cases": len(cases), "n": len(keys)}),
            Clause("alt_list", {"values": _counted({s: n.sum() for s, n in shown.items()})}),
            Clause("alt_list", {"values": extremes(labels, sizes)}),
        )
    return ax


def _counted(counts: dict[ReviewState, int]) -> list[Clause]:
    """Each state with its number of cases."""
    return [Clause("alt_value", {"name": state, "value": n}) for state, n in counts.items()]


def _groups(
    groups: pd.DataFrame, by: str
) -> tuple[npt.NDArray[np.intp], list[tuple[str | None, ...]]]:
    """The number of the group of each case, and the path of each group.

    Processes are in the order of the law, places in that of the alphabet; cases of which the
    group is not known are one, the last.
    """
    known = groups[by].notna()
    texts = groups.astype(object).where(groups.notna(), None)
    texts.loc[~known] = None  # without a village, the commune makes no group
    paths = [tuple(None if v is None else str(v) for v in row) for row in texts.to_numpy().tolist()]
    numbers, distinct = pd.factorize(pd.Series(paths, dtype=object))
    law = ReviewProcess.codes()

    def place(number: int) -> tuple[Any, ...]:
        path = distinct[number]
        if path[-1] is None:
            return (True,)
        if by == "process":
            return (False, law.index(path[0]))
        return (False, *((name is None, alphabetical_key(name or "")) for name in path))

    order = sorted(range(len(distinct)), key=place)
    return np.argsort(order)[numbers], [distinct[number] for number in order]


def _group_labels(keys: list[tuple[str | None, ...]], by: str, language: Language) -> list[str]:
    """The name of each group; that of its commune too where two villages have one name."""
    keys = [tuple(name and drawn_text(name) for name in key) for key in keys]
    names = [key[-1] for key in keys]
    same = [name_key(name) for name in names]
    labels = []
    for key, name in zip(keys, names, strict=True):
        if name is None:
            labels.append(word("unknown_place", language))
        elif by == "process":
            labels.append(label_of(ReviewProcess.of(name), language))
        elif same.count(name_key(name)) > 1:
            commune = key[0] or word("unknown_place", language)
            labels.append(word("village_of", language, village=name, commune=commune))
        else:
            labels.append(name)
    return labels


# -- how they moved ----------------------------------------------------------------------------


def states_by_day(events: pd.DataFrame, *, procedure: Procedure) -> pd.DataFrame:
    """How many cases stand in each state at the end of each day.

    Parameters
    ----------
    events : pandas.DataFrame
        As for `multidim_poverty.review.fold`. Illegal events have no effect.
    procedure : Procedure or str

    Returns
    -------
    pandas.DataFrame
        One row per calendar day from the first event to the last; index ``on``
        (datetime64[s]); one int64 column per `ReviewState`, in the order of the procedure.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A"]}, index=["h1", "h2"])
    >>> events = mdp.review.open_round(homes, requests=["h1", "h2"], on="2023-09-05").pipe(
    ...     mdp.review.record_survey, pd.Series({"h1": "poor"}), on="2023-09-07")
    >>> days = states_by_day(events, procedure=mdp.procedure_on("2023-09-05"))
    >>> days[["listed", "surveyed"]].values.tolist()
    [[2, 0], [2, 0], [1, 1]]
    """
    _, effective = traced(events, procedure)
    # Without the events that have no effect, those of each case are in the order of their days.
    counts: dict[Any, list[int]] = {}
    cases: pd.DataFrame | None = None
    for day, rows in effective.drop(columns="case").groupby("on", sort=True):
        cases = fold(rows, procedure=procedure, on_violation="keep", after=cases)
        counts[day] = cases["state"].value_counts(sort=False).tolist()
    table = pd.DataFrame.from_dict(counts, orient="index", columns=list(ReviewState.codes()))
    table.index = pd.DatetimeIndex(table.index).as_unit("s")
    table = table.astype("int64")
    if len(table):
        every = pd.date_range(table.index[0], table.index[-1], freq="D", unit="s")
        table = table.reindex(every, method="ffill")
    table.index = pd.DatetimeIndex(table.index, name="on")
    return table


def review_by_day(
    events: pd.DataFrame,
    *,
    procedure: ProcedureLike,
    language: Language = "en",
    legend: LegendPlace = "right",
    palette: Palette | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Number of cases in each state on each day, as stacked steps.

    Parameters
    ----------
    events : pandas.DataFrame
        As for `multidim_poverty.review.fold`. Illegal events have no effect.
    procedure : Procedure or str
        The procedure, whose steps and terms are read.
    language : {"en", "vi"}
        Language of the words.
    legend : {"above", "below", "right", "none"}
        Where the legend stands, outside the frame.
    palette : sequence, mapping or str, optional
        Colours of the states that occur, in the order of the procedure or by id. By default a
        colour and a hatching for each state.
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
        The counts are those of `states_by_day`. A step begins with the day of its event. The
        states are numbered in the legend and in their bands; where a band is too thin for its
        number, this stands on the right with a line to the band.

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `multidim_poverty.review.fold`; ArgumentError too if there is no such procedure, or a
        setting of the picture is none.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A"]}, index=["h1", "h2"])
    >>> events = mdp.review.open_round(homes, requests=["h1", "h2"], on="2023-09-05").pipe(
    ...     mdp.review.record_survey, pd.Series({"h1": "poor"}), on="2023-09-07")
    >>> ax = mdp.plotting.review_by_day(events, procedure=mdp.procedure_on("2023-09-05"))
    >>> [area.get_label() for area in ax.collections]
    ['On the list', 'Surveyed']
    """
    events = as_frame(events, "events")
    procedure = as_procedure(procedure)
    picture = Picture(
        ax, title=title, subtitle=subtitle, size=size, legend=legend, language=language
    )
    from matplotlib.dates import DateFormatter, DayLocator, MonthLocator

    table = states_by_day(events, procedure=procedure)
    if len(table):
        last = table.iloc[-1:].shift(1, freq="D")  # so that the last day has its width
        table = pd.concat([table, last])
    shown = [state for state in ReviewState if table[state].any()]
    styles = coloured({state: STATE_STYLES[state] for state in shown}, palette)
    low = np.zeros(len(table), dtype=np.int64)
    width, height = FRAME_WIDTH[picture.own], max(DAYS_HEIGHT, STATE_HEIGHT * len(shown))
    with picture.sized(8, 4) as ax:
        for state in shown:
            style = styles[state]
            high = low + table[state].to_numpy()
            ax.fill_between(
                table.index.to_numpy(),
                low,
                high,
                step="post",
                label=label_of(state, language),
                facecolor=style.colour,
                hatch=style.hatch,
                **FRAME,
            )
            low = high
        if len(table):
            ticks = 8 if picture.own else 4
            if len(table) < 300:
                ax.xaxis.set_major_locator(DayLocator(interval=-(-len(table) // ticks)))  # type: ignore[no-untyped-call]
                ax.xaxis.set_major_formatter(DateFormatter("%d/%m"))  # type: ignore[no-untyped-call]
            else:
                months = -(-len(table) // (30 * ticks))
                ax.xaxis.set_major_locator(MonthLocator(interval=months))  # type: ignore[no-untyped-call]
                ax.xaxis.set_major_formatter(DateFormatter("%m/%Y"))  # type: ignore[no-untyped-call]
            ax.set_xlim(table.index[0], table.index[-1])
            years = sorted({str(day.year) for day in table.index[:-1]})
            ax.set_xlabel("–".join(dict.fromkeys((years[0], years[-1]))))
            number_bands(ax, table[shown], width, height)
        else:
            ax.set_xticks([])
            picture.say_no_data()
        ax.set_ylim(0, max(1, int(low.max(initial=0))) * 1.02)
        ax.set_ylabel(word("cases", language))
        whole_numbers(ax.yaxis)
        open_frame(ax)
        areas, labels = ax.get_legend_handles_labels()
        picture.legend(3, width, areas, [f"{n} {label}" for n, label in enumerate(labels, start=1)])
        picture.room(width, height)
        picture.describe(*_day_clauses(table[shown]))
    return ax


def _day_clauses(table: pd.DataFrame) -> list[Clause]:
    """The days, and where the cases stand at their end."""
    if not len(table):
        return [Clause("alt_nothing", {})]
    end = table.iloc[-1]
    counts = {state: int(end[state]) for state in ReviewState if end.get(state)}
    days = {"first": table.index[0].date(), "last": table.index[-2].date()}
    return [
        Clause("alt_days", {**days, "cases": sum(counts.values())}),
        Clause("alt_list", {"values": _counted(counts)}),
    ]
