"""One canonical form for a value and for a whole table, on which every hash of data stands.

A number is written exactly: a whole one in digits (``4``), any other as the shortest decimal
that reads back as the same float64 (``0.1``). True is 1 and false is 0, as many programs
export them. A day, held as whatever type, is the text of its ISO date. Texts are JSON strings
in Unicode form NFC. A missing value has one form.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from hashlib import sha256
from itertools import compress
from numbers import Integral, Real
from operator import ne
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.identity import chunks
from multidim_poverty.receipts.texts import coded_texts, place_dtype, word_bytes
from multidim_poverty.schema.reading import float_of
from multidim_poverty.schema.value_rules import LARGEST_WHOLE

Rows = slice | npt.NDArray[np.intp]
MISSING = "null"
UNKNOWN = 255  # the byte of an answer that is missing

__all__ = [
    "CanonicalColumn",
    "digest",
    "hash_of_columns",
    "number_word",
    "order_of",
    "table_hash",
    "value_word",
]

WIDEST = 1 << 62  # of the values of an int64 that rows are sorted by
LONGEST = 400  # digits of a whole number; Python bounds how many it writes
PIECE = 1 << 14  # rows whose bytes are laid out at once
BYTE, WHOLE, NUMBER = np.dtype(np.uint8), np.dtype("<i4"), np.dtype("<f8")  # of cells
ALL_DIGITS = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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


def digest(lines: Iterable[str]) -> str:
    """Hash of lines of text."""
    return sha256("\n".join(lines).encode()).hexdigest()


class CanonicalColumn:
    """A column in its canonical form: numbers, or the place of each value among its words.

    Numbers that are all exact as float64 are themselves, all other values are told by their
    words: the choice is made by value, never by dtype. A missing number is NaN, and a missing
    word comes after all others.

    Attributes
    ----------
    cells : numpy.ndarray
        For each row its number, or the place of its word. Their order is that of rows.
    words : list of str, array of pandas or None
        The distinct words in the order of their code points; None for numbers.
    kind : str
        ``numbers``, ``texts`` or ``values``, whose words are JSON.
    """

    def __init__(self, cells: npt.NDArray[Any], words: Any = None, kind: str = "numbers") -> None:
        self.cells, self.words, self.kind = cells, words, kind

    @classmethod
    def of(cls, values: pd.Series[Any]) -> CanonicalColumn:
        """The canonical form of any column."""
        plain = _plain_numbers(values)
        if plain is not None:
            return cls(plain)
        texts = coded_texts(values)
        if texts is not None:
            return cls(*texts, kind="texts")
        codes, distinct = pd.factorize(values)  # -1 where missing
        listed = distinct.tolist()
        numbers = _exact_floats(listed)
        if numbers is not None:
            return cls(np.append(numbers, np.nan)[codes])
        are_texts = isinstance(distinct.dtype, pd.StringDtype) or all(
            isinstance(value, str | dt.date | np.datetime64) for value in listed
        )
        words = [*map(_text if are_texts else value_word, listed)]
        by_word = sorted(range(len(words)), key=words.__getitem__)
        in_order = [words[at] for at in by_word]
        new = [True, *map(ne, in_order, in_order[1:])][: len(words)]  # two may be one in NFC
        different = list(compress(in_order, new))
        places = np.full(len(words) + 1, len(different), dtype=place_dtype(len(different)))
        places[by_word] = np.cumsum(new) - 1
        return cls(places[codes], different, "texts" if are_texts else "values")

    def order(self) -> npt.NDArray[np.intp] | None:
        """Positions of the rows in order; None where they stand so."""
        return order_of([self])[0]

    def in_order(self, order: npt.NDArray[np.intp] | None) -> CanonicalColumn:
        """The same column with its rows in an order; None where they stand so."""
        cells = self.cells if order is None else self.cells[order]
        return CanonicalColumn(cells, self.words, self.kind)

    def numbers(self, rows: Rows) -> npt.NDArray[np.float64]:
        """The numbers of some rows; NaN where the column holds no numbers."""
        if self.words is not None:
            return np.full(len(self.cells[rows]), np.nan)
        numbers = self.cells[rows].astype("<f8") + 0.0  # -0.0 is 0.0
        if self.cells.dtype.kind == "f":
            numbers[np.isnan(numbers)] = np.nan
        return numbers

    def answers(self, rows: Rows) -> npt.NDArray[np.uint8]:
        """One byte for each of some rows of true and false: 1, 0, or 255 where it is missing."""
        cells = self.cells[rows]
        if self.words is not None:  # no answer is known
            return np.full(len(cells), UNKNOWN, dtype=np.uint8)
        known = np.nan_to_num(cells, nan=UNKNOWN) if cells.dtype.kind == "f" else cells
        return known.astype(np.uint8)

    def json_words(self) -> tuple[npt.NDArray[Any], list[str]]:
        """For each row the place of its value in JSON, and the values; the last is missing."""
        if self.words is None:
            codes, distinct = pd.factorize(self.cells)
            return codes, [*map(number_word, distinct.tolist()), MISSING]
        words = self.words if isinstance(self.words, list) else self.words.tolist()
        return self.cells, [*(words if self.kind == "values" else map(_json, words)), MISSING]

    def differs_from(self, other: CanonicalColumn) -> npt.NDArray[np.bool_]:
        """Rows in which two columns do not hold the same value."""
        if self.words is None and other.words is None:
            missing = np.isnan(self.cells) & np.isnan(other.cells)
            return np.asarray((self.cells != other.cells) & ~missing, dtype=bool)
        codes, words = self.json_words()
        other_codes, other_words = other.json_words()
        place = {word: n for n, word in enumerate(other_words)}
        in_other = np.array([place.get(word, -1) for word in words])
        return np.asarray(in_other[codes] != np.arange(len(place))[other_codes], dtype=bool)

    def hash(self, order: npt.NDArray[np.intp] | None = None) -> str:
        """SHA-256 of the kind, the distinct words and the cells of the rows in an order."""
        dtype, missing = self._packing()
        content = sha256(f"{self.kind} {dtype.itemsize}\n".encode())
        for piece in () if self.words is None else word_bytes(self.words):
            content.update(piece)
        for part in chunks(len(self.cells), PIECE):
            rows = part if order is None else order[part]
            if dtype.kind == "f":
                packed: npt.NDArray[Any] = self.numbers(rows)
            else:
                packed = self.cells[rows]
                if packed.dtype.kind == "f":
                    packed = np.where(np.isnan(packed), missing, packed)
                packed = packed.astype(dtype, copy=False)
            content.update(np.ascontiguousarray(packed).data)
        return content.hexdigest()

    def _packing(self) -> tuple[np.dtype[Any], float]:
        """The narrowest dtype that holds the cells, and what stands in it for a missing one."""
        if self.words is not None:
            return place_dtype(len(self.words)), len(self.words)
        if self.cells.dtype.kind == "b":
            return BYTE, UNKNOWN
        if self.cells.dtype.kind == "f" and not _all_whole(self.cells):
            return NUMBER, math.nan
        least, most = float(np.fmin.reduce(self.cells)), float(np.fmax.reduce(self.cells))
        if least >= 0 and most < UNKNOWN:
            return BYTE, UNKNOWN
        within = least > np.iinfo(WHOLE).min and most <= np.iinfo(WHOLE).max
        return (WHOLE, np.iinfo(WHOLE).min) if within else (NUMBER, math.nan)


def table_hash(frame: pd.DataFrame, *, index: bool) -> str:
    """Hash of a whole table, whatever the order of its rows and columns.

    `index` says whether the index tells rows apart, or is only their number. Only the columns that
    put the rows in order are held together: the index, or those whose names end in ``_id``, and
    all others where these repeat.
    """
    named = [(_text(str(name)), frame.iloc[:, n]) for n, name in enumerate(frame.columns)]
    named.sort(key=lambda column: column[0])
    by_id = [n for n, (name, _) in enumerate(named) if name.endswith("_id")]
    others = [n for n in range(len(named)) if n not in by_id]
    ids = [CanonicalColumn.of(frame.index.to_series())] if index else []
    coded = {} if index else {n: CanonicalColumn.of(named[n][1]) for n in by_id}
    order, apart = order_of([*ids, *coded.values()])
    if not apart:
        coded = {n: coded.get(n) or CanonicalColumn.of(named[n][1]) for n in [*by_id, *others]}
        order, _ = order_of([*ids, *coded.values()])
    hashes = [("", ids[0].hash(order))] if index else []
    for n, (name, values) in enumerate(named):
        column = coded.pop(n, None) or CanonicalColumn.of(values)
        hashes.append((name, column.hash(order)))
    return hash_of_columns(len(frame), hashes)


def order_of(
    columns: Sequence[CanonicalColumn],
) -> tuple[npt.NDArray[np.intp] | None, bool]:
    """Positions of the rows in the order of columns, the first before the others.

    None where they stand so; and whether no two rows have the same values.
    """
    keys = _joined_keys(column.cells for column in columns)
    if not keys:
        return None, False
    if len(keys) == 1 and bool((keys[0][1:] > keys[0][:-1]).all()):
        return None, True
    words = columns[0].words
    if len(columns) == 1 and words is not None and len(words) == len(keys[0]):
        order = np.empty(len(words), dtype=np.intp)  # each word is that of one row
        order[columns[0].cells] = np.arange(len(words))
        return order, True
    order = np.lexsort(keys[::-1])
    apart = np.zeros(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        key = key[order]
        differs = key[1:] != key[:-1]
        if key.dtype.kind == "f":
            differs &= ~(np.isnan(key[1:]) & np.isnan(key[:-1]))
        apart |= differs
    return order, bool(apart.all())


def _joined_keys(keys: Iterable[npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
    """Keys that put rows in the same order, with neighbours of few whole numbers joined in one."""
    joined: list[npt.NDArray[Any]] = []
    span = WIDEST  # of the last one; nothing can be joined with this
    for key in keys:
        if not len(key) or key.dtype.kind not in "biu":
            joined.append(key)
            span = WIDEST
            continue
        low, size = int(key.min()), int(key.max()) - int(key.min()) + 1
        places = key.astype(np.int64) - low
        if span * size < WIDEST:
            joined[-1], span = joined[-1] * size + places, span * size
        else:
            joined.append(places)
            span = size
    return joined


def hash_of_columns(rows: int, columns: Iterable[tuple[str, str]]) -> str:
    """Hash of a table from the names and hashes of its columns; that of the ids has no name."""
    return sha256(_json([rows, [list(column) for column in columns]]).encode()).hexdigest()


def _plain_numbers(values: pd.Series[Any]) -> npt.NDArray[Any] | None:
    """The numbers of a numeric or boolean dtype, where each is exact as float64."""
    own = values.dtype
    dtype = getattr(own, "numpy_dtype", own)  # of nullable and Arrow ones
    if not isinstance(dtype, np.dtype) or dtype.kind not in "bfiu" or dtype.itemsize > 8:
        return None
    if dtype.kind in "iu" and dtype.itemsize == 8:
        known = values if own is dtype else values.dropna()
        if len(known) and max(-int(known.min()), int(known.max())) > LARGEST_WHOLE:
            return None
    floats = np.float32 if dtype.kind == "b" else np.float64
    numbers = values.to_numpy() if own is dtype else values.to_numpy(floats, na_value=np.nan)
    # Where all are missing, nothing tells what kind of column it is.
    if not len(numbers) or (numbers.dtype.kind == "f" and np.isnan(numbers).all()):
        return None
    return numbers


def _all_whole(numbers: npt.NDArray[np.floating[Any]]) -> bool:
    """Whether all numbers are whole, but for those that are missing."""
    for rows in chunks(len(numbers), PIECE):
        part = numbers[rows]
        if not ((part == np.trunc(part)) | np.isnan(part)).all():
            return False
    return True


def _exact_floats(distinct: list[Any]) -> npt.NDArray[np.float64] | None:
    """Distinct values as float64, where all are numbers and none loses a digit."""
    if not distinct or not all(isinstance(value, Real | Decimal | np.bool_) for value in distinct):
        return None
    floats = [float_of(value) for value in distinct]
    return None if None in floats else np.array(floats, dtype=np.float64)
