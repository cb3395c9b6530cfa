"""Which households are newly escaped or stood on an earlier list, from earlier lists alone."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import dates_of, months_later, read_days
from multidim_poverty.identity import match
from multidim_poverty.kleene import BoolArray, Truth
from multidim_poverty.movement import newly_escaped
from multidim_poverty.movement.history import decisions_of
from multidim_poverty.programmes.facts import Facts
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["escapes", "listed_on", "newly_escaped_truth"]

CODES = PovertyClass.codes()
LISTED_UP_TO = CODES.index("near_poor")
UNDETERMINED, NO_ENTRY = -1, -2
KEYS = ["household_id", "on", "poverty_class"]


class Entries(NamedTuple):
    """What the earlier lists say of each household up to a day.

    ``last`` is the position of its last class among `CODES`, or one of the two above; ``listed``
    whether it ever was poor or near-poor; ``first`` the first day of all lists (NaT for none).
    """

    last: npt.NDArray[np.int8]
    listed: BoolArray
    first: np.datetime64


def newly_escaped_truth(facts: Facts, months: int, off_the_list: Truth) -> Truth:
    """Whether a decision took each household off the list, at most so many months ago.

    Earlier lists that begin within these months leave open whether a household that they do not
    show on a list has escaped; without any it is open for every household off the list.
    """
    n = len(facts.index)
    if facts.history is None:
        return Truth.unknown(n) & off_the_list
    decisions = _decisions(facts)
    entries = _entries(facts, decisions, facts.day)
    escaped = newly_escaped(decisions, on=facts.day, months=months)
    at = match(escaped.index.to_series(), facts.index).home
    known = at >= 0
    within, settled = np.zeros((2, n), dtype=bool)
    within[at[known & escaped["within"].to_numpy(dtype=bool)]] = True
    settled[at[known]] = True
    unsettled = entries.listed & (entries.last == UNDETERMINED)
    if not _begins_before(entries.first, facts.day, months):
        unsettled |= ~entries.listed
    return Truth(within, within | (unsettled & ~settled)) & off_the_list


def listed_on(facts: Facts, day: dt.date) -> Truth:
    """Whether each household stood on the list in force on another day."""
    if facts.history is None:
        return Truth.unknown(len(facts.index))
    entries = _entries(facts, _decisions(facts), day)
    listed = (entries.last >= 0) & (entries.last <= LISTED_UP_TO)
    unsettled = entries.last == UNDETERMINED
    if not entries.first <= np.datetime64(day, "D"):
        unsettled |= entries.last == NO_ENTRY
    return Truth(listed, listed | unsettled)


def escapes(
    facts: Facts, months: int
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]]:
    """The first and the last day on which each household is newly escaped; NaT where it is not."""
    first, last = np.full((2, len(facts.index)), np.datetime64("NaT", "D"), dtype="datetime64[s]")
    if facts.history is None:
        return first, last
    escaped = newly_escaped(_decisions(facts), on=facts.day, months=months)
    escaped = escaped[escaped["within"]]
    at = match(escaped.index.to_series(), facts.index).home
    for days, name in ((first, "escaped_on"), (last, "until")):
        days[at[at >= 0]] = dates_of(escaped[name]).to_numpy()[at >= 0]
    return first, last


def _decisions(facts: Facts) -> pd.DataFrame:
    """The decisions of the earlier lists, and those of the current one where it has their days."""
    assert facts.history is not None
    lists = [facts.history]
    now = decisions_of(facts.current)
    if now is not facts.current and len(now):
        lists.append(now)
    tables = [
        pd.DataFrame(
            {
                "household_id": table["household_id"].to_numpy(dtype=object),
                "on": read_days(table["on"]).days.astype("datetime64[s]"),
                "poverty_class": table["poverty_class"].astype(object).to_numpy(),
            }
        )
        for table in lists
    ]
    return pd.concat(tables, ignore_index=True).drop_duplicates(KEYS, ignore_index=True)


def _entries(facts: Facts, decisions: pd.DataFrame, day: dt.date) -> Entries:
    days = read_days(decisions["on"]).days
    past = days <= np.datetime64(day, "D")
    at = match(decisions["household_id"], facts.index).home
    code = category_codes(decisions["poverty_class"], CODES)
    rows = np.flatnonzero(past & (at >= 0))
    rows = rows[np.argsort(days[rows], kind="stable")]
    last = np.full(len(facts.index), NO_ENTRY, dtype=np.int8)
    last[at[rows]] = code[rows]
    listed = np.zeros(len(facts.index), dtype=bool)
    listed[at[rows[(code[rows] >= 0) & (code[rows] <= LISTED_UP_TO)]]] = True
    first = days[past].min() if past.any() else np.datetime64("NaT", "D")
    return Entries(last, listed, first)


def _begins_before(first: np.datetime64, day: dt.date, months: int) -> bool:
    """Whether the months from the first day of all lists have passed before the day."""
    return bool(months_later(np.array([first]), months)[0] < np.datetime64(day, "D"))
