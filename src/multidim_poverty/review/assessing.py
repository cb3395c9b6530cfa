"""Which cases wait for a class, and the classes that a survey found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike, as_date, as_timestamp, days_of
from multidim_poverty.errors import ArgumentError, ReviewError
from multidim_poverty.law import Procedure
from multidim_poverty.review.faults import as_table
from multidim_poverty.review.reading import BrokenRule
from multidim_poverty.review.rulebook import STATES, rulebook
from multidim_poverty.review.selection import (
    add_events,
    by_household,
    cases_for,
    check_named_ids,
    chosen_rows,
    matching,
    named_cases,
    only_one_process,
    possible_cases,
)
from multidim_poverty.review.table import as_events
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["ToAssess", "to_assess"]


@dataclass(frozen=True)
class ToAssess:
    """Cases that wait for a class, and the classes that were found."""

    event: ReviewEvent
    cases: pd.DataFrame
    classes: npt.NDArray[np.object_]

    def add(
        self,
        events: pd.DataFrame,
        on: DayLike,
        undetermined: str,
        procedure: Procedure | None,
        **payload: Any,
    ) -> pd.DataFrame:
        """The events with one more for each of the cases whose class is known."""
        known = ~pd.isna(self.classes)
        if undetermined == "raise":
            known[:] = True
        elif undetermined != "leave":
            raise ArgumentError(f"undetermined {undetermined!r} is not 'raise' or 'leave'")
        for name, values in payload.items():
            payload[name] = values[known] if isinstance(values, np.ndarray) else values
        cases, classes = chosen_rows(self.cases, known), self.classes[known]
        return add_events(
            events, cases, self.event, on, procedure, assessed_class=classes, **payload
        )


def to_assess(
    events: pd.DataFrame,
    cases: pd.DataFrame,
    event: ReviewEvent,
    assessment: Any,
    on: DayLike,
    process: str | None,
    procedure: Procedure | None,
    own_accord: bool = False,
) -> ToAssess:
    """The cases that wait for these classes; raises for households that have no case."""
    by_table = isinstance(assessment, pd.DataFrame)
    if by_table and "poverty_class" not in as_frame(assessment, "assessment").columns:
        raise ArgumentError("assessment has no column poverty_class: pass the result of assess")
    classes = by_household(assessment["poverty_class"] if by_table else assessment, "assessment")
    at = matching(cases, classes.index)
    all_matched = bool(np.isin(np.arange(len(classes)), at).all())
    check_named_ids(classes.index, events, "assessment", all_matched=all_matched)
    possible, by_choice, today = possible_cases(cases, event, on, procedure)
    if not own_accord:
        possible, today = possible & ~by_choice, today & ~by_choice
    named = at >= 0
    outside = possible & named & _outside_the_review(cases, event, on)
    chosen = today & named & ~outside
    has_chosen = np.zeros(len(classes), dtype=bool)
    has_chosen[at[chosen]] = True
    # Named one by one, or nobody at all: then the day is wrong, and each case says so.
    wrong = outside & ~np.append(has_chosen, [False])[at]
    if by_table and chosen.any():
        wrong[:] = False
    if wrong.any() and event == ReviewEvent.SURVEYED:
        _raise_outside(cases.loc[wrong], event, on, procedure)
    if not by_table:
        everywhere = cases_for(events, procedure)
        lost = classes.index[~np.isin(np.arange(len(classes)), matching(everywhere, classes.index))]
        if len(lost):
            strangers = named_cases(events, lost, event, on, process, procedure)
            add_events(events, strangers, event, on, procedure, assessed_class="poor")
    ready = only_one_process(chosen_rows(cases, chosen), process)
    return ToAssess(event, ready, classes.to_numpy()[at[chosen]])


def _outside_the_review(cases: pd.DataFrame, event: ReviewEvent, on: DayLike) -> Any:
    day = as_timestamp(on)
    outside = (cases["review_from"] > day) | (cases["review_until"] < day)
    return outside.to_numpy() & (event == ReviewEvent.SURVEYED)


def _raise_outside(
    cases: pd.DataFrame,
    event: ReviewEvent,
    on: DayLike,
    procedure: Procedure | None,
) -> None:
    """Name each case whose review is not on that day."""
    rows = pd.DataFrame(
        {
            "household_id": cases.index.array,
            "process": np.asarray(cases["process"], dtype=object),
            "event": str(event),
            "on": as_timestamp(on),
        }
    )
    first, last = (days_of(cases[n].to_numpy()) for n in ("review_from", "review_until"))
    early = days_of([as_date(on)])[0] < first
    state = category_codes(cases["state"], STATES)
    broken = [
        BrokenRule(rule, np.flatnonzero(mask), state=state[mask], limit=limit[mask])
        for rule, mask, limit in (
            ("before_the_review", early, first),
            ("after_the_review", ~early, last),
        )
        if mask.any()
    ]
    raise ReviewError(as_table(broken, as_events(rows), rulebook(procedure), "en"))
