"""Tables of households with a fault that a check must find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.errors import ArgumentError
from multidim_poverty.testing.decoding import Ids, check_options
from multidim_poverty.testing.frames import households

__all__ = ["PlantedFault", "invalid_households"]


@dataclass(frozen=True)
class PlantedFault:
    """A table of households with one fault, and what a check must say of it.

    Parameters
    ----------
    households : pandas.DataFrame
        The table.
    rule, column : str
        As in the columns of `multidim_poverty.violations`.
    household_id : object
        None where the fault is of the whole column.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> planted = find(testing.invalid_households(), lambda planted: planted.rule == "text_number")
    >>> planted.column, planted.household_id in planted.households.index
    ('income_per_capita', True)
    """

    households: pd.DataFrame
    rule: str
    column: str
    household_id: Any


Planter = Callable[[pd.DataFrame, int], pd.DataFrame]


def _put(column: str, value: Any, dtype: Any = object) -> Planter:
    """Puts a value into one row of a column."""

    def plant(frame: pd.DataFrame, row: int) -> pd.DataFrame:
        values = frame[column].astype(object).to_numpy(copy=True)
        values[row] = value
        return frame.assign(**{column: pd.Series(values, index=frame.index).astype(dtype)})

    return plant


def _plus(column: str, more: float) -> Planter:
    def plant(frame: pd.DataFrame, row: int) -> pd.DataFrame:
        values = frame[column].to_numpy(dtype=np.float64, copy=True)
        values[row] += more
        return frame.assign(**{column: values})

    return plant


def _id_of_another(frame: pd.DataFrame, row: int) -> pd.DataFrame:
    ids = frame.index.tolist()
    ids[row] = ids[row - 1]
    return frame.set_axis(pd.Index(ids, name=frame.index.name), axis=0)


def _id_decomposed(frame: pd.DataFrame, row: int) -> pd.DataFrame:
    ids = frame.index.tolist()
    ids[row] = f"ho\u0323\u0302 {ids[row]}"
    return frame.set_axis(pd.Index(ids, name=frame.index.name, dtype=object), axis=0)


def _id_missing(frame: pd.DataFrame, row: int) -> pd.DataFrame:
    ids = frame.index.astype(object).tolist()
    ids[row] = None
    return frame.set_axis(pd.Index(ids, name=frame.index.name, dtype=object), axis=0)


def _of_levels(frame: pd.DataFrame, _: int) -> pd.DataFrame:
    return frame.set_axis(pd.MultiIndex.from_product([["survey"], frame.index]), axis=0)


# Rule, column, whether a single household has the fault, and how to plant it.
FAULTS: tuple[tuple[str, str, bool, Planter], ...] = (
    ("unknown_category", "area", True, _put("area", "city")),
    ("unknown_category", "water_source", True, _put("water_source", "tap")),
    ("unknown_category", "toilet", True, _put("toilet", "Septic")),
    ("not_boolean", "has_radio", True, _put("has_radio", "yes")),
    ("not_boolean", "roof_durable", True, _put("roof_durable", 2)),
    ("text_number", "income_per_capita", True, _put("income_per_capita", "1.500.000")),
    ("not_a_number", "income_per_capita", True, _put("income_per_capita", "unknown")),
    ("not_a_number", "floor_area", True, _put("floor_area", True)),
    ("inexact", "income_per_capita", True, _put("income_per_capita", 2**53 + 1)),
    ("infinite", "income_per_capita", True, _put("income_per_capita", np.inf, "float64")),
    ("negative", "floor_area", True, _put("floor_area", -1.0, "float64")),
    ("out_of_range", "household_size", True, _put("household_size", 0, "int64")),
    ("not_whole", "household_size", True, _put("household_size", 1.5, "float64")),
    ("not_text", "commune", True, _put("commune", 12)),
    ("not_nfc", "household_id", True, _id_decomposed),
    ("income_disagrees", "income_per_capita", True, _plus("income_per_capita", 2.0)),
    ("missing_value", "household_id", True, _id_missing),
    ("duplicate_id", "household_id", True, _id_of_another),
    ("missing_column", "area", False, lambda frame, _: frame.drop(columns="area")),
    ("duplicate_column", "toilet", False, lambda frame, _: frame[[*frame.columns, "toilet"]]),
    (
        "too_coarse",
        "income_12m",
        False,
        lambda frame, _: frame.assign(income_12m=frame["income_12m"].astype("float32")),
    ),
    ("index_of_levels", "household_id", False, _of_levels),
    (
        "id_not_in_index",
        "household_id",
        False,
        lambda frame, _: frame.reset_index(),
    ),
)


def invalid_households(
    *, min_size: int = 2, max_size: int = 6, ids: Ids = "text"
) -> st.SearchStrategy[PlantedFault]:
    """Tables of households with one fault each, and what must be said of it.

    Every rule for the table of households is planted. A fault may bring others with it (a size
    of none does not agree with the income).

    Parameters
    ----------
    min_size, max_size : int
        Number of households, at least 2.
    ids : {"text", "int"}
        The kind of household ids.

    Returns
    -------
    hypothesis strategy of PlantedFault
        One PlantedFault for each drawn example.

    Raises
    ------
    ArgumentError
        If `ids` is no such kind, or `min_size` is below 2.

    Examples
    --------
    >>> from hypothesis import find
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> bad = find(testing.invalid_households(), lambda bad: bad.rule == "text_number")
    >>> bad.column, mdp.violations(bad.households)["value"].tolist()
    ('income_per_capita', ['1.500.000'])
    """
    check_options("numpy", ids)
    if min_size < 2:
        raise ArgumentError("min_size must be 2 or more: an id is repeated by two households")
    return _invalid_households(min_size, max_size, ids)


@st.composite
def _invalid_households(draw: st.DrawFn, min_size: int, max_size: int, ids: Ids) -> PlantedFault:
    frame = draw(households(min_size=min_size, max_size=max_size, ids=ids))
    rule, column, single, plant = draw(st.sampled_from(FAULTS))
    row = draw(st.integers(0, len(frame) - 1)) if single else 0
    bad = plant(frame, row)
    return PlantedFault(bad, rule, column, bad.index[row] if single else None)
