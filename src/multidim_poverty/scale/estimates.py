"""Estimates of a sample or of a whole country in partitions, with their standard errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.measures import Design, Specification
from multidim_poverty.measures import class_shares as shares_of
from multidim_poverty.measures import estimate as estimates_of
from multidim_poverty.measures import fgt as fgt_of
from multidim_poverty.measures import watts as watts_of
from multidim_poverty.measures.classes import shares_in
from multidim_poverty.measures.design import DesignLike, design_columns
from multidim_poverty.measures.estimation import Missing, estimates_in
from multidim_poverty.measures.income_gaps import fgt_in, watts_in
from multidim_poverty.measures.inference import Interval
from multidim_poverty.measures.merging import PartSums, merged_measure, sums_of_part, unit_rows
from multidim_poverty.measures.specifications import CutOff
from multidim_poverty.scale.arguments import Place, SeriesLike, dask_arguments, in_partition
from multidim_poverty.scale.partitions import (
    DaskLike,
    as_dask,
    joined_faults,
    run_on,
    values_of,
    warn_again,
)

__all__ = ["class_shares", "estimate", "fgt", "watts"]

SCOPE = ("by", "persons", "design")
OF_INTERVAL = ("interval", "confidence")


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

    Gini and Sen indices rank all incomes and are no sums: compute the column of incomes, and hand
    it to `multidim_poverty.measures.gini`.

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
    return _merged(estimates_of, estimates_in, deprivations, "deprivations", arguments, progress)


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
    return _merged(shares_of, shares_in, result, "result", arguments, progress)


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
    return _merged(fgt_of, fgt_in, households, "households", arguments, progress)


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
    return _merged(watts_of, watts_in, households, "households", arguments, progress)


def _merged(
    in_memory: Callable[..., pd.DataFrame],
    in_scope: Callable[..., pd.DataFrame],
    table: DaskLike,
    name: str,
    arguments: dict[str, Any],
    progress: bool,
) -> pd.DataFrame:
    """The measure of all partitions; ``in_scope`` is the one in memory within a given scope."""
    data = as_dask(table, name)
    parted = dask_arguments(arguments, data, name)
    places, tables = list(parted), list(parted.values())
    of_no_rows = in_partition(arguments, places, [each._meta for each in tables])
    in_memory(data._meta, **of_no_rows)  # says what is wrong with the arguments
    of_partitions = {key: arguments[key] for key in arguments if key not in OF_INTERVAL}
    function = partial(_sums, in_scope, name, of_partitions, places)
    outcomes = run_on(function, data, *tables, progress=progress)
    parts: list[PartSums] = values_of(outcomes)
    warn_again(outcomes, stacklevel=4)
    options = {key: of_no_rows[key] for key in of_no_rows if key not in (*SCOPE, *OF_INTERVAL)}
    scope = {key: of_no_rows[key] for key in (*SCOPE, *OF_INTERVAL)}
    measure = partial(in_scope, **options)
    try:
        return merged_measure(measure, data._meta, parts, name, **scope)
    except InvalidDataError as error:
        faults = _by_partition(error.violations, parts)
        units = dd.from_map(_itself, faults, meta=error.violations.iloc[:0])
        named = run_on(partial(_of_rows, name, arguments["design"], places), data, units, *tables)
        raise InvalidDataError(joined_faults(dict(enumerate(values_of(named))))) from None


def _sums(
    in_scope: Callable[..., pd.DataFrame],
    name: str,
    arguments: dict[str, Any],
    places: Sequence[Place],
    data: pd.DataFrame,
    *parts: Any,
) -> PartSums:
    """What a partition hands on."""
    of_partition = in_partition(arguments, places, parts)
    scope = {key: of_partition.pop(key) for key in SCOPE}
    return sums_of_part(partial(in_scope, **of_partition), data, name, **scope)


def _by_partition(faults: pd.DataFrame, parts: Sequence[PartSums]) -> list[pd.DataFrame]:
    """The faults of the units of all partitions by partition, with the number of the unit in it."""
    ends = np.cumsum([0 if part.units is None else len(part.units) for part in parts])
    at = faults["household_id"].to_numpy(np.int64)
    of_part = np.searchsorted(ends, at, side="right")
    starts = np.concatenate([[0], ends[:-1]])
    return [
        faults[of_part == n].assign(household_id=at[of_part == n] - starts[n])
        for n in range(len(parts))
    ]


def _itself(table: pd.DataFrame) -> pd.DataFrame:
    return table


def _of_rows(
    name: str,
    design: Design,
    places: Sequence[Place],
    data: pd.DataFrame,
    faults: pd.DataFrame,
    *parts: Any,
) -> pd.DataFrame:
    """The faults of some units of a partition, household by household."""
    of_design = [(at, part) for at, part in zip(places, parts, strict=True) if at[0] == "design"]
    chosen = in_partition({"design": design}, *zip(*of_design, strict=True)) if of_design else {}
    columns, _ = design_columns(chosen.get("design", design), data, name)
    _, unit = unit_rows(columns, chosen.get("design", design))
    at = pd.Index(unit)
    rows = [np.flatnonzero(at == number) for number in faults["household_id"]]
    named = faults.take(np.repeat(np.arange(len(faults)), [len(each) for each in rows]))
    order = np.concatenate([*rows, np.empty(0, dtype=np.intp)]).astype(np.intp)
    named = named.assign(household_id=data.index[order].astype(object))
    return named.take(np.argsort(order, kind="stable")).reset_index(drop=True)
