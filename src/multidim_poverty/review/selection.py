"""Which cases a step can be taken for, and how events are added to a table."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import as_date, days_of
from multidim_poverty.errors import ReviewError, ReviewWarning
from multidim_poverty.law import Procedure
from multidim_poverty.review.faults import as_table
from multidim_poverty.review.folding import fold, violations
from multidim_poverty.review.machine import Found
from multidim_poverty.review.rulebook import EVENTS, PROCESSES, STATES, WHEN, rulebook
from multidim_poverty.review.table import as_events
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import ReviewEvent, ReviewProcess

__all__ = [
    "Date",
    "Names",
    "add_events",
    "by_household",
    "demand_lawful",
    "named_cases",
    "ready_cases",
    "told",
]

Date = str | dt.date
Names = Iterable[str] | str | None


def by_household(values: Any, what: str) -> pd.Series[Any]:
    """Values by household id, which must not repeat."""
    series = pd.Series(values, dtype=object)
    twice = series.index[series.index.duplicated()].unique()
    if len(twice):
        raise ValueError(f"{what}: households given more than once: {list(twice)}")
    return series


def latest_cases(events: pd.DataFrame, procedure: Procedure) -> pd.DataFrame:
    cases = fold(events, procedure=procedure, on_violation="keep")
    twice = pd.MultiIndex.from_arrays([cases.index, cases["process"]]).duplicated(keep="last")
    return cases.loc[~twice]


def ready_cases(
    events: pd.DataFrame,
    event: ReviewEvent,
    on: Date,
    procedure: Procedure,
    villages: Names,
    communes: Names,
    process: str | None,
) -> pd.DataFrame:
    """The cases in which an event is possible on a day."""
    cases, book = latest_cases(events, procedure), rulebook(procedure)
    day, e = days_of([as_date(on)])[0], EVENTS.index(event)
    p, s = category_codes(cases["process"], PROCESSES), category_codes(cases["state"], STATES)
    due = days_of(cases["due_on"].to_numpy())
    when = book.when[p, e, s]
    ready = (book.to[p, e, s] >= 0) & (days_of(cases["since"].to_numpy()) <= day)
    ready &= (when != WHEN.index("over")) | (day > due)
    ready &= (when != WHEN.index("during")) | (day <= due)
    ready &= book.any_day[p, e] | (day >= days_of(cases["review_from"].to_numpy()))
    for name, wanted in (("village", villages), ("commune", communes), ("process", process)):
        if wanted is not None:
            here = {wanted} if isinstance(wanted, str) else set(wanted)
            ready &= cases[name].isin(here).to_numpy(dtype=bool)
    chosen: pd.DataFrame = cases.loc[ready]
    return chosen


def named_cases(
    events: pd.DataFrame,
    ids: pd.Index[Any],
    event: ReviewEvent,
    on: Date,
    process: str | None,
    procedure: Procedure,
) -> pd.DataFrame:
    """The cases of these households: those that are ready, else whatever they are in."""
    cases = latest_cases(events, procedure)
    cases = cases.loc[cases.index.isin(ids) & ((cases["process"] == process) | (process is None))]
    ready = ready_cases(events, event, on, procedure, None, None, process)
    ready = ready.loc[ready.index.isin(ids)]
    rest = cases.loc[~cases.index.isin(ready.index)]
    rest = rest.loc[~rest.index.duplicated(keep="last")]
    lost = ids[~ids.isin(cases.index)].unique()
    none = pd.DataFrame({"process": process or ReviewProcess.PERIODIC}, index=lost)
    return pd.concat([part for part in (ready, rest, none) if len(part)] or [ready])


def add_events(
    events: pd.DataFrame,
    cases: pd.DataFrame,
    event: ReviewEvent,
    on: Date,
    procedure: Procedure,
    **payload: Any,
) -> pd.DataFrame:
    """The events with one more for each of these cases."""
    if not len(cases):
        return events
    rows = pd.DataFrame(
        {
            "household_id": cases.index.array,
            "process": np.asarray(cases["process"], dtype=object),
            "event": str(event),
            "on": pd.Timestamp(as_date(on)),
            **{name: cases[name].array for name in ("commune", "village") if name in cases},
            **payload,
        },
        index=range(len(cases)),
    )
    new = as_events(rows)
    empty = [name for name in new if name not in events.columns and new[name].isna().all()]
    longer = pd.concat([events, new.drop(columns=empty)], ignore_index=True)
    demand_lawful(longer, len(events), procedure)
    return longer


def told(before: pd.DataFrame, after: pd.DataFrame, step: str, on: Date) -> pd.DataFrame:
    """The events after a step; warns where the step found no case that was ready."""
    if len(before) and len(after) == len(before):
        warnings.warn(
            f"{step} added nothing on {as_date(on)}: no case was ready for it there; "
            f"review.next_steps says what the cases wait for",
            ReviewWarning,
            stacklevel=3,
        )
    return after


def demand_lawful(
    events: pd.DataFrame, first: int, procedure: Procedure, more: Iterable[Found] = ()
) -> None:
    """Raise if one of the events from `first` on can have no effect."""
    found = violations(events, procedure=procedure)
    also = as_table([f for f in more if len(f.rows)], events, rulebook(procedure), "en")
    bad = pd.concat([part for part in (also, found) if len(part)] or [found])
    bad = bad.loc[(bad["row"] >= first) & ~bad["counts"]]
    if len(bad):
        raise ReviewError(bad.reset_index(drop=True))
