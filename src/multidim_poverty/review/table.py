"""The event table: one row for each thing that happened to a household in a review."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import dates_of
from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.definitions import COLUMNS, Column
from multidim_poverty.schema.faults import Fault, column_faults, raise_errors
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.vocabulary import Opinion, PovertyClass, ReviewEvent, Term

__all__ = [
    "EVENT_COLUMNS",
    "FORMS",
    "as_events",
    "empty_events",
    "id_dtype",
    "numbered",
    "numbers",
    "repeated_code",
    "table_faults",
    "texts",
    "with_codes",
]

EVENT_COLUMNS: tuple[Column, ...] = tuple(c for c in COLUMNS if c.table == "events")
DAY = "datetime64[s]"
CLOSE = 1 << 16
NO_TEXT = np.int32(-1)
FORMS = ("01", "04")
FORM_WORDS = ("mẫu số", "mẫu", "form", "no.", "số")
# Columns whose labels in either language are read as their codes.
SPELLED: dict[str, type[Term]] = {
    "opinion": Opinion,
    "previous_class": PovertyClass,
    "assessed_class": PovertyClass,
}


def empty_events() -> pd.DataFrame:
    """An event table without rows, in the documented dtypes.

    Returns
    -------
    pandas.DataFrame
        Columns ``household_id``, ``member_id`` (object), ``process``, ``event``, ``basis``,
        ``previous_class``, ``assessed_class``, ``opinion``, ``cause`` and ``entry_event``
        (category), ``on``, ``law_on``, ``facts_on``, ``entry_on`` and ``recorded_on``
        (datetime64[s]), ``attending``, ``agreeing``, ``minutes_copies`` and ``form_a_items``
        (Int64), ``commune``, ``village``, ``form``, ``present``, ``complaint``,
        ``decision_number``, ``reason``, ``standard`` and ``report`` (string).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.review.empty_events().columns.tolist()[:4]
    ['household_id', 'process', 'event', 'on']
    """
    return as_events(pd.DataFrame({"household_id": pd.Series([], dtype=object)}))


def as_events(rows: pd.DataFrame, names: Collection[str] | None = None) -> pd.DataFrame:
    """The rows with every column of the event table, in its dtype and its place.

    With `names` only those columns that are among them, or among those of the rows. Labels of
    classes and opinions, and spellings of the forms, are read as their codes. Raises
    `InvalidDataError` if a value is not one of its column.
    """
    rows = with_codes(rows)
    faults = [
        fault for column in EVENT_COLUMNS for fault in _of_cases(rows, column_faults(rows, column))
    ]
    raise_errors(faults, {"events": rows})
    columns = [
        column
        for column in EVENT_COLUMNS
        if names is None or column.name in names or column.name in rows.columns
    ]
    no_text = pd.Series(pd.NA, index=rows.index, dtype="string")  # its buffers serve many columns
    typed = {
        column.name: no_text
        if column.kind == "text" and column.name not in rows.columns
        else _typed(rows, column)
        for column in columns
    }
    return pd.DataFrame(typed, index=rows.index)


def _typed(rows: pd.DataFrame, column: Column) -> pd.Series[Any]:
    kinds: dict[str, Any] = {
        "category": pd.CategoricalDtype(list(column.codes)),
        "date": DAY,
        "integer": "Int64",
        "text": "string",
    }
    dtype = kinds.get(column.kind, object)
    if column.name not in rows.columns:
        empty: Any = pd.NaT if column.kind == "date" else pd.NA
        if column.kind == "id":
            empty = np.full(len(rows), None, dtype=object)
        absent: pd.Series[Any] = pd.Series(empty, index=rows.index, dtype=dtype)
        return absent
    values: pd.Series[Any] = rows[column.name]
    if column.kind == "id":
        return values
    if column.kind == "category" and values.dtype != dtype:
        codes = category_codes(values, column.codes)
        return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype), index=rows.index)
    typed: pd.Series[Any] = (dates_of(values) if column.kind == "date" else values).astype(dtype)
    return typed


def repeated_code(name: str, code: str, n: int) -> pd.Categorical[Any]:
    """A column of categories that holds one code in each of its rows."""
    codes = next(column.codes for column in EVENT_COLUMNS if column.name == name)
    return pd.Categorical.from_codes(
        np.full(n, codes.index(code)), dtype=pd.CategoricalDtype(list(codes))
    )


def with_codes(events: pd.DataFrame) -> pd.DataFrame:
    """The table with labels and spellings of forms as codes; the same object if there are none."""
    changed: dict[str, pd.Series[Any]] = {}
    for name in (*SPELLED, "form"):
        if name not in events.columns or (events.columns == name).sum() > 1:
            continue
        values = events[name]
        if name in SPELLED and isinstance(values.dtype, pd.CategoricalDtype):
            if set(values.cat.categories) <= set(SPELLED[name].codes()):
                continue
            values = values.astype(object)
        known = as_form if name == "form" else _reader(SPELLED[name])
        codes, distinct = pd.factorize(values)
        read = [known(value) for value in distinct]
        if any(code is not value for code, value in zip(read, distinct, strict=True)):
            coded = np.array([*read, None], dtype=object)[codes]
            changed[name] = pd.Series(coded, index=events.index, dtype=object)
    return events.assign(**changed) if changed else events


@cache
def _reader(terms: type[Term]) -> Any:
    """A function that gives the code of a label, and anything else as it is.

    A label that two terms share (Hộ không nghèo) is no code, and is left to be named.
    """
    terms_of: dict[str, set[str]] = {}
    for term in terms:
        for label in (term.vi, term.en):
            terms_of.setdefault(_plain(label), set()).add(str(term))
    codes = {label: min(found) for label, found in terms_of.items() if len(found) == 1}
    for code in terms.codes():
        codes[_plain(code)] = code

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value in terms.codes():
            return value
        return codes.get(_plain(value), value)

    return read


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def as_form(value: Any) -> Any:
    """``"01"`` or ``"04"`` from a spelling such as 1, "1" or "Mẫu số 01"; else as it is."""
    if isinstance(value, str):
        if value in FORMS:
            return value
        text = _plain(value)
        for word in FORM_WORDS:
            text = text.removeprefix(word).strip()
        return next((form for form in FORMS if text.lstrip("0") == form.lstrip("0")), value)
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return next((form for form in FORMS if float(value) == int(form)), value)
    return value


def table_faults(events: pd.DataFrame) -> Iterator[Fault]:
    """Rows that break a rule of their own column, and columns that are not there."""
    for column in EVENT_COLUMNS:
        values = events.get(column.name)
        if isinstance(values, pd.Series) and isinstance(values.dtype, pd.DatetimeTZDtype):
            yield Fault("events", column.name, "time_zone")  # one cause for the whole column
        else:
            faults = column_faults(events, column, needed=column.required)
            yield from _of_cases(events, faults)


def _of_cases(events: pd.DataFrame, faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults, but for a missing household where an entry is about none."""
    for fault in faults:
        rows, name = fault.rows, (fault.column, fault.rule)
        if rows is not None and name == ("household_id", "missing_value") and "event" in events:
            kinds = events["event"].iloc[rows].astype(object)
            rows = rows[(kinds != ReviewEvent.REPORT_SENT).to_numpy(dtype=bool)]
            if len(rows):
                yield replace(fault, rows=rows)
        else:
            yield fault


