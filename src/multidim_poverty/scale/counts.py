"""Measures of a whole country: whole numbers of each partition, added up, then the ratios."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures.deprivations import (
    BaseOf,
    combination_counts,
    indicator_counts,
    rated_combinations,
    rated_indicators,
)
from multidim_poverty.measures.groups import summed
from multidim_poverty.measures.incidence import (
    Undetermined,
    class_counts,
    rated_classes,
)
from multidim_poverty.measures.merging import one_below
from multidim_poverty.scale.partitions import DaskLike, as_dask, checked_values

__all__ = ["deprivation_combinations", "deprivation_rates", "headcount", "level_names"]


def headcount(
    result: DaskLike,
    *,
    by: str | Sequence[str] | None = None,
    of: str | Sequence[str] = "poor",
    persons: bool = False,
    undetermined: Undetermined = "in_base",
    progress: bool = False,
) -> pd.DataFrame:
    """Headcount and headcount ratio, as `multidim_poverty.measures.headcount` gives them.

    Parameters
    ----------
    result : dask.dataframe.DataFrame
        One row per household, as `assess` gives it.
    by : str or sequence of str, optional
        One or several columns of `result`. All households together by default.
    of : str or sequence of str
        Classes that are counted.
    persons : bool
        Whether to count persons too.
    undetermined : {"in_base", "left_out", "worst", "best"}
        How a household without a class counts.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.headcount` gives for all households at once.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.headcount`, with the partitions.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> result = mdp.scale.assess(survey, standard="decree_07_2021")
    >>> mdp.scale.headcount(result)[["headcount", "base", "headcount_ratio"]].values.tolist()
    [[96.0, 500.0, 19.2]]
    """
    levels = level_names(by)
    function = partial(
        class_counts, by=levels or None, of=of, persons=persons, undetermined=undetermined
    )
    counts = one_below(checked_values(function, as_dask(result, "result"), progress=progress))
    table = summed(counts, levels, "count_of").reset_index(drop=True)
    return rated_classes(table, of=of, undetermined=undetermined)


def deprivation_rates(
    result: DaskLike,
    *,
    standard: StandardLike,
    by: str | Sequence[str] | None = None,
    of: BaseOf = "all",
    progress: bool = False,
) -> pd.DataFrame:
    """Rates of each indicator, as `multidim_poverty.measures.deprivation_rates` gives them.

    Parameters
    ----------
    result : dask.dataframe.DataFrame
        One row per household, as `assess` gives it.
    standard : Standard or str
        Gives the indicators and their order.
    by : str or sequence of str, optional
        As for `headcount`.
    of : {"all", "poor"}
        The base.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.deprivation_rates` gives for all households.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.deprivation_rates`, with the partitions.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> result = mdp.scale.assess(survey, standard="decree_07_2021")
    >>> rates = mdp.scale.deprivation_rates(result, standard="decree_07_2021")
    >>> rates[["indicator", "uncensored_headcount", "base"]].head(1).values.tolist()
    [['employment', 242, 500]]
    """
    levels, law = level_names(by), as_standard(standard)
    function = partial(indicator_counts, standard=law, by=levels or None, of=of)
    counts = one_below(checked_values(function, as_dask(result, "result"), progress=progress))
    return rated_indicators(summed(counts, levels, "indicator"), standard=law, of=of)


def deprivation_combinations(
    result: DaskLike, *, standard: StandardLike, of: BaseOf = "all", progress: bool = False
) -> pd.DataFrame:
    """Combinations of deprivations, as `multidim_poverty.measures.deprivation_combinations` does.

    Parameters
    ----------
    result : dask.dataframe.DataFrame
        One row per household, as `assess` gives it.
    standard : Standard or str
        Gives the indicators and their order.
    of : {"all", "poor"}
        The base.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.deprivation_combinations` gives for all
        households at once.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.deprivation_combinations`, with the partitions.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> result = mdp.scale.assess(survey, standard="decree_07_2021")
    >>> table = mdp.scale.deprivation_combinations(result, standard="decree_07_2021", of="poor")
    >>> int(table["headcount"].sum())
    96
    """
    law = as_standard(standard)
    function = partial(combination_counts, standard=law, of=of)
    counts = pd.concat(checked_values(function, as_dask(result, "result"), progress=progress))
    pairs = counts.groupby(["deprived", "unknown"])["households"].sum().reset_index()
    return rated_combinations(pairs, of=of)


def level_names(by: str | Sequence[str] | None) -> list[str]:
    """The columns that tell groups or units apart; in partitions these are columns by name."""
    if isinstance(by, str):
        return [by]
    if by is None:
        return []
    if not isinstance(by, Sequence) or not all(isinstance(name, str) for name in by):
        raise ArgumentError(
            f"by is a {type(by).__name__}; on partitions, pass the name of a column or several, "
            "and join what is no column yet"
        )
    if len(set(by)) < len(by):
        raise ArgumentError(f"by repeats a column: {list(by)}; name each once")
    return list(by)
