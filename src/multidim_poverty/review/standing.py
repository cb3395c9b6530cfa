"""The class of a household on a day, from the decisions about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import Days
from multidim_poverty.review.cases import Cases
from multidim_poverty.review.reading import BrokenRule, Reading
from multidim_poverty.review.rulebook import CLASSES, EVENTS, PROCESSES
from multidim_poverty.vocabulary import PovertyClass, ReviewEvent, ReviewProcess

__all__ = [
    "LISTED_UP_TO",
    "Decisions",
    "classes_in_force",
    "decisions_of",
    "effective_from",
    "listings",
]

Rows = npt.NDArray[np.intp]
Codes = npt.NDArray[np.int8]
PERIODIC, REGULAR = (PROCESSES.index(p) for p in (ReviewProcess.PERIODIC, ReviewProcess.REGULAR))
LISTED_UP_TO = CLASSES.index(PovertyClass.NEAR_POOR)  # the poor and the near-poor are listed
LISTING = np.isin(EVENTS, [ReviewEvent.REQUESTED, ReviewEvent.LISTED])


class Decisions:
    """The decisions on poverty of each household, in the order in which they were made.

    Attributes
    ----------
    case : array of int
        Places of the decided cases.
    household : array of int
        Code of the household of each.
    """

    def __init__(self, cases: Cases, household: Rows) -> None:
        decided = (cases.final >= 0) & np.isin(cases.process, (PERIODIC, REGULAR))
        case = np.flatnonzero(decided)
        day, row = cases.since[case], cases.decision_row[case]
        order = np.lexsort([row, day, household[case]])
        self.case = case[order]
        self.household = household[self.case]
        self.day, self.row = day[order], row[order]
        self.classes = cases.final[self.case]
        self.effective = effective_from(cases, self.case)
        size = int(household.max(initial=-1)) + 1
        self.count = np.bincount(self.household, minlength=size)
        self.start = np.cumsum(self.count) - self.count

    def in_force(self, household: Rows, day: Days, row: Rows | None = None) -> Rows:
        """The place, among these decisions, of the last one in force; -1 for none.

        With `row`: among those that stand before that row of the table.
        """
        last = np.full(len(household), -1, dtype=np.intp)
        inside = (household >= 0) & (household < len(self.count))
        home = np.where(inside, household, 0)
        if not len(self.count):
            return last
        count = np.where(inside, self.count[home], 0)
        for turn in range(int(count.max(initial=0))):
            has = count > turn
            at = self.start[home[has]] + turn
            holds = self.effective[at] <= day[has]
            if row is not None:
                holds &= self.row[at] < row[has]
            places = np.flatnonzero(has)[holds]
            last[places] = at[holds]
        return last


def effective_from(cases: Cases, case: Rows) -> Days:
    """The day from which the class of each decided case holds.

    That of a yearly review from 1 January after the review, that of a review in the year from
    the decision on: both are readings of the notes on Form 03.
    """
    review = cases.first_day[case].astype("datetime64[D]").astype("datetime64[Y]")
    january = (review + np.timedelta64(1, "Y")).astype("datetime64[D]").astype(np.int64)
    yearly = cases.process[case] == PERIODIC
    return np.where(yearly, np.maximum(january, cases.since[case]), cases.since[case])


def decisions_of(cases: Cases) -> tuple[Decisions, Rows, pd.Index[Any]]:
    """The decisions, the code of the household of each case, and the households by code."""
    codes, households = pd.factorize(cases.household)
    return Decisions(cases, codes), codes, households


def classes_in_force(cases: Cases, household: Rows, day: Days) -> Codes:
    """The class of the households with these codes on each day; -1 where none is known."""
    decisions, _, _ = decisions_of(cases)
    at = decisions.in_force(household, day)
    return np.where(at >= 0, np.append(decisions.classes, [-1])[at], -1).astype(np.int8)


def listings(cases: Cases, case: Rows, reading: Reading, order: Rows) -> list[BrokenRule]:
    """Set the class that each case began with, and name lists that contradict the decisions.

    The decisions of the log say it; what a list says counts only where they say nothing.
    """
    place_of = np.argsort(order)
    rows = np.flatnonzero((case >= 0) & LISTING[reading.event])
    rows = rows[np.argsort(place_of[rows], kind="stable")]
    if not len(rows):
        return []
    said = reading.previous[rows]
    if not (cases.final >= 0).any():
        cases.previous[case[rows[said >= 0]]] = said[said >= 0]
        return []
    decisions, household, _ = decisions_of(cases)
    decisions.row = np.where(decisions.row >= 0, np.append(place_of, [-1])[decisions.row], -1)
    at = decisions.in_force(household[case[rows]], reading.day[rows], place_of[rows])
    known = np.where(at >= 0, np.append(decisions.classes, [-1])[at], -1)
    value = np.where(known >= 0, known, said)
    set_now = value >= 0
    cases.previous[case[rows[set_now]]] = value[set_now]
    wrong = (known >= 0) & (said >= 0) & (known != said)
    wrong &= (known <= LISTED_UP_TO) | (said <= LISTED_UP_TO)
    if not wrong.any():
        return []
    np.add.at(cases.violations, case[rows[wrong]], 1)
    names: Any = np.array(CLASSES, dtype=object)[known[wrong]]
    return [
        BrokenRule(
            "list_contradicts_decision",
            rows[wrong],
            True,
            column="previous_class",
            expected=names,
        )
    ]
