"""Tables with some answers missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.schema.tables import Tables
from multidim_poverty.testing.decoding import SEEDS, Mask, from_seed
from multidim_poverty.testing.matrices import ClassInputs

__all__ = ["with_missing"]

Frames = TypeVar("Frames", pd.DataFrame, Tables, ClassInputs)
REQUIRED = frozenset({"household_id", "member_id"})


@st.composite
def _with_missing(draw: st.DrawFn, frames: st.SearchStrategy[Any], keep: frozenset[str]) -> Any:
    drawn = draw(frames)
    if isinstance(drawn, pd.DataFrame):
        return _holed(draw, drawn, keep)
    if isinstance(drawn, Tables):
        people = None if drawn.members is None else _holed(draw, drawn.members, keep)
        return Tables(_holed(draw, drawn.households, keep), people)
    return ClassInputs(_holed(draw, drawn.households, keep), _holed(draw, drawn.deprivations, keep))


def with_missing(
    frames: st.SearchStrategy[Frames], *, keep: Iterable[str] = REQUIRED
) -> st.SearchStrategy[Frames]:
    """The same tables with some answers missing, in any way that a dtype can say so.

    A column of bool becomes nullable, floats with NaN or objects with None; one of integers
    becomes nullable or floats; others keep their dtype, become nullable, or become objects.

    Parameters
    ----------
    frames : strategy of pandas.DataFrame, Tables or ClassInputs
    keep : iterable of str
        Columns that stay whole; by default those in which no value may be missing.

    Returns
    -------
    hypothesis strategy of the same

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> names = ["area", "has_radio"]
    >>> table = find(testing.with_missing(testing.households(columns=names), keep=["area"]),
    ...              lambda table: table["has_radio"].isna().any())
    >>> bool(table["area"].isna().any())
    False
    """
    return cast("st.SearchStrategy[Frames]", _with_missing(frames, frozenset(keep)))


def _holed(draw: st.DrawFn, frame: pd.DataFrame, keep: frozenset[str]) -> pd.DataFrame:
    names = [name for name in frame.columns if name not in keep]
    n, m = len(frame), len(names)
    if not n or not m:
        return frame
    length = (n * m + 7) // 8
    if 2 * length + m > 4096:  # as for rows, more than hypothesis draws comes from a seed
        raw = from_seed(draw(SEEDS), (2 * length + m,))
    else:
        size = 2 * length + m
        raw = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype=np.uint8)
    bits = np.unpackbits(raw[:length] & raw[length : 2 * length])
    gaps = bits[: n * m].reshape(n, m).astype(bool)
    if not gaps.any():
        return frame
    ways = raw[2 * length :]
    changed = {
        name: _hole(frame[name], gaps[:, at], int(ways[at]))
        for at, name in enumerate(names)
        if gaps[:, at].any()
    }
    return frame.assign(**changed)


def _hole(series: pd.Series[Any], gaps: Mask, way: int) -> pd.Series[Any]:
    """A column with some values missing, in one of the ways that its dtype allows."""
    dtype = series.dtype
    if pd.api.types.is_bool_dtype(dtype):
        ways: list[Any] = ["boolean", "float64", object]
    elif pd.api.types.is_integer_dtype(dtype):
        ways = ["Int64", "float64"]
    elif pd.api.types.is_float_dtype(dtype):
        ways = ["float64", "Float64"]
    elif pd.api.types.is_datetime64_any_dtype(dtype):
        ways = [dtype]
    else:
        ways = [dtype, object]
    to = ways[way % len(ways)]
    if to is object:
        values = series.astype(object).to_numpy(copy=True)
        values[gaps | series.isna().to_numpy(dtype=bool)] = None
        return pd.Series(values, index=series.index, dtype=object)
    if to == "float64":
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        return pd.Series(np.where(gaps, np.nan, numbers), index=series.index)
    return series.astype(to).mask(gaps)
