"""Cells of a column into values of one dtype, and which of them could not be read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.base.files.cells import BrokenCell, normalise
from multidim_poverty.excel.layout import SheetColumn
from multidim_poverty.excel.problems import shown
from multidim_poverty.identity import name_key
from multidim_poverty.kleene import BoolArray
from multidim_poverty.schema.words import words

__all__ = ["NOTHING", "Cells", "Parsed", "parse", "tidy"]

Cells = npt.NDArray[np.object_]
NOTHING = "--"  # what the software writes for "none"
DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
YEAR_ONLY = re.compile(r"(?:\d{1,2}/)?((?:18|19|20)\d{2})")  # of a birth; with its month or not
CITIZEN = re.compile(r"\d{9}|\d{12}")  # identity card of 9 digits, citizen card of 12
LARGEST = 2**53  # Excel keeps numbers as float64
EXACT = 10**15  # and of a number that is typed only 15 digits


@dataclass(frozen=True)
class Parsed:
    """Values of a column in their dtype, the rows that break a rule, and years of birth."""

    values: Any
    faults: dict[str, BoolArray] = field(default_factory=dict)
    years: Any = None


def tidy(values: Sequence[Any]) -> Cells:
    """Cells with text normalised, and None where there is nothing."""
    tidied: dict[str, str | None] = {}
    cells = np.empty(len(values), dtype=object)
    for at, value in enumerate(values):
        if isinstance(value, str):
            if value not in tidied:
                tidied[value] = normalise(value) or None
            cells[at] = tidied[value]
        else:
            cells[at] = value
    return cells


def parse(column: SheetColumn, cells: Cells) -> Parsed:
    """Read the cells of a column. A cell that cannot be read is missing, and a fault.

    A broken cell is missing too; it has a problem of its own.
    """
    broken = np.array([isinstance(value, BrokenCell) for value in cells], dtype=bool)
    cells = cells.copy()
    cells[broken | (cells == NOTHING)] = None
    match column.kind:
        case "date":
            dates, bad = _each(cells, _date)
            return Parsed(
                pd.DatetimeIndex(dates.tolist(), dtype="datetime64[s]"), {"not_a_date": bad}
            )
        case "birth":
            return _births(cells)
        case "flag":
            flags, bad = _each(cells, _flag)
            # The layouts write a mark or nothing: nothing is "no".
            empty = np.array([value is None for value in cells], dtype=bool)
            flags[empty & ~broken] = False
            return Parsed(pd.array(flags.tolist(), dtype="boolean"), {"not_boolean": bad})
        case "category":
            answers = column.answers
            codes, bad = _each(
                cells, lambda v: answers.get(name_key(v)) if isinstance(v, str) else None
            )
            ordered = column.terms == "class"
            values = pd.Categorical(codes, categories=column.codes, ordered=ordered)
            return Parsed(values, {"unknown_category": bad})
        case "integer":
            return _integers(column, cells)
        case "citizen_id":
            texts, _ = _each(cells, shown)
            return Parsed(pd.array(texts.tolist(), dtype="string"), _citizen_faults(cells, texts))
        case "code":
            texts, _ = _each(cells, shown)
            odd = _where(cells, lambda v: isinstance(v, bool | dt.date | dt.time | dt.timedelta))
            number = _where(cells, _is_number)
            short = np.array([len(text or "") < column.digits for text in texts], dtype=bool)
            long = _where(cells, lambda v: _is_number(v) and abs(v) >= EXACT)
            texts[long] = None  # its last digits are not those that were typed
            return Parsed(
                pd.array(texts.tolist(), dtype="string"),
                {"not_text": odd, "digits_lost": number & short | long},
            )
        case _:
            texts, _ = _each(cells, shown)
            odd = _where(cells, lambda v: not isinstance(v, str))
            return Parsed(pd.array(texts.tolist(), dtype="string"), {"not_text": odd})


def _each(cells: Cells, read: Callable[[Any], Any]) -> tuple[Cells, BoolArray]:
    """The value of each cell (None where it cannot be read), and which could not be read."""
    value_of: dict[tuple[type, Any], Any] = {}
    values = np.empty(len(cells), dtype=object)
    bad = np.zeros(len(cells), dtype=bool)
    for at, value in enumerate(cells):
        if value is None:
            continue
        key = type(value), value  # 1.0 and True are equal, but are not the same cell
        if key not in value_of:
            value_of[key] = read(value)
        values[at] = value_of[key]
        bad[at] = values[at] is None
    return values, bad


def _where(cells: Cells, test: Callable[[Any], bool]) -> BoolArray:
    return np.array([value is not None and test(value) for value in cells], dtype=bool)


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    parts = DATE.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        return None
    day, month, year = map(int, parts.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _births(cells: Cells) -> Parsed:
    """Days of birth, and the year of each, which is all that some files give."""
    dates, no_day = _each(cells, _date)
    years, _ = _each(cells, _year)
    only_year = no_day & np.array([year is not None for year in years], dtype=bool)
    days = pd.DatetimeIndex(dates.tolist(), dtype="datetime64[s]")
    of_day = pd.Series(days).dt.year.astype("Int64")
    of_text = pd.Series(pd.array(years.tolist(), dtype="Int64"))
    return Parsed(
        days,
        {"only_year": only_year, "not_a_date": no_day & ~only_year},
        of_day.fillna(of_text).array,
    )


def _year(value: Any) -> int | None:
    text = shown(value) if _is_number(value) or isinstance(value, str) else ""
    year = YEAR_ONLY.fullmatch(text)
    return int(year[1]) if year else None


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return _marks().get(name_key(shown(value))) if isinstance(value, str | float) else None


@cache
def _marks() -> dict[str, bool]:
    """What a mark, or its absence, is written as."""
    return {
        name_key(text): meaning
        for texts, meaning in ((words().yes, True), (words().no, False))
        for text in texts
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float | None:
    if _is_number(value):
        return float(value)
    if isinstance(value, str) and re.fullmatch("-?[0-9]+", value):
        return float(value)
    return None


def _integers(column: SheetColumn, cells: Cells) -> Parsed:
    read, bad = _each(cells, _number)
    numbers = read.astype(np.float64)
    broken = ~np.isnan(numbers) & ((numbers % 1 != 0) | (np.abs(numbers) > LARGEST))
    numbers[broken] = np.nan
    with np.errstate(invalid="ignore"):
        high = np.inf if column.high is None else column.high
        outside = (numbers < column.low) | (numbers > high)
        step = column.multiple_of or 1
        odd = ~np.isnan(numbers) & (numbers % step != 0)
    return Parsed(
        pd.Series(numbers).astype("Int64").array,
        {
            "not_a_number": bad,
            "text_number": _where(cells, lambda v: isinstance(v, str)) & ~bad,
            "not_whole": broken,
            "out_of_range": outside,
            "not_a_multiple": odd,
        },
    )


def _citizen_faults(cells: Cells, texts: Cells) -> dict[str, BoolArray]:
    right = _where(texts, lambda text: CITIZEN.fullmatch(text) is not None)
    filled = _where(cells, lambda _: True)
    number = _where(cells, _is_number)
    return {"digits_lost": number & ~right, "not_a_citizen_id": filled & ~number & ~right}
