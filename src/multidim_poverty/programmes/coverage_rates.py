"""How many of those entitled to a benefit were reached, by group, and who holds several."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.identity import chunks
from multidim_poverty.kleene import BoolArray
from multidim_poverty.measures.groups import Groups
from multidim_poverty.measures.incidence import COUNT_OF
from multidim_poverty.programmes.claims import (
    Codes,
    benefit_category,
    checked_rows,
    claims_of,
    counted,
    known_households,
)
from multidim_poverty.programmes.states import (
    LEAKAGE,
    LEFT_OUT,
    PERHAPS_LEFT_OUT,
    REACHED,
    REACHED_OPEN,
    STATES,
    states_of,
)
from multidim_poverty.schema.arguments import By, TablesLike, as_tables, group_keys
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.faults import id_faults, raise_errors
from multidim_poverty.schema.reading import numbers_of

__all__ = ["coverage", "overlaps"]

COUNTED = (
    "base",
    "eligible_at_least",
    "eligible_at_most",
    "reached_at_least",
    "reached_at_most",
    "leakage_at_least",
    "leakage_at_most",
    "left_out_at_least",
    "left_out_at_most",
)
RATES = ("coverage_at_least", "coverage_at_most")
TAKEN = ("benefit", "count_of", *COUNTED, *RATES)
Floats = npt.NDArray[np.float64]


def coverage(
    entitled: pd.DataFrame,
    households: TablesLike,
    *,
    deliveries: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    by: By | None = None,
) -> pd.DataFrame:
    """How many are entitled to each benefit, how many were reached and left out, by group.

    Parameters
    ----------
    entitled : pandas.DataFrame
        From `eligible`; rows that are false are not read.
    households : pandas.DataFrame or Tables
        All households that `entitled` was asked of, index ``household_id``, with the columns of
        `by`, and ``household_size`` [persons] where persons are wanted.
    deliveries : pandas.DataFrame, optional
        As for `reach`.
    members : pandas.DataFrame, optional
        As for `reach`.
    by : str, sequence of str, or pandas.Series, optional
        Columns of `households`, such as ``poverty_class`` and the units, or the group of each
        household on its ids. All households together by default.

    Returns
    -------
    pandas.DataFrame
        One row per group, benefit and unit of count, households first, in the order of groups:

        - the group, one column per name in `by`; households of no group are a group, last;
        - ``benefit`` (category);
        - ``count_of`` (category ``households``, ``persons``): the unit of the next columns;
        - ``base``: all of the group;
        - ``eligible_at_least``, ``eligible_at_most``: those who are entitled, and with those who
          perhaps are;
        - ``reached_at_least``, ``reached_at_most``: those of them to whom it was delivered;
        - ``leakage_at_least``, ``leakage_at_most``: to whom it was delivered, not entitled;
        - ``left_out_at_least``, ``left_out_at_most``: entitled, not delivered;
        - ``coverage_at_least``, ``coverage_at_most`` (float64) [% of those entitled]: NaN where
          nobody can be entitled.

        All counts are Int64, NA where they cannot be known: without `deliveries` those that need
        them, without sizes of the households those of persons.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `reach`; also if a size is no whole number, or `by` names no column.

    Notes
    -----
    Persons of a benefit that members hold are these members; of one that households hold, all
    persons of these households. Households of a benefit that members hold are those with at least
    one such member, so that one household may be both reached and left out. Each bound is met by
    some completion of the unknown answers. The states behind the counts are those of `reach`.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> entitled = pd.DataFrame({
    ...     "household_id": ["a", "b", "c"], "member_id": pd.array([None] * 3, "Int64"),
    ...     "benefit": "rice", "eligible": pd.array([True, True, None], "boolean")})
    >>> deliveries = pd.DataFrame({
    ...     "household_id": ["a", "d"], "benefit": "rice", "day": "2022-05-04", "amount": 1e6})
    >>> homes = pd.DataFrame({"household_size": [1, 2, 3, 4]}, index=["a", "b", "c", "d"])
    >>> table = programmes.coverage(entitled, homes, deliveries=deliveries)
    >>> table.loc[0, ["eligible_at_least", "eligible_at_most", "left_out_at_most"]].tolist()
    [2, 3, 2]
    >>> table[["count_of", "coverage_at_least", "coverage_at_most"]].round(1).values.tolist()
    [['households', 33.3, 50.0], ['persons', 16.7, 33.3]]
    """
    homes, persons = as_tables(households, members)
    entitled = checked_rows(entitled, "entitled")
    raise_errors(id_faults(homes), {"households": homes})
    groups = Groups.of(homes, by, TAKEN)
    number, keys = group_keys(groups.distinct)
    group = number[groups.at]
    sizes = _sizes(homes)
    if deliveries is None:
        known_households(entitled, homes, "entitled")
        claims = claims_of(entitled, homes.index)
        state = np.where(claims.certain, LEFT_OUT, PERHAPS_LEFT_OUT).astype(np.int8)
        entries = _Entries(claims.benefit, claims.home, claims.member >= 0, state)
    else:
        found = states_of(entitled, deliveries, homes, persons)
        claims = found.claims
        entries = _Entries(found.benefit, found.home, found.member >= 0, found.state)
    n_groups = len(keys) if groups.names else 1
    tally = _Tally(entries, group, sizes, n_groups, claims.benefits)
    table = pd.concat(
        [_part(tally, count_of, deliveries is not None) for count_of in COUNT_OF.categories],
        ignore_index=True,
    )
    order = np.lexsort((np.arange(len(table)), table["benefit"].cat.codes, table["group"]))
    table = table.take(order).reset_index(drop=True)
    first = np.zeros(n_groups, dtype=np.intp)
    first[number[::-1]] = np.arange(len(number))[::-1]
    of_groups = {
        name: groups.distinct[name].array.take(first[table["group"].to_numpy()])
        for name in groups.names
    }
    return pd.DataFrame(of_groups | {name: table[name].array for name in TAKEN}, copy=False)


def _sizes(homes: pd.DataFrame) -> Floats:
    """Persons of each household; NaN where not known."""
    if "household_size" not in homes.columns:
        return np.full(len(homes), np.nan)
    check_columns(homes, None, [("households", "household_size")])
    return numbers_of(homes["household_size"]).astype(np.float64)


class _Entries(NamedTuple):
    """What `reach` tells of each benefit and holder, as codes."""

    benefit: Codes
    home: Codes
    personal: BoolArray
    state: npt.NDArray[np.int8]


class _Tally:
    """Counts by group and benefit, flattened: group times benefits plus benefit."""

    def __init__(
        self, entries: _Entries, group: Any, sizes: Floats, n_groups: int, benefits: list[str]
    ) -> None:
        self.group, self.sizes = group, sizes
        self.n_groups, self.benefits = n_groups, benefits
        self._persons = self._of_persons(entries)
        self._households = self._of_households(entries)

    def base(self, count_of: str) -> Floats:
        weights = None if count_of == "households" else self.sizes
        sums = np.bincount(self.group, weights=weights, minlength=self.n_groups)
        return np.repeat(sums.astype(np.float64), len(self.benefits))

    def of(self, *states: int, count_of: str) -> Floats:
        """Those with one of some states."""
        if count_of == "persons":
            return np.asarray(self._persons[:, list(states)].sum(axis=1))
        wanted = sum(1 << state for state in states)
        sets = [n for n in range(1 << len(STATES)) if n & wanted]
        return np.asarray(self._households[:, sets].sum(axis=1), dtype=np.float64)

    def _cells(self, benefit: Codes, home: Codes, kind: Any, kinds: int, weights: Any) -> Any:
        n = self.n_groups * len(self.benefits)
        cell = (self.group[home] * len(self.benefits) + benefit) * kinds + kind
        sums = np.bincount(cell, weights=weights, minlength=n * kinds)
        return sums.reshape(n, kinds)

    def _of_persons(self, entries: _Entries) -> Any:
        """Persons by cell and state."""
        weights = np.where(entries.personal, 1.0, self.sizes[entries.home])
        return self._cells(entries.benefit, entries.home, entries.state, len(STATES), weights)

    def _of_households(self, entries: _Entries) -> Any:
        """Households by cell and the set of states that they or their members have, as bits."""
        benefit, home = entries.benefit, entries.home
        n = len(home)
        starts = np.ones(n, dtype=bool)  # the entries of one household stand together
        starts[1:] = (benefit[1:] != benefit[:-1]) | (home[1:] != home[:-1])
        first = np.flatnonzero(starts)
        bits = np.left_shift(1, entries.state.astype(np.int64))
        sets = np.bitwise_or.reduceat(bits, first) if n else bits
        return self._cells(benefit[first], home[first], sets, 1 << len(STATES), None)


def _part(tally: _Tally, count_of: str, delivered: bool) -> pd.DataFrame:
    """All groups and benefits in one unit of count."""

    def of(*states: int) -> Floats:
        return tally.of(*states, count_of=count_of)

    n = tally.n_groups * len(tally.benefits)
    unknown = np.full(n, np.nan)
    counts = {
        "base": tally.base(count_of),
        "eligible_at_least": of(REACHED, LEFT_OUT),
        "eligible_at_most": of(REACHED, LEFT_OUT, PERHAPS_LEFT_OUT, REACHED_OPEN),
        **dict.fromkeys(COUNTED[3:], unknown),
    }
    at_least, at_most = unknown, unknown
    if delivered:
        counts |= {
            "reached_at_least": of(REACHED),
            "reached_at_most": of(REACHED, REACHED_OPEN),
            "leakage_at_least": of(LEAKAGE),
            "leakage_at_most": of(LEAKAGE, REACHED_OPEN),
            "left_out_at_least": of(LEFT_OUT),
            "left_out_at_most": of(LEFT_OUT, PERHAPS_LEFT_OUT),
        }
        # The fewest are covered where those perhaps left out are entitled, and those perhaps
        # reached are not; the most the other way round.
        at_least = _percent(
            counts["reached_at_least"], of(REACHED, LEFT_OUT, PERHAPS_LEFT_OUT), empty=100.0
        )
        at_most = _percent(
            counts["reached_at_most"], of(REACHED, LEFT_OUT, REACHED_OPEN), empty=0.0
        )
        nobody = counts["eligible_at_most"] == 0
        at_least, at_most = (np.where(nobody, np.nan, rate) for rate in (at_least, at_most))
    return pd.DataFrame(
        {
            "group": np.repeat(np.arange(tally.n_groups), len(tally.benefits)),
            "benefit": benefit_category(
                tally.benefits, np.tile(np.arange(len(tally.benefits)), tally.n_groups)
            ),
            "count_of": pd.Categorical([count_of] * n, dtype=COUNT_OF),
            **{name: counted(values) for name, values in counts.items()},
            "coverage_at_least": at_least,
            "coverage_at_most": at_most,
        }
    )


def _percent(part: Floats, whole: Floats, empty: float) -> Floats:
    """Percent of a whole; `empty` where it is 0, and so only if others are entitled a rate."""
    rate = np.full(len(part), empty)
    np.divide(100.0 * part, whole, out=rate, where=whole != 0)
    return rate


def overlaps(entitled: pd.DataFrame) -> pd.DataFrame:
    """Benefits that one household holds together: every pair that some household may hold.

    Parameters
    ----------
    entitled : pandas.DataFrame
        From `eligible`; rows that are false are not read.

    Returns
    -------
    pandas.DataFrame
        One row per pair, in the order of the benefits: ``benefit``, ``other_benefit`` (category),
        ``households_at_least``, ``households_at_most`` (int64): households that are entitled to
        both, and with those that perhaps are. A household is entitled to a benefit that members
        hold where one of them is.

    Raises
    ------
    InvalidDataError
        If a column is absent, an id is missing, or ``eligible`` is no truth.
    ArgumentError
        If `entitled` is no DataFrame.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> entitled = pd.DataFrame({
    ...     "household_id": ["a", "a", "b", "b"], "member_id": pd.array([None] * 4, "Int64"),
    ...     "benefit": ["loan", "rice"] * 2,
    ...     "eligible": pd.array([True, True, True, None], "boolean")})
    >>> programmes.overlaps(entitled).values.tolist()
    [['loan', 'rice', 1, 2]]
    """
    claims = claims_of(entitled)
    n, names = len(claims.households), claims.benefits
    held = np.zeros((2, n, len(names)), dtype=bool)  # certain, possible
    held[1, claims.home, claims.benefit] = True
    sure = claims.certain
    held[0, claims.home[sure], claims.benefit[sure]] = True
    together = np.zeros((2, len(names), len(names)))
    for rows in chunks(n):
        for side in (0, 1):
            part = held[side, rows].astype(np.float64)
            together[side] += part.T @ part
    pairs = [(a, b) for a, b in combinations(range(len(names)), 2) if together[1, a, b]]
    one, other = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    return pd.DataFrame(
        {
            "benefit": benefit_category(names, one),
            "other_benefit": benefit_category(names, other),
            "households_at_least": together[0, one, other].astype(np.int64),
            "households_at_most": together[1, one, other].astype(np.int64),
        }
    )
