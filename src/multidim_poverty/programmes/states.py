"""What became of each benefit of each household: reached, left out, or delivered to others."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.programmes.claims import (
    Claims,
    Codes,
    benefit_category,
    benefit_names,
    checked_rows,
    claims_of,
    keys_of,
    known_households,
    merged_keys,
)
from multidim_poverty.programmes.delivered import Deliveries, deliveries_of
from multidim_poverty.schema.arguments import TablesLike, as_tables
from multidim_poverty.schema.faults import id_faults, raise_errors

__all__ = ["STATES", "States", "reach", "states_of"]

STATES = ("reached", "left_out", "perhaps_left_out", "reached_open", "leakage")
REACHED, LEFT_OUT, PERHAPS_LEFT_OUT, REACHED_OPEN, LEAKAGE = range(len(STATES))


class States(NamedTuple):
    """One entry per benefit and holder that is entitled, may be, or got something."""

    claims: Claims
    deliveries: Deliveries
    benefit: Codes
    home: Codes
    member: Codes
    state: npt.NDArray[np.int8]
    of_delivery: Codes


def reach(
    entitled: pd.DataFrame,
    deliveries: pd.DataFrame,
    households: TablesLike,
    members: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What became of each benefit of each household or member: the one definition of coverage.

    Parameters
    ----------
    entitled : pandas.DataFrame
        From `eligible`; rows that are false are not read.
    deliveries : pandas.DataFrame
        What was delivered: ``household_id``, ``member_id`` (where members hold the benefit),
        ``benefit``, ``day``, ``amount`` [VND; missing where it is not in money].
    households : pandas.DataFrame or Tables
        All households that `entitled` was asked of, index ``household_id``; a list of
        `multidim_poverty.review.current_list` too, whose ``since`` says from when the class holds.
    members : pandas.DataFrame, optional
        ``household_id``, ``member_id``. With it, members that are not there are named.

    Returns
    -------
    pandas.DataFrame
        One row per benefit and holder that is entitled, may be, or got something, in the order of
        the benefits and households:

        - ``household_id``, ``member_id`` (NA where the household holds the benefit);
        - ``benefit`` (category);
        - ``state`` (category): ``reached`` (entitled, delivered), ``left_out`` (entitled, not
          delivered), ``perhaps_left_out`` (perhaps entitled, not delivered), ``reached_open``
          (perhaps entitled, delivered), ``leakage`` (not entitled, delivered);
        - ``deliveries`` (int64);
        - ``amount`` (float64) [VND]: of all deliveries; NaN where there is none, or one has no
          amount;
        - ``first_day`` (datetime64[s]): of the first delivery.

    Raises
    ------
    InvalidDataError
        If a household, member or benefit is unknown, an id is missing, a day is none or before
        ``since``, or an amount is negative. Names every row.
    ArgumentError
        If ids of two tables look alike and are not the same.

    Warns
    -----
    DataWarning
        If a delivery stands twice: both count.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> entitled = pd.DataFrame({
    ...     "household_id": ["a", "b", "c"], "member_id": pd.array([None] * 3, "Int64"),
    ...     "benefit": "rice", "eligible": pd.array([True, True, None], "boolean")})
    >>> deliveries = pd.DataFrame({
    ...     "household_id": ["a", "d"], "benefit": "rice", "day": "2022-05-04", "amount": 1e6})
    >>> households = pd.DataFrame(index=["a", "b", "c", "d"])
    >>> states = programmes.reach(entitled, deliveries, households)
    >>> states[["household_id", "state"]].values.tolist()
    [['a', 'reached'], ['b', 'left_out'], ['c', 'perhaps_left_out'], ['d', 'leakage']]
    """
    households, members = as_tables(households, members)
    found = states_of(entitled, deliveries, households, members)
    n = len(found.state)
    at, delivered = found.of_delivery, found.deliveries
    first = np.full(n, np.datetime64("NaT", "D"))
    np.fmin.at(first, at, delivered.day)
    counts = np.bincount(at, minlength=n)
    amount = np.bincount(at, weights=delivered.amount, minlength=n)
    return pd.DataFrame(
        {
            **found.claims.ids(found.home, found.member),
            "benefit": benefit_category(found.claims.benefits, found.benefit),
            "state": pd.Categorical.from_codes(
                found.state, dtype=pd.CategoricalDtype(list(STATES))
            ),
            "deliveries": counts,
            "amount": np.where(counts > 0, amount, np.nan),
            "first_day": first.astype("datetime64[s]"),
        },
        copy=False,
    )


def states_of(
    entitled: Any, deliveries: Any, households: pd.DataFrame, members: Any = None
) -> States:
    """The state of each claim and delivery; arguments and errors as those of `reach`."""
    entitled = checked_rows(entitled, "entitled")
    raise_errors(id_faults(households), {"households": households})
    known_households(entitled, households, "entitled")
    delivered = deliveries_of(deliveries, households, members, benefit_names(entitled), entitled)
    claims = claims_of(entitled, households.index, delivered.members)
    keys = claims.keys
    got = keys_of(claims, delivered.benefit, delivered.home, delivered.member)
    every, added = merged_keys(keys, got)  # others are not entitled
    state = np.full(len(every), LEAKAGE, dtype=np.int8)
    state[~added] = np.where(claims.certain, LEFT_OUT, PERHAPS_LEFT_OUT)
    order = np.argsort(got)
    of_delivery = np.empty_like(order)
    of_delivery[order] = np.searchsorted(every, got[order])  # quick, as they are in order
    state[of_delivery] = np.array(
        [REACHED, REACHED, REACHED_OPEN, REACHED_OPEN, LEAKAGE], dtype=np.int8
    )[state[of_delivery]]
    holder, member = np.divmod(every, len(claims.members) + 1)
    benefit, home = np.divmod(holder, max(len(households), 1))
    return States(claims, delivered, benefit, home, member - 1, state, of_delivery)
