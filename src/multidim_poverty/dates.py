"""The one door for days: every function that takes a date or a column of dates reads it here."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["NEVER", "Days", "as_date", "completed_months", "dates_of", "days_of", "not_a_date"]

Days = npt.NDArray[np.int64]  # days since 1970-01-01
NEVER = np.iinfo(np.int64).max


def as_date(date: str | dt.date) -> dt.date:
    """A day from an ISO text, a date or a date with time."""
    if isinstance(date, dt.datetime):  # pandas.Timestamp is one too
        return date.date()
    if isinstance(date, dt.date):
        return date
    try:
        return dt.date.fromisoformat(date)
    except (TypeError, ValueError):
        raise ValueError(f"{date!r} is not a date: write it as YYYY-MM-DD") from None


def not_a_date(series: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """Rows that hold something else than a day."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return np.zeros(len(series), dtype=bool)
    known = np.asarray(series.notna(), dtype=bool)
    marked = np.zeros(len(series), dtype=bool)
    marked[known] = [not isinstance(value, dt.date) for value in series.array[known]]
    return marked


def dates_of(series: pd.Series[Any]) -> pd.Series[pd.Timestamp]:
    """Values as days, NaT where missing or not a date."""
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        series = series.astype(object).mask(not_a_date(series))
    dates = pd.to_datetime(series, errors="coerce")
    return dates if dates.dt.tz is None else dates.dt.tz_localize(None)


def completed_months(birth: pd.Series[Any], day: dt.date) -> npt.NDArray[np.float64]:
    """Completed months of life on a day; NaN where the date of birth is missing or no date."""
    dates = dates_of(birth).dt
    months = (day.year - dates.year) * 12 + (day.month - dates.month) - (dates.day > day.day)
    return np.asarray(months.astype(np.float64))


def days_of(dates: Any) -> Days:
    """Dates as days since 1970-01-01; NEVER where there is none."""
    days = np.asarray(dates, dtype="datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64))
