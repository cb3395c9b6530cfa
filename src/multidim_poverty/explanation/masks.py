"""Sets of indicators as bit masks: bit i is indicator i of the standard, in legal order."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.catalog import StandardLike, as_standard

__all__ = ["AREA", "INCOME", "unpack_indicators"]

INCOME, AREA = "income", "area"  # the questions beside those of the indicators


@overload
def unpack_indicators(
    masks: pd.Series[Any], *, standard: StandardLike, to: Literal["columns"] = "columns"
) -> pd.DataFrame: ...
@overload
def unpack_indicators(
    masks: pd.Series[Any], *, standard: StandardLike, to: Literal["lists"]
) -> pd.Series[Any]: ...
def unpack_indicators(
    masks: pd.Series[Any], *, standard: StandardLike, to: Literal["columns", "lists"] = "columns"
) -> pd.DataFrame | pd.Series[Any]:
    """The indicators of a bit mask, by name.

    Parameters
    ----------
    masks : pandas.Series
        ``deprived_indicators`` or ``open_questions`` of `reasons`, or ``indicators`` of
        `nearest_changes`.
    standard : Standard or str
        The one that the masks were made with: a mask itself does not say it.
    to : {"columns", "lists"}
        A column for each indicator, or a list of names for each household.

    Returns
    -------
    pandas.DataFrame or pandas.Series
        On the same index: one bool column per indicator in legal order, ``income`` and ``area``,
        or one list of names for each household.

    Raises
    ------
    ArgumentError
        If a mask is missing or no whole number, or has a bit that the standard has no question
        for.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> masks = pd.Series([0b11, 1 << 12], index=["a", "b"])
    >>> mdp.unpack_indicators(
    ...     masks, standard=mdp.standard("decree_07_2021"), to="lists").to_dict()
    {'a': ['employment', 'dependents'], 'b': ['income']}
    """
    standard = as_standard(standard)
    names = [*standard.indicator_ids, INCOME, AREA]
    if masks.isna().any() or not pd.api.types.is_integer_dtype(masks.dtype):
        raise ArgumentError(f"masks of dtype {masks.dtype} are not whole numbers, all known")
    values = masks.to_numpy(np.int64)
    if ((values < 0) | (values >= 1 << len(names))).any():
        raise ArgumentError(
            f"a mask has a bit beyond the {len(names)} questions of {standard.name}"
        )
    if to == "lists":
        distinct, codes = np.unique(values, return_inverse=True)
        lists = [[name for bit, name in enumerate(names) if mask >> bit & 1] for mask in distinct]
        return pd.Series([list(lists[code]) for code in codes], index=masks.index, dtype=object)
    if to != "columns":
        raise ArgumentError(f"to {to!r} is not 'columns' or 'lists'")
    return pd.DataFrame(
        {name: (values >> bit & 1).astype(bool) for bit, name in enumerate(names)},
        index=masks.index,
    )
