"""One canonical form for a value and for a whole table, on which every hash of data stands.

A number is written exactly: a whole one in digits (``4``), any other as the shortest decimal
that reads back as the same float64 (``0.1``). True is 1 and false is 0, as many programs
export them. A day, held as whatever type, is the text of its ISO date. Texts are JSON strings
in Unicode form NFC. A missing value has one form.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from hashlib import sha256
from itertools import compress
from numbers import Integral, Real
from operator import ne
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.schema.reading import float_of
from multidim_poverty.schema.value_rules import LARGEST_WHOLE

__all__ = ["MISSING", "number_word", "table_hash", "value_word"]

MISSING = "null"
LONGEST = 400  # digits of a whole number; Python bounds how many it writes
ALL_DIGITS = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_json = json.JSONEncoder(ensure_ascii=False).encode


def value_word(value: Any) -> str:
    """A value that is not missing in its canonical form; a text stands in quotes."""
    if isinstance(value, str | dt.date | np.datetime64):
        return _json(_text(value))
    if isinstance(value, Real | Decimal | np.bool_):
        return number_word(value)
    return str(value)


def number_word(value: Any) -> str:
    """A number in its canonical form, whatever its type."""
    exact = float_of(value)
    if exact is not None:
        return _digits(int(exact)) if exact.is_integer() else repr(exact)
    if isinstance(value, Decimal):
        if value.adjusted() < LONGEST and value == value.to_integral_value():
            return _digits(int(value))
        return str(value.normalize(ALL_DIGITS))
    return _digits(int(value)) if isinstance(value, Integral) else str(value)


def _digits(number: int) -> str:
    return str(number) if abs(number) < 10**LONGEST else hex(number)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    moment = pd.Timestamp(value)
    is_day = moment == moment.normalize() and moment.tzinfo is None
    return moment.date().isoformat() if is_day else moment.isoformat()


def table_hash(frame: pd.DataFrame, *, index: bool) -> str:
    """Hash of a whole table, whatever the order of its rows and columns.

    `index` says whether the index tells rows apart, or is only their number.
    """
    columns = [(_text(str(name)), frame.iloc[:, n]) for n, name in enumerate(frame.columns)]
    columns.sort(key=lambda column: column[0])
    if index:
        columns.insert(0, ("", frame.index.to_series()))
    ranked = [(name, *_ranked(values)) for name, values in columns]
    unique = index and len(np.unique(ranked[0][2])) == len(frame)
    keys = [ranks for _, _, ranks in (ranked[:1] if unique else ranked)]
    order = np.lexsort(keys[::-1]) if keys else np.arange(len(frame))
    content = sha256(str(len(frame)).encode())
    for name, distinct, ranks in ranked:
        content.update(f"\n{_json(name)}\n".encode())
        content.update(distinct)
        content.update(ranks[order].astype("<i4").tobytes())
    return content.hexdigest()


def _ranked(values: pd.Series[Any]) -> tuple[bytes, npt.NDArray[np.int32]]:
    """The distinct values, sorted, and the place of each row's value among them.

    A missing value comes after all others. Numbers that are all exact as float64 are compared
    as numbers, all other values by their words: the choice is made by value, never by dtype.
    """
    codes, distinct = pd.factorize(values)  # -1 where missing
    numbers = _exact_floats(distinct)
    if numbers is not None:
        ordered, places = np.unique(numbers + 0.0, return_inverse=True)  # -0.0 is 0.0
        content, size = b"numbers" + ordered.astype("<f8").tobytes(), len(ordered)
    else:
        listed = distinct.tolist()
        are_texts = isinstance(distinct.dtype, pd.StringDtype) or all(
            isinstance(value, str | dt.date | np.datetime64) for value in listed
        )
        words = [*map(_text if are_texts else value_word, listed)]
        by_word = sorted(range(len(words)), key=words.__getitem__)
        in_order = [words[at] for at in by_word]
        new = [True, *map(ne, in_order, in_order[1:])][: len(words)]  # two may be one in NFC
        places = np.empty(len(words), dtype=np.intp)
        places[by_word] = np.cumsum(new, dtype=np.intp) - 1
        different = list(compress(in_order, new))
        content = (b"texts" if are_texts else b"values") + _json(different).encode()
        size = len(different)
    ranks = np.append(places, size).astype(np.int32)
    return content, ranks[codes]


def _exact_floats(distinct: Any) -> npt.NDArray[np.float64] | None:
    """Distinct values as float64, where all are numbers and none loses a digit."""
    if not len(distinct):
        return None
    dtype = getattr(distinct.dtype, "numpy_dtype", distinct.dtype)  # of nullable and Arrow ones
    if isinstance(dtype, np.dtype) and dtype.kind in "bfiu":
        distinct = np.asarray(distinct, dtype=dtype)
        numbers: npt.NDArray[np.float64] = distinct.astype(np.float64)
        if dtype.kind in "iu":
            large = distinct[np.abs(numbers) >= LARGEST_WHOLE].tolist()
            if any(float_of(value) is None for value in large):
                return None
        return numbers
    listed = distinct.tolist()
    if not all(isinstance(value, Real | Decimal | np.bool_) for value in listed):
        return None
    floats = [float_of(value) for value in listed]
    return None if None in floats else np.array(floats, dtype=np.float64)
