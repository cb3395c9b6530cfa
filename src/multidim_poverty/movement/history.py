"""Earlier lists of households: what a history says, and of which day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import read_days
from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.faults import Fault, fault_at, presence_faults
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import PovertyClass

__all__ = [
    "class_faults",
    "dated_faults",
    "decisions_of",
    "earlier_than",
    "is_dated",
    "undated_faults",
]

CODES = PovertyClass.codes()
BEFORE_EVERY_DECISION = pd.Timestamp("1900-01-01")


def decisions_of(history: pd.DataFrame) -> pd.DataFrame:
    """The decisions that lists of `review.current_list` stand on; any other table as it is."""
    if "on" in history.columns or not {"decided_on", "source", "poverty_class"} <= set(history):
        return history
    lists = history.reset_index(names="household_id")
    given = lists["source"] == "given_list"
    lists["on"] = lists["decided_on"].mask(given, BEFORE_EVERY_DECISION)
    undecided = lists[["source", "poverty_class", "decided_on"]].isna().all(axis=1)
    decisions = lists.loc[~undecided]
    return decisions.drop_duplicates(["household_id", "on", "poverty_class"], ignore_index=True)


def is_dated(history: pd.DataFrame) -> bool:
    """Whether each entry of a history, or of links, has its day."""
    return "on" in history.columns


def earlier_than(history: pd.DataFrame, day: pd.Timestamp | None) -> pd.DataFrame:
    """The entries before a day, whose faults were looked for.

    Raises
    ------
    ArgumentError
        If the entries have days and there is none to compare them with, or the other way round.
    """
    if not is_dated(history):
        if day is None:
            return history
        raise ArgumentError(
            "start_on leaves out entries of history by their days, and history has no column on; "
            "give each entry its day, or leave start_on out if all entries are earlier lists"
        )
    if day is None:
        raise ArgumentError(
            "history has days (column on), and an entry of the end year is no earlier list; pass "
            "start_on, the day of the lists at the start: entries from that day on are left out"
        )
    return history[read_days(history["on"]).days < np.datetime64(day, "D")]


# -- faults ----------------------------------------------------------------------------------


def class_faults(which: str, frame: pd.DataFrame) -> list[Fault]:
    """Faults of the classes of a table."""
    name = "poverty_class"
    if absent := list(presence_faults(which, frame, [name])):
        return absent
    unknown = (category_codes(frame[name], CODES) < 0) & frame[name].notna().to_numpy(dtype=bool)
    return [fault_at(which, name, "not_a_class", unknown)]


def undated_faults(history: pd.DataFrame) -> list[Fault]:
    """Faults of lists without days."""
    return [
        *class_faults("history", history),
        *presence_faults("history", history, ["household_id"]),
    ]


def dated_faults(history: pd.DataFrame) -> list[Fault]:
    """Faults of recognitions with their days."""
    names = ("household_id", "on", "poverty_class")
    if faults := list(presence_faults("history", history, names)):
        return faults
    read = read_days(history["on"])
    ids_missing = history["household_id"].isna().to_numpy(dtype=bool)
    days: dict[str, Any] = {"id": history["household_id"].array, "on": read.days}
    twice = np.asarray(pd.DataFrame(days).duplicated(keep=False), dtype=bool)
    return [
        *(
            fault_at("history", name, rule, bad)
            for name, rule, bad in (
                ("household_id", "missing_value", ids_missing),
                ("on", "missing_value", read.missing),
                ("on", "not_a_date", read.not_a_date),
                ("on", "time_zone", read.time_zone),
            )
        ),
        *class_faults("history", history),
        fault_at("history", "on", "two_on_one_day", twice & ~np.isnat(read.days)),
    ]
