"""Days as people write them: 2/10/2024, 02-10-2024, 2024-10-02."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from multidim_poverty.dates import read_days

__all__ = ["day_of", "days_have_one_order"]

WRITTEN = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def day_of(cell: Any, day_first: bool) -> pd.Timestamp | None:
    """The day that a cell holds; None where it is none."""
    if isinstance(cell, str) and (match := WRITTEN.fullmatch(cell.strip())):
        first, second, year = map(int, match.groups())
        day, month = (first, second) if day_first else (second, first)
        try:
            return pd.Timestamp(dt.date(year, month, day))
        except ValueError:
            return None
    days = read_days(pd.Series([cell], dtype=object)).days
    return None if pd.isna(days[0]) else pd.Timestamp(days[0])


def days_have_one_order(cells: Iterable[Any]) -> list[str]:
    """The doubts about days: some are not read, or the month may as well be the first number."""
    doubts = []
    values = list(cells)
    written = [c for c in values if isinstance(c, str) and WRITTEN.fullmatch(c.strip())]
    orders = [all(day_of(cell, first) is not None for cell in written) for first in (True, False)]
    if written and all(orders):
        doubts.append("order_of_days")
    if any(day_of(cell, True) is None for cell in values):
        doubts.append("days_not_read")
    return doubts
