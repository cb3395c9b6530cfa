"""The first day on which the review of a case can end, when no step waits longer than the law."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multidim_poverty.dates import NEVER, Days, days_of
from multidim_poverty.review.rulebook import EVENTS, PROCESSES, STATES, WHEN, Rulebook
from multidim_poverty.vocabulary import ReviewEvent, ReviewState

__all__ = ["earliest_decision"]

DECIDED = (STATES.index(ReviewState.RECOGNISED), STATES.index(ReviewState.REFUSED))


def earliest_decision(cases: pd.DataFrame, day: pd.Timestamp, lookup: Rulebook, law: int) -> Days:
    """The first lawful day of the decision of each case, from `day` on.

    The cases are of one process and one state under one law. Times that the law gives at most
    (a new verification, an answer that comes) count as no days, times that must run out (a
    posting) count in full; no further complaint is expected.
    """
    days = cases[["due_on", "review_from"]].drop_duplicates()
    due, begin = (days_of(days[name].to_numpy()) for name in days)
    process = PROCESSES.index(str(cases["process"].iloc[0]))
    state = STATES.index(str(cases["state"].iloc[0]))
    start = np.full(len(days), days_of([day.date()])[0])
    ends = _shortest(lookup, law, process, state, start, due, begin, frozenset())
    at = pd.MultiIndex.from_frame(days).get_indexer(
        pd.MultiIndex.from_frame(cases[["due_on", "review_from"]])
    )
    return np.asarray(ends[at])


def _shortest(
    lookup: Rulebook,
    law: int,
    process: int,
    state: int,
    start: Days,
    due: Days,
    begin: Days,
    passed: frozenset[int],
) -> Days:
    """The first day of a decision over all lawful ways on from a state; NEVER without one."""
    best = np.full(len(start), NEVER)
    passed |= {state}
    expected = (lookup.to[law, process, :, state] >= 0) & ~lookup.own_accord[law, process, :, state]
    for event in np.flatnonzero(expected):
        target = int(lookup.to[law, process, event, state])
        if target in passed or EVENTS[event] == ReviewEvent.COMPLAINED:
            continue
        day = start
        if lookup.when[law, process, event, state] == WHEN.index("over"):
            day = np.maximum(day, due + 1)
        if not lookup.any_day[law, process, event]:
            day = np.maximum(day, begin)
        if target not in DECIDED:
            if lookup.closed[target]:
                continue
            codes = np.array([[law], [process], [target]], dtype=np.int8)
            of_law, of_process, of_state = np.repeat(codes, len(day), axis=1)
            ends = lookup.clock_end(of_law, of_process, of_state, day)
            day = _shortest(lookup, law, process, target, day, ends, begin, passed)
        best = np.minimum(best, day)
    return best
