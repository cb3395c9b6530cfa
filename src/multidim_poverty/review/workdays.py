"""Working days of Viet Nam: the decided days off and days worked instead, projected after them.

The table of `multidim_poverty.law.days_off` decides for its years; the package ``holidays`` gives
the days off of other years, for later ones by projection from the Labour Code.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.dates import Days, days_of
from multidim_poverty.law import Procedure
from multidim_poverty.law.days_off import shipped_days_off

__all__ = ["WorkingDays", "term_end", "working_days"]


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

    def on_or_after(self, days: Days) -> Days:
        """The first working day from each day on."""
        return np.where(self.is_working(days), days, self.after(days, 1))

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


def term_end(days: Days, count: int | Days, procedure: Procedure) -> Days:
    """Last day of a term in calendar days that begins on the day after each day.

    Where it is a day off, the procedure says whether the term ends with it or with the next
    working day (``calendar_terms``).
    """
    end = np.asarray(days + count)
    if procedure.calendar_terms == "same_day":
        return end
    return working_days(procedure).on_or_after(end)


@lru_cache(maxsize=32)
def _table(
    first_year: int,
    last_year: int,
    week: tuple[int, ...],
    off: tuple[dt.date, ...],
    worked: tuple[dt.date, ...],
) -> WorkingDays:
    import holidays

    decided = shipped_days_off()
    all_years = range(first_year, last_year + 1)
    other_years = [y for y in all_years if not decided.first_year <= y <= decided.last_year]
    projected = holidays.country_holidays("VN", years=other_years)
    days = np.arange(f"{first_year}-01-01", f"{last_year + 1}-01-01", dtype="datetime64[D]")
    first = int(days[0].astype(np.int64))
    working = np.isin((days.astype(np.int64) + 3) % 7 + 1, week)  # 1970-01-01 was a Thursday

    def mark(dates: Any, value: bool) -> None:
        at = days_of(list(dates)) - first
        working[at[(at >= 0) & (at < len(working))]] = value

    # Looking up a year of `holidays` may add the days of a neighbour: keep to the years asked for.
    mark([day for day in projected if day.year in other_years], False)
    mark([day for day in projected.weekend_workdays if day.year in other_years], True)
    mark(decided.days(), False)
    mark([entry.day for entry in decided.worked], True)
    mark(off, False)
    mark(worked, True)
    places = np.flatnonzero(working)
    so_far = np.cumsum(working, dtype=np.int64)
    table = WorkingDays(first, working, places, so_far)
    for array in (table.working, table.places, table.so_far):
        array.setflags(write=False)  # every caller has the same arrays
    return table
