"""Estimates of a sample or of a whole country in partitions, with their standard errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from multidim_poverty.measures import Specification
from multidim_poverty.measures import class_shares as shares_of
from multidim_poverty.measures import estimate as estimates_of
from multidim_poverty.measures.classes import shares_in
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.estimation import Missing, estimates_in
from multidim_poverty.measures.inference import Interval
from multidim_poverty.measures.specifications import CutOff
from multidim_poverty.scale.arguments import SeriesLike
from multidim_poverty.scale.merged_estimates import merged_table
from multidim_poverty.scale.partitions import DaskLike

__all__ = ["class_shares", "estimate"]


def estimate(
    deprivations: DaskLike,
    specification: Specification | Sequence[Specification],
    *,
    k: CutOff | Iterable[CutOff],
    by: str | SeriesLike | None = None,
    persons: bool | str | SeriesLike | None = None,
    design: DesignLike | None = None,
    missing: Missing = "complete",
    gaps: DaskLike | None = None,
    vulnerable_from: CutOff = "1/5",
    severe_from: CutOff = "1/2",
    interval: Interval | None = None,
    confidence: float = 0.95,
    progress: bool = False,
) -> pd.DataFrame:
    """Measures of Alkire and Foster, as `multidim_poverty.measures.estimate` gives them.

    Parameters
    ----------
    deprivations : dask.dataframe.DataFrame
        As for `multidim_poverty.measures.estimate`; in any partitions.
    specification : Specification or sequence of Specification
        As for `multidim_poverty.measures.estimate`.
    k : float, fractions.Fraction, str, or iterable of them
        As for `multidim_poverty.measures.estimate`.
    by : str, dask.dataframe.Series or pandas.Series, optional
        A column of `deprivations`, or the group of each household: a Dask Series in the same
        partitions, or a pandas Series of all households.
    persons : bool, str, dask.dataframe.Series or pandas.Series, optional
        As for `multidim_poverty.measures.estimate`; a Series as for `by`.
    design : Design or "census", optional
        Of the whole sample; its parts are names of columns, or Series as for `by`. Primary
        sampling units and strata may lie in several partitions.
    missing : {"complete", "bounds"}
        As for `multidim_poverty.measures.estimate`.
    gaps : dask.dataframe.DataFrame, optional
        As for `multidim_poverty.measures.estimate`; in the partitions of `deprivations`.
    vulnerable_from, severe_from : float, fractions.Fraction or str
        As for `multidim_poverty.measures.estimate`.
    interval : {"logit", "t", "normal"}, optional
        As for `multidim_poverty.measures.estimate`.
    confidence : float
        As for `multidim_poverty.measures.estimate`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The table that `multidim_poverty.measures.estimate` gives for all households at once, but
        for the rounding of sums in another order.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.measures.estimate`, with the partitions. What only all partitions
        show together, such as a stratum with one unit, is named in each partition that has rows
        of it.
    MissingExtraError
        As for `multidim_poverty.measures.estimate`.

    Notes
    -----
    Each partition hands on the weighted totals of its primary sampling units in each group, from
    which the variance is made, as in memory, once they are added up: 8 bytes for each unit, group
    and total, of which twelve indicators make some 35 per cut-off. Without a design, or with
    replicate weights, the totals are those of the groups alone. A design without ``psu`` makes a
    unit of each household: give it to samples, and "census" to a country.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> matrix = mdp.scale.deprivations(survey, standard="decree_07_2021")
    >>> chosen = mdp.measures.specification("decree_07_2021")
    >>> table = mdp.scale.estimate(
    ...     matrix, chosen, k="3 of 12", by=survey.households["area"], design=mdp.measures.Design())
    >>> of_h = table.loc[table["measure"] == "H", ["subgroup", "estimate", "se"]]
    >>> of_h.round(3).values.tolist()
    [[None, 0.317, 0.022], ['rural', 0.329, 0.026], ['urban', 0.287, 0.039]]
    """
    arguments = dict(
        specification=specification,
        k=k if isinstance(k, str) or not isinstance(k, Iterable) else list(k),
        missing=missing,
        gaps=gaps,
        vulnerable_from=vulnerable_from,
        severe_from=severe_from,
        by=by,
        persons=persons,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return merged_table(
        estimates_of, estimates_in, deprivations, "deprivations", arguments, progress
    )


def class_shares(
    result: DaskLike,
    *,
    by: str | SeriesLike | None = None,
    persons: bool | str | SeriesLike | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
    progress: bool = False,
) -> pd.DataFrame:
    """Share of each legal class, as `multidim_poverty.measures.class_shares` gives it.

    Parameters
    ----------
    result : dask.dataframe.DataFrame
        One row per household, as `assess` gives it; in any partitions.
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
        The table that `multidim_poverty.measures.class_shares` gives for all households at once,
        but for the rounding of sums in another order.

    Raises
    ------
    InvalidDataError, ArgumentError, MissingExtraError
        As for `estimate`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> result = mdp.scale.assess(survey, standard="decree_07_2021")
    >>> shares = mdp.scale.class_shares(result, design=mdp.measures.Design())
    >>> shares[["estimate", "lower", "upper"]].head(1).round(3).values.tolist()
    [[0.192, 0.16, 0.229]]
    """
    arguments = dict(
        by=by, persons=persons, design=design, interval=interval, confidence=confidence
    )
    return merged_table(shares_of, shares_in, result, "result", arguments, progress)
