"""Households that escaped poverty, and since when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_timestamp, dates_of, read_days
from multidim_poverty.identity import check_one_type
from multidim_poverty.movement.flow_lists import class_faults
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import Fault, fault_at, presence_faults, raise_errors
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["newly_escaped"]

CODES = PovertyClass.codes()
BEFORE_EVERY_DECISION = pd.Timestamp("1900-01-01")


def newly_escaped(history: pd.DataFrame, *, on: DayLike, months: int = 36) -> pd.DataFrame:
    """Households that were poor or near-poor and are above near-poor, with the day of escape.

    Parameters
    ----------
    history : pandas.DataFrame
        One row per household and recognition: ``household_id``, ``on`` (datetime64; the day of
        the decision) and ``poverty_class``. The index does not matter. Also
        `multidim_poverty.review.current_list` of one day, or of several below each other: index
        ``household_id``, ``decided_on`` in the place of ``on``; a decision that stands on several
        lists counts once, and a class of the list that the log began with comes before every
        decision.
    on : str or datetime.date
        The day that is asked about. Recognitions after it do not count.
    months : int
        How long a household is newly escaped.

    Returns
    -------
    pandas.DataFrame
        Index ``household_id``, in the order of `history`; those that have escaped, and whose
        last class is known:

        - ``escaped_from`` (category ``poor``, ``near_poor``): the last list that it was on;
        - ``escaped_on`` (datetime64): the first recognition after that list;
        - ``months_since`` (int64): completed months from that day to `on`;
        - ``until`` (datetime64): the last day on which it is newly escaped;
        - ``within`` (bool): `on` is not after that day.

    Raises
    ------
    InvalidDataError
        If a column is absent, an id or a day is missing, a class is not one, or a household has
        two recognitions on one day; names every row by its place in `history`.

    Notes
    -----
    At most 3 years from the day on which the commune recognised the escape: Decision
    28/2015/QD-TTg, article 2; 36 months in the circulars of the programme 2021-2025, which were
    read in a secondary source. That the last day counts is a reading. Where the class between the
    list and the escape was undetermined, the escape is the first recognition that has a class.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import movement
    >>> history = pd.DataFrame({
    ...     "household_id": ["a", "a", "a", "b", "b"],
    ...     "on": pd.to_datetime(["2020-12-10", "2021-12-15", "2022-12-12",
    ...                           "2020-12-10", "2021-12-15"]),
    ...     "poverty_class": ["poor", "average", "average", "poor", "near_poor"]})
    >>> movement.newly_escaped(history, on="2024-12-15").T
    household_id                    a
    escaped_from                 poor
    escaped_on    2021-12-15 00:00:00
    months_since                   36
    until         2024-12-15 00:00:00
    within                       True
    """
    history, day = _decisions(as_frame(history, "history")), as_timestamp(on)
    _refuse(history)
    check_one_type(history["household_id"], "history")
    # Keyed by place: ids may be texts and numbers side by side, which do not sort.
    places, ids = pd.factorize(history["household_id"].to_numpy(dtype=object))
    rows = pd.DataFrame(
        {
            "place": places,
            "on": dates_of(history["on"]).to_numpy(),
            "code": category_codes(history["poverty_class"], CODES),
        }
    )
    rows = rows[rows["on"] <= day].sort_values(["place", "on"], kind="stable")
    last = rows.groupby("place")["code"].last()
    rows = rows[rows["code"] >= 0]
    listed = rows["code"] <= CODES.index("near_poor")
    last_list = rows[listed].groupby("place", as_index=False).last()
    after = rows.merge(last_list, on="place", suffixes=("", "_listed"))
    escaped = after[after["on"] > after["on_listed"]].groupby("place").first()
    escaped = escaped[last.reindex(escaped.index).ge(0)]
    since = escaped["on"]
    passed = (day.year - since.dt.year) * 12 + day.month - since.dt.month
    passed -= (since.dt.day > day.day).astype("int64")
    until = pd.Series(
        [one + pd.DateOffset(months=months) for one in since],
        index=escaped.index,
        dtype=since.dtype,
    )
    lists = pd.Categorical.from_codes(
        escaped["code_listed"].to_numpy(dtype=np.int8),
        dtype=pd.CategoricalDtype(["poor", "near_poor"]),
    )
    columns: dict[str, Any] = {
        "escaped_from": lists,
        "escaped_on": since.array,
        "months_since": passed.to_numpy(dtype=np.int64),
        "until": until.array,
        "within": (until >= day).to_numpy(dtype=bool),
    }
    index = pd.Index(ids[escaped.index], name="household_id")
    return pd.DataFrame(columns, index=index)


def _decisions(history: pd.DataFrame) -> pd.DataFrame:
    """The decisions that lists of `review.current_list` stand on; any other table as it is."""
    if "on" in history.columns or not {"decided_on", "source", "poverty_class"} <= set(history):
        return history
    lists = history.reset_index(names="household_id")
    given = lists["source"] == "given_list"
    lists["on"] = lists["decided_on"].mask(given, BEFORE_EVERY_DECISION)
    undecided = lists[["source", "poverty_class", "decided_on"]].isna().all(axis=1)
    decisions = lists.loc[~undecided]
    return decisions.drop_duplicates(["household_id", "on", "poverty_class"], ignore_index=True)


def _refuse(history: pd.DataFrame) -> None:
    places = {"row": "Int64", "household_id": object}
    raise_errors(_faults(history), {"history": history}, places=places)


def _faults(history: pd.DataFrame) -> list[Fault]:
    names = ("household_id", "on", "poverty_class")
    faults = list(presence_faults("history", history, names))
    if faults:
        return faults
    read = read_days(history["on"])
    for name, rule, bad in (
        ("household_id", "missing_value", np.asarray(history["household_id"].isna(), dtype=bool)),
        ("on", "missing_value", read.missing),
        ("on", "not_a_date", read.not_a_date),
        ("on", "time_zone", read.time_zone),
    ):
        if bad.any():
            faults.append(fault_at("history", name, rule, bad))
    faults += class_faults("history", history)
    days = pd.DataFrame({"id": history["household_id"].array, "on": read.days})
    twice = np.asarray(days.duplicated(keep=False), dtype=bool)
    if (bad := twice & ~np.isnat(read.days)).any():
        faults.append(fault_at("history", "on", "two_on_one_day", bad))
    return faults
