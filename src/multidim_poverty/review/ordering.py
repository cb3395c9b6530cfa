"""The order of entries: that of the table, or by day and legal order where entries come late."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.review.corrections import mend
from multidim_poverty.review.reading import MET, Reading, event_days
from multidim_poverty.review.rulebook import EVENTS, NEW_STATE, Rulebook, rulebook
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["entry_order", "in_order", "keeps_entry_days"]

Rows = npt.NDArray[np.intp]
ANSWERED = EVENTS.index(ReviewEvent.ANSWERED)


def in_order(events: pd.DataFrame) -> pd.DataFrame:
    """The events by day, and within a day in the order in which the law allows them.

    For tables whose rows were collected in any order. A table with days in ``recorded_on`` is
    folded in this order anyway.

    Parameters
    ----------
    events : pandas.DataFrame
        The events of the review, a row each.

    Returns
    -------
    pandas.DataFrame
        The same rows with a new index from 0 on.

    Raises
    ------
    ArgumentError, InvalidDataError
        If `events` is no DataFrame, names a column twice, or holds what its column cannot.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> events = pd.DataFrame({
    ...     "household_id": "a", "process": "periodic", "event": ["surveyed", "listed"],
    ...     "on": pd.to_datetime(["2023-09-05", "2023-09-05"]), "assessed_class": ["poor", None]})
    >>> mdp.review.in_order(events)["event"].tolist()
    ['listed', 'surveyed']
    """
    events = as_frame(events, "events")
    lookup, log = rulebook(), mend(events)
    reading = Reading(log.events, lookup, log.inert)
    return events.iloc[entry_order(log.events, reading, lookup)].reset_index(drop=True)


def keeps_entry_days(events: pd.DataFrame) -> bool:
    """Whether the table says when its entries were made."""
    return "recorded_on" in events.columns and bool(events["recorded_on"].notna().any())


def entry_order(events: pd.DataFrame, reading: Reading, lookup: Rulebook) -> Rows:
    """Positions of all rows by day, then by legal order; the same for any order of the table."""
    n = len(events)
    if not reading.readable or not n:
        return np.arange(n)
    home = _rank(events["household_id"])
    member = _rank(events["member_id"]) if "member_id" in events.columns else np.zeros(n, int)
    recorded = event_days(events, "recorded_on") if "recorded_on" in events else np.zeros(n, int)
    kind = reading.event.astype(np.int64)
    failed = (kind == MET) & ~_agreed(reading)
    keys = [recorded, ~failed, kind, reading.day, reading.process, member, home]
    order = np.lexsort(keys)
    order = _untie(events, order, keys)
    track = np.stack([home, member, reading.process.astype(np.int64)])[:, order]
    starts = np.flatnonzero(np.append(True, (track[:, 1:] != track[:, :-1]).any(axis=0)))
    order = _by_law(order, starts, reading, lookup)
    day = reading.day[order]
    return np.asarray(order[np.argsort(day, kind="stable")])


def _agreed(reading: Reading) -> npt.NDArray[np.bool_]:
    return np.asarray(getattr(reading, "agreed", np.zeros(len(reading.event), dtype=bool)))


def _rank(values: pd.Series[Any]) -> npt.NDArray[np.int64]:
    """Distinct values by their order as values, which no order of the rows changes."""
    codes, distinct = pd.factorize(values)
    texts = np.array([f"{type(v).__name__}:{v}" for v in distinct], dtype=object)
    place = np.empty(len(distinct) + 1, dtype=np.int64)
    place[np.argsort(texts, kind="stable")] = np.arange(len(distinct))
    place[-1] = -1
    return place[codes]


def _untie(events: pd.DataFrame, order: Rows, keys: list[Any]) -> Rows:
    """Rows that no key tells apart, by all that they hold."""
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        values = np.asarray(key)[order]
        same &= values[1:] == values[:-1]
    if not same.any():
        return order
    tied = np.append(same, False) | np.append(False, same)
    places = np.flatnonzero(tied)
    rows = order[places]
    group = np.cumsum(~np.append(False, same))[places]
    names = sorted(map(str, events.columns))
    said = [repr(row) for row in events[names].iloc[rows].astype(object).values.tolist()]
    by_content = sorted(range(len(rows)), key=lambda n: (group[n], said[n]))
    order = order.copy()
    order[places] = rows[by_content]
    return order


def _by_law(order: Rows, starts: Rows, reading: Reading, lookup: Rulebook) -> Rows:
    """Events of one case and one day, each after one that it may follow."""
    state = _state_after(reading, lookup)
    p, e = reading.process[order], reading.event[order]
    law, day = reading.law[order], reading.day[order]
    before = np.append([NEW_STATE], state[order][:-1])
    before[starts] = NEW_STATE
    follows = lookup.to[law, p, e, before] >= 0
    follows |= lookup.opens[law, p, e] & (lookup.closed[before] | (before == NEW_STATE))
    same_day = np.append([False], day[1:] == day[:-1])
    same_day[starts] = False
    strange = ~follows & (same_day | np.append(same_day[1:], [False]))
    if not strange.any():
        return order
    ends = np.append(starts[1:], len(order))
    order = order.copy()
    for track in np.unique(np.searchsorted(starts, np.flatnonzero(strange), side="right") - 1):
        place = slice(int(starts[track]), int(ends[track]))
        order[place] = _one_track(order[place], reading, lookup, state)
    return order


def _one_track(rows: Rows, reading: Reading, lookup: Rulebook, state: Any) -> list[int]:
    """Of the events of a day, always the first one that is possible next."""
    result: list[int] = []
    current = NEW_STATE
    waiting: list[int] = [int(row) for row in rows]
    while waiting:
        today = [row for row in waiting if reading.day[row] == reading.day[waiting[0]]]
        while today:
            possible = [row for row in today if _may_follow(row, current, reading, lookup)]
            row = (possible or today)[0]
            today.remove(row)
            waiting.remove(row)
            result.append(row)
            if possible and reading.usable[row] and state[row] != NEW_STATE:
                current = int(state[row])
    return result


def _may_follow(row: int, current: int, reading: Reading, lookup: Rulebook) -> bool:
    place = reading.law[row], reading.process[row], reading.event[row]
    if lookup.opens[place] and (current == NEW_STATE or lookup.closed[current]):
        return True
    return bool(lookup.to[(*place, current)] >= 0)


def _state_after(reading: Reading, lookup: Rulebook) -> npt.NDArray[np.int64]:
    """The state that each event leads to, as its step says."""
    law, p, e = reading.law, reading.process, reading.event
    to = lookup.to.max(axis=3)[law, p, e].astype(np.int64)  # one state per step
    apart = lookup.otherwise[law, p, e]
    goes_apart = ((e == MET) & ~_agreed(reading)) | ((e == ANSWERED) & _objects(reading))
    to = np.where(goes_apart & (apart >= 0), apart, to)
    return np.where(to < 0, NEW_STATE, to)


def _objects(reading: Reading) -> npt.NDArray[np.bool_]:
    return np.asarray(getattr(reading, "objects", np.zeros(len(reading.event), dtype=bool)))
