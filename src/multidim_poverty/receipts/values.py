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
from collections.abc import Iterable, Iterator
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
from multidim_poverty.schema.reading import float_of, inferred_kind
from multidim_poverty.schema.value_rules import LARGEST_WHOLE, not_nfc

Rows = slice | npt.NDArray[np.intp]
MISSING = "null"
UNKNOWN = 255  # the byte of an answer that is missing

__all__ = [
    "CanonicalColumn",
    "digest",
    "hash_of_columns",
    "json_pieces",
    "number_word",
    "table_hash",
    "value_word",
]

WIDEST = 1 << 62  # of the values of an int64 that rows are sorted by
LONGEST = 400  # digits of a whole number; Python bounds how many it writes
PIECE = 1 << 14  # values of a JSON array that are written at once
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
        For each row its number, or the place of its word (int32). Their order is that of rows.
    words : sequence of str or None
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
        distinct_texts = _distinct_texts(values)
        if distinct_texts is not None:
            return cls(*distinct_texts, kind="texts")
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
        places = np.empty(len(words), dtype=np.int32)
        places[by_word] = np.cumsum(new, dtype=np.int32) - 1
        different = list(compress(in_order, new))
        cells = np.append(places, np.int32(len(different)))[codes]
        return cls(cells, different, "texts" if are_texts else "values")

    def order(self) -> npt.NDArray[np.intp] | None:
        """Positions of the rows in order; None where they stand so."""
        if bool((self.cells[1:] > self.cells[:-1]).all()):
            return None
        return np.argsort(self.cells, kind="stable")

    def tells_apart(self, order: npt.NDArray[np.intp] | None) -> bool:
        """Whether no two rows, which are taken in order, have the same value or none."""
        if order is None:
            return True
        cells = self.cells[order]
        return bool((cells[1:] > cells[:-1]).all())  # which NaN, the last, is not

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
        words = self.words if self.kind == "values" else map(_json, self.words)
        return self.cells, [*words, MISSING]

    def differs_from(self, other: CanonicalColumn) -> npt.NDArray[np.bool_]:
        """Rows in which two columns do not hold the same value."""
        codes, words = self.json_words()
        other_codes, other_words = other.json_words()
        place = {word: n for n, word in enumerate(other_words)}
        in_other = np.array([place.get(word, -1) for word in words])
        return np.asarray(in_other[codes] != np.arange(len(place))[other_codes], dtype=bool)

    def hash(self, order: npt.NDArray[np.intp] | None = None) -> str:
        """SHA-256 of the kind, the distinct words and the cells of the rows in an order."""
        content = sha256(f"{self.kind}\n".encode())
        if self.words is not None:
            for piece in json_pieces(self.words):
                content.update(piece)
        for part in chunks(len(self.cells), PIECE):
            rows = part if order is None else order[part]
            if self.words is None:
                content.update(self.numbers(rows).data)
            else:
                content.update(self.cells[rows].astype("<i4", copy=False).data)
        return content.hexdigest()


def table_hash(frame: pd.DataFrame, *, index: bool) -> str:
    """Hash of a whole table, whatever the order of its rows and columns.

    `index` says whether the index tells rows apart, or is only their number.
    """
    named = [(_text(str(name)), frame.iloc[:, n]) for n, name in enumerate(frame.columns)]
    named.sort(key=lambda column: column[0])
    ids = CanonicalColumn.of(frame.index.to_series()) if index else None
    order = None if ids is None else ids.order()
    columns: Iterable[tuple[str, CanonicalColumn]] = (
        (name, CanonicalColumn.of(values)) for name, values in named
    )
    if ids is None or not ids.tells_apart(order):
        columns = list(columns)  # all together tell in which order the rows stand
        keys = [column.cells for column in ([] if ids is None else [ids])]
        keys += [column.cells for _, column in columns]
        order = np.lexsort(_joined_keys(keys)[::-1]) if keys else None
    hashes = [] if ids is None else [("", ids.hash(order))]
    hashes += [(name, column.hash(order)) for name, column in columns]
    return hash_of_columns(len(frame), hashes)


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


def json_pieces(words: Any) -> Iterator[bytes]:
    """A JSON array of texts, a piece at a time."""
    before = "["
    for rows in chunks(len(words), PIECE):
        piece = words[rows]
        listed = piece if isinstance(piece, list) else piece.tolist()
        yield (before + _json(listed)[1:-1]).encode()
        before = ","
    yield b"]" if len(words) else b"[]"


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
    floats = np.float16 if dtype.kind == "b" else np.float64
    numbers = values.to_numpy() if own is dtype else values.to_numpy(floats, na_value=np.nan)
    # Where all are missing, nothing tells what kind of column it is.
    return None if numbers.dtype.kind == "f" and np.isnan(numbers).all() else numbers


def _distinct_texts(values: pd.Series[Any]) -> tuple[npt.NDArray[np.int32], Any] | None:
    """Texts that all differ, such as ids: the place of each and all in order; else None."""
    if inferred_kind(values) != "string" or isinstance(values.dtype, pd.CategoricalDtype):
        return None
    if values.hasnans or not_nfc(values).any():
        return None
    texts: Any = values.array
    places = np.arange(len(texts), dtype=np.int32)
    if not _ascends(texts):
        if (
            isinstance(texts.dtype, pd.ArrowDtype)
            or getattr(texts.dtype, "storage", "") == "pyarrow"
        ):
            order = texts.argsort()
        else:
            listed = texts.tolist()
            order = np.array(sorted(range(len(listed)), key=listed.__getitem__))
        texts = texts[order]
        if not _ascends(texts):
            return None
        places[order] = places.copy()
    return places, texts


def _ascends(values: Any) -> bool:
    return bool(np.asarray(values[1:] > values[:-1], dtype=bool).all())


def _exact_floats(distinct: list[Any]) -> npt.NDArray[np.float64] | None:
    """Distinct values as float64, where all are numbers and none loses a digit."""
    if not distinct or not all(isinstance(value, Real | Decimal | np.bool_) for value in distinct):
        return None
    floats = [float_of(value) for value in distinct]
    return None if None in floats else np.array(floats, dtype=np.float64)
