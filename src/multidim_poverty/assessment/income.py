"""Income per head: the money side of the standard."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.arguments import TablesLike, as_households
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.reading import numbers_of

__all__ = ["assessed_income", "income_known", "income_of_sizes", "per_capita_income"]


def per_capita_income(households: TablesLike) -> pd.Series[float]:
    """Monthly income per head from the income of 12 months.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        ``income_12m`` [VND per household in 12 months] and ``household_size`` [persons].

    Returns
    -------
    pandas.Series
        Of float64, named ``income_per_capita`` [VND/person/month], on the same index; NaN where
        either is missing. A loss is negative and stays so: `classify` takes it as an income
        below every line.

    Raises
    ------
    InvalidDataError
        If a column is absent, a value is infinite or not a number, an income is of a dtype too
        coarse for VND (float32), or a size is below 1.
    ArgumentError
        If `households` is no table.

    Notes
    -----
    What counts as income is for the survey to settle. Decision 24/2021/QD-TTg, article 2, has
    income estimated from household information for the review of poor households; for farm
    households it takes all income of the 12 months before the review, without social
    allowances and social assistance from the state budget. No rule on rounding was found, so
    nothing is rounded: one division, exact at a line. A household whose 12-month income is the
    line x 12 x size is at the line, and one VND more in the year is above it.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"income_12m": [126_000_000, 126_000_001], "household_size": 7})
    >>> (mdp.per_capita_income(households) <= 1_500_000).tolist()
    [True, False]
    """
    households = as_households(households)
    read = [("households", "income_12m"), ("households", "household_size")]
    check_columns(households, None, read, required=read)
    values = numbers_of(households["income_12m"]) / (12 * numbers_of(households["household_size"]))
    return pd.Series(values, index=households.index, name="income_per_capita")


def income_known(households: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Income per head as stated, else computed; NaN where neither can be [VND/person/month]."""
    check_columns(households, None, [("households", "income_per_capita")])
    if not {"income_12m", "household_size"} <= set(households.columns):
        return income_of_sizes(households, None)
    if (
        "income_per_capita" not in households.columns
        or np.isnan(numbers_of(households["income_per_capita"])).any()
    ):
        read = [("households", "income_12m"), ("households", "household_size")]
        check_columns(households, None, read)
    return income_of_sizes(households, numbers_of(households["household_size"]))


def income_of_sizes(
    households: pd.DataFrame, size: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.float64]:
    """Income per head of checked households, as stated, else computed from their sizes."""
    stated = None
    if "income_per_capita" in households.columns:
        stated = numbers_of(households["income_per_capita"])
        if size is None or not np.isnan(stated).any():
            return stated
    if size is None or "income_12m" not in households.columns:
        return np.full(len(households), np.nan) if stated is None else stated
    computed = numbers_of(households["income_12m"]) / (12 * size)
    return computed if stated is None else np.where(np.isnan(stated), computed, stated)


def assessed_income(
    households: pd.DataFrame, result: pd.DataFrame | None
) -> npt.NDArray[np.float64]:
    """Income per head that `assess` handed on in its result, else that of the households.

    `result` is on the index of `households`. NaN where the income is unknown
    [VND/person/month].

    Raises
    ------
    ArgumentError
        If the two give a household different incomes; names the first ids.
    """
    own = income_known(households)
    if result is None or "income_per_capita" not in result.columns:
        return own
    assessed = income_known(result[["income_per_capita"]])
    differs = ~np.isnan(own) & ~np.isclose(own, assessed, rtol=1e-9, atol=0)
    if differs.any():
        raise ArgumentError(
            f"{int(differs.sum())} households have another income in households than in the "
            f"result, such as {households.index[differs][:5].tolist()}; assess the households again"
        )
    return assessed
