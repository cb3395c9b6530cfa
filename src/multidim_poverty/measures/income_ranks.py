"""Measures that rank incomes: the Gini coefficient and the Sen index."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
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
from multidim_poverty.measures.tidy import Block, read_scope, tidy_table
from multidim_poverty.schema.arguments import as_frame

__all__ = ["RankOf", "gini", "sen"]

RankOf = Literal["middle", "end"]


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
    if rank_of not in get_args(RankOf):
        raise ArgumentError(f"rank_of {rank_of!r} is not one of 'middle', 'end'")
    data = as_frame(households, "households")
    values, known = incomes_of(data, income, negative=False)
    scope = read_scope(
        data,
        "households",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    parts = []
    for level in scope.levels:
        domains = scope.domains(level, known)
        result = _by_domain(domains, lambda w, rows: _gini(values[rows], w, rank_of))
        block = Block({"measure": "Gini", "alpha": np.nan}, result)
        parts.append((level, domains, known, [block]))
    return labelled(tidy_table(parts, scope, LABELS), ["Gini"])


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
    values, known = incomes_of(data, income, negative=False)
    lines, known = lines_of(data, line, known)
    scope = read_scope(
        data,
        "households",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    poor, relative = poor_at(values, lines, True), values / lines

    def statistic(weight: FloatArray, rows: npt.NDArray[np.intp]) -> tuple[float, FloatArray]:
        return _sen(relative[rows], poor[rows], weight)

    parts = []
    for level in scope.levels:
        domains = scope.domains(level, known)
        block = Block({"measure": "Sen", "alpha": np.nan}, _by_domain(domains, statistic))
        parts.append((level, domains, known, [block]))
    return labelled(tidy_table(parts, scope, LABELS), ["Sen"])


# -- statistics that are no ratios of totals -------------------------------------------------


def _by_domain(domains: Domains, statistic: Any) -> Estimate:
    """A statistic of each domain from its value and influence: (weight, rows) -> both."""
    value, se = np.full(domains.number, np.nan), np.full(domains.number, np.nan)
    rows_of = [np.flatnonzero(domains.codes == place) for place in range(domains.number)]
    influence = np.zeros(len(domains.codes))
    for place, rows in enumerate(rows_of):
        value[place], influence[rows] = statistic(domains.weight[rows], rows)
    sample = domains.sample
    if sample is None:
        return Estimate(value, se)
    if sample.replicates is not None:
        for place, rows in enumerate(rows_of):
            again = [
                statistic(domains.sized(sample.replicates[rows, column], rows), rows)[0]
                for column in range(sample.replicates.shape[1])
            ]
            squares = (np.array(again) - value[place]) ** 2
            se[place] = np.sqrt((sample.replicate_scales * squares).sum())
        return Estimate(value, se)
    total = domains.totals(influence)
    return Estimate(value, np.where(np.isnan(value), np.nan, total.total().se))


def _gini(values: FloatArray, weight: FloatArray, rank_of: RankOf) -> tuple[float, FloatArray]:
    """Gini coefficient and the influence of each row on it."""
    order = np.argsort(values, kind="stable")
    y, w = values[order], weight[order]
    size, total = w.sum(), (w * y).sum()
    if not total > 0:
        return np.nan, np.zeros(len(values))
    rank, incomes = np.cumsum(w), np.cumsum(w * y)
    doubled, rest = 2 * rank - (1 if rank_of == "end" else w), total - incomes + w * y
    coefficient = float((doubled * y * w).sum() / (size * total) - 1)
    slope = doubled * y + 2 * rest - (w * y if rank_of == "middle" else 0)
    influence = np.empty(len(values))
    influence[order] = (slope - (coefficient + 1) * (total + size * y)) / (size * total)
    return coefficient, influence


def _sen(relative: FloatArray, poor: BoolArray, weight: FloatArray) -> tuple[float, FloatArray]:
    """Sen index and the influence of each row on it."""
    size = weight.sum()
    if not size > 0:
        return np.nan, np.zeros(len(relative))
    heads = float((weight * poor).sum() / size)
    gap = float((weight * poor * (1 - relative)).sum() / size)
    of_heads = (poor - heads) / size
    of_gap = (poor * (1 - relative) - gap) / size
    inequality, of_inequality = 0.0, np.zeros(len(relative))
    if poor.any() and heads > gap:
        inequality, of_inequality[poor] = _gini(relative[poor], weight[poor], "middle")
    influence = of_gap + (of_heads - of_gap) * inequality + (heads - gap) * of_inequality
    return gap + (heads - gap) * inequality, influence
