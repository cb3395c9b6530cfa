"""How the values of a column are read: as numbers, truth or codes, whatever the dtype.

The readers trust values that keep the rules; anything else reads as missing.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray, Truth

__all__ = [
    "category_codes",
    "codes_of",
    "float_of",
    "inferred_kind",
    "is_arrow_text",
    "is_number",
    "is_numeric",
    "masked_parts",
    "numbers_of",
    "once",
    "truth_of",
]

NUMBERS = ("integer", "floating", "mixed-integer-float", "integer-na")


def once(frame: pd.DataFrame, *names: str) -> bool:
    """Whether each of the columns is there, once."""
    columns = frame.columns
    return all(name in columns and isinstance(columns.get_loc(name), int) for name in names)


def is_number(value: Any) -> bool:
    """Whether a single value is a number, a `decimal.Decimal` too, and not a boolean."""
    is_real = isinstance(value, numbers.Real | Decimal)
    return is_real and not isinstance(value, bool | np.bool_)


def float_of(value: Any) -> float | None:
    """The float64 that is this number, or that is written like this decimal; None if none is.

    >>> from decimal import Decimal
    >>> float_of(Decimal("1500000.3")), float_of(Decimal("1500000.00000000001")), float_of(10**400)
    (1500000.3, None, None)
    """
    value = int(value) if isinstance(value, numbers.Integral) else value
    try:
        number = float(value)
    except OverflowError:
        return None
    if number != number:
        return number
    written = Decimal(repr(number)) if isinstance(value, Decimal) else number
    return number if written == value else None


def is_numeric(series: pd.Series[Any]) -> bool:
    """Whether the dtype is one of real numbers."""
    dtype = series.dtype
    return (
        pd.api.types.is_numeric_dtype(dtype)
        and not pd.api.types.is_bool_dtype(dtype)
        and not pd.api.types.is_complex_dtype(dtype)
    )


def is_arrow_text(dtype: Any) -> bool:
    """Whether it is a dtype of texts that pyarrow holds."""
    if isinstance(dtype, pd.StringDtype):
        return dtype.storage == "pyarrow"
    return isinstance(dtype, pd.ArrowDtype) and issubclass(dtype.type, str)


def inferred_kind(series: pd.Series[Any]) -> str:
    """What pandas infers of the values that are there: "string", "boolean", "integer", ..."""
    if isinstance(series.dtype, pd.StringDtype) or is_arrow_text(series.dtype):
        return "string"
    return pd.api.types.infer_dtype(series, skipna=True)


def numbers_of(series: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Values as float64, NaN where missing or not a number."""
    if series.dtype == np.dtype("float64"):
        return series.to_numpy()
    if is_numeric(series) or (series.dtype == object and inferred_kind(series) in NUMBERS):
        with suppress(OverflowError):  # a whole number that is larger than any float64
            return series.to_numpy(dtype=np.float64, na_value=np.nan)
    values = [float_of(value) if is_number(value) else None for value in series]
    return np.array(values, dtype=np.float64)


def masked_parts(array: Any) -> tuple[BoolArray, BoolArray] | None:
    """Data and mask of a nullable boolean array without a copy, if it is one.

    pandas has no public way to them that does not copy (at 10 million rows x 12 columns the
    copies cost more than the classification), so this is the one place that looks inside.
    """
    if isinstance(array, pd.arrays.BooleanArray):
        return array._data, array._mask  # type: ignore[attr-defined]
    return None


def truth_of(series: pd.Series[Any]) -> Callable[[slice], Truth]:
    """A reader of a boolean column: rows in, three-valued truth out."""
    if series.dtype == np.dtype(bool):
        values = series.to_numpy()
        return lambda rows: Truth.known(values[rows])
    parts = masked_parts(series.array)
    if parts is None:
        missing = series.isna().to_numpy(dtype=bool)
        as_objects = series.array[~missing]
        data = np.zeros(len(series), dtype=bool)
        data[~missing] = np.asarray(as_objects, dtype=object).astype(bool)
        parts = data, missing
    data, mask = parts
    if not mask.any():
        return lambda rows: Truth.known(data[rows])
    return lambda rows: Truth(data[rows] > mask[rows], data[rows] | mask[rows])


def codes_of(
    series: pd.Series[Any], codes: tuple[str, ...]
) -> Callable[[slice], npt.NDArray[np.int8]]:
    """A reader of a category column: rows in, positions in `codes` out, -1 for anything else."""
    if not isinstance(series.dtype, pd.CategoricalDtype):
        places, distinct = pd.factorize(series)  # place -1 where missing: the last entry
        known = pd.Index(codes, dtype=object)
        in_codes = known.get_indexer(pd.Index(distinct).astype(object))
        read = np.append(in_codes, -1).astype(np.int8)[places]
        return lambda rows: read[rows]
    at = series.array.codes
    # The last entry serves the missing code, -1.
    place_of = {code: place for place, code in enumerate(codes)}
    places_of_codes = [place_of.get(category, -1) for category in series.dtype.categories.tolist()]
    table = np.array([*places_of_codes, -1], dtype=np.int8)
    if at.dtype == np.int8 and (table[:-1] == np.arange(len(table) - 1)).all():
        return lambda rows: at[rows]
    return lambda rows: table[at[rows]]


def category_codes(series: pd.Series[Any], codes: tuple[str, ...]) -> npt.NDArray[np.int8]:
    """Positions in `codes` (int8), -1 where the value is missing or none of them."""
    return codes_of(series, codes)(slice(None))
