"""Measures that rank incomes: the Gini coefficient and the Sen index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures.design import DesignLike, FloatArray
from multidim_poverty.measures.income_reading import (
    LABELS,
    BoolArray,
    incomes_of,
    labelled,
    lines_of,
    poor_at,
)
from multidim_poverty.measures.inference import Domains, Estimate, Interval
from multidim_poverty.measures.tidy import Block, Scope, read_scope, tidy_table
from multidim_poverty.schema.arguments import as_frame

__all__ = ["RankOf", "gini", "gini_in", "sen", "sen_in"]

RankOf = Literal["middle", "end"]
# Of the values of rows, their weights and the squares of these: a figure, and the influences.
Statistic = Callable[[FloatArray, FloatArray, FloatArray], tuple[float, FloatArray]]


def gini(
    households: pd.DataFrame,
    *,
    income: str | pd.Series[Any] | None = None,
    rank_of: RankOf = "middle",
    by: str | pd.Series[Any] | None = None,
    persons: bool | str | pd.Series[Any] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Gini coefficient of incomes.

    Parameters
    ----------
    households : pandas.DataFrame
        As for `measures.fgt`.
    income : str or pandas.Series, optional
        As for `measures.fgt`; each income 0 or more.
    rank_of : {"middle", "end"}
        Which rank stands for the persons of one row. "middle" is the mean rank, so that a row
        with weight 2 is the same as two rows with weight 1. "end" is the last rank less a half,
        as the R package convey has it; it depends on the scale of the weights.
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
        As `measures.fgt` gives it; ``measure`` is Gini, ``alpha`` is NaN. NaN where all incomes
        of a group are 0.

    Raises
    ------
    ArgumentError
        As `measures.fgt`; or if `rank_of` is unknown.
    InvalidDataError
        As `measures.fgt`; and if an income is negative.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [0.0, 0.0, 0.0, 4_000_000.0]})
    >>> mdp.measures.gini(households)["estimate"].tolist()
    [0.75]
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
    return gini_in(data, scope, income=income, rank_of=rank_of)


def gini_in(
    data: pd.DataFrame, scope: Scope, *, income: str | pd.Series[Any] | None, rank_of: RankOf
) -> pd.DataFrame:
    """The table of `gini` of the households that a scope is about."""
    if rank_of not in get_args(RankOf):
        raise ArgumentError(f"rank_of {rank_of!r} is not one of 'middle', 'end'")
    values, known = incomes_of(data, income, negative=False)

    def statistic(
        values: FloatArray, weight: FloatArray, squares: FloatArray
    ) -> tuple[float, FloatArray]:
        return _gini(values[:, 0], weight, squares, rank_of)

    return _table(scope, known, "Gini", statistic, values)


def sen(
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
    """Sen index: how many are poor, how poor, and how unequal the poor are.

    H I + H (1 - I) G, where H is the headcount ratio, I the mean gap of the poor as a share of the
    line, and G the Gini coefficient of the incomes of the poor (as shares of their line).

    Parameters
    ----------
    households : pandas.DataFrame
        As for `measures.fgt`.
    line : float, str or pandas.Series
        As for `measures.fgt`.
    income : str or pandas.Series, optional
        As for `measures.fgt`; each income 0 or more.
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
        As `measures.fgt` gives it; ``measure`` is Sen, ``alpha`` is NaN. 0 where nobody is poor.

    Raises
    ------
    ArgumentError
        As `measures.fgt`.
    InvalidDataError
        As `measures.fgt`; and if an income is negative.
    MissingExtraError
        If intervals are asked for and scipy is not installed (extra ``measures``).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [750_000.0, 750_000.0, 3_000_000.0]})
    >>> mdp.measures.sen(households, line=1_500_000)["estimate"].round(4).tolist()
    [0.3333]
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
    return sen_in(data, scope, line=line, income=income)


def sen_in(
    data: pd.DataFrame,
    scope: Scope,
    *,
    line: float | str | pd.Series[Any],
    income: str | pd.Series[Any] | None,
) -> pd.DataFrame:
    """The table of `sen` of the households that a scope is about."""
    values, known = incomes_of(data, income, negative=False)
    lines, known = lines_of(data, line, known)
    poor = poor_at(values, lines, True)
    of_line = np.where(poor, values / lines, 1.0)  # no matter by how much others are above it
    return _table(scope, known, "Sen", _sen, of_line, poor)


