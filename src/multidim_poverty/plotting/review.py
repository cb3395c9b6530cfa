"""Pictures of a review: where its cases stand, and how they moved.

Needs the extra ``plot``. States are told apart by hatching as well as by colour, so that they
can be read in grey.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.folding import fold, traced
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ReviewProcess, ReviewState, Term

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PLATE", "axes_of", "label_of", "review_by_day", "review_states", "states_by_day"]

STYLE = {
    "requested": ("#ffffff", ""),
    "listed": ("#d9d9d9", ""),
    "surveyed": ("#c6dbef", "...."),
    "agreed": ("#6baed6", ""),
    "disagreed": ("#de2d26", "xxxx"),
    "posted": ("#fec44f", "////"),
    "complained": ("#d95f0e", "++++"),
    "reverified": ("#fdd0a2", "oo"),
    "reposted": ("#fee391", "\\\\\\\\"),
    "summed_up": ("#e5f5e0", ""),
    "reported": ("#c7e9c0", "----"),
    "answered": ("#a1d99b", "||||"),
    "recognised": ("#238b45", ""),
    "refused": ("#9e9ac8", "xx"),
    "withdrawn": ("#525252", ""),
    "objected": ("#fb6a4a", "\\\\\\\\"),
    "unanswered": ("#edf8e9", ".."),
    "closed": ("#969696", "//"),
}
# Behind a number, so that no hatching runs through it.
PLATE = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
WORDS = {
    "households": {"vi": "số hộ", "en": "cases"},
    "not_known": {"vi": "Chưa rõ", "en": "Not known"},
}


# -- where the cases stand ---------------------------------------------------------------------


def review_states(
    cases: pd.DataFrame,
    *,
    by: Literal["commune", "village", "process"] = "commune",
    language: Language = "en",
    ax: Axes | None = None,
) -> Axes:
    """Number of cases in each state, as one stacked bar per commune, village or process.

    Parameters
    ----------
    cases : pandas.DataFrame
        From `multidim_poverty.review.fold`.
    by : {"commune", "village", "process"}
        What a bar stands for. Cases of which it is missing have a bar of their own.
    language : {"en", "vi"}
    ax : matplotlib Axes, optional
        Drawn on; a new one by default.

    Returns
    -------
    matplotlib.axes.Axes
        States without a case are left out of the legend.

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
    check_language(language)
    if by not in ("commune", "village", "process"):
        raise ValueError(f"by {by!r} is not 'commune', 'village' or 'process'")
    ax = axes_of(ax, (8, 4))
    names = cases[by].astype(object).where(cases[by].notna(), None)
    groups = sorted({str(name) for name in names if name is not None})
    if by == "process":
        groups = [p for p in ReviewProcess.codes() if p in groups]
    labels = [label_of(ReviewProcess.of(g), language) if by == "process" else g for g in groups]
    if names.isna().any():
        groups, labels = [*groups, ""], [*labels, WORDS["not_known"][language]]
    at = pd.Index(groups).get_indexer(pd.Index(names.fillna("").astype(str)))
    states = pd.Index(ReviewState.codes()).get_indexer(pd.Index(cases["state"].astype(str)))
    counts = np.zeros((len(ReviewState), len(groups)), dtype=np.int64)
    np.add.at(counts, (states, at), 1)

    rows = np.arange(len(groups))
    left = np.zeros(len(groups), dtype=np.int64)
    longest = counts.sum(axis=0).max(initial=1)
    for state, width in zip(ReviewState, counts, strict=True):
        if not width.any():
            continue
        colour, hatch = STYLE[state]
        ax.barh(
            rows,
            width,
            left=left,
            label=label_of(state, language),
            color=colour,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.6,
            height=0.62,
        )
        for row, (start, count) in enumerate(zip(left, width, strict=True)):
            if count >= 0.03 * longest:
                ax.text(
                    start + count / 2,
                    row,
                    str(count),
                    ha="center",
                    va="center",
                    fontsize="small",
                    bbox=PLATE,
                )
        left = left + width
    totals = [f"{name} ({n})" for name, n in zip(labels, left.tolist(), strict=True)]
    ax.set_yticks(rows, ["\n".join(wrap(name, 32)) for name in totals])
    ax.set_xlim(0, longest * 1.02)
    _legend(ax)
    _whole_numbers(ax.xaxis)
    ax.set_xlabel(WORDS["households"][language])
    ax.spines[["top", "right"]].set_visible(False)
    ax.invert_yaxis()
    return ax


# -- how they moved ----------------------------------------------------------------------------


def states_by_day(events: pd.DataFrame, *, procedure: Procedure) -> pd.DataFrame:
    """How many cases stand in each state at the end of each day.

    Parameters
    ----------
    events : pandas.DataFrame
        As for `multidim_poverty.review.fold`. Illegal events have no effect.
    procedure : Procedure

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
    ax: Axes | None = None,
) -> Axes:
    """Number of cases in each state on each day, as stacked steps.

    Parameters
    ----------
    events : pandas.DataFrame
        As for `multidim_poverty.review.fold`. Illegal events have no effect.
    procedure : Procedure
    language : {"en", "vi"}
    ax : matplotlib Axes, optional
        Drawn on; a new one by default.

    Returns
    -------
    matplotlib.axes.Axes
        The numbers are those of `states_by_day`. A step begins with the day of its event.

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
    check_language(language)
    from matplotlib.dates import AutoDateLocator, DateFormatter

    ax = axes_of(ax, (8, 4))
    table = states_by_day(events, procedure=procedure)
    if len(table):
        last = table.iloc[-1:].shift(1, freq="D")  # so that the last day has its width
        table = pd.concat([table, last])
    shown = [state for state in ReviewState if table[state].any()]
    low = np.zeros(len(table), dtype=np.int64)
    for state in shown:
        colour, hatch = STYLE[state]
        high = low + table[state].to_numpy()
        ax.fill_between(
            table.index.to_numpy(),
            low,
            high,
            step="post",
            label=label_of(state, language),
            facecolor=colour,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.6,
        )
        low = high
    days = "%d/%m" if len(table) < 300 else "%m/%Y"
    ax.xaxis.set_major_locator(AutoDateLocator())  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(DateFormatter(days))  # type: ignore[no-untyped-call]
    if len(table):
        ax.set_xlim(table.index[0], table.index[-1])
        years = sorted({str(day.year) for day in table.index[:-1]})
        ax.set_xlabel("–".join(dict.fromkeys((years[0], years[-1]))))
    ax.set_ylim(0, max(1, int(low.max(initial=0))) * 1.02)
    ax.set_ylabel(WORDS["households"][language])
    _legend(ax)
    _whole_numbers(ax.yaxis)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def axes_of(ax: Axes | None, size: tuple[float, float] | None = None) -> Axes:
    """The Axes given, or new ones."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    new: Axes = plt.subplots(figsize=size, layout="constrained")[1]
    return new


def label_of(term: Term, language: Language) -> str:
    """The label of a term in a language."""
    return term.vi if language == "vi" else term.en


def _legend(ax: Axes) -> None:
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize="small")


def _whole_numbers(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True))
