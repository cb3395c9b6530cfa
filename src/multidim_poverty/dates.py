"""The one door for days: every function that takes a day or a column of days reads it here.

A day is a `datetime.date`, a `datetime.datetime`, a `pandas.Timestamp`, a `numpy.datetime64` or a
text YYYY-MM-DD. A time of day is cut off. A time zone is a fault, because the same moment is two
days in two places. None, NaN, NaT and an empty text are no day. Nothing else is read.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError

__all__ = [
    "NEVER",
    "DayColumn",
    "DayLike",
    "Days",
    "as_date",
    "as_timestamp",
    "completed_months",
    "dates_of",
    "days_of",
    "has_time_zone",
    "months_later",
    "months_of_birth_year",
    "not_a_date",
    "optional_date",
    "read_days",
    "strict_dates_of",
]

DayLike = str | dt.date | np.datetime64
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]  # days since 1970-01-01
NEVER = np.iinfo(np.int64).max
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
COARSE = ("Y", "M", "W", "generic")  # units of datetime64 that name no day

# How a value was read: a day, no day at all, something else, or a moment in a time zone.
DAY, NOTHING, NOT_A_DATE, TIME_ZONE = range(4)


class DayColumn(NamedTuple):
    """A column of days: the days, NaT elsewhere, and the rows that were not understood."""

    days: npt.NDArray[np.datetime64]  # datetime64[D]
    not_a_date: Bools
    time_zone: Bools

    @property
    def missing(self) -> Bools:
        """The rows that hold nothing: None, NaN, NaT or an empty text."""
        nothing: Bools = np.isnat(self.days) & ~self.not_a_date & ~self.time_zone
        return nothing


# -- one day ---------------------------------------------------------------------------------


def as_date(day: Any, argument: str = "on") -> dt.date:
    """The day that an argument names.

    Parameters
    ----------
    day : str (YYYY-MM-DD), datetime.date, pandas.Timestamp or numpy.datetime64
        A time of day is cut off.
    argument : str
        Name of the argument, for the message.

    Returns
    -------
    datetime.date

    Raises
    ------
    ArgumentError
        If it is missing, has a time zone, or is anything else; nothing is guessed.
    """
    kind, date = _read(day)
    if date is not None:
        return date
    if kind == TIME_ZONE:
        raise ArgumentError(
            f"{argument} {day!r} has a time zone; pass the local day without one, such as "
            f"day.replace(tzinfo=None)"
        )
    raise ArgumentError(
        f"{argument} {day!r} is not a date: write it as YYYY-MM-DD, or pass a datetime.date"
    )


def optional_date(day: Any, argument: str = "on") -> dt.date | None:
    """The day that an argument names; None only where it is not passed (None, not NaT)."""
    return None if day is None else as_date(day, argument)


def as_timestamp(day: Any, argument: str = "on") -> pd.Timestamp:
    """The day that an argument names, at midnight, to compare columns with."""
    return pd.Timestamp(as_date(day, argument))


def _read(value: Any) -> tuple[int, dt.date | None]:
    """How a single value is read, and the day that it is."""
    if isinstance(value, str):
        if ISO.fullmatch(value):
            try:
                return DAY, dt.date.fromisoformat(value)
            except ValueError:
                return NOT_A_DATE, None
        return (NOT_A_DATE if value else NOTHING), None
    if value is None or value is pd.NaT or value is pd.NA:
        return NOTHING, None
    if isinstance(value, dt.datetime):  # pandas.Timestamp is one too
        return (DAY, value.date()) if value.tzinfo is None else (TIME_ZONE, None)
    if isinstance(value, dt.date):
        return DAY, value
    if isinstance(value, np.datetime64):
        if np.isnat(value):
            return NOTHING, None
        if np.datetime_data(value.dtype)[0] in COARSE:
            return NOT_A_DATE, None
        date = value.astype("datetime64[D]").item()
        return (DAY, date) if isinstance(date, dt.date) else (NOT_A_DATE, None)
    missing = isinstance(value, float | np.floating) and value != value
    return (NOTHING if missing else NOT_A_DATE), None


# -- a column of days ------------------------------------------------------------------------


def read_days(values: Any) -> DayColumn:
    """The days of a column, and which rows hold something else.

    Parameters
    ----------
    values : pandas.Series, pandas.Index, array or list
        Distinct values are read once, so that a million rows cost little.

    Returns
    -------
    DayColumn
        ``days`` (datetime64[D], NaT where there is none) and, as masks, the rows that hold
        something that is no date and those with a time zone.
    """
    if not isinstance(values, pd.Series):
        values = pd.Series(values, dtype=None if len(values) else object)
    dtype, none = values.dtype, np.zeros(len(values), dtype=bool)
    if isinstance(dtype, pd.CategoricalDtype):
        at = values.cat.codes.to_numpy()
        parts = read_days(pd.Series(values.cat.categories))
        return DayColumn(_taken(parts.days, at), *(_marked(part, at) for part in parts[1:]))
    if isinstance(dtype, pd.DatetimeTZDtype):
        days = np.full(len(values), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        return DayColumn(days, none, values.notna().to_numpy(dtype=bool))
    if isinstance(dtype, np.dtype) and dtype.kind == "M":
        return DayColumn(values.to_numpy().astype("datetime64[D]"), none, none.copy())
    at, distinct = _distinct(values)
    read = [_read(value) for value in distinct]
    kinds = np.array([kind for kind, _ in read], dtype=np.int8)
    days = np.array([date for _, date in read], dtype="datetime64[D]")
    return DayColumn(
        _taken(days, at), _marked(kinds == NOT_A_DATE, at), _marked(kinds == TIME_ZONE, at)
    )


def _distinct(values: pd.Series[Any]) -> tuple[npt.NDArray[Any], list[Any]]:
    """Where the value of each row stands among the distinct ones; -1 where it is missing."""
    try:
        at, distinct = pd.factorize(values)
    except TypeError:  # a list, say, has no hash
        return np.arange(len(values)), values.tolist()
    return at, list(distinct)


def _taken(days: npt.NDArray[Any], at: npt.NDArray[Any]) -> npt.NDArray[np.datetime64]:
    taken: npt.NDArray[np.datetime64] = np.append(days, np.datetime64("NaT", "D"))[at]
    return taken


def _marked(mask: npt.NDArray[Any], at: npt.NDArray[Any]) -> Bools:
    marked: Bools = np.append(mask, False)[at]
    return marked


def not_a_date(series: pd.Series[Any]) -> Bools:
    """Rows that hold something else than a day."""
    return read_days(series).not_a_date


def has_time_zone(series: pd.Series[Any]) -> Bools:
    """Rows that hold a moment in a time zone, which is a day only once the place is known."""
    return read_days(series).time_zone


def dates_of(series: pd.Series[Any]) -> pd.Series[pd.Timestamp]:
    """Values as days (datetime64[s]), NaT where there is none."""
    days = read_days(series).days.astype("datetime64[s]")
    return pd.Series(days, index=series.index, name=series.name)


def strict_dates_of(series: pd.Series[Any], argument: str) -> pd.Series[pd.Timestamp]:
    """Values as days, as `dates_of`; raises `ArgumentError` where one is something else."""
    read = read_days(series)
    bad = read.not_a_date | read.time_zone
    if bad.any():
        shown = ", ".join(map(repr, series.array[bad][:3]))
        reason = "have a time zone" if read.time_zone[bad][0] else "are not dates"
        raise ArgumentError(
            f"{argument}: {int(bad.sum())} of {len(bad)} values {reason}, such as {shown}; write "
            f"them as YYYY-MM-DD, or pass days without a time zone"
        )
    return dates_of(series)


def days_of(dates: Any) -> Days:
    """Dates as days since 1970-01-01; NEVER where there is none."""
    days = np.asarray(dates, dtype="datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64))


def months_later(days: Any, months: int) -> npt.NDArray[np.datetime64]:
    """The days on which so many months from other days are completed (datetime64[D]).

    The day of the same number or, in a month that has no such day, the first of the next month:
    the first day on which `completed_months` counts so many.
    """
    start = np.asarray(days, dtype="datetime64[D]")
    month = start.astype("datetime64[M]")
    target, after = (month + np.timedelta64(months + more, "M") for more in (0, 1))
    reached = target.astype("datetime64[D]") + (start - month.astype("datetime64[D]"))
    later: npt.NDArray[np.datetime64] = np.minimum(reached, after.astype("datetime64[D]"))
    return later


def completed_months(birth: pd.Series[Any], day: dt.date) -> npt.NDArray[np.float64]:
    """Completed months from dates to a day; NaN where one is missing or no date.

    The one arithmetic of months: of ages, of working age, of the months since an escape. A month
    is completed on the day of the same number or, where there is none, on the first of the next
    month: who was born on 29 February is a year older on 1 March.
    """
    dates = dates_of(birth).dt
    months = (day.year - dates.year) * 12 + (day.month - dates.month) - (dates.day > day.day)
    return np.asarray(months.astype(np.float64))


def months_of_birth_year(
    years: npt.NDArray[np.float64], day: dt.date
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Fewest and most completed months of life on a day, of a birth in a calendar year.

    Whoever was born in the year of that day was born on that day or before it. NaN where the
    year is missing; the most is negative where the year is later than that of the day.
    """
    most = 12 * (day.year - years) + day.month - 1  # born on 1 January
    least = most - 11 - (day.day < 31)  # born on 31 December
    return np.where(most >= 0, np.maximum(least, 0), least), most
