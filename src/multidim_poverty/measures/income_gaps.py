"""Poverty of incomes by their gaps to the line: Foster-Greer-Thorbecke and Watts."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.income_reading import (
    LABELS,
    incomes_of,
    labelled,
    lines_of,
    poor_at,
)
from multidim_poverty.measures.inference import Interval
from multidim_poverty.measures.tidy import Block, Scope, read_scope, tidy_table
from multidim_poverty.schema.arguments import as_frame

__all__ = ["fgt", "fgt_in", "watts", "watts_in"]


def fgt(
    households: pd.DataFrame,
    *,
    line: float | str | pd.Series[Any],
    income: str | pd.Series[Any] | None = None,
    alpha: float | Iterable[float] = (0, 1, 2),
    inclusive: bool = True,
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Headcount ratio, gap and severity of income poverty (Foster, Greer and Thorbecke).

    Parameters
    ----------
    households : pandas.DataFrame
        One row per household: the columns that the other arguments name.
    line : float, str or pandas.Series
        Poverty line [VND per person per month]: one for all, or that of each household, such as
        `Standard.lines_for` gives; missing where the area is not known.
    income : str or pandas.Series, optional
        Income [VND per person per month]; missing where it is not known. By default the
        column ``income_per_capita``, or where it is absent, what `per_capita_income` gives.
    alpha : float or iterable of float
        Powers of the gap, 0 or more: 0 for the headcount ratio, 1 for the mean gap as a share of
        the line, 2 for its square.
    inclusive : bool
        Whether an income at the line is poor, as Decree 07/2021/ND-CP says, Article 3.
    by : str or pandas.Series, optional
        As for `measures.estimate`.
    persons : bool, str or pandas.Series, optional
        As for `measures.estimate`.
    design : Design or "census", optional
        As for `measures.estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `measures.estimate`.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Tidy, on a RangeIndex: ``measure`` (category: FGT), ``alpha`` (float64), and the columns
        from ``level`` to ``n_missing`` as `measures.estimate` has them. A household without an
        income or a line is left out and counted in ``n_missing``; for alpha 0, ``bound_lower`` and
        ``bound_upper`` say what the headcount ratio of all households can be.

    Raises
    ------
    ArgumentError
        If a line is not positive, an alpha is negative, or a column is absent.
    InvalidDataError
        If an income is no number, or as `measures.Design` says.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [750_000.0, 1_500_000.0, 3_000_000.0]})
    >>> table = mdp.measures.fgt(households, line=1_500_000)
    >>> table["estimate"].round(3).tolist()
    [0.667, 0.167, 0.083]
    """
    data = as_frame(households, "households")
    scope = read_scope(
        data,
        "households",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fgt_in(data, scope, line=line, income=income, alpha=alpha, inclusive=inclusive)


def fgt_in(
    data: pd.DataFrame,
    scope: Scope,
    *,
    line: float | str | pd.Series[Any],
    income: str | pd.Series[Any] | None,
    alpha: float | Iterable[float],
    inclusive: bool,
) -> pd.DataFrame:
    """The table of `fgt` of the households that a scope is about."""
    listed = list(alpha) if isinstance(alpha, Iterable) else [alpha]
    numbers = all(isinstance(power, Real) and not isinstance(power, bool) for power in listed)
    if not (listed and numbers and all(0 <= power < np.inf for power in listed)):
        raise ArgumentError(f"alpha {alpha!r}: give powers of 0 or more, such as (0, 1, 2)")
    powers = list(dict.fromkeys(float(power) for power in listed))
    values, known = incomes_of(data, income)
    lines, known = lines_of(data, line, known)
    poor = poor_at(values, lines, inclusive)
    if known is not None:
        poor &= known
    possible = poor if known is None else poor | ~known
    gap = np.where(poor, (lines - values) / lines, 0.0)
    every = scope.levels[0]
    some_missing = scope.row_counts(every).sum() > scope.row_counts(every, known).sum()
    parts = []
    for level in scope.levels:
        domains = scope.domains(level, known)
        base, blocks = domains.totals(), []
        for power in powers:
            depth = poor if power == 0 else gap**power
            bounds = scope.bounds(level, poor, possible) if power == 0 else None
            blocks.append(
                Block(
                    {"measure": "FGT", "alpha": power},
                    domains.totals(depth).over(base),
                    share=power == 0,
                    bounds=bounds if some_missing else None,
                )
            )
        parts.append((level, domains, known, blocks))
    return labelled(tidy_table(parts, scope, LABELS), ["FGT"])


def watts(
    households: pd.DataFrame,
    *,
    line: float | str | pd.Series[Any],
    income: str | pd.Series[Any] | None = None,
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Watts index: the mean of the logarithm of line over income, of the poor.

    Parameters
    ----------
    households : pandas.DataFrame
        As for `measures.fgt`.
    line : float, str or pandas.Series
        As for `measures.fgt`.
    income : str or pandas.Series, optional
        As for `measures.fgt`; each income above 0.
    by : str or pandas.Series, optional
        As for `measures.estimate`.
    persons : bool, str or pandas.Series, optional
        As for `measures.estimate`.
    design : Design or "census", optional
        As for `measures.estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `measures.estimate`; a t interval in place of a logit one.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        As `measures.fgt` gives it; ``measure`` is Watts, ``alpha`` is NaN.

    Raises
    ------
    ArgumentError
        As `measures.fgt`.
    InvalidDataError
        As `measures.fgt`; and if an income is 0 or less, of which there is no logarithm.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [750_000.0, 3_000_000.0]})
    >>> mdp.measures.watts(households, line=1_500_000)["estimate"].round(4).tolist()
    [0.3466]
    """
    data = as_frame(households, "households")
    scope = read_scope(
        data,
        "households",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return watts_in(data, scope, line=line, income=income)


def watts_in(
    data: pd.DataFrame,
    scope: Scope,
    *,
    line: float | str | pd.Series[Any],
    income: str | pd.Series[Any] | None,
) -> pd.DataFrame:
    """The table of `watts` of the households that a scope is about."""
    values, known = incomes_of(data, income, above_zero=True)
    lines, known = lines_of(data, line, known)
    positive = np.where(values > 0, values, 1.0)
    depth = np.where(poor_at(values, lines, True), np.log(lines / positive), 0.0)
    parts = []
    for level in scope.levels:
        domains = scope.domains(level, known)
        ratio = domains.totals(depth).over(domains.totals())
        block = Block({"measure": "Watts", "alpha": np.nan}, ratio, share=False)
        parts.append((level, domains, known, [block]))
    return labelled(tidy_table(parts, scope, LABELS), ["Watts"])
