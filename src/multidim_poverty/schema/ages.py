"""Ages of members: as stated, else from the date or the year of birth on the day of the survey.

A year of birth alone gives an age to within a year, so every age is the youngest and the oldest
that it may be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import completed_months, dates_of, months_of_birth_year
from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.definitions import OLDEST
from multidim_poverty.schema.reading import numbers_of

__all__ = [
    "BIRTH_COLUMNS",
    "AgeRange",
    "age_values",
    "ages_of",
    "ages_of_months",
    "birth_years",
    "check_day_of_ages",
    "first_known",
    "months_of_life",
    "years_of_birth",
]

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, "pd.Series[Any]"]
BIRTH_COLUMNS = ("birth_date", "birth_year")  # a date counts before a year


class AgeRange(NamedTuple):
    """Youngest and oldest possible age of each member [completed years]; NaN where unknown."""

    youngest: Floats
    oldest: Floats

    def at(self, rows: npt.NDArray[Any]) -> AgeRange:
        """The ages of some rows."""
        return AgeRange(self.youngest[rows], self.oldest[rows])


def birth_years(births: pd.Series[Any]) -> Floats:
    """Year of birth of a column of dates, or of years; NaN where missing."""
    if births.name == "birth_year":
        return numbers_of(births)
    return np.asarray(dates_of(births).dt.year, dtype=np.float64)


def years_of_birth(members: pd.DataFrame) -> Floats:
    """Year of birth of each member, of the date where there is one; NaN where unknown."""
    years = [birth_years(members[name]) for name in BIRTH_COLUMNS if name in members.columns]
    return first_known([*years, np.full(len(members), np.nan)])


def first_known(columns: Iterable[Floats]) -> Floats:
    """The number of the first column that has one; NaN where none has."""
    return reduce(lambda first, other: np.where(np.isnan(first), other, first), columns)


def months_of_life(births: pd.Series[Any], day: dt.date) -> tuple[Floats, Floats]:
    """Fewest and most completed months of life on a day, of a column of dates, or of years."""
    if births.name == "birth_year":
        return months_of_birth_year(numbers_of(births), day)
    exact = completed_months(births, day)
    return exact, exact


def ages_of_months(least: Floats, most: Floats) -> AgeRange:
    """Ages of members of so many months of life."""
    return AgeRange(least // 12, np.minimum(most // 12, OLDEST))


def ages_of(members: Columns, n: int, day: dt.date | None) -> AgeRange:
    """The age of each of `n` members: as stated, else from the birth on the day of the survey."""
    youngest = numbers_of(members["age"]) if "age" in members else np.full(n, np.nan)
    oldest = youngest
    for name in BIRTH_COLUMNS:
        if day is not None and name in members and (unknown := np.isnan(youngest)).any():
            ages = ages_of_months(*months_of_life(members[name], day))
            youngest = np.where(unknown, ages.youngest, youngest)
            oldest = np.where(unknown, ages.oldest, oldest)
    return AgeRange(youngest, oldest)


def age_values(ages: AgeRange) -> npt.NDArray[Any]:
    """Ages as faults name them: 15, or "14-15" where there are two."""
    low, high = ages
    open_age = low != high
    if not open_age.any():
        return low
    values = low.astype(object)
    which, pairs = pd.factorize(low[open_age] + 1j * high[open_age])
    texts = [f"{pair.real:g}-{pair.imag:g}" for pair in pairs]
    values[open_age] = np.array(texts, dtype=object)[which]
    return values


def check_day_of_ages(members: pd.DataFrame | None, day: dt.date | None) -> None:
    """Raise where ages can come from births alone, and the day of the survey is not given.

    Raises
    ------
    ArgumentError
        Names the columns of births, and how to give the day.
    """
    if members is None or day is not None or "age" in members.columns:
        return
    if names := [name for name in BIRTH_COLUMNS if name in members.columns]:
        raise ArgumentError(
            f"on is needed where ages come from {' and '.join(names)}: say on which day, "
            "with on='YYYY-MM-DD'"
        )
