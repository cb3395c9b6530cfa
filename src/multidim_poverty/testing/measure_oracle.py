"""The measures of Alkire and Foster once more: plain Python, exact fractions, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

__all__ = ["oracle_measures"]


def oracle_measures(
    achievements: pd.DataFrame,
    lines: Mapping[str, int],
    weights: Mapping[str, Fraction],
    k: Fraction,
    household_weights: pd.Series[int],
) -> dict[str, Any]:
    """Measures of Alkire and Foster as exact fractions, slowly.

    Parameters
    ----------
    achievements : pandas.DataFrame
        One row per household, one column per indicator, of whole numbers.
    lines : Mapping of str to int
        Indicator -> its line: deprived is who has less.
    weights : Mapping of str to fractions.Fraction
        Indicator -> its weight; together 1.
    k : fractions.Fraction
        Share of the total weight from which on a household is poor.
    household_weights : pandas.Series
        Households that each row stands for, whole numbers.

    Returns
    -------
    dict
        ``H``, ``A``, ``M0``, ``M1``, ``M2``: a `fractions.Fraction`; ``hd``, ``hdk``, ``actb``,
        ``pctb``: a dict of indicator to Fraction. None where not defined: A where nobody is poor,
        pctb where M0 is 0.

    Examples
    --------
    >>> from fractions import Fraction
    >>> import pandas as pd
    >>> from multidim_poverty import testing
    >>> table = pd.DataFrame({"income": [1, 9], "school": [2, 3]})
    >>> half = Fraction(1, 2)
    >>> measured = testing.oracle_measures(
    ...     table, {"income": 5, "school": 3}, {"income": half, "school": half}, half,
    ...     pd.Series([1, 3]))
    >>> str(measured["H"]), str(measured["M0"])
    ('1/4', '1/4')
    """
    nothing = Fraction(0)
    total, poor = nothing, nothing
    sums = {"M0": nothing, "M1": nothing, "M2": nothing}
    raw, censored = dict.fromkeys(weights, nothing), dict.fromkeys(weights, nothing)
    rows = achievements.to_dict("records")
    for row, number in zip(rows, household_weights.tolist(), strict=True):
        count = Fraction(int(number))
        total += count
        gaps = {
            name: Fraction(lines[name] - int(row[name]), lines[name])
            for name in weights
            if int(row[name]) < lines[name]
        }
        for name in gaps:
            raw[name] += count
        if sum((weights[name] for name in gaps), nothing) < k:
            continue
        poor += count
        for name, gap in gaps.items():
            censored[name] += count
            sums["M0"] += count * weights[name]
            sums["M1"] += count * weights[name] * gap
            sums["M2"] += count * weights[name] * gap**2
    deprivation = sums["M0"]
    contributions = {name: weights[name] * censored[name] for name in weights}
    return {
        "H": poor / total,
        "A": deprivation / poor if poor else None,
        **{name: value / total for name, value in sums.items()},
        "hd": {name: raw[name] / total for name in weights},
        "hdk": {name: censored[name] / total for name in weights},
        "actb": {name: part / total for name, part in contributions.items()},
        "pctb": {
            name: part / deprivation if deprivation else None
            for name, part in contributions.items()
        },
    }
