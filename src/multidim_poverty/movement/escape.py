"""Households that escaped poverty, and since when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import (
    DayLike,
    as_timestamp,
    completed_months,
    dates_of,
    months_later,
    read_days,
)
from multidim_poverty.identity import check_lasting_ids, check_one_type
from multidim_poverty.movement.history import dated_faults, decisions_of
from multidim_poverty.movement.links import with_latest_ids
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import raise_errors
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["newly_escaped"]

CODES = PovertyClass.codes()


def newly_escaped(
    history: pd.DataFrame,
    *,
    on: DayLike,
    months: int = 36,
    links: pd.DataFrame | None = None,
) -> pd.DataFrame:
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
    links : pandas.DataFrame, optional
        As for `flows`, of one or of many years: households whose id changed (``same``) are
        followed to the one that they have on that day.

    Returns
    -------
    pandas.DataFrame
        Index ``household_id``, in the order of ``history``; those that have escaped, and whose
        last class is known:

        - ``escaped_from`` (category ``poor``, ``near_poor``): the last list that it was on;
        - ``escaped_on`` (datetime64): the first recognition after that list;
        - ``months_since`` (int64): completed months from that day to `on`;
        - ``until`` (datetime64): the day on which so many `months` are completed, the last on which
          it is newly escaped;
        - ``within`` (bool): `on` is not after that day.

    Raises
    ------
    InvalidDataError
        If a column is absent, an id or a day is missing, a class is not one, or a household has
        two recognitions on one day; names every row by its place in ``history``.
    ArgumentError
        If ids are whole numbers and text side by side for what looks like one household, or were
        made from the order of rows in a file (``id_from_row``).

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
    links = None if links is None else as_frame(links, "links")
    history, day = decisions_of(as_frame(history, "history")), as_timestamp(on)
    _refuse(history)
    check_lasting_ids({"history": history})
    check_one_type(history["household_id"], "history")
    if links is not None:
        days = read_days(history["on"]).days
        history = with_latest_ids(history, days, links, day)
        _refuse(history)  # one household may now have two classes on one day
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
    passed = completed_months(since, day)
    until = pd.Series(months_later(since, months), index=escaped.index).astype(since.dtype)
    lists = pd.Categorical.from_codes(
        escaped["code_listed"].to_numpy(dtype=np.int8),
        dtype=pd.CategoricalDtype(["poor", "near_poor"]),
    )
    columns: dict[str, Any] = {
        "escaped_from": lists,
        "escaped_on": since.array,
        "months_since": passed.astype(np.int64),
        "until": until.array,
        "within": (until >= day).to_numpy(dtype=bool),
    }
    index = pd.Index(ids[escaped.index], name="household_id")
    return pd.DataFrame(columns, index=index)


def _refuse(history: pd.DataFrame) -> None:
    places = {"row": "Int64", "household_id": object}
    raise_errors(dated_faults(history), {"history": history}, places=places)