# -- statistics that are no ratios of totals -------------------------------------------------


def _table(
    scope: Scope,
    known: BoolArray | None,
    measure: str,
    statistic: Statistic,
    *columns: FloatArray | BoolArray,
) -> pd.DataFrame:
    """The table of a statistic of each group."""
    parts = []
    for level in scope.levels:
        domains = scope.domains(level, known)
        block = Block(
            {"measure": measure, "alpha": np.nan}, _by_domain(domains, statistic, *columns)
        )
        parts.append((level, domains, known, [block]))
    return labelled(tidy_table(parts, scope, LABELS), [measure])


def _by_domain(
    domains: Domains, statistic: Statistic, *columns: FloatArray | BoolArray
) -> Estimate:
    """A statistic of each domain from its value and influence.

    Both are the same for rows of the same values in whichever order these stand, so that a row may
    stand for several.
    """
    value, se = np.full(domains.number, np.nan), np.full(domains.number, np.nan)
    rows = domains.value_rows(*columns)
    if not len(rows.domain):
        return Estimate(value, se)
    of_domain = [np.flatnonzero(rows.domain == place) for place in range(domains.number)]
    influence = np.zeros(len(rows.domain))
    for place, at in enumerate(of_domain):
        again = [
            statistic(rows.values[at], weight[at], squares[at])
            for weight, squares in zip(rows.weight.T, rows.squares.T, strict=True)
        ]
        value[place], influence[at] = again[0]
        if domains.sample is not None and domains.sample.replicates is not None:
            squares = (np.array([each for each, _ in again[1:]]) - value[place]) ** 2
            se[place] = np.sqrt((domains.sample.replicate_scales * squares).sum())
    if rows.pair is not None:
        of_pairs = np.bincount(
            rows.pair, weights=rows.weight[:, 0] * influence, minlength=len(domains.pair[1])
        )
        variance = domains.variance(of_pairs.astype(np.float64))
        se = np.where(np.isnan(value), np.nan, np.sqrt(variance))
    return Estimate(value, se)


def _gini(
    values: FloatArray, weight: FloatArray, squares: FloatArray, rank_of: RankOf
) -> tuple[float, FloatArray]:
    """Gini coefficient and the influence of each row on it, as a mean by weight.

    `squares` are the sums of the squared weights of the rows that each row stands for.
    """
    order = np.argsort(values, kind="stable")
    y, w = values[order], weight[order]
    size, total = w.sum(), (w * y).sum()
    if not total > 0:
        return np.nan, np.zeros(len(values))
    below, above = np.cumsum(w) - w, total - np.cumsum(w * y) + w * y
    ranks, slope = 2 * below * w + w * w, 2 * below * y + 2 * above
    if rank_of == "end":
        s = squares[order]
        ranks += s - w
        slope += (2 * np.divide(s, w, out=np.zeros(len(w)), where=w > 0) - 1) * y
    coefficient = float((ranks * y).sum() / (size * total) - 1)
    influence = np.empty(len(values))
    influence[order] = (slope - (coefficient + 1) * (total + size * y)) / (size * total)
    return coefficient, influence


def _sen(values: FloatArray, weight: FloatArray, squares: FloatArray) -> tuple[float, FloatArray]:
    """Sen index and the influence of each row on it."""
    relative, poor = values[:, 0], values[:, 1] > 0
    size = weight.sum()
    if not size > 0:
        return np.nan, np.zeros(len(relative))
    heads = float((weight * poor).sum() / size)
    gap = float((weight * poor * (1 - relative)).sum() / size)
    of_heads = (poor - heads) / size
    of_gap = (poor * (1 - relative) - gap) / size
    inequality, of_inequality = 0.0, np.zeros(len(relative))
    if poor.any() and heads > gap:
        inequality, of_inequality[poor] = _gini(
            relative[poor], weight[poor], squares[poor], "middle"
        )
    influence = of_gap + (of_heads - of_gap) * inequality + (heads - gap) * of_inequality
    return gap + (heads - gap) * inequality, influence
