"""Event tables to try an implementation on: mostly lawful, with every kind of fault in between."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.review.table import as_events
from multidim_poverty.testing.reference import CLASSES, NEEDS, PRESENT, Review
from multidim_poverty.vocabulary import ClosingCause, ReviewEvent, ReviewProcess

__all__ = ["as_table", "event_streams", "records"]

# Events of a case; low-income workers are members, and not in these tables.
PROCESSES = [str(p) for p in (ReviewProcess.PERIODIC, ReviewProcess.REGULAR, ReviewProcess.FARM)]
EVENTS = [e for e in ReviewEvent.codes() if e not in ("corrected", "voided", "report_sent")]
BEGINNINGS = [
    dt.date(2023, 8, 28),
    dt.date(2023, 9, 1),
    dt.date(2023, 11, 20),
    dt.date(2024, 1, 10),
]
ODD_DAYS = [dt.date(2021, 8, 31), dt.date(2023, 8, 31), dt.date(2024, 9, 3), dt.date(2027, 1, 1)]


@st.composite
def _payload(draw: st.DrawFn, event: str, day: dt.date, clean: bool) -> dict[str, Any]:
    """What an event carries; where not `clean`, something may be missing or impossible."""
    payload: dict[str, Any] = {}
    if event in ("surveyed", "reverified"):
        payload["assessed_class"] = draw(st.sampled_from(CLASSES))
    if event == "reverified":
        payload |= {"law_on": day, "facts_on": day}
        payload["reason"] = draw(st.sampled_from([None, "error of our own"]))
    elif event == "met":
        attending = draw(st.integers(1, 9))
        payload["attending"] = attending
        payload["agreeing"] = draw(st.integers(0, attending))
        payload["minutes_copies"] = 2
        if draw(st.booleans()):
            payload["present"] = ", ".join(sorted(PRESENT))
    elif event in ("requested", "listed"):
        payload["previous_class"] = draw(st.sampled_from([None, *CLASSES]))
    elif event == "complained":
        payload["complaint"] = "owns a lorry"
    elif event == "answered":
        payload["opinion"] = draw(st.sampled_from(["agrees", "objects"]))
    elif event == "refused":
        payload["reason"] = "not poor"
    elif event == "recognised":
        payload["decision_number"] = day.isoformat()
    elif event == "closed":
        payload["cause"] = draw(st.sampled_from(ClosingCause.codes()))
        payload["reason"] = "paper of the village"
    if clean or not payload or draw(st.integers(0, 5)):
        return payload
    needed = [name for name in NEEDS.get(event, ()) if payload.get(name) is not None]
    spoilt: list[dict[str, Any]] = [{name: None} for name in needed]
    if event == "met":
        spoilt += [{"attending": 0, "agreeing": 0}, {"agreeing": payload["attending"] + 1}]
        spoilt += [{"minutes_copies": 1}, {"present": "village_head"}]
    elif event == "recognised":
        spoilt += [{"assessed_class": other} for other in CLASSES]
    wrong: dict[str, Any] = draw(st.sampled_from(spoilt or [{}]))
    return payload | wrong


@st.composite
def records(
    draw: st.DrawFn, *, superior: bool = True, lawful: bool = False, max_events: int = 40
) -> list[dict[str, Any]]:
    """Rows of an event table as dicts.

    Parameters
    ----------
    superior : bool
        Whether the opinion of a superior is asked.
    lawful : bool
        Only events that count (late ones among them).
    max_events : int
    """
    review = Review(superior=superior)
    homes = ["h1", "h2", "h3"][: draw(st.integers(1, 3))]
    tracks = [(home, draw(st.sampled_from(PROCESSES))) for home in homes]
    tracks += [(homes[0], draw(st.sampled_from(PROCESSES)))]
    days = {track: draw(st.sampled_from(BEGINNINGS)) for track in tracks}
    rows: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, max_events))):
        track = draw(st.sampled_from(tracks))
        home, process = track
        strange = not lawful and draw(st.integers(0, 7)) == 0
        event = draw(st.sampled_from(EVENTS if strange else review.possible(home, process)))
        day = days[track] + dt.timedelta(days=draw(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 7, 30])))
        if not lawful and draw(st.integers(0, 11)) == 0:
            day = draw(st.sampled_from([*ODD_DAYS, day - dt.timedelta(days=9)]))
        row = {"household_id": home, "process": process, "event": event, "on": day}
        row |= draw(_payload(event, day, lawful))
        before, astray = len(review.faults), dict(review.astray)
        review.add(row)
        refused = [fault for fault in review.faults[before:] if not fault[2]]
        if refused and lawful:
            del review.faults[before:]
            review.rows -= 1
            review.astray = astray
            current = review.current(home, process)
            if current is not None:
                current.violations -= 1
            continue
        rows.append(row)
        if not refused:
            days[track] = max(day, days[track])
    return rows


def as_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as an event table in the documented dtypes."""
    table = pd.DataFrame(rows, index=range(len(rows)))
    if not rows:
        table = pd.DataFrame({"household_id": pd.Series([], dtype=object)})
    return as_events(table)


def event_streams(
    *, superior: bool = True, lawful: bool = False, max_events: int = 40
) -> st.SearchStrategy[pd.DataFrame]:
    """Event tables of up to three households, in all processes, under the rules of 2023.

    Parameters
    ----------
    superior : bool
        Whether the opinion of a superior is asked; it steers which events are likely.
    lawful : bool
        Only events that count (late ones among them).
    max_events : int
        The most events of a stream.

    Returns
    -------
    hypothesis strategy of pandas.DataFrame
        One DataFrame for each drawn example.

    Examples
    --------
    >>> from hypothesis import Phase, find, settings
    >>> from multidim_poverty import testing
    >>> table = find(
    ...     testing.event_streams(),
    ...     lambda t: (t["event"] == "recognised").any(),
    ...     settings=settings(phases=[Phase.generate], max_examples=2000))
    >>> "household_id" in table.columns
    True
    """
    return records(superior=superior, lawful=lawful, max_events=max_events).map(as_table)
