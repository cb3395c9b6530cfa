"""Working days of Viet Nam: public holidays, substituted days off and make-up Saturdays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.dates import Days, days_of
from multidim_poverty.law import Procedure

__all__ = ["WorkingDays", "working_days"]


@dataclass(frozen=True)
class WorkingDays:
    """A run of calendar days, each working or not."""

    first: int
    working: npt.NDArray[np.bool_]
    places: npt.NDArray[np.int64]  # of the working days
    so_far: npt.NDArray[np.int64]  # working days up to and with each day

    def after(self, days: Days, count: int | Days) -> Days:
        """The `count`-th working day after each day, which is not counted itself."""
        at = np.clip(days - self.first, 0, len(self.working) - 1)
        return np.asarray(self.places[self.so_far[at] + count - 1] + self.first)

    def reaches(self, days: Days, count: int) -> npt.NDArray[np.bool_]:
        """Whether the run holds both each day and the working day that is asked for."""
        inside = (days >= self.first) & (days < self.first + len(self.working))
        at = np.where(inside, days - self.first, 0)
        return np.asarray(inside & (self.so_far[at] + count <= len(self.places)))

    def on_or_before(self, days: Days) -> Days:
        """The last working day up to and with each day."""
        at = np.clip(days - self.first, 0, len(self.working) - 1)
        return np.asarray(self.places[self.so_far[at] - 1] + self.first)

    def is_working(self, days: Days) -> npt.NDArray[np.bool_]:
        """Whether each day is worked."""
        return np.asarray(self.working[np.clip(days - self.first, 0, len(self.working) - 1)])


def working_days(procedure: Procedure) -> WorkingDays:
    """The working days of all years that a review under the procedure can reach."""
    procedure.check_sound()
    # A year before, and two after: clocks may run over the end of the last period.
    return _table(
        procedure.periods[0].first.year - 1,
        procedure.periods[-1].last.year + 2,
        procedure.working_week,
        procedure.days_off,
        procedure.days_worked,
    )


@lru_cache(maxsize=32)
def _table(
    first_year: int,
    last_year: int,
    week: tuple[int, ...],
    off: tuple[dt.date, ...],
    worked: tuple[dt.date, ...],
) -> WorkingDays:
    import holidays

    known = holidays.country_holidays("VN", years=range(first_year, last_year + 1))
    days = np.arange(f"{first_year}-01-01", f"{last_year + 1}-01-01", dtype="datetime64[D]")
    first = int(days[0].astype(np.int64))
    working = np.isin((days.astype(np.int64) + 3) % 7 + 1, week)  # 1970-01-01 was a Thursday

    def mark(dates: Any, value: bool) -> None:
        at = days_of(list(dates)) - first
        working[at[(at >= 0) & (at < len(working))]] = value

    mark(known, False)
    mark(known.weekend_workdays, True)
    mark(off, False)
    mark(worked, True)
    places = np.flatnonzero(working)
    so_far = np.cumsum(working, dtype=np.int64)
    table = WorkingDays(first, working, places, so_far)
    for array in (table.working, table.places, table.so_far):
        array.setflags(write=False)  # every caller has the same arrays
    return table
