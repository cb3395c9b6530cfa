"""Procedures as arrays: what each event does in each state, by the law of each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, Days, days_of
from multidim_poverty.law import Procedure, shipped_procedures
from multidim_poverty.law.procedure_parts import CLOSED, NEW, Cycle
from multidim_poverty.review.workdays import WorkingDays, term_end, working_days
from multidim_poverty.vocabulary import PovertyClass, ReviewEvent, ReviewProcess, ReviewState

__all__ = [
    "CLASSES",
    "EVENTS",
    "LOG_EVENTS",
    "NEW_STATE",
    "PROCESSES",
    "STATES",
    "Rulebook",
    "rulebook",
]

PROCESSES = ReviewProcess.codes()
EVENTS = ReviewEvent.codes()
STATES = ReviewState.codes()
CLASSES = PovertyClass.codes()
NEW_STATE = len(STATES)  # one past the states: a household without an open case
WHEN = ("any", "within", "during", "over")
# Entries about the log or the commune, not about a case.
LOG_EVENTS = (ReviewEvent.CORRECTED, ReviewEvent.VOIDED, ReviewEvent.REPORT_SENT)

T = TypeVar("T")
Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Look-up arrays by law (l), process (p), event (e) and state (s).

    A law is a procedure with the superior of a run of days; the laws follow each other in time.
    """

    procedures: tuple[Procedure, ...]  # [l]
    first_days: Days  # [l]
    last_days: Days  # [l]
    days: tuple[WorkingDays, ...]  # [l]
    to: Small  # [l, p, e, s] -> state, -1 where the event is not possible
    when: Small  # [l, p, e, s] -> position in WHEN
    own_accord: Flags  # [l, p, e, s]
    has: Flags  # [l, p, e]
    otherwise: Small  # [l, p, e] -> state of a meeting that did not agree, or of an objection
    opens: Flags  # [l, p, e]
    any_day: Flags  # [l, p, e]
    closed: Flags  # [s]
    clock_days: npt.NDArray[np.int64]  # [l, p, s] -> days, 0 where no clock runs
    clock_working: Flags  # [l, p, s]
    recognises: Flags  # [l, p, class]
    quorum: npt.NDArray[np.int64]  # [l] -> % of those attending
    copies: npt.NDArray[np.int64]  # [l] -> copies of the minutes

    def law_of(self, day: Days) -> Small:
        """The law of each day; -1 where none is in force."""
        law = np.searchsorted(self.first_days, day, side="right") - 1
        covered = (law >= 0) & (day <= self.last_days[np.maximum(law, 0)])
        return np.where(covered, law, -1).astype(np.int8)

    def allowed(self, law: int, process: int, state: int) -> list[str]:
        """Events that are possible in a state."""
        return [EVENTS[e] for e in np.flatnonzero(self.to[law, process, :, state] >= 0)]

    def clock_end(self, law: Small, process: Small, state: Small, day: Days) -> Days:
        """Last day of the clock that begins with a state; NEVER where none begins."""
        count = self.clock_days[law, process, state]
        working = self.clock_working[law, process, state]
        end = np.array(day + count)
        for of_law, procedure in self._by_law(law, self.procedures):
            end[of_law] = term_end(day[of_law], count[of_law], procedure)
        for of_law, table in self._by_law(law, self.days):
            chosen = of_law & working
            end[chosen] = table.after(day[chosen], np.maximum(count[chosen], 1))
        return np.where(count > 0, end, NEVER)

    def window(self, law: Small, process: Small, day: Days, next_start: Flags) -> tuple[Days, Days]:
        """First and last day of the review that an opening event belongs to.

        A request waits for the next review (`next_start`); a list belongs to the review of its
        own day.
        """
        first, last = np.full(len(day), NEVER), np.full(len(day), NEVER)
        for of_law, procedure in self._by_law(law, self.procedures):
            for each in procedure.processes:
                chosen = of_law & (process == PROCESSES.index(each.id))
                if chosen.any():
                    # Most fall on few days: each is looked up once.
                    of_row, distinct = pd.factorize(day[chosen] * 2 + next_start[chosen])
                    days = _window(procedure, each.cycle, distinct // 2, distinct % 2 == 1)
                    first[chosen], last[chosen] = (values[of_row] for values in days)
        return first, last

    def _by_law(self, law: Small, values: tuple[T, ...]) -> Iterator[tuple[Flags, T]]:
        for n, value in enumerate(values):
            chosen = law == n
            if chosen.any():
                yield chosen, value


def _window(procedure: Procedure, cycle: Cycle, day: Days, next_start: Flags) -> tuple[Days, Days]:
    dates = day.astype("datetime64[D]")
    if cycle.every == "year":
        assert cycle.last_day is not None
        year = dates.astype("datetime64[Y]")
        year = year + (next_start & (dates > _in_year(year, cycle.last_day)))
        first, last = _in_year(year, cycle.first_day), _in_year(year, cycle.last_day)
        return first.astype(np.int64), last.astype(np.int64)
    assert cycle.days is not None
    month = dates.astype("datetime64[M]")
    offset = int(cycle.first_day) - 1
    in_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    later = next_start & (in_month > offset)
    earlier = ~next_start & (in_month < offset)
    month = month + later.astype(np.int64) - earlier.astype(np.int64)
    start = month.astype("datetime64[D]").astype(np.int64) + offset
    return start, term_end(start, cycle.days, procedure)


def _in_year(year: npt.NDArray[np.datetime64], month_day: str) -> npt.NDArray[np.datetime64]:
    month, day = map(int, month_day.split("-"))
    months = year.astype("datetime64[M]") + np.timedelta64(month - 1, "M")
    first_days: npt.NDArray[np.datetime64] = months.astype("datetime64[D]")
    return first_days + np.timedelta64(day - 1, "D")


def rulebook(procedure: Procedure | None = None) -> Rulebook:
    """The arrays of the law of every day.

    Parameters
    ----------
    procedure : Procedure or str, optional
        A variant for the days that it covers; the shipped law holds on all others.
    """
    if procedure is not None:
        procedure.check_sound()
    return _rulebook(procedure)


@lru_cache(maxsize=16)
def _rulebook(procedure: Procedure | None) -> Rulebook:
    spans = sorted(_spans(procedure), key=lambda span: span[0])
    procedures = tuple(law for _, _, law in spans)
    shape = len(spans), len(PROCESSES), len(EVENTS)
    to = np.full((*shape, NEW_STATE + 1), -1, dtype=np.int8)
    when = np.zeros((*shape, NEW_STATE + 1), dtype=np.int8)
    own_accord = np.zeros((*shape, NEW_STATE + 1), dtype=bool)
    has, opens, any_day = (np.zeros(shape, dtype=bool) for _ in range(3))
    otherwise = np.full(shape, -1, dtype=np.int8)
    clock_days = np.zeros((*shape[:2], NEW_STATE + 1), dtype=np.int64)
    clock_working = np.zeros((*shape[:2], NEW_STATE + 1), dtype=bool)
    recognises = np.zeros((*shape[:2], len(CLASSES)), dtype=bool)
    for n, law in enumerate(procedures):
        for process in law.processes:
            p = PROCESSES.index(process.id)
            recognises[n, p] = [not process.recognises or c in process.recognises for c in CLASSES]
            for state, id in process.clocks.items():
                clock = law.clock(id)
                clock_days[n, p, STATES.index(state)] = clock.days
                clock_working[n, p, STATES.index(state)] = clock.unit == "working"
            for step in process.steps:
                e = EVENTS.index(step.event)
                has[n, p, e] = bool(law.afters(step))
                any_day[n, p, e] = step.any_day
                if step.otherwise is not None:
                    otherwise[n, p, e] = STATES.index(step.otherwise)
                for after in law.afters(step):
                    s = NEW_STATE if after.state == NEW else STATES.index(after.state)
                    to[n, p, e, s] = STATES.index(step.state)
                    when[n, p, e, s] = WHEN.index(after.when)
                    own_accord[n, p, e, s] = after.own_accord
                    opens[n, p, e] |= after.state == NEW
    return Rulebook(
        procedures=procedures,
        first_days=days_of([first for first, _, _ in spans]),
        last_days=days_of([last for _, last, _ in spans]),
        days=tuple(working_days(law) for law in procedures),
        to=to,
        when=when,
        own_accord=own_accord,
        has=has,
        otherwise=otherwise,
        opens=opens,
        any_day=any_day,
        closed=np.array([*(s in CLOSED for s in ReviewState), False]),
        clock_days=clock_days,
        clock_working=clock_working,
        recognises=recognises,
        quorum=np.array([law.meeting.agreeing_percent_at_least for law in procedures]),
        copies=np.array([law.meeting.minutes_copies for law in procedures]),
    )


def _spans(variant: Procedure | None) -> Iterator[tuple[dt.date, dt.date, Procedure]]:
    """The runs of days with one law: those of the variant, and the shipped ones around it.

    The shipped procedure of some day is no variant: it stands for the law of every day.
    """
    day = dt.timedelta(days=1)
    shipped = [span for law in shipped_procedures() for span in law.spans()]
    if variant is None or variant in [law for _, _, law in shipped]:
        yield from shipped
        return
    yield from variant.spans()
    start, end = variant.periods[0].first, variant.periods[-1].last
    for first, last, law in shipped:
        if first < start:
            yield first, min(last, start - day), law
        if last > end:
            yield max(first, end + day), last, law
