"""The same households under two standards or two sets of rules: who gains and loses what."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.identity import check_ids_meet
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.programmes.claim_costs import NEEDED, costs_of_claims
from multidim_poverty.programmes.claims import (
    Claims,
    benefit_category,
    benefit_names,
    checked_rows,
    claims_of,
    merged_keys,
    unique_ids,
    with_further_ids,
)
from multidim_poverty.programmes.yearly_costs import benefit_costs

__all__ = ["changes", "cost_changes"]

CHANGES = (
    "gains",
    "loses",
    "perhaps_gains",
    "perhaps_loses",
    "perhaps_either",
    "gets_more",
    "gets_less",
    "perhaps_other_amount",
    "keeps",
)
GAINS, LOSES, PERHAPS_GAINS, PERHAPS_LOSES, PERHAPS_EITHER, MORE, LESS, OTHER, KEEPS = range(9)
NOT, PERHAPS, CERTAIN = range(3)
# Before (rows) and after (columns): not, perhaps, certain.
OF_STATES = np.array(
    [
        [KEEPS, PERHAPS_GAINS, GAINS],
        [PERHAPS_LOSES, PERHAPS_EITHER, PERHAPS_GAINS],
        [LOSES, PERHAPS_LOSES, KEEPS],
    ],
    dtype=np.int8,
)
SIDES = ("before", "after")
Floats = npt.NDArray[np.float64]


class _Side(NamedTuple):
    """One of the two: its claims and what they cost."""

    claims: Claims
    costs: Any


class _Pair(NamedTuple):
    """Both, with the same codes."""

    before: _Side
    after: _Side


def changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    rules: RulesLike = None,
    rules_after: RulesLike = None,
) -> pd.DataFrame:
    """Who gains and loses which benefit by a change of the law, and with what amount.

    Parameters
    ----------
    before, after : pandas.DataFrame
        From `eligible`, asked of the same households: under two standards, or two sets of rules.
        A benefit is the same where its id is.
    rules : RuleSet, str or a sequence of these, optional
        Those that `before` was asked with; the national ones by default.
    rules_after : RuleSet, str or a sequence of these, optional
        Those that `after` was asked with, where they are others.

    Returns
    -------
    pandas.DataFrame
        One row per benefit and holder for whom something changes, or may change, in the order of
        benefits and households:

        - ``household_id``, ``member_id`` (NA where the household holds the benefit);
        - ``benefit`` (category);
        - ``change`` (category): ``gains``, ``loses``; ``perhaps_gains``, ``perhaps_loses`` where
          unknown answers decide on one side, ``perhaps_either`` where on both; ``gets_more``,
          ``gets_less`` where it is kept with another amount, ``perhaps_other_amount`` where that
          is not known;
        - ``before_at_least``, ``before_at_most``, ``after_at_least``, ``after_at_most``
          (float64) [VND a year]: 0 where there is no claim, NaN where an amount is not known or
          has no upper end.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `costs`; also if ids of the two tables look alike and are not the same.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> under = {}
    >>> rich = "above_average"
    >>> for when, classes in {"before": ["poor", rich], "after": [rich, "poor"]}.items():
    ...     current = pd.DataFrame({"poverty_class": classes}, ["a", "b"])
    ...     under[when] = programmes.eligible(
    ...         current, on="2024-06-01", unit_costs={"health_insurance_premium": 1_000_000})
    >>> moved = programmes.changes(under["before"], under["after"])
    >>> premium = moved[moved["benefit"] == "health_insurance_premium"]
    >>> premium[["household_id", "change", "before_at_least", "after_at_least"]].values.tolist()
    [['a', 'loses', 1000000.0, 0.0], ['b', 'gains', 0.0, 1000000.0]]
    """
    pair = _pair(before, after, rules, rules_after)
    keys = [side.claims.keys for side in pair]
    every, _ = merged_keys(*keys)
    states, amounts = [], {}
    for name, side, own in zip(SIDES, pair, keys, strict=True):
        at = np.searchsorted(every, own)
        state = np.full(len(every), NOT, dtype=np.int8)
        state[at] = np.where(side.claims.certain, CERTAIN, PERHAPS)
        states.append(state)
        for end, values in (("least", side.costs.at_least), ("most", side.costs.at_most)):
            amount = np.zeros(len(every))
            amount[at] = values
            amounts[f"{name}_at_{end}"] = amount
    change = OF_STATES[states[0], states[1]]
    kept = (states[0] == CERTAIN) & (states[1] == CERTAIN)
    change[kept] = _of_amounts(*(values[kept] for values in amounts.values()))
    rows = np.flatnonzero(change != KEEPS)
    claims = pair.before.claims
    holder, member = np.divmod(every[rows], len(claims.members) + 1)
    benefit, home = np.divmod(holder, max(len(claims.households), 1))
    return pd.DataFrame(
        {
            **claims.ids(home, member - 1),
            "benefit": benefit_category(claims.benefits, benefit),
            "change": pd.Categorical.from_codes(
                change[rows], dtype=pd.CategoricalDtype(list(CHANGES[:-1]))
            ),
            **{
                name: np.where(np.isinf(values[rows]), np.nan, values[rows])
                for name, values in amounts.items()
            },
        },
        copy=False,
    )


def _of_amounts(
    before_low: Floats, before_high: Floats, after_low: Floats, after_high: Floats
) -> npt.NDArray[np.int8]:
    """What becomes of the amount of a benefit that is kept."""
    same = (before_low == after_low) & (before_high == after_high)
    same |= np.isnan(before_low) & np.isnan(after_low)  # of both nothing is known
    change = np.select(
        [same, after_low > before_high, after_high < before_low], [KEEPS, MORE, LESS], OTHER
    )
    return change.astype(np.int8)


def cost_changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    rules: RulesLike = None,
    rules_after: RulesLike = None,
) -> pd.DataFrame:
    """What a change of the law costs: each benefit before, after, and the difference.

    Parameters
    ----------
    before, after : pandas.DataFrame
        As for `changes`.
    rules, rules_after : RuleSet, str or a sequence of these, optional
        As for `changes`.

    Returns
    -------
    pandas.DataFrame
        One row per benefit of either side, those of `before` first:

        - ``benefit`` (category);
        - ``gains``, ``loses``, ``perhaps`` (int64): holders for whom something changes, as in
          `changes`; ``perhaps`` where unknown answers decide;
        - ``before_at_least``, ``before_at_most``, ``after_at_least``, ``after_at_most``
          (float64) [million VND a year]: as for `costs`;
        - ``difference_at_least``, ``difference_at_most`` (float64) [million VND a year]: after
          less before; NaN where an end is not known.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `changes`.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> members = pd.DataFrame({"household_id": ["a", "b"], "member_id": 1})
    >>> under = {}
    >>> for when, second in {"before": "above_average", "after": "poor"}.items():
    ...     current = pd.DataFrame({"poverty_class": ["poor", second]}, ["a", "b"])
    ...     under[when] = programmes.eligible(
    ...         current, members, on="2024-06-01",
    ...         unit_costs={"health_insurance_premium": 1_000_000})
    >>> table = programmes.cost_changes(under["before"], under["after"]).set_index("benefit")
    >>> ends = ["before_at_most", "after_at_most", "difference_at_most"]
    >>> table.loc[["health_insurance_premium"], ends].values.tolist()
    [[1.0, 2.0, 1.0]]
    """
    pair = _pair(before, after, rules, rules_after)
    moved = changes(before, after, rules=rules, rules_after=rules_after)
    by_side = [benefit_costs(*side) for side in pair]
    width = len(pair.before.claims.benefits)
    benefit, change = (moved[name].cat.codes.to_numpy() for name in ("benefit", "change"))

    def holders(*kinds: int) -> Any:
        return np.bincount(benefit[np.isin(change, kinds)], minlength=width)

    ends = {
        f"{name}_at_{end}": costs[f"cost_at_{end}"].to_numpy()
        for name, costs in zip(SIDES, by_side, strict=True)
        for end in ("least", "most")
    }
    return pd.DataFrame(
        {
            "benefit": by_side[0]["benefit"].array,
            "gains": holders(GAINS, MORE),
            "loses": holders(LOSES, LESS),
            "perhaps": holders(PERHAPS_GAINS, PERHAPS_LOSES, PERHAPS_EITHER, OTHER),
            **ends,
            "difference_at_least": ends["after_at_least"] - ends["before_at_most"],
            "difference_at_most": ends["after_at_most"] - ends["before_at_least"],
        }
    )


def _pair(before: Any, after: Any, rules: RulesLike, rules_after: RulesLike) -> _Pair:
    frames = [
        checked_rows(table, name, NEEDED)
        for name, table in zip(SIDES, (before, after), strict=True)
    ]
    for name in ("household_id", "member_id"):
        check_ids_meet(frames[0][name], frames[1][name], SIDES, must_meet=False)
    households, members = (
        with_further_ids(unique_ids(frames[0][name]), frames[1][name])
        for name in ("household_id", "member_id")
    )
    names = list(dict.fromkeys(name for frame in frames for name in benefit_names(frame)))
    first = as_rules(rules)
    sets = (first, first if rules_after is None else as_rules(rules_after))
    return _Pair(
        *(
            _side(frame, name, rule_set, households, members, names)
            for frame, name, rule_set in zip(frames, SIDES, sets, strict=True)
        )
    )


def _side(
    frame: pd.DataFrame,
    name: str,
    rules: RuleSet,
    households: pd.Index[Any],
    members: pd.Index[Any],
    benefits: list[str],
) -> _Side:
    claims = claims_of(frame, households, members, argument=name, more=NEEDED, benefits=benefits)
    return _Side(claims, costs_of_claims(claims, rules, name))
