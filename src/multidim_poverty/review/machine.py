"""The fold itself: all cases at once, one event of each case at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, Days, dates_of, days_of
from multidim_poverty.review.rulebook import (
    CLASSES,
    EVENTS,
    NEW_STATE,
    PROCESSES,
    STATES,
    WHEN,
    Rulebook,
)
from multidim_poverty.review.table import numbers, table_faults, texts
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import Actor, ReviewEvent, ReviewState

__all__ = ["Cases", "Found", "run", "to_dates"]

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
OVER, DURING, WITHIN = (WHEN.index(w) for w in ("over", "during", "within"))
SURVEYED, REVERIFIED, COMPLAINED, RECOGNISED, MET = (
    EVENTS.index(e)
    for e in (
        ReviewEvent.SURVEYED,
        ReviewEvent.REVERIFIED,
        ReviewEvent.COMPLAINED,
        ReviewEvent.RECOGNISED,
        ReviewEvent.MET,
    )
)
PENDING = STATES.index(ReviewState.COMPLAINED)


@dataclass(frozen=True)
class Found:
    """Rows that break one rule, with what a reader of the report needs.

    ``counts``: whether the event takes effect all the same. ``state`` and ``limit`` (a day) say
    where the case stood; ``column`` what was missing.
    """

    rule: str
    rows: Rows
    counts: bool = False
    state: npt.NDArray[np.integer[Any]] | None = None
    limit: Days | None = None
    column: str = ""


@dataclass
class Cases:
    """The cases, column by column; the order is that of their first events."""

    household: npt.NDArray[np.object_]
    process: npt.NDArray[np.int8]
    state: npt.NDArray[np.int8]
    since: Days
    first_day: Days
    last_day: Days
    clock_end: Days
    round: npt.NDArray[np.int64]
    previous: npt.NDArray[np.int8]
    assessed: npt.NDArray[np.int8]
    final: npt.NDArray[np.int8]
    complaints: npt.NDArray[np.int64]
    violations: npt.NDArray[np.int64]
    commune: npt.NDArray[np.object_]
    village: npt.NDArray[np.object_]
    place: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    def take(self, order: Rows) -> Cases:
        """The cases at these places."""
        return Cases(**{name: values[order] for name, values in vars(self).items()})


def to_dates(days: Days) -> npt.NDArray[np.datetime64]:
    """Days since 1970-01-01 as dates; NaT for NEVER."""
    dates = np.where(days == NEVER, 0, days).astype("datetime64[D]")
    dates[days == NEVER] = np.datetime64("NaT")
    return dates.astype("datetime64[s]")


def run(
    events: pd.DataFrame, book: Rulebook, before: Cases | None = None
) -> tuple[Cases, list[Found], Rows]:
    """Fold the events onto the cases there were before.

    Gives the cases, the broken rules, and the place of the case that each event took effect in
    (-1 for none).
    """
    reading = _Reading(events, book)
    found = reading.found
    n_before = 0 if before is None else len(before.household)
    ids = events["household_id"] if reading.readable else pd.Series([], dtype=object)
    known = pd.Series([] if before is None else before.household, dtype=object)
    household, distinct = pd.factorize(pd.concat([known, ids.astype(object)], ignore_index=True))
    names = np.asarray(distinct, dtype=object)

    rows = np.flatnonzero(reading.usable)
    track_of_row = household[n_before:][rows] * len(PROCESSES) + reading.process[rows]
    tracks, track = np.unique(track_of_row, return_inverse=True)
    by_track = np.argsort(track, kind="stable")
    length = np.bincount(track, minlength=len(tracks))
    start = np.cumsum(length) - length
    longest_first = np.argsort(-length, kind="stable")

    opening = book.opens[reading.process[rows], reading.event[rows]]
    cases = _Table(n_before + int(opening.sum()), len(events), before)
    current = np.full(len(tracks), -1, dtype=np.intp)
    if before is not None:
        _resume(current, tracks, household[:n_before] * len(PROCESSES) + before.process)
    for turn in range(int(length.max(initial=0))):
        here = longest_first[: np.searchsorted(-length[longest_first], -turn, side="left")]
        at = rows[by_track[start[here] + turn]]
        _turn(reading, book, cases, current, here, at, found)
    result = cases.finish(names, household[n_before:], before)
    order = np.argsort(result.place, kind="stable")
    place = np.append(np.argsort(order, kind="stable"), [-1])  # the last one serves -1
    return result.take(order), found, place[cases.case_of_row]


def _resume(current: Rows, tracks: npt.NDArray[Any], old: npt.NDArray[Any]) -> None:
    """Point each track at its newest case from before."""
    at = np.searchsorted(tracks, old)
    at = np.minimum(at, len(tracks) - 1) if len(tracks) else at
    same = tracks[at] == old if len(tracks) else np.zeros(len(old), dtype=bool)
    current[at[same]] = np.flatnonzero(same)


class _Reading:
    """The events as arrays, with the faults that a row has by itself."""

    def __init__(self, events: pd.DataFrame, book: Rulebook) -> None:
        n = len(events)
        self.found: list[Found] = []
        bad = np.zeros(n, dtype=bool)
        lost = np.zeros(n, dtype=bool)  # of no case that could be told
        whole = False
        for fault in table_faults(events):
            if fault.rows is None:
                self.found.append(
                    Found(fault.rule, np.zeros(0, dtype=np.intp), column=fault.column)
                )
                whole |= fault.column in ("household_id", "process", "event", "on")
                continue
            self.found.append(Found(fault.rule, fault.rows, column=fault.column))
            bad[fault.rows] = True
            if fault.column in ("household_id", "process"):
                lost[fault.rows] = True
        self.readable = not whole
        self.usable = ~lost & (not whole)
        self.bad = bad
        if whole:
            self.process = self.event = np.zeros(n, dtype=np.int8)
            return
        self.process = category_codes(events["process"], PROCESSES)
        self.event = category_codes(events["event"], EVENTS)
        day = days_of(dates_of(events["on"]).to_numpy().astype("datetime64[D]"))
        self.day = np.where(day == NEVER, 0, day)  # such rows are bad already
        self.noted = np.zeros(n, dtype=bool)
        absent = np.full(n, -1, dtype=np.int8)
        self.previous, self.assessed = (
            category_codes(events[name], CLASSES) if name in events.columns else absent
            for name in ("previous_class", "assessed_class")
        )
        self.attending, self.agreeing, copies = (
            numbers(events, name) for name in ("attending", "agreeing", "minutes_copies")
        )
        self.commune, self.communes = texts(events, "commune")
        self.village, self.villages = texts(events, "village")
        self._own_faults(events, book, copies)

    def _own_faults(self, events: pd.DataFrame, book: Rulebook, copies: Any) -> None:
        meeting = book.procedure.meeting
        covered = book.procedure.periods
        first, last = days_of([covered[0].first, covered[-1].last])
        self._mark("not_in_force", ~self.bad & ((self.day < first) | (self.day > last)))
        known = self.event >= 0
        self._mark("not_in_process", known & ~book.has[self.process, self.event])
        for process in book.procedure.processes:
            of_process = self.process == PROCESSES.index(process.id)
            for step in process.steps:
                here = None
                for column in step.requires:
                    if here is None:
                        here = of_process & (self.event == EVENTS.index(step.event))
                    given = (
                        np.asarray(events[column].notna(), dtype=bool)
                        if column in events.columns
                        else np.zeros(len(events), dtype=bool)
                    )
                    self._mark("incomplete", here & ~given, column=column)
        met = (self.event == MET) & book.has[self.process, self.event]
        with np.errstate(invalid="ignore"):
            self._mark(
                "impossible_vote",
                met & ((self.agreeing > self.attending) | (self.attending < 1)),
                column="agreeing",
            )
            self._mark(
                "too_few_minutes",
                met & (copies < meeting.minutes_copies),
                column="minutes_copies",
            )
            self.agreed = self.agreeing * 100 >= self.attending * meeting.agreeing_percent_at_least
        if "present" in events.columns and met.any():
            self._mark_absent(events, met, meeting.present)

    def _mark_absent(self, events: pd.DataFrame, met: Flags, expected: tuple[Actor, ...]) -> None:
        codes, values = pd.factorize(events["present"])
        wanted = {str(actor) for actor in expected}
        short = [not wanted <= {who.strip() for who in str(text).split(",")} for text in values]
        absent = np.append(short, [False]).astype(bool)[codes] & met & ~self.bad
        if absent.any():
            self.noted |= absent
            self.found.append(
                Found("absent_from_meeting", np.flatnonzero(absent), counts=True, column="present")
            )

    def _mark(self, rule: str, wrong: Any, column: str = "") -> None:
        rows = np.flatnonzero(np.asarray(wrong) & self.usable)
        if len(rows):
            self.found.append(Found(rule, rows, column=column))
            self.bad[rows] = True


class _Table:
    """Room for all cases that the events can open, filled as the fold goes on."""

    def __init__(self, room: int, events: int, before: Cases | None) -> None:
        self.case_of_row = np.full(events, -1, dtype=np.intp)
        n = self.used = 0 if before is None else len(before.household)
        self.track_row = np.full(room, -1, dtype=np.intp)  # row of the event that opened it
        self.columns: dict[str, npt.NDArray[Any]] = {}
        for name, dtype, empty in (
            ("process", np.int8, 0),
            ("state", np.int8, -1),
            ("since", np.int64, NEVER),
            ("first_day", np.int64, NEVER),
            ("last_day", np.int64, NEVER),
            ("clock_end", np.int64, NEVER),
            ("round", np.int64, 0),
            ("previous", np.int8, -1),
            ("assessed", np.int8, -1),
            ("final", np.int8, -1),
            ("complaints", np.int64, 0),
            ("violations", np.int64, 0),
            ("commune", object, None),
            ("village", object, None),
        ):
            values = np.full(room, empty, dtype=dtype)
            if before is not None:
                values[:n] = getattr(before, name)
            self.columns[name] = values

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.columns[name]

    def open(self, rows: Rows) -> Rows:
        """Slots for new cases."""
        slots = np.arange(self.used, self.used + len(rows))
        self.track_row[slots] = rows
        self.used += len(rows)
        return slots

    def finish(
        self, names: npt.NDArray[np.object_], household_of_row: Rows, before: Cases | None
    ) -> Cases:
        n, used = (0 if before is None else len(before.household)), self.used
        opened = self.track_row[n:used]
        household = np.empty(used, dtype=object)
        if before is not None:
            household[:n] = before.household
        household[n:] = names[household_of_row[opened]]
        return Cases(
            household=household,
            place=np.append(np.arange(n) - n, opened),  # before the rows of these events
            **{name: values[:used] for name, values in self.columns.items()},
        )


def _turn(
    reading: _Reading,
    book: Rulebook,
    cases: _Table,
    current: Rows,
    tracks: Rows,
    rows: Rows,
    found: list[Found],
) -> None:
    """One event of each of these tracks."""
    p, e, day = reading.process[rows], reading.event[rows], reading.day[rows]
    slot = current[tracks]
    has = slot >= 0
    state = np.where(has, cases["state"][slot] if len(cases["state"]) else 0, NEW_STATE)
    closed = book.closed[state]
    opens = book.opens[p, e]
    first, last = book.window(p, day, book.any_day[p, e])
    case_first = np.where(has, _of(cases, "first_day", slot), NEVER)
    case_last = np.where(has, _of(cases, "last_day", slot), NEVER)
    # A later review begins a case of its own, once the earlier one is decided or over.
    begins = opens & (~has | ((first > case_first) & (closed | (day > case_last))))
    source = np.where(begins, NEW_STATE, state)
    first, last = np.where(begins, first, case_first), np.where(begins, last, case_last)
    target = book.to[p, e, source].astype(np.int64)

    blocked = reading.bad[rows].copy()
    in_process = book.has[p, e]
    wrong = (target < 0) & in_process & ~blocked
    for rule, which in (
        ("unknown_household", ~has),
        ("already_closed", has & closed),
        ("already_open", has & ~closed & opens),
        ("complaint_pending", has & (state == PENDING) & ~opens),
        ("out_of_order", has & ~closed & (state != PENDING) & ~opens),
    ):
        _note(found, rule, rows, wrong & which, state=state)
    blocked |= target < 0

    when = book.when[p, e, source]
    due = np.where(has & ~begins, _of(cases, "clock_end", slot), NEVER)
    since = np.where(has & ~begins, _of(cases, "since", slot), -NEVER)
    dated = ~book.any_day[p, e]
    assessed = np.where(has & ~begins, _of(cases, "assessed", slot), -1)
    given = reading.assessed[rows]
    recognised = e == RECOGNISED
    open_so_far = ~blocked
    for rule, which, limit in (
        ("before_predecessor", day < since, since),
        ("before_the_review", dated & (day < first), first),
        ("clock_still_runs", (when == OVER) & (day <= due), due),
        ("clock_run_out", (when == DURING) & (day > due), due),
        ("class_not_assessed", recognised & (given >= 0) & (given != assessed), None),
        (
            "class_not_recognised",
            recognised & ~book.recognises[p, assessed],
            None,
        ),
    ):
        _note(found, rule, rows, which & open_so_far, state=source, limit=limit)
        blocked |= which & open_so_far
    done = ~blocked
    late = done & (when == WITHIN) & (day > due)
    _note(found, "late", rows, late, counts=True, state=source, limit=due)
    past = done & dated & (day > last) & ~late
    _note(found, "after_the_review", rows, past, counts=True, state=source, limit=last)

    flagged = slot[has & ~begins & blocked]
    cases["violations"][flagged] += 1

    new = done & begins
    slot = slot.copy()
    slot[new] = cases.open(rows[new])
    current[tracks[new]] = slot[new]
    cases["process"][slot[new]] = p[new]
    cases["first_day"][slot[new]] = first[new]
    cases["last_day"][slot[new]] = last[new]

    cases.case_of_row[rows[done]] = slot[done]
    apart = np.where((e == MET) & ~reading.agreed[rows], book.otherwise[p, e], target)
    moved = done & (apart != source)
    cases["state"][slot[moved]] = apart[moved]
    cases["since"][slot[moved]] = day[moved]
    cases["clock_end"][slot[moved]] = book.clock_end(
        p[moved], apart[moved].astype(np.int8), day[moved]
    )
    cases["round"][slot[done & (e == SURVEYED)]] += 1
    cases["complaints"][slot[done & (e == COMPLAINED)]] += 1
    classed = done & ((e == SURVEYED) | (e == REVERIFIED))
    cases["assessed"][slot[classed]] = given[classed]
    before = done & opens_or_lists(e) & (reading.previous[rows] >= 0)
    cases["previous"][slot[before]] = reading.previous[rows][before]
    final = done & recognised
    cases["final"][slot[final]] = assessed[final]
    cases["violations"][slot[done & (late | past | reading.noted[rows])]] += 1
    for name, codes, values in (
        ("commune", reading.commune, reading.communes),
        ("village", reading.village, reading.villages),
    ):
        placed = done & (codes[rows] >= 0)
        if placed.any():
            cases[name][slot[placed]] = values[codes[rows][placed]]


LISTING = np.isin(EVENTS, [ReviewEvent.REQUESTED, ReviewEvent.LISTED])


def opens_or_lists(events: npt.NDArray[np.int8]) -> Flags:
    """Whether an event may carry the class of the current list."""
    return np.asarray(LISTING[events])


def _of(cases: _Table, name: str, slot: Rows) -> npt.NDArray[Any]:
    column = cases[name]
    return column[slot] if len(column) else np.zeros(len(slot), dtype=column.dtype)


def _note(
    found: list[Found],
    rule: str,
    rows: Rows,
    which: Flags,
    *,
    counts: bool = False,
    state: npt.NDArray[Any],
    limit: Days | None = None,
) -> None:
    if which.any():
        found.append(
            Found(rule, rows[which], counts, state[which], None if limit is None else limit[which])
        )
