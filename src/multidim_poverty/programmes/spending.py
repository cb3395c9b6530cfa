"""What a budget buys where it does not suffice: the entitled in the order of priority."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures.incidence import COUNT_OF
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.programmes.claim_costs import (
    MILLION,
    NEEDED,
    ClaimCosts,
    costs_of_claims,
    exact,
    in_million,
    total,
)
from multidim_poverty.programmes.claims import (
    Claims,
    benefit_names,
    checked_benefit,
    checked_rows,
    claims_of,
)
from multidim_poverty.programmes.parameters import exact_number

__all__ = ["spend"]

COLUMNS = (
    "priority",
    "count_of",
    "recipients_at_least",
    "recipients_at_most",
    "cost_at_least",
    "cost_at_most",
    "served",
    "served_at_least",
    "served_at_most",
)
Floats = npt.NDArray[np.float64]
Money = Fraction | float  # infinite where there is no upper end


def spend(
    entitled: pd.DataFrame,
    benefit: str,
    million_vnd: float | Decimal | Fraction,
    *,
    rules: RulesLike = None,
) -> pd.DataFrame:
    """What a budget buys of one benefit, rank by rank in the order of priority.

    Parameters
    ----------
    entitled : pandas.DataFrame
        From `eligible`, with the amount of the benefit (``unit_costs``).
    benefit : str
        Id of the benefit.
    million_vnd : number
        The budget of a year [million VND]; a float counts as the shortest decimal that stands
        for it.
    rules : RuleSet, str or a sequence of these, optional
        Those that `eligible` was asked with; the national ones by default.

    Returns
    -------
    pandas.DataFrame
        One row per rank, the first to be served first, and last those whose rank is not known:

        - ``priority`` (Int64; NA where the rank is not known), ``count_of`` (category
          ``households``, ``persons``);
        - ``recipients_at_least``, ``recipients_at_most`` (int64): those who are certain, and
          with those who perhaps are;
        - ``cost_at_least``, ``cost_at_most`` (float64) [million VND a year] of the rank; NaN
          where there is no upper end;
        - ``served`` (boolean): true where the whole rank is served whatever the unknown answers
          are, false where nobody of it is; NA where the money ends in the rank, or unknown
          answers decide;
        - ``served_at_least``, ``served_at_most`` (int64): how many of the rank can be served.

    Raises
    ------
    UnknownNameError
        If `benefit` is none of those that `entitled` was asked for.
    ArgumentError
        If an amount is not known, the budget is no number from 0 on, or `rules` are not those of
        `entitled`.
    InvalidDataError
        As for `costs`.

    Notes
    -----
    Ranks are served whole, one after the other. In the rank in which the money ends the law names
    nobody first, so the number that can be served is given and not who; what is left after it
    serves no later rank. Of a recipient under several rules the earliest rank counts.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> current = pd.DataFrame(
    ...     {"poverty_class": ["poor", "poor", "near_poor", "near_poor"],
    ...      "ethnic_minority": [True, False, False, False], "member_of_merit": False,
    ...      "province": "P", "commune": "A"}, list("abcd"))
    >>> rules = "plan_740_dak_nong_rules"
    >>> members = pd.DataFrame(
    ...     {"household_id": list("abcd"), "member_id": 1, "sex": "male"})
    >>> places = pd.DataFrame({
    ...     "list": ["minority_mountain_areas", "new_rural_communes"], "province": "P",
    ...     "commune": "B"})
    >>> entitled = programmes.eligible(
    ...     current, members, rules=rules, places=places, on="2022-06-01",
    ...     unit_costs={"production_support": 10_000_000})  # made up
    >>> bought = programmes.spend(entitled, "plan_740_3_1", 25, rules=rules)
    >>> bought[["priority", "recipients_at_most", "served", "served_at_most"]].values.tolist()
    [[1, 1, True, 1], [2, 3, <NA>, 1]]
    """
    entitled = checked_rows(entitled, "entitled", [*NEEDED, "priority"])
    checked_benefit(benefit, benefit_names(entitled))
    budget = exact_number(million_vnd)
    if budget is None:
        raise ArgumentError(f"million_vnd is {million_vnd!r}; give the budget as a number")
    own = entitled[np.asarray(entitled["benefit"] == benefit, dtype=bool)]
    claims = claims_of(own)
    of_claims = costs_of_claims(claims, as_rules(rules))
    if np.isnan(of_claims.at_most).any():
        reasons = ", ".join(filter(None, of_claims.reasons))
        raise ArgumentError(
            f"the amount of {benefit!r} is not known ({reasons}); give it to eligible with "
            f"unit_costs"
        )
    ranks = _ranks(claims)
    rows = list(_bought(claims, of_claims, ranks, budget * MILLION))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    kinds: dict[str, Any] = {"priority": "Int64", "count_of": COUNT_OF, "served": "boolean"}
    kinds |= {name: "int64" for name in COLUMNS if name.endswith(("least", "most"))}
    kinds |= {"cost_at_least": "float64", "cost_at_most": "float64"}
    return table.astype(kinds)


def _ranks(claims: Claims) -> npt.NDArray[np.int64]:
    """The rank of each claim; 0 where unknown answers decide."""
    priority = claims.source["priority"].astype("Int64")
    unknown = np.asarray(priority.isna(), dtype=bool)
    rank = priority.fillna(0).to_numpy(dtype=np.int64)
    last = np.iinfo(np.int64).max
    earliest, certain = np.full((2, len(claims.certain)), last)
    np.minimum.at(earliest, claims.of_row, np.where(unknown, 0, rank))
    sure = claims.row_certain & ~unknown
    np.minimum.at(certain, claims.of_row[sure], rank[sure])
    # Of a claim that is not certain, the rank is that of any rule that may hold.
    latest = np.zeros(len(claims.certain), dtype=np.int64)
    np.maximum.at(latest, claims.of_row, np.where(unknown, last, rank))
    decided = np.where(claims.certain, earliest == certain, earliest == latest)
    return np.where(decided, earliest, 0)


def _bought(
    claims: Claims, of_claims: ClaimCosts, ranks: npt.NDArray[np.int64], budget: Fraction
) -> Iterator[tuple[Any, ...]]:
    """What the budget buys of each rank."""
    low, high = of_claims.at_least, of_claims.at_most
    count_of = "persons" if claims.personal.any() else "households"
    open_rank = ranks == 0
    before: tuple[Money, Money] = (Fraction(0), total(high[open_rank]))  # of those before it
    for rank in [*np.unique(ranks[~open_rank]).tolist(), *([0] if open_rank.any() else [])]:
        own = ranks == rank
        certain, possible = int((own & claims.certain).sum()), int(own.sum())
        cost = total(low[own]), total(high[own])
        if rank == 0:  # they may be the first, and the last
            before = Fraction(0), total(high[~own])
        left = _left(budget, before[1]), _left(budget, before[0])
        fewest = min(certain, _packed(high[own], left[0], dearest_first=True))
        most = _packed(of_claims.if_held[own], left[1], dearest_first=False)
        yield (
            rank or None,
            count_of,
            certain,
            possible,
            *(in_million(part) for part in cost),
            True if before[1] + cost[1] <= budget else (False if most == 0 else None),
            fewest,
            most,
        )
        before = before[0] + cost[0], before[1] + cost[1]


def _left(budget: Fraction, spent: Money) -> Fraction:
    return max(budget - spent, Fraction(0)) if isinstance(spent, Fraction) else Fraction(0)


def _packed(values: Floats, money: Fraction, *, dearest_first: bool) -> int:
    """How many can be paid, one after the other, until the money ends."""
    distinct, counts = np.unique(values, return_counts=True)
    order = slice(None, None, -1) if dearest_first else slice(None)
    paid = 0
    for value, n in zip(distinct[order], counts[order], strict=True):
        if np.isinf(value):
            return paid
        cost = exact(value)
        number = int(n) if cost == 0 else min(int(n), int(money // cost))
        paid += number
        money -= number * cost
        if number < n:
            return paid
    return paid
