"""The standard that a case is surveyed by, and surveys that name another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import Days
from multidim_poverty.errors import NotCoveredError
from multidim_poverty.law import Confidence, Standard, standard_on, standards
from multidim_poverty.review.cases import Cases
from multidim_poverty.review.reading import BrokenRule, Reading
from multidim_poverty.review.rulebook import EVENTS, PROCESSES
from multidim_poverty.review.table import numbered, texts
from multidim_poverty.vocabulary import ReviewEvent, ReviewProcess

__all__ = ["standard_faults", "standard_names"]

Rows = npt.NDArray[np.intp]
SURVEYED = EVENTS.index(ReviewEvent.SURVEYED)


def standard_names(cases: pd.DataFrame, standard: Standard | str | None) -> npt.NDArray[np.object_]:
    """The name of the standard that each case is surveyed by: that of its review."""
    if standard is not None:
        name = standard if isinstance(standard, str) else standard.name
        return np.full(len(cases), name, dtype=object)
    reviews = cases[["process", "review_from"]].astype({"process": object})
    names = np.full(len(cases), None, dtype=object)
    groups: dict[Any, Any] = reviews.groupby(["process", "review_from"]).indices
    for (process, begin), rows in groups.items():
        purpose: Any = "periodic_review" if process == ReviewProcess.PERIODIC else "policy"
        names[rows] = standard_on(begin.date(), purpose=purpose).name
    return names


def standard_faults(
    events: pd.DataFrame, reading: Reading, cases: Cases, case: Rows
) -> Iterator[BrokenRule]:
    """Surveys by a standard that is unknown, or that the law of their case does not give."""
    codes, names = texts(events, "standard")
    rows = np.flatnonzero((case >= 0) & (reading.event == SURVEYED) & (codes >= 0))
    if not len(rows):
        return
    known = np.isin(names.astype(str), [standard.name for standard in standards()])
    strange = rows[~known[codes[rows]]]
    rows = rows[known[codes[rows]]]
    place = case[rows]
    keys = cases.process[place], cases.first_day[place], codes[rows]
    first, number = numbered(keys)
    triples = zip(*(key[first].tolist() for key in keys), strict=True)
    verdicts = [_verdict(p, day, str(names[code])) for p, day, code in triples]
    expected = np.array([name for _, name in verdicts], dtype=object)[number]
    rules = np.array([rule for rule, _ in verdicts], dtype=object)[number]
    everything = ", ".join(standard.name for standard in standards())
    every = np.full(len(strange), everything, dtype=object)
    if len(strange):
        yield BrokenRule("unknown_standard", strange, True, column="standard", expected=every)
    for rule, warning in (("another_standard", False), ("standard_not_certain", True)):
        chosen = rules == rule
        if chosen.any():
            yield BrokenRule(
                rule, rows[chosen], True, warning, column="standard", expected=expected[chosen]
            )


def _verdict(process: int, first_day: int, name: str) -> tuple[str, str]:
    """The rule that a survey by a standard breaks (empty for none), and the standard expected."""
    day = _date(np.array([first_day]))
    try:
        now = standard_on(day)
        if PROCESSES[process] != ReviewProcess.PERIODIC:
            return ("" if name == now.name else "another_standard"), now.name
        lawful = standard_on(dt.date(day.year + 1, 1, 1))
    except NotCoveredError:
        return "", ""
    if name == lawful.name:
        return "", lawful.name
    source = lawful.first_review
    certain = source is not None and source.confidence is Confidence.TEXT
    return ("standard_not_certain" if name == now.name and not certain else "another_standard"), (
        lawful.name
    )


def _date(days: Days) -> dt.date:
    day: dt.date = days.astype("datetime64[D]").tolist()[0]
    return day
