"""Income of farm, forestry, fishery and salt households, and the average living standard."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.income_steps import AREAS, income_steps
from multidim_poverty.errors import ArgumentError, NotCoveredError
from multidim_poverty.identity import match
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.schema.definitions import COLUMNS, Column, column_of
from multidim_poverty.schema.faults import column_faults, id_faults, orphan_faults, raise_errors
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.vocabulary import Area, IncomeSource, PovertyClass

__all__ = ["average_living_standard", "farm_income"]


def farm_income(
    households: TablesLike,
    accounts: pd.DataFrame,
    *,
    allowances: Collection[str] = (IncomeSource.SOCIAL_ALLOWANCE,),
) -> pd.DataFrame:
    """Income of farm households over the 12 months before the review, by source.

    Income is receipts less production costs. Per head and month it is divided by the members
    and by 12.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``, unique; ``household_size`` [persons].
    accounts : pandas.DataFrame
        One row per household and source; several rows of one source add up. Columns
        ``household_id``, ``source`` (one of `IncomeSource`), ``receipts`` and ``costs`` [VND per
        household in 12 months]. Receipts include what the household used itself. Where a source
        has no costs, write 0.
    allowances : collection of str
        Sources that are not income. Their receipts are given apart, their costs are not read.

    Returns
    -------
    pandas.DataFrame
        Index as `households`, all float64:

        - ``income_12m`` [VND per household in 12 months];
        - ``income_per_capita`` [VND/person/month];
        - one column per counted source, in the order of `IncomeSource`: its receipts less its
          costs [VND/person/month];
        - ``left_out`` [VND per household in 12 months]: receipts that are not income.

        A loss is negative and stays so: `classify` takes it as an income below every line, with
        a warning, and `average_living_standard` reads it.

    Raises
    ------
    InvalidDataError
        If a column is absent, a household unknown or its id repeated, a source unknown, or an
        amount negative, infinite, not a number, or of a dtype too coarse for VND (float32).
    ArgumentError
        If `allowances` names an unknown source.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 2: all income of the 12 months before the review counts,
    without social allowances and social assistance from the state budget. The division and most
    of the sources come from an older form; the sources of the form now in use are unconfirmed.
    On that form other receipts held allowances too: give those of the state as
    ``social_allowance``, or they count.

    A missing amount makes its source unknown (NaN), and with it the totals; a missing
    ``household_size`` makes all but ``income_12m`` and ``left_out`` unknown. A household without
    a row is unknown, not without income; so is the income of one that has rows of allowances
    alone. In a household with at least one counted row, a source without a row is 0.

    Nothing is rounded. Amounts in whole VND are added without error, and an income at a line is
    at the line; the sources may differ from the total in the last digit.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"household_size": [4, 2]}, index=["a", "b"])
    >>> accounts = pd.DataFrame({
    ...     "household_id": ["a", "a", "a"], "source": ["crops", "salt", "social_allowance"],
    ...     "receipts": [96e6, 36e6, 6e6], "costs": [30e6, 6e6, 0.0]})
    >>> mdp.farm_income(households, accounts)[["income_per_capita", "crops", "salt", "left_out"]]
       income_per_capita      crops      salt   left_out
    a          2000000.0  1375000.0  625000.0  6000000.0
    b                NaN        NaN       NaN        NaN
    """
    households = as_households(households)
    accounts = as_frame(accounts, "accounts")
    apart = {allowances} if isinstance(allowances, str) else set(allowances)
    sources = IncomeSource.codes()
    if unknown := sorted(apart - set(sources)):
        raise ArgumentError(
            f"allowances names unknown sources {', '.join(map(repr, unknown))}; "
            f"there are {', '.join(sources)}"
        )
    _check_accounts(households, accounts)

    shape = len(households), len(sources)
    home = match(accounts["household_id"], households.index).home.astype(np.intp)
    cell = home * len(sources) + category_codes(accounts["source"], sources)

    def by_source(amounts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        sums = np.bincount(cell, amounts, minlength=shape[0] * shape[1])
        return sums.astype(np.float64).reshape(shape)  # without rows, bincount gives integers

    counted = np.array([source not in apart for source in sources])
    receipts = numbers_of(accounts["receipts"])
    rows = by_source(np.ones(len(accounts)))
    net = by_source(receipts - numbers_of(accounts["costs"]))[:, counted]
    no_source = ~rows[:, counted].any(axis=1)
    net[no_source] = np.nan
    left_out = by_source(receipts)[:, ~counted].sum(axis=1)
    left_out[~rows.any(axis=1)] = np.nan

    income = np.where(no_source, np.nan, net.sum(axis=1))  # a sum of no columns is 0
    months = 12 * numbers_of(households["household_size"])
    names = [source for source in sources if source not in apart]
    return pd.DataFrame(
        {
            "income_12m": income,
            "income_per_capita": income / months,
            **{name: net[:, n] / months for n, name in enumerate(names)},
            "left_out": left_out,
        },
        index=households.index,
    )


def average_living_standard(households: TablesLike, *, standard: StandardLike) -> pd.Series[bool]:
    """Whether income per head is that of the average living standard.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        ``area`` and ``income_per_capita`` [VND/person/month], which may be negative.
    standard : Standard or str
        Its class rules give the bounds of the class ``average``.

    Returns
    -------
    pandas.Series
        Nullable boolean, named ``average_living_standard``, on the same index; NA where an
        unknown income or area could decide, and where deprivations would have to decide too.

    Raises
    ------
    InvalidDataError
        If a column is absent, an area is none of the codes, or an income is infinite,
        not a number, or of a dtype too coarse for VND (float32).
    NotCoveredError
        If the standard has no class ``average``.
    ArgumentError
        If `households` is no table, or there is no such standard.

    Notes
    -----
    Under Decree 07/2021/ND-CP, article 3, clause 2, income is above the poverty line and at most
    the upper line: the upper line is included, and deprivations play no part. The bounds are
    unconfirmed. Decision 24/2021/QD-TTg, article 6, compares the income of `farm_income` with
    them. That the household works in farming, forestry, fishery or salt making is for the
    caller to know.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame(
    ...     {"area": "rural", "income_per_capita": [1_500_000.0, 2_250_000.0, 2_250_001.0]})
    >>> mdp.average_living_standard(
    ...     households, standard=mdp.standard("decree_07_2021")).tolist()
    [False, True, False]
    """
    households = as_households(households)
    standard = as_standard(standard)
    if PovertyClass.AVERAGE not in standard.classes:
        raise NotCoveredError(
            f"{standard.name} has no average living standard (its classes are "
            f"{', '.join(standard.classes)}); use a standard with the class 'average'"
        )
    if not standard.lines:
        raise NotCoveredError(
            f"{standard.name} has no income lines, and the average living standard lies between "
            f"two; use a standard with lines"
        )
    columns = [_household("area"), _household("income_per_capita")]
    raise_errors(
        [f for column in columns for f in column_faults(households, column, needed=True)],
        {"households": households},
    )

    steps = income_steps(standard)
    place = steps.places(
        category_codes(households["area"], Area.codes()),
        numbers_of(households["income_per_capita"]),
    )
    counts = range(len(standard.indicators) + 1)
    average = [
        {standard.rule_for(b, n).poverty_class is PovertyClass.AVERAGE for n in counts}
        for b in range(len(standard.band_ids))
    ]
    of_place = [
        set().union(*(average[steps.bands[a][s]] for a, s in steps.possible(*cell)))
        for cell in np.ndindex(AREAS, steps.count)
    ]
    certain = np.array([answers == {True} for answers in of_place])[place]
    unknown = np.array([len(answers) > 1 for answers in of_place])[place]
    return pd.Series(
        pd.arrays.BooleanArray(certain, unknown),
        index=households.index,
        name="average_living_standard",
    )


# -- checks ----------------------------------------------------------------------------------


def _household(name: str) -> Column:
    column = column_of("households", name)
    assert column is not None
    return column


def _check_accounts(households: pd.DataFrame, accounts: pd.DataFrame) -> None:
    faults = [*id_faults(households)]
    faults += column_faults(households, _household("household_size"), needed=True)
    for column in COLUMNS:
        if column.table == "accounts":
            faults += column_faults(accounts, column, needed=True)
    faults += orphan_faults(households, accounts, "accounts")
    raise_errors(faults, {"households": households, "accounts": accounts})
