"""Measures of income of a sample or of a whole country in partitions."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from multidim_poverty.measures import fgt as fgt_of
from multidim_poverty.measures import gini as gini_of
from multidim_poverty.measures import sen as sen_of
from multidim_poverty.measures import watts as watts_of
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.income_gaps import fgt_in, watts_in
from multidim_poverty.measures.income_ranks import RankOf, gini_in, sen_in
from multidim_poverty.measures.inference import Interval
from multidim_poverty.scale.arguments import SeriesLike
from multidim_poverty.scale.merged_estimates import merged_table
from multidim_poverty.scale.partitions import DaskLike

__all__ = ["fgt", "gini", "sen", "watts"]


def fgt(
    households: DaskLike,
    *,
    line: float | str | SeriesLike,
    income: str | SeriesLike | None = None,
    alpha: float | Iterable[float] = (0, 1, 2),
    inclusive: bool = True,
    by: str | SeriesLike | None = None,
    persons: bool | str | SeriesLike | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    progress: bool = False,
) -> pd.DataFrame:
    """Income poverty by Foster, Greer and Thorbecke, as `multidim_poverty.measures.fgt` gives it.

    Parameters
    ----------
    households : dask.dataframe.DataFrame
        As for `multidim_poverty.measures.fgt`; in any partitions.
    line : float, str, dask.dataframe.Series or pandas.Series
        As for `multidim_poverty.measures.fgt`; a Series as `by` for `estimate`.
    income : str, dask.dataframe.Series or pandas.Series, optional
        As for `multidim_poverty.measures.fgt`; a Series as `by` for `estimate`.
    alpha : float or iterable of float
        As for `multidim_poverty.measures.fgt`.
    inclusive : bool
        As for `multidim_poverty.measures.fgt`.
    by : str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    persons : bool, str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    design : Design or "census", optional
        As for `estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `estimate`.
    confidence : float
        As for `estimate`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.fgt` gives for all households at once, but for
        the rounding of sums in another order.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.fgt`, with the partitions.
    MissingExtraError
        As for `estimate`.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [750_000.0, 1_500_000.0, 3_000_000.0]})
    >>> mdp.scale.fgt(households, line=1_500_000)["estimate"].round(3).tolist()
    [0.667, 0.167, 0.083]
    """
    arguments = dict(
        line=line,
        income=income,
        alpha=list(alpha) if isinstance(alpha, Iterable) else alpha,
        inclusive=inclusive,
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return merged_table(fgt_of, fgt_in, households, "households", arguments, progress)


def watts(
    households: DaskLike,
    *,
    line: float | str | SeriesLike,
    income: str | SeriesLike | None = None,
    by: str | SeriesLike | None = None,
    persons: bool | str | SeriesLike | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    progress: bool = False,
) -> pd.DataFrame:
    """Watts index of income poverty, as `multidim_poverty.measures.watts` gives it.

    Parameters
    ----------
    households : dask.dataframe.DataFrame
        As for `fgt`.
    line : float, str, dask.dataframe.Series or pandas.Series
        As for `fgt`.
    income : str, dask.dataframe.Series or pandas.Series, optional
        As for `fgt`; each income above 0.
    by : str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    persons : bool, str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    design : Design or "census", optional
        As for `estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `estimate`.
    confidence : float
        As for `estimate`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.watts` gives for all households at once, but for
        the rounding of sums in another order.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.watts`, with the partitions.
    MissingExtraError
        As for `estimate`.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [750_000.0, 3_000_000.0]})
    >>> mdp.scale.watts(households, line=1_500_000)["estimate"].round(4).tolist()
    [0.3466]
    """
    arguments = dict(
        line=line,
        income=income,
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return merged_table(watts_of, watts_in, households, "households", arguments, progress)


def gini(
    households: DaskLike,
    *,
    income: str | SeriesLike | None = None,
    rank_of: RankOf = "middle",
    by: str | SeriesLike | None = None,
    persons: bool | str | SeriesLike | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    progress: bool = False,
) -> pd.DataFrame:
    """Gini coefficient of incomes, as `multidim_poverty.measures.gini` gives it.

    Parameters
    ----------
    households : dask.dataframe.DataFrame
        As for `fgt`.
    income : str, dask.dataframe.Series or pandas.Series, optional
        As for `fgt`; each income 0 or more.
    rank_of : {"middle", "end"}
        As for `multidim_poverty.measures.gini`.
    by : str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    persons : bool, str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    design : Design or "census", optional
        As for `estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `estimate`.
    confidence : float
        As for `estimate`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.gini` gives for all households at once, but for
        the rounding of sums in another order.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.gini`, with the partitions.
    MissingExtraError
        As for `estimate`.

    Notes
    -----
    The ranks are those of all incomes, and exact: each partition hands on one row per group,
    sampling unit of the design and distinct income, of 40 bytes and 16 for each replicate, which
    are joined on the machine that asks. Its memory grows with these rows, not with households:
    incomes are whole VND, and rounded in most surveys. Where nearly all incomes of a country
    differ, round them first, such as to a thousand VND, and give no design or "census": a design
    without ``psu`` makes a unit of each household.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [0.0, 0.0, 0.0, 4_000_000.0]})
    >>> mdp.scale.gini(households)["estimate"].tolist()
    [0.75]
    """
    arguments = dict(
        income=income,
        rank_of=rank_of,
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return merged_table(gini_of, gini_in, households, "households", arguments, progress)


def sen(
    households: DaskLike,
    *,
    line: float | str | SeriesLike,
    income: str | SeriesLike | None = None,
    by: str | SeriesLike | None = None,
    persons: bool | str | SeriesLike | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    progress: bool = False,
) -> pd.DataFrame:
    """Sen index of income poverty, as `multidim_poverty.measures.sen` gives it.

    Parameters
    ----------
    households : dask.dataframe.DataFrame
        As for `fgt`.
    line : float, str, dask.dataframe.Series or pandas.Series
        As for `fgt`.
    income : str, dask.dataframe.Series or pandas.Series, optional
        As for `fgt`; each income 0 or more.
    by : str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    persons : bool, str, dask.dataframe.Series or pandas.Series, optional
        As for `estimate`.
    design : Design or "census", optional
        As for `estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `estimate`.
    confidence : float
        As for `estimate`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.sen` gives for all households at once, but for
        the rounding of sums in another order.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.sen`, with the partitions.
    MissingExtraError
        As for `estimate`.

    Notes
    -----
    The poor are ranked by their incomes as shares of the line: see `gini` for what each partition
    hands on; those who are not poor are one row per group and sampling unit.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_per_capita": [750_000.0, 750_000.0, 3_000_000.0]})
    >>> mdp.scale.sen(households, line=1_500_000)["estimate"].round(4).tolist()
    [0.3333]
    """
    arguments = dict(
        line=line,
        income=income,
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return merged_table(sen_of, sen_in, households, "households", arguments, progress)
