"""The rules for single values: each takes a column of data and marks the bad rows.

Texts and categories are looked at once per distinct value; of typed columns, the dtype or the
extremes often show at a glance that every value keeps the rules.
"""

from __future__ import annotations

import importlib
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import has_time_zone, not_a_date
from multidim_poverty.kleene import BoolArray
from multidim_poverty.schema.definitions import NAMES, Column
from multidim_poverty.schema.reading import (
    NUMBERS,
    category_codes,
    float_of,
    inferred_kind,
    is_arrow_text,
    is_number,
    is_numeric,
    numbers_of,
)

__all__ = [
    "LARGEST_WHOLE",
    "Check",
    "fine_at_a_glance",
    "looks_like_number",
    "not_boolean",
    "not_nfc",
    "rules_for",
    "too_coarse",
]

LARGEST_WHOLE = 2**53  # whole numbers up to here are exact as float64

Check = Callable[["pd.Series[Any]"], BoolArray]


def _none(series: pd.Series[Any]) -> BoolArray:
    return np.zeros(len(series), dtype=bool)


def _known(series: pd.Series[Any]) -> BoolArray:
    return series.notna().to_numpy(dtype=bool)


def _where(series: pd.Series[Any], test: Callable[[Any], bool]) -> BoolArray:
    """Rows whose value is there and meets a test."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        places, distinct = series.array.codes, series.cat.categories
    elif inferred_kind(series) == "string":
        places, distinct = pd.factorize(series)
    else:  # values that are equal may be of several types: True, 1 and 1.0
        known, each = _known(series), _none(series)
        each[known] = [test(value) for value in series.array[known]]
        return each
    # The last entry serves the missing ones, whose place is -1.
    marks: BoolArray = np.array([*map(test, distinct), False], dtype=bool)[places]
    return marks


def _all_numbers(series: pd.Series[Any]) -> bool:
    return is_numeric(series) or (series.dtype == object and inferred_kind(series) in NUMBERS)


def looks_like_number(value: Any) -> bool:
    """Whether a value is a text of digits and signs of numbers alone."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and not set(value) - set("0123456789., _-+\xa0")
    )


def _text_number(series: pd.Series[Any]) -> BoolArray:
    return _none(series) if _all_numbers(series) else _where(series, looks_like_number)


def _not_a_number(series: pd.Series[Any]) -> BoolArray:
    if _all_numbers(series):
        return _none(series)
    return _where(series, lambda value: not is_number(value) and not looks_like_number(value))


def _inexact(money: bool, whole: bool) -> Check:
    """Numbers that float64 does not hold, or that a coarser type has rounded already."""
    coarse = (np.float32, np.float16) if money else ()

    def is_inexact(value: Any) -> bool:
        if isinstance(value, coarse):
            return True
        number = float_of(value) if is_number(value) else 0.0
        return number is None or (whole and LARGEST_WHOLE < abs(number) < np.inf)

    def inexact(series: pd.Series[Any]) -> BoolArray:
        dtype = getattr(series.dtype, "numpy_dtype", series.dtype)  # of nullable and Arrow ones
        typed = isinstance(dtype, np.dtype) and is_numeric(series) and dtype.itemsize <= 8
        if typed and dtype.kind == "f" and not whole:
            return _none(series)
        if typed and not (np.abs(numbers_of(series)) >= LARGEST_WHOLE).any():
            return _none(series)
        return _where(series, is_inexact)

    return inexact


def _infinite(series: pd.Series[Any]) -> BoolArray:
    return np.isinf(numbers_of(series))


def _negative(series: pd.Series[Any]) -> BoolArray:
    values = numbers_of(series)
    return (values < 0) & ~np.isinf(values)


def _outside(low: float, high: float) -> Check:
    def outside(series: pd.Series[Any]) -> BoolArray:
        values = numbers_of(series)
        finite = ~np.isinf(values)
        if low == 0 and high == np.inf:  # then `negative` says it better
            return _none(series)
        return ((values < low) | (values > high)) & finite

    return outside


def _not_whole(series: pd.Series[Any]) -> BoolArray:
    values = numbers_of(series)
    finite = np.isfinite(values)
    whole = np.floor(values, where=finite, out=values.copy())
    return np.asarray(finite & (whole != values), dtype=bool)


