"""Tables with some answers missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.schema.tables import Tables
from multidim_poverty.testing.boundary_surveys import SurveyInputs
from multidim_poverty.testing.decoding import SEEDS, Mask, from_seed
from multidim_poverty.testing.matrices import ClassInputs
from multidim_poverty.testing.topics import TOPICS

__all__ = ["with_missing"]

Frames = TypeVar("Frames", pd.DataFrame, Tables, ClassInputs, SurveyInputs)
REQUIRED = frozenset({"household_id", "member_id"})


@st.composite
def _with_missing(
    draw: st.DrawFn, frames: st.SearchStrategy[Any], keep: frozenset[str], together: bool
) -> Any:
    drawn = draw(frames)
    if isinstance(drawn, pd.DataFrame):
        return _holed(draw, drawn, keep, together)
    holed = {
        field.name: _holed(draw, table, keep, together)
        for field in fields(drawn)
        if isinstance(table := getattr(drawn, field.name), pd.DataFrame)
    }
    return replace(drawn, **holed)


def with_missing(
    frames: st.SearchStrategy[Frames],
    *,
    keep: Iterable[str] = REQUIRED,
    together: bool = False,
) -> st.SearchStrategy[Frames]:
    """The same tables with some answers missing, in any way that a dtype can say so.

    A column of bool becomes nullable, floats with NaN or objects with None; one of integers
    becomes nullable or floats; others keep their dtype, become nullable, or become objects.

    Parameters
    ----------
    frames : strategy of pandas.DataFrame, Tables, ClassInputs or SurveyInputs
        What is drawn before answers are taken away.
    keep : iterable of str
        Columns that stay whole; by default those in which no value may be missing.
    together : bool
        Whether answers that are asked together are missing together: all structures of the house,
        all means of information, all about the schooling of a member, ...

    Returns
    -------
    hypothesis strategy of the same
        Drawn frames in which some answers are missing.

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
    return cast("st.SearchStrategy[Frames]", _with_missing(frames, frozenset(keep), together))


def _topic_of_each(names: Sequence[Any], together: bool) -> list[int]:
    """The number of the topic of each column; each is its own where answers are apart."""
    if not together:
        return list(range(len(names)))
    topics = [topic for table in TOPICS.values() for topic in table]
    first = [next((topic for topic in topics if name in topic), name) for name in names]
    order = list(dict.fromkeys(first))
    return [order.index(topic) for topic in first]


def _holed(
    draw: st.DrawFn, frame: pd.DataFrame, keep: frozenset[str], together: bool
) -> pd.DataFrame:
    names = [name for name in frame.columns if name not in keep]
    topics = _topic_of_each(names, together)
    n, m = len(frame), max(topics, default=-1) + 1
    if not n or not m:
        return frame
    length = (n * m + 7) // 8
    size = 2 * length + len(names)
    if size > 4096:  # as for rows, more than hypothesis draws comes from a seed
        raw = from_seed(draw(SEEDS), (size,))
    else:
        raw = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype=np.uint8)
    bits = np.unpackbits(raw[:length] & raw[length : 2 * length])
    gaps = bits[: n * m].reshape(n, m).astype(bool)[:, topics]
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
