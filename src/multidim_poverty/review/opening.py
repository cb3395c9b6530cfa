"""How a review begins: the list of a year, or requests in the year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import as_date
from multidim_poverty.law import Procedure, procedure_on
from multidim_poverty.review.machine import Found
from multidim_poverty.review.selection import Date, by_household, demand_lawful
from multidim_poverty.review.table import as_events
from multidim_poverty.vocabulary import ListingBasis, PovertyClass, ReviewEvent, ReviewProcess

__all__ = ["open_round"]

LISTED = (PovertyClass.POOR, PovertyClass.NEAR_POOR)


def open_round(
    households: pd.DataFrame,
    previous: pd.Series[Any] | None = None,
    requests: pd.DataFrame | Iterable[Any] | None = None,
    *,
    on: Date,
    spotted: Iterable[Any] = (),
    process: str = "periodic",
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Begin a review: the list of a yearly review, or requests in the year.

    Parameters
    ----------
    households : pandas.DataFrame
        Index ``household_id``; ``commune`` and ``village`` are copied to the events.
    previous : pandas.Series, optional
        Class of households on the current list, by ``household_id``. In a yearly review the
        poor and the near-poor among them are listed.
    requests : pandas.DataFrame or iterable of household ids, optional
        Households that filed Form 01 or 04. As a table: index ``household_id``, columns
        ``on`` (day of filing, by default the day of the list), ``form`` (``"01"`` by default)
        and ``reason``, all optional.
    on : str or datetime.date
        Day of the list.
    spotted : iterable of household ids, optional
        Households in hardship that the commune found itself (yearly review).
    process : {"periodic", "regular", "farm"}
    procedure : Procedure, optional
        By default the one in force on that day.

    Returns
    -------
    pandas.DataFrame
        An event table: ``requested`` events, and in a yearly review ``listed`` events with their
        ``basis``.

    Raises
    ------
    ReviewError
        If a household is not in `households`, or the day is outside the review.
    InvalidDataError
        If a class or a day is none.
    ValueError
        If a household has two classes in `previous`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 1 (yearly) and articles 5 and 6 (on request).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A", "B"]}, index=["h1", "h2", "h3"])
    >>> events = mdp.review.open_round(
    ...     homes, previous=pd.Series({"h1": "poor"}), requests=["h3"], on="2023-09-05")
    >>> events[["household_id", "event", "basis"]].astype(object).fillna("").values.tolist()
    [['h3', 'requested', ''], ['h1', 'listed', 'current_list'], ['h3', 'listed', 'request']]
    """
    procedure = procedure or procedure_on(on)
    day = pd.Timestamp(as_date(on))
    known = by_household([] if previous is None else previous, "previous").dropna()
    spotted = list(spotted)
    if spotted and process != ReviewProcess.PERIODIC:
        raise ValueError(f"spotted households help to make a yearly list, not one of {process!r}")
    filed = _requests(requests, day)
    parts = [filed.assign(event=ReviewEvent.REQUESTED)]
    if process == ReviewProcess.PERIODIC:
        current = known[known.isin([str(c) for c in LISTED])].index
        listed = dict.fromkeys(spotted, ListingBasis.SPOTTED)
        listed |= dict.fromkeys(filed["household_id"], ListingBasis.REQUEST)
        listed |= dict.fromkeys(current, ListingBasis.CURRENT_LIST)
        order = [*current, *filed["household_id"], *spotted]
        ids = list(dict.fromkeys(order))
        parts.append(
            pd.DataFrame(
                {
                    "household_id": pd.Series(ids, dtype=object),
                    "basis": pd.Series([str(listed[id]) for id in ids], dtype=object),
                    "on": day,
                    "event": ReviewEvent.LISTED,
                }
            )
        )
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    ids = pd.Index(rows["household_id"], dtype=object)
    rows["process"] = str(process)
    rows["previous_class"] = known.reindex(ids).to_numpy()
    at: npt.NDArray[np.intp] = households.index.astype(object).get_indexer(ids)
    homes = households.iloc[np.where(at < 0, 0, at)] if len(households) else households.reindex(ids)
    for name in ("commune", "village"):
        if name in households.columns:
            rows[name] = homes[name].astype(object).to_numpy()
    if (at >= 0).all():
        rows["household_id"] = rows["household_id"].astype(households.index.dtype)
    events = as_events(rows)
    demand_lawful(events, 0, procedure, [Found("not_in_households", np.flatnonzero(at < 0))])
    return events


def _requests(requests: Any, day: pd.Timestamp) -> pd.DataFrame:
    if not isinstance(requests, pd.DataFrame):
        ids = pd.Index([] if requests is None else list(requests), dtype=object)
        requests = pd.DataFrame(index=ids)
    ids = requests.index.astype(object)
    on = pd.to_datetime(requests["on"]).to_numpy() if "on" in requests else day
    form = requests["form"].to_numpy() if "form" in requests else "01"
    reason = requests["reason"].to_numpy() if "reason" in requests else None
    return pd.DataFrame(
        {"household_id": np.asarray(ids), "on": on, "form": form, "reason": reason},
        index=range(len(ids)),
    )
