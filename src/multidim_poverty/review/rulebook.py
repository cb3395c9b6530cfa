"""A procedure as arrays: what each event does in each state, for the fold to look up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from multidim_poverty.dates import NEVER, Days
from multidim_poverty.law import Procedure
from multidim_poverty.law.procedure_parts import CLOSED, NEW, Cycle
from multidim_poverty.review.workdays import WorkingDays, working_days
from multidim_poverty.vocabulary import PovertyClass, ReviewEvent, ReviewProcess, ReviewState

__all__ = ["CLASSES", "EVENTS", "NEW_STATE", "PROCESSES", "STATES", "Rulebook", "rulebook"]

PROCESSES = ReviewProcess.codes()
EVENTS = ReviewEvent.codes()
STATES = ReviewState.codes()
CLASSES = PovertyClass.codes()
NEW_STATE = len(STATES)  # one past the states: a household without an open case
WHEN = ("any", "within", "during", "over")

Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Look-up arrays by process (p), event (e) and state (s)."""

    procedure: Procedure
    days: WorkingDays
    to: Small  # [p, e, s] -> state, -1 where the event is not possible
    when: Small  # [p, e, s] -> position in WHEN
    has: Flags  # [p, e]
    otherwise: Small  # [p, e] -> state of a meeting that did not agree
    opens: Flags  # [p, e]
    any_day: Flags  # [p, e]
    closed: Flags  # [s]
    clock_days: npt.NDArray[np.int64]  # [p, s] -> days, 0 where no clock runs
    clock_working: Flags  # [p, s]
    recognises: Flags  # [p, class]

    def allowed(self, process: int, state: int) -> list[str]:
        """Events that are possible in a state."""
        return [EVENTS[e] for e in np.flatnonzero(self.to[process, :, state] >= 0)]

    def clock_end(self, process: Small, state: Small, day: Days) -> Days:
        """Last day of the clock that begins with a state; NEVER where none begins."""
        count = self.clock_days[process, state]
        working = self.clock_working[process, state]
        end = np.where(working, self.days.after(day, np.maximum(count, 1)), day + count)
        return np.where(count > 0, end, NEVER)

    def window(self, process: Small, day: Days, next_start: Flags) -> tuple[Days, Days]:
        """First and last day of the review that an opening event belongs to.

        A request waits for the next review (`next_start`); a list belongs to the review of its
        own day.
        """
        first, last = np.full(len(day), NEVER), np.full(len(day), NEVER)
        for p, name in enumerate(PROCESSES):
            here = process == p
            if self.has[p].any() and here.any():
                cycle = self.procedure.process(name).cycle
                first[here], last[here] = _window(cycle, day[here], next_start[here])
        return first, last


def _window(cycle: Cycle, day: Days, next_start: Flags) -> tuple[Days, Days]:
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
    return start, start + cycle.days


def _in_year(year: npt.NDArray[np.datetime64], month_day: str) -> npt.NDArray[np.datetime64]:
    month, day = map(int, month_day.split("-"))
    return (year.astype("datetime64[M]") + (month - 1)).astype("datetime64[D]") + (day - 1)


def rulebook(procedure: Procedure) -> Rulebook:
    """The arrays of a procedure."""
    procedure.check_sound()
    shape = len(PROCESSES), len(EVENTS)
    to = np.full((*shape, NEW_STATE + 1), -1, dtype=np.int8)
    when = np.zeros((*shape, NEW_STATE + 1), dtype=np.int8)
    has, opens, any_day = (np.zeros(shape, dtype=bool) for _ in range(3))
    otherwise = np.full(shape, -1, dtype=np.int8)
    clock_days = np.zeros((len(PROCESSES), NEW_STATE + 1), dtype=np.int64)
    clock_working = np.zeros((len(PROCESSES), NEW_STATE + 1), dtype=bool)
    recognises = np.zeros((len(PROCESSES), len(CLASSES)), dtype=bool)
    for process in procedure.processes:
        p = PROCESSES.index(process.id)
        recognises[p] = [not process.recognises or c in process.recognises for c in CLASSES]
        for state, id in process.clocks.items():
            clock = procedure.clock(id)
            clock_days[p, STATES.index(state)] = clock.days
            clock_working[p, STATES.index(state)] = clock.unit == "working"
        for step in process.steps:
            e = EVENTS.index(step.event)
            has[p, e] = bool(procedure.afters(step))
            any_day[p, e] = step.any_day
            if step.otherwise is not None:
                otherwise[p, e] = STATES.index(step.otherwise)
            for after in procedure.afters(step):
                s = NEW_STATE if after.state == NEW else STATES.index(after.state)
                to[p, e, s] = STATES.index(step.state)
                when[p, e, s] = WHEN.index(after.when)
                opens[p, e] |= after.state == NEW
    return Rulebook(
        procedure=procedure,
        days=working_days(procedure),
        to=to,
        when=when,
        has=has,
        otherwise=otherwise,
        opens=opens,
        any_day=any_day,
        closed=np.array([*(s in CLOSED for s in ReviewState), False]),
        clock_days=clock_days,
        clock_working=clock_working,
        recognises=recognises,
    )
