"""Event tables to try an implementation on: mostly lawful, with every kind of fault in between."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.review.table import as_events
from multidim_poverty.testing.reference import CLASSES, PRESENT, Review
from multidim_poverty.vocabulary import ReviewEvent, ReviewProcess

__all__ = ["as_table", "event_streams", "records"]

PROCESSES, EVENTS = ReviewProcess.codes(), ReviewEvent.codes()
BEGINNINGS = [
    dt.date(2023, 8, 28),
    dt.date(2023, 9, 1),
    dt.date(2023, 11, 20),
    dt.date(2024, 1, 10),
]
ODD_DAYS = [dt.date(2021, 8, 31), dt.date(2023, 8, 31), dt.date(2024, 9, 3), dt.date(2027, 1, 1)]


@st.composite
def _payload(draw: st.DrawFn, event: str, clean: bool) -> dict[str, Any]:
    """What an event carries; where not `clean`, something may be missing or impossible."""
    found: dict[str, Any] = {}
    spoilt = not clean and draw(st.integers(0, 5)) == 0
    if event in ("surveyed", "reverified"):
        found["assessed_class"] = None if spoilt else draw(st.sampled_from(CLASSES))
    elif event == "met":
        attending = draw(st.integers(1, 9))
        found["attending"] = attending
        found["agreeing"] = draw(st.integers(0, attending))
        found["minutes_copies"] = 2
        if spoilt:
            found |= draw(
                st.sampled_from(
                    [
                        {"attending": 0, "agreeing": 0},
                        {"agreeing": attending + 1},
                        {"agreeing": None},
                        {"minutes_copies": 1},
                        {"minutes_copies": None},
                        {"present": "village_head"},
                    ]
                )
            )
        elif draw(st.booleans()):
            found["present"] = ", ".join(sorted(PRESENT))
    elif event in ("requested", "listed"):
        found["previous_class"] = draw(st.sampled_from([None, *CLASSES]))
    elif event == "refused":
        found["reason"] = None if spoilt else "not poor"
    elif event == "recognised" and spoilt:
        found["assessed_class"] = draw(st.sampled_from(CLASSES))
    return found


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
        row |= draw(_payload(event, lawful))
        before = len(review.faults)
        review.add(row)
        refused = [fault for fault in review.faults[before:] if not fault[2]]
        if refused and lawful:
            del review.faults[before:]
            review.rows -= 1
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

    Returns
    -------
    hypothesis strategy of pandas.DataFrame

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> table = find(testing.event_streams(), lambda t: (t["event"] == "recognised").any())
    >>> "household_id" in table.columns
    True
    """
    return records(superior=superior, lawful=lawful, max_events=max_events).map(as_table)
