"""The columns by which a result knows its standard, and the check that reads them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.poverty_standard import Standard

__all__ = ["STANDARD_COLUMNS", "check_standard", "standard_columns", "standards_of"]

STANDARD_COLUMNS = ("standard", "standard_hash")
SHOWN = 12  # digits of a hash in a message


def standard_columns(standard: Standard, n: int) -> dict[str, Any]:
    """Name and hash of the content of a standard, in each of `n` rows.

    Two categories of one value, so that they take two bytes a row; a file holds them as text.
    """
    return {
        name: pd.Categorical.from_codes(
            np.zeros(n, dtype=np.int8), dtype=_category_of(value), validate=False
        )
        for name, value in zip(
            STANDARD_COLUMNS, (standard.name, standard.content_hash), strict=True
        )
    }


@lru_cache(maxsize=64)
def _category_of(value: str) -> pd.CategoricalDtype:
    return pd.CategoricalDtype([value])


def standards_of(result: pd.DataFrame) -> list[tuple[str | None, str | None]]:
    """Name and hash of every standard that a result names; None for a part that it lacks.

    Rows that name none are left out: own tables need not have these columns.
    """
    rows = np.zeros(len(result), dtype=np.int64)
    words: list[list[str | None]] = []
    for name in STANDARD_COLUMNS:
        if (result.columns == name).sum() == 1:
            codes, distinct = pd.factorize(result[name])  # -1, the last word, where missing
            words.append([*map(str, distinct.tolist()), None])
        else:
            codes = np.full(len(result), -1)
            words.append([None])
        rows = rows * len(words[-1]) + codes % len(words[-1])
    names, hashes = words
    pairs = [(names[row // len(hashes)], hashes[row % len(hashes)]) for row in pd.unique(rows)]
    return [pair for pair in pairs if pair != (None, None)]


def check_standard(result: pd.DataFrame, standard: Standard, argument: str = "result") -> None:
    """Raise if a result names another standard than `standard`.

    The hash decides where there is one, else the name. A result that names no standard, such as a
    table of one's own, is taken.

    Raises
    ------
    ArgumentError
        Names both standards; where they bear one name, their hashes tell them apart.
    """
    others = [
        (name, content)
        for name, content in standards_of(result)
        if (name != standard.name if content is None else content != standard.content_hash)
    ]
    if others:
        named = " and ".join(_named(name, content) for name, content in others)
        raise ArgumentError(
            f"{argument} was made by the standard {named}, not by "
            f"{_named(standard.name, standard.content_hash)}: pass the standard that made it, or "
            f"assess the households by the one that you pass"
        )


def _named(name: str | None, content: str | None) -> str:
    shown = "" if content is None else f"hash {content[:SHOWN]}"
    return f"{name} ({shown})" if name and shown else name or shown
