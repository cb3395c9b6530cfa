"""Ids of households as texts in Unicode form NFC or as whole numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.reading import inferred_kind
from multidim_poverty.schema.value_rules import not_nfc

__all__ = [
    "are_canonical",
    "are_texts",
    "canonical_id",
    "canonical_index",
    "many",
    "named",
    "row_of",
]

SHOWN = 5


def canonical_id(value: Any) -> str | int:
    """A household id as plain text or integer."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    raise ArgumentError(f"household id {value!r} is neither a text nor an integer; make it one")


def canonical_index(index: pd.Index[Any]) -> pd.Index[Any]:
    """Household ids as plain text or integers; the same object where they are that already."""
    if are_canonical(index):
        return index
    ids = [canonical_id(value) for value in index.tolist()]
    canonical: pd.Index[Any] = pd.Index(ids, dtype=object, name="household_id")
    return canonical.infer_objects()


def are_canonical(index: pd.Index[Any]) -> bool:
    """Whether all ids are whole numbers, or all texts in Unicode form NFC, and none is missing."""
    if _are_whole(index):
        return True
    if isinstance(index.dtype, pd.CategoricalDtype) or index.hasnans:
        return False
    series = index.to_series()
    return inferred_kind(series) == "string" and not bool(not_nfc(series).any())


def are_texts(ids: pd.Index[Any]) -> npt.NDArray[np.bool_]:
    """Which of the canonical ids are texts."""
    if _are_whole(ids) or inferred_kind(ids.to_series()) == "string":
        return np.full(len(ids), not _are_whole(ids))
    return np.array([isinstance(id, str) for id in ids.tolist()], dtype=bool)


def _are_whole(ids: pd.Index[Any]) -> bool:
    return isinstance(ids.dtype, np.dtype) and ids.dtype.kind in "iu"


def row_of(frame: pd.DataFrame, id: str | int) -> pd.DataFrame:
    """The row of one household."""
    return frame.loc[np.asarray(canonical_index(frame.index) == id, dtype=bool)]


def named(ids: Collection[str | int]) -> str:
    """How many households, and the first of them."""
    shown = ", ".join(repr(id) for id in list(ids)[:SHOWN])
    return f"{many(len(ids))} ({shown}{', ...' if len(ids) > SHOWN else ''})"


def many(n: int) -> str:
    """So many households, in words."""
    return f"{n} household{'' if n == 1 else 's'}"
