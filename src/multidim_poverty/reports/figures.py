"""Numbers as offices print them: texts, thousands, decimal commas, percent signs, blanks.

Decimals are held as whole numbers of millionths, so that no binary fraction decides what agrees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray

__all__ = [
    "ONE",
    "Figures",
    "number_in",
    "read_counts",
    "read_decimals",
    "rounding",
    "shown",
    "thousands_sign",
]

DECIMALS = 6  # that are read; a workbook that does not round holds about fifteen digits
ONE = 10**DECIMALS
LARGEST = 10**9  # a larger number is no count of households or persons, nor a percentage
NOTHING = frozenset({"", "-", "--", "–", "—", "..", "...", "…"})  # how a blank is printed
SIGNS = str.maketrans({"\u2212": "-", "\u2019": "'", "\u00a0": " ", "\u2009": " ", "\u202f": " "})
GROUPED = r"-?\d{1,3}(?:(?P<sign>[.,' ])\d{3})(?:(?P=sign)\d{3})*"
NOTE = re.compile(r"(?<=\d) ?\([a-z]\)$")  # a number with a note below the table: -3 (a)
COUNT = re.compile(rf"-?\d+(?:[.,]0{{1,2}})?|{GROUPED}")
PLAIN = re.compile(r"-?\d*[.,]?\d+")
LARGE = re.compile(rf"(?P<whole>{GROUPED})(?:[.,](?P<fraction>\d+))?")


@dataclass(frozen=True)
class Figures:
    """The numbers of one column.

    Attributes
    ----------
    values : numpy.ndarray of int64
        Counts, or decimals in millionths; 0 where there is none.
    missing : numpy.ndarray of bool
        Cells in which nothing is entered, or no number.
    unread : numpy.ndarray of bool
        Those in which something else stands than such a number.
    decimals : numpy.ndarray of int64
        How many decimals each cell is printed with; 0 for counts.
    """

    values: npt.NDArray[np.int64]
    missing: BoolArray
    unread: BoolArray
    decimals: npt.NDArray[np.int64]


def read_counts(cells: pd.Series[Any]) -> Figures:
    """Whole numbers: as numbers or texts (``1.057.374``, ``1 057 374``).

    >>> import pandas as pd
    >>> read_counts(pd.Series(["1.057.374", 12, "12,5", None])).values.tolist()
    [1057374, 12, 0, 0]
    """
    return _read(cells, of_decimals=False)


def read_decimals(cells: pd.Series[Any]) -> Figures:
    """Decimals: as numbers or texts (``3,15``, ``3.15 %``), in millionths.

    >>> import pandas as pd
    >>> read = read_decimals(pd.Series(["3,15%", 25.0, "59.80"]))
    >>> read.values.tolist(), read.decimals.tolist()
    ([3150000, 25000000, 59800000], [2, 0, 2])
    """
    return _read(cells, of_decimals=True)


def rounding(figures: list[Figures]) -> list[npt.NDArray[np.int64]]:
    """The last decimal to which each cell of these columns is rounded, in millionths.

    A form drops zeros at the end (25 for 25.00), so that the decimals of one cell say too little:
    it is the number of decimals that most of the cells with decimals have. A cell with more is
    rounded to its own.
    """
    decimals = np.concatenate([f.decimals[~f.missing] for f in figures] or [np.zeros(0, int)])
    times = np.bincount(decimals[decimals > 0], minlength=1)
    common = len(times) - 1 - int(times[::-1].argmax()) if times.any() else 0
    return [10 ** (DECIMALS - np.maximum(f.decimals, common)) for f in figures]


def shown(number: Decimal) -> int | float:
    """A decimal as a number to show."""
    return int(number) if number == int(number) else float(number)


def thousands_sign(texts: Iterable[Any]) -> str | None:
    """The sign that parts thousands in texts that go together; None where none of them tells.

    >>> thousands_sign(["57.374", "1.057.374"]), thousands_sign(["57.374", "0,34"])
    ('.', '.')
    """
    for text in texts:
        if isinstance(text, str):
            tidy = _tidy(text).removesuffix("%").rstrip()
            signs = [sign for sign in tidy if sign in ".,"]
            if len(signs) > 1 and LARGE.fullmatch(tidy):
                return signs[0]
            if len(signs) == 1 and PLAIN.fullmatch(tidy) and LARGE.fullmatch(tidy) is None:
                return "," if signs == ["."] else "."
    return None


def number_in(value: Any, thousands: str | None = None) -> Decimal | None:
    """The number of a cell, with the decimals that are printed; None where there is none.

    One sign is that of the decimals, unless it is known as that of thousands.

    >>> number_in("1.057.374,50"), number_in(25.0), number_in("12 households")
    (Decimal('1057374.50'), Decimal('25'), None)
    >>> number_in("57.374"), number_in("57.374", "."), number_in("-3 (a)")
    (Decimal('57.374'), Decimal('57374'), Decimal('-3'))
    """
    if isinstance(value, str):
        text = _tidy(value).removesuffix("%").rstrip()
        known = thousands is not None and thousands in text
        if PLAIN.fullmatch(text) and not (known and LARGE.fullmatch(text)):
            return Decimal(text.replace(",", "."))
        grouped = LARGE.fullmatch(text)
        if grouped is None:
            return None
        whole = re.sub(r"[.,' ]", "", grouped["whole"])
        return Decimal(f"{whole}.{grouped['fraction']}" if grouped["fraction"] else whole)
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real | Decimal):
        return None
    number = Decimal(int(value)) if isinstance(value, Integral) else Decimal(str(value))
    if not number.is_finite():
        return None
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _tidy(text: str) -> str:
    """A text with single blanks and plain signs, without the letter of a note."""
    return NOTE.sub("", " ".join(text.translate(SIGNS).split()))


def _read(cells: pd.Series[Any], *, of_decimals: bool) -> Figures:
    """The numbers of a column; each distinct value is read once."""
    if pd.api.types.is_integer_dtype(cells.dtype) or pd.api.types.is_float_dtype(cells.dtype):
        return _of_numbers(cells, of_decimals=of_decimals)
    codes, distinct = pd.factorize(cells.astype(object))
    read = _decimal if of_decimals else _count
    kinds = [_nothing_or(read, value) for value in distinct.tolist()]
    values = np.array([*(kind[0] if kind else 0 for kind in kinds), 0], dtype=np.int64)
    decimals = np.array([*(kind[1] if kind else 0 for kind in kinds), 0], dtype=np.int64)
    unread = np.array([*(kind is None for kind in kinds), False], dtype=bool)
    blank = np.array([*(kind == () for kind in kinds), True], dtype=bool)
    return Figures(values[codes], (unread | blank)[codes], unread[codes], decimals[codes])


def _nothing_or(
    read: Callable[[Any], tuple[int, int] | None], value: Any
) -> tuple[int, int] | tuple[()] | None:
    """What a cell holds: a number with its decimals, nothing (an empty tuple), or no number."""
    return () if isinstance(value, str) and _tidy(value) in NOTHING else read(value)


def _count(value: Any) -> tuple[int, int] | None:
    if isinstance(value, str):
        text = _tidy(value)
        if COUNT.fullmatch(text) is None:
            return None
        number: Decimal | None = Decimal(re.sub(r"[.,' ]", "", re.sub(r"[.,]0{1,2}$", "", text)))
    else:
        number = number_in(value)
    if number is None or number != number.to_integral_value() or abs(number) > LARGEST:
        return None
    return int(number), 0


def _decimal(value: Any) -> tuple[int, int] | None:
    number = number_in(value)
    if number is None or abs(number) > LARGEST:
        return None
    decimals = min(max(-int(number.as_tuple().exponent), 0), DECIMALS)
    return int((number * ONE).to_integral_value()), decimals


def _of_numbers(cells: pd.Series[Any], *, of_decimals: bool) -> Figures:
    """The numbers of a column of numbers."""
    plain = cells.to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.isnan(plain)
    known = np.where(missing | (np.abs(plain) > LARGEST), 0.0, plain)
    unread = ~missing & (known != plain)
    decimals = np.zeros(len(plain), dtype=np.int64)
    if not of_decimals:
        unread |= known % 1 != 0
        values = np.where(unread, 0, known).astype(np.int64)
    else:
        # The nearest millionths: exact, for a float has more digits than such a number.
        values = np.rint(known * ONE).astype(np.int64)
        for n in range(DECIMALS):
            decimals[values % 10 ** (DECIMALS - n) != 0] = n + 1
    return Figures(values, missing | unread, unread, decimals)
