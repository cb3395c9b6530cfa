"""Reviews: deadlines around every day off, and the state of a case after each event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from multidim_poverty.law import Procedure
from multidim_poverty.law.days_off import DaysOff
from multidim_poverty.testing.reference import CLASSES, PRESENT, Case, Review
from multidim_poverty.testing.vectors.case import CaseDraft, pick, sources_of
from multidim_poverty.vocabulary import ClosingCause

__all__ = ["deadline_cases", "review_cases"]

DAY = dt.timedelta(days=1)
PROCESSES = ("periodic", "regular", "farm")
BEGINNINGS = ("2023-08-28", "2023-09-01", "2023-11-20", "2024-01-10", "2024-04-15")


# -- deadlines -------------------------------------------------------------------------------


def deadline_cases(procedure: Procedure, table: DaysOff) -> Iterator[CaseDraft]:
    """Each clock from each day around the days off and the days worked instead."""
    first, last = procedure.periods[0].first, procedure.periods[-1].last
    clocks = [
        (str(process.id), str(state), procedure.clock(id))
        for process in procedure.processes
        for state, id in process.clocks.items()
    ]
    turns = {entry.first - DAY for entry in table.off} | {entry.day for entry in table.worked}
    turns |= {(entry.last or entry.first) for entry in table.off}
    days = sorted({day + n * DAY for day in turns for n in (-7, -4, -1, 0, 1)})
    days = [day for day in days if first <= day <= last - 30 * DAY]
    for number, day in enumerate(days):
        process, state, clock = clocks[number % len(clocks)]
        due, entries = _working_day(day, clock.days, procedure, table)
        yield CaseDraft(
            "deadlines",
            procedure.name,
            {"process": process, "state": state, "entered_on": day.isoformat()},
            {"working_days": clock.days, "due_on": due.isoformat()},
            sources_of([clock.citation, *(entry.citation or table.citation for entry in entries)]),
        )


def _working_day(
    day: dt.date, count: int, procedure: Procedure, table: DaysOff
) -> tuple[dt.date, list[Any]]:
    """The working day that comes so many after a day, and the entries of the table met."""
    off = {day: entry for entry in table.off for day in entry.days()}
    worked = {entry.day: entry for entry in table.worked}
    met: list[Any] = []
    while count:
        day += DAY
        if day in off or day in worked:
            met.append(off.get(day, worked.get(day)))
        working = day in worked or (day not in off and day.isoweekday() in procedure.working_week)
        count -= working
    return day, met


# -- the fold --------------------------------------------------------------------------------


def review_cases(procedure: Procedure, count: int) -> Iterator[CaseDraft]:
    """Logs of one household, mostly lawful, with the state of its newest case after each event."""
    random = Random(f"review {procedure.name}")
    for number in range(count):
        process = PROCESSES[number % len(PROCESSES)]
        events = _log(process, random)
        review, states = Review(superior=True), []
        for event in events:
            review.add(event)
            states.append(_state(review.current("h", process)))
        law = procedure.process(process)
        steps = {str(step.event): step.citation for step in law.steps}
        used = [steps.get(event["event"]) for event in events]
        yield CaseDraft(
            "review",
            procedure.name,
            {"process": process, "events": [_written(event) for event in events]},
            {"states": states, "faults": [list(fault) for fault in sorted(review.faults)]},
            sources_of([law.citation, *used]),
        )


def _log(process: str, random: Random) -> list[dict[str, Any]]:
    review, events = Review(superior=True), []
    day = dt.date.fromisoformat(pick(random, BEGINNINGS))
    for _ in range(4 + int(random.random() * 9)):
        possible = review.possible("h", process)
        ends = ("withdrawn", "closed")
        likely = [event for event in possible if event not in ends] or possible
        event = pick(random, possible if random.random() < 0.1 else likely)
        if random.random() < 0.06:
            event = pick(random, ("met", "posted", "recognised", "complained", "summed_up"))
        on = day + DAY * pick(random, (0, 1, 2, 3, 4, 5, 7, 9, 12))
        if random.random() < 0.04:
            on -= 30 * DAY
        row = {"household_id": "h", "process": process, "event": event, "on": on}
        row |= _payload(event, on, random)
        events.append(row)
        review.add(row)
        day = max(day, on)
    return events


def _payload(event: str, on: dt.date, random: Random) -> dict[str, Any]:
    """What an event carries; of one in twelve something that is needed is missing."""
    attending = 1 + int(random.random() * 9)
    agreeing = int(random.random() * (attending + 1))
    carried: dict[str, dict[str, Any]] = {
        "requested": {"previous_class": pick(random, (None, *CLASSES))},
        "listed": {"previous_class": pick(random, (None, *CLASSES))},
        "surveyed": {"assessed_class": pick(random, CLASSES)},
        "met": {
            "attending": attending,
            "agreeing": max(agreeing, attending // 2),
            "minutes_copies": 2,
            "present": ", ".join(sorted(PRESENT)),
        },
        "complained": {"complaint": "owns a lorry"},
        "reverified": {
            "assessed_class": pick(random, CLASSES),
            "law_on": on,
            "facts_on": on,
            "reason": pick(random, (None, "error of our own")),
        },
        "answered": {"opinion": pick(random, ("agrees", "agrees", "objects"))},
        "recognised": {"decision_number": f"{on.day}/QD"},
        "refused": {"reason": "not poor"},
        "closed": {"cause": pick(random, ClosingCause.codes()), "reason": "paper of the village"},
    }
    payload = carried.get(event, {})
    if payload and random.random() < 1 / 12:
        payload = payload | {pick(random, list(payload)): None}
    return payload


def _written(event: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in event.items()
        if name not in ("household_id", "process")
    }


def _state(case: Case | None) -> dict[str, Any] | None:
    """What is compared of a case; None where the household has none yet."""
    if case is None:
        return None
    assert case.since is not None
    due = None if case.closed else (case.clock_end or case.last_day)
    return {
        "state": case.state,
        "since": case.since.isoformat(),
        "review_from": case.first_day.isoformat(),
        "review_until": case.last_day.isoformat(),
        "due_on": None if due is None else due.isoformat(),
        "round": case.round,
        "complaints": case.complaints,
        "violations": case.violations,
        "previous_class": case.previous_class,
        "assessed_class": case.assessed_class,
        "final_class": case.final_class,
    }