def not_boolean(series: pd.Series[Any]) -> BoolArray:
    """Rows that are neither yes, no nor missing; 0 and 1 are read as no and yes."""
    categories = isinstance(series.dtype, pd.CategoricalDtype)
    if not categories and (
        pd.api.types.is_bool_dtype(series.dtype)
        or (series.dtype == object and inferred_kind(series) == "boolean")
    ):
        return _none(series)
    if is_numeric(series):
        values = numbers_of(series)
        return np.asarray((values != 0) & (values != 1) & ~np.isnan(values), dtype=bool)
    return _where(
        series, lambda v: not isinstance(v, bool | np.bool_) and not (is_number(v) and v in (0, 1))
    )


def _not_text(series: pd.Series[Any]) -> BoolArray:
    if inferred_kind(series) == "string":
        return _none(series)
    return _where(series, lambda value: not isinstance(value, str))


def not_nfc(series: pd.Series[Any]) -> BoolArray:
    """Rows with a text that is not in Unicode form NFC."""
    if is_numeric(series) or _all_ascii(series):
        return _none(series)
    return _where(
        series, lambda value: isinstance(value, str) and not unicodedata.is_normalized("NFC", value)
    )


def _all_ascii(series: pd.Series[Any]) -> bool:
    """Whether a quick look shows that there is no text but plain ASCII."""
    if inferred_kind(series) != "string":
        return False
    if is_arrow_text(series.dtype):
        arrow, compute = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.compute"))
        return compute.all(compute.string_is_ascii(arrow.array(series))).as_py() is not False
    try:
        return all(map(str.isascii, series.to_numpy(dtype=object)))
    except TypeError:  # a value is missing
        return False


def _unknown_category(codes: tuple[str, ...]) -> Check:
    def unknown(series: pd.Series[Any]) -> BoolArray:
        return np.asarray(category_codes(series, codes) < 0) & _known(series)

    return unknown


def rules_for(column: Column) -> Mapping[str, Check]:
    """The rules that a value of a column must keep: rule name -> marker of bad rows."""
    rules: dict[str, Check]
    match column.kind:
        case "category":
            return {"unknown_category": _unknown_category(column.codes)}
        case "boolean":
            return {"not_boolean": not_boolean}
        case "text":
            rules = {"not_text": _not_text}  # names in another form are read by their keys
            return rules if column.name in NAMES else {**rules, "not_nfc": not_nfc}
        case "id":
            return {"not_nfc": not_nfc}
        case "date":
            return {"not_a_date": not_a_date, "time_zone": has_time_zone}
        case _:
            rules = {
                "text_number": _text_number,
                "not_a_number": _not_a_number,
                "inexact": _inexact(column.money, column.kind == "integer"),
                "infinite": _infinite,
            }
            if column.low == 0 and column.high == np.inf:
                rules["negative"] = _negative
            elif column.low > -np.inf or column.high < np.inf:
                rules["out_of_range"] = _outside(column.low, column.high)
            if column.kind == "integer":
                rules["not_whole"] = _not_whole
            return rules


def too_coarse(series: pd.Series[Any], column: Column) -> bool:
    """Whether the dtype is too coarse for amounts of VND (float32 cannot hold them)."""
    if not column.money:
        return False
    dtype = series.dtype
    return (
        pd.api.types.is_float_dtype(dtype)
        and dtype not in (np.dtype("float64"), pd.Float64Dtype())
        and ("double" not in str(dtype))
    )


def fine_at_a_glance(series: pd.Series[Any], column: Column) -> bool:
    """Whether the dtype, or the extremes, already show that every value keeps the rules.

    Saves the full check, and its temporaries, on the columns of large and well-typed tables.
    """
    dtype = series.dtype
    if column.kind == "boolean":
        plain = dtype == np.dtype(bool) or dtype == pd.BooleanDtype()
        return plain and not (column.complete and series.isna().any())
    if column.kind == "category" and isinstance(dtype, pd.CategoricalDtype):
        missing = column.complete and len(series) > 0 and series.array.codes.min() < 0
        return set(dtype.categories) <= set(column.codes) and not missing
    if column.kind == "integer" and isinstance(dtype, np.dtype) and dtype.kind in "iu":
        values = series.to_numpy()
        return len(values) == 0 or bool(
            values.min() >= column.low and values.max() <= min(column.high, LARGEST_WHOLE)
        )
    if column.kind == "date" and isinstance(dtype, np.dtype) and dtype.kind == "M":
        return not (column.complete and series.isna().any())
    if column.kind == "number" and dtype == np.dtype("float64"):
        values = series.to_numpy()
        missing = column.complete and bool(np.isnan(values).any())
        outside = (values < column.low).any() or (values > column.high).any()
        return not (outside or np.isinf(values).any() or missing)
    return False