def id_dtype(ids: pd.Series[Any]) -> Any:
    """The dtype of household ids, leaving out the entries that are about no household."""
    if ids.dtype != object or not ids.isna().any():
        return ids.dtype
    return ids.dropna().infer_objects().dtype


def numbers(events: pd.DataFrame, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column as float64; NaN where it is absent."""
    if name not in events.columns or events[name].isna().all():
        return np.broadcast_to(np.nan, len(events))
    return numbers_of(events[name])


def numbered(
    keys: Iterable[np.ndarray[Any, Any]],
) -> tuple[np.ndarray[Any, np.dtype[np.intp]], np.ndarray[Any, np.dtype[np.intp]]]:
    """The first row of each combination of whole numbers, and for each row which one it has."""
    number: np.ndarray[Any, Any] | None = None
    for key in keys:
        own = _place_among_distinct(key)
        if number is not None:
            number *= int(own.max(initial=0)) + 1
            number += own
            own = _place_among_distinct(number)
        number = own
    if number is None:
        raise ArgumentError("no columns to number; give one or several")
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.intp)
    first[number[::-1]] = np.arange(len(number))[::-1]
    return first, number


def _place_among_distinct(keys: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """The inverse of `numpy.unique`; numbers that lie close are not sorted."""
    low, high = int(keys.min(initial=0)), int(keys.max(initial=0))
    if high - low > 4 * len(keys) + CLOSE:
        return np.asarray(np.unique(keys, return_inverse=True)[1])
    at = np.subtract(keys, low, dtype=np.intp)
    stands = np.zeros(high - low + 1, dtype=bool)
    stands[at] = True
    place = np.cumsum(stands, dtype=np.int32)
    place -= 1
    return np.asarray(place[at], dtype=np.intp)


def texts(events: pd.DataFrame, name: str) -> tuple[np.ndarray[Any, np.dtype[np.int32]], Any]:
    """A column as codes and distinct values; -1 where it is missing."""
    if name not in events.columns or events[name].isna().all():
        return np.broadcast_to(NO_TEXT, len(events)), np.array([], dtype=object)
    codes, values = pd.factorize(events[name])
    return codes.astype(np.int32), np.asarray(values, dtype=object)
