"""What a step adds to a log is checked some cases after the others, so that arrays stay small."""

from __future__ import annotations

import numpy as np
import pandas as pd

from multidim_poverty.identity import ascending, chunks
from multidim_poverty.review.cases import Cases
from multidim_poverty.review.machine import TRACKS, Turns, run
from multidim_poverty.review.ordering import keeps_entry_days
from multidim_poverty.review.reading import BrokenRule, Reading
from multidim_poverty.review.repeated import repeated_facts
from multidim_poverty.review.rulebook import Rulebook
from multidim_poverty.review.standards import standard_faults
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["next_events", "run_in_parts"]


def next_events(events: pd.DataFrame, lookup: Rulebook, cases: Cases) -> list[BrokenRule]:
    """The rules that one more event of each case breaks; the rows stand in the order of the cases.

    Only what the state of the cases and the rows themselves say is looked at.
    """
    n = len(events)
    rows, broken = np.arange(n), list[BrokenRule]()
    case = np.full(n, -1, dtype=np.intp)
    for part in chunks(n, TRACKS):
        of_part, cases_before = events.iloc[part], cases.take(part)
        reading = Reading(of_part, lookup, np.zeros(len(of_part), dtype=bool))
        if not reading.readable:
            return reading.broken
        turns = Turns(of_part, reading, lookup, cases_before)
        turns.play_next()
        at = turns.cases.case_of_row
        case[part] = np.where(at < 0, -1, at + part.start)
        faults = [*reading.broken, *turns.broken, *turns.places.broken]
        faults += standard_faults(of_part, reading, cases_before, at)
        broken += (fault.at(rows[part]) for fault in faults)
    if _repeats_facts(events):
        reading = Reading(events, lookup, np.zeros(n, dtype=bool))
        broken += repeated_facts(events, reading, case)
    return broken


def run_in_parts(events: pd.DataFrame, lookup: Rulebook) -> list[BrokenRule]:
    """The rules that events break, as `run` finds them."""
    if len(events) <= TRACKS or _repeats_facts(events) or keeps_entry_days(events):
        return run(events, lookup).broken
    ids = events["household_id"]
    codes = np.arange(len(ids)) if ascending(ids) else pd.factorize(ids)[0]
    by_household = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[by_household], np.arange(TRACKS, codes.max() + 1, TRACKS))
    broken: list[BrokenRule] = []
    for rows in np.split(by_household, starts):
        broken += (fault.at(rows) for fault in run(events.iloc[rows], lookup).broken)
    return broken


def _repeats_facts(events: pd.DataFrame) -> bool:
    """Whether events of several households may tell of one meeting or decision."""
    return bool(events["event"].isin([ReviewEvent.MET, ReviewEvent.RECOGNISED]).any())
