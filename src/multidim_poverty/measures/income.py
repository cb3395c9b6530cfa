"""Poverty and inequality of incomes: Foster-Greer-Thorbecke, Watts, Sen, Gini."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.income import per_capita_income
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.language import Label
from multidim_poverty.measures.design import DesignLike, FloatArray
from multidim_poverty.measures.inference import Domains, Estimate, Interval
from multidim_poverty.measures.tidy import Block, Scope, read_scope, tidy_table
from multidim_poverty.schema.arguments import as_frame, values_of
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.fault_table import Fault, report
from multidim_poverty.schema.faults import column_faults, fault_at
from multidim_poverty.schema.reading import numbers_of

__all__ = ["RankOf", "fgt", "fgt_in", "gini", "sen", "watts", "watts_in"]

BoolArray = npt.NDArray[np.bool_]
RankOf = Literal["middle", "end"]
LABELS = ("measure", "alpha")
LINE = Label(vi="Chuẩn thu nhập", en="Poverty line")


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
    powers = [float(power) for power in (alpha if isinstance(alpha, Iterable) else [alpha])]
    if not powers or not all(power >= 0 and np.isfinite(power) for power in powers):
        raise ArgumentError(f"alpha {alpha!r}: give powers of 0 or more, such as (0, 1, 2)")
    values, known = _income(data, income)
    lines, known = _lines(data, line, known)
    poor = _poor(values, lines, inclusive)
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
    return _labelled(tidy_table(parts, scope, LABELS), ["FGT"])


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
    values, known = _income(data, income, above_zero=True)
    lines, known = _lines(data, line, known)
    positive = np.where(values > 0, values, 1.0)
    depth = np.where(_poor(values, lines, True), np.log(lines / positive), 0.0)
    parts = []
    for level in scope.levels:
        domains = scope.domains(level, known)
        ratio = domains.totals(depth).over(domains.totals())
        block = Block({"measure": "Watts", "alpha": np.nan}, ratio, share=False)
        parts.append((level, domains, known, [block]))
    return _labelled(tidy_table(parts, scope, LABELS), ["Watts"])


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
    values, known = _income(data, income, negative=False)
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
    return _labelled(tidy_table(parts, scope, LABELS), ["Gini"])


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
    values, known = _income(data, income, negative=False)
    lines, known = _lines(data, line, known)
    scope = read_scope(
        data,
        "households",
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    poor, relative = _poor(values, lines, True), values / lines

    def statistic(weight: FloatArray, rows: npt.NDArray[np.intp]) -> tuple[float, FloatArray]:
        return _sen(relative[rows], poor[rows], weight)

    parts = []
    for level in scope.levels:
        domains = scope.domains(level, known)
        block = Block({"measure": "Sen", "alpha": np.nan}, _by_domain(domains, statistic))
        parts.append((level, domains, known, [block]))
    return _labelled(tidy_table(parts, scope, LABELS), ["Sen"])


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


# -- what goes in ----------------------------------------------------------------------------


def _income(
    data: pd.DataFrame,
    income: str | pd.Series[Any] | None,
    *,
    negative: bool = True,
    above_zero: bool = False,
) -> tuple[FloatArray, BoolArray | None]:
    """Incomes, 0 where not known, and which are known (None where all are)."""
    if income is None and "income_per_capita" not in data.columns:
        column = per_capita_income(data)
    else:
        chosen = "income_per_capita" if income is None else income
        column = values_of(chosen, data, "households", "income")
    column = column.rename("income_per_capita")
    table = column.to_frame()
    definition = column_of("households", "income_per_capita")
    assert definition is not None
    faults: list[Fault] = list(column_faults(table, definition))
    if not faults:
        values = numbers_of(column)
        if not negative and (values < 0).any():
            faults.append(fault_at("households", "income_per_capita", "negative", values < 0))
        if above_zero and (values <= 0).any():
            faults.append(
                fault_at("households", "income_per_capita", "not_above_zero", values <= 0)
            )
    if faults:
        raise InvalidDataError(report(faults, {"households": table}))
    known = ~np.isnan(values)
    if known.all():
        return values, None
    return np.where(known, values, 0.0), known


def _lines(
    data: pd.DataFrame, line: float | str | pd.Series[Any], known: BoolArray | None
) -> tuple[FloatArray, BoolArray | None]:
    """The line of each household, 1 where not known, and whose income and line are known."""
    if not isinstance(line, str | pd.Series):
        lines = np.full(len(data), float(line))
        unlined = np.zeros(0, dtype=bool)
    else:
        column = values_of(line, data, "households", "line").rename("line")
        definition = Column(table="households", name="line", kind="number", label=LINE)
        table = column.to_frame()
        if faults := list(column_faults(table, definition)):
            raise InvalidDataError(report(faults, {"households": table}))
        lines = numbers_of(column)
        unlined = np.isnan(lines)
    if unlined.any():
        lines = np.where(unlined, 1.0, lines)
        known = ~unlined if known is None else known & ~unlined
    if not (np.isfinite(lines) & (lines > 0)).all():
        raise ArgumentError("a line is not above 0; give VND per person per month")
    return lines, known


def _poor(values: FloatArray, lines: FloatArray, inclusive: bool) -> BoolArray:
    return values <= lines if inclusive else values < lines


def _labelled(table: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    return table.assign(
        measure=pd.Categorical(table["measure"], categories=measures),
        alpha=table["alpha"].astype(np.float64),
    )
