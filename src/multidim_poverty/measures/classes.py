"""The legal classes as shares, with standard errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.incidence import class_bounds
from multidim_poverty.measures.inference import Interval
from multidim_poverty.measures.tidy import Block, Scope, read_scope, tidy_table
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["class_shares", "shares_in"]


def class_shares(
    result: pd.DataFrame,
    *,
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of each legal class, with standard errors and intervals.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household: ``poverty_class``, and where some have none, ``class_at_worst`` and
        ``class_at_best``, as `assess` gives them; and the columns that the other arguments name.
    by : str or pandas.Series, optional
        As for `measures.estimate`.
    persons : bool, str or pandas.Series, optional
        As for `measures.estimate`: persons, each in the class of the household.
    design : Design or "census", optional
        As for `measures.estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `measures.estimate`.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Tidy, one row per class and group, on a RangeIndex: ``poverty_class`` (category, from poor
        to above average), and the columns from ``level`` to ``n_missing`` as `measures.estimate`
        has them. ``estimate`` [fraction] is the ``headcount_ratio`` of `measures.headcount` with
        undetermined households in the base, over 100: NaN where nobody has a class.
        ``n_missing`` counts the households without a class; ``bound_lower`` and ``bound_upper``
        are the least and the most that the share can be, once each of them has a class between
        its worst and its best.

    Raises
    ------
    ArgumentError
        If a column is absent, holds words that are no classes, or an option is unknown.
    InvalidDataError
        If sizes are missing, or as `measures.Design` says.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard("decree_07_2021"))
    >>> shares = mdp.measures.class_shares(result, design=mdp.measures.Design())
    >>> shares[["estimate", "lower", "upper"]].head(1).round(3).values.tolist()
    [[0.192, 0.16, 0.229]]
    """
    data = as_frame(result, "result")
    scope = read_scope(
        data,
        "result",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return shares_in(data, scope)


def shares_in(data: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The table of `class_shares` of the households that a scope is about."""
    codes = PovertyClass.codes()
    classes, worst, best = class_bounds(data)
    undetermined = classes < 0
    parts = []
    for level in scope.levels:
        domains = scope.domains(level, None)
        base, blocks = domains.totals(), []
        decided = domains.totals(~undetermined).by_domain > 0
        for place, code in enumerate(codes):
            known, possible = classes == place, (worst <= place) & (best >= place)
            bounds = scope.bounds(level, known, possible)
            ratio = domains.totals(known).over(base).where(decided)
            blocks.append(Block({"poverty_class": code}, ratio, bounds=bounds))
        parts.append((level, domains, None, blocks))
    table = tidy_table(parts, scope, ["poverty_class"])
    without_class = [scope.row_counts(level, undetermined) for level in scope.levels]
    missing = np.concatenate([np.repeat(each, len(codes)) for each in without_class])
    return table.assign(
        poverty_class=pd.Categorical(table["poverty_class"], categories=codes, ordered=True),
        n_missing=missing,
    )
