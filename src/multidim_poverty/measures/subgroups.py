"""Who is measured: all, each group, households or persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures.design import CodeArray, FloatArray
from multidim_poverty.measures.incidence import household_sizes
from multidim_poverty.schema.arguments import group_keys, groups_of, values_of

__all__ = ["Level", "levels_of", "person_counts"]


@dataclass(frozen=True)
class Level:
    """One way to group the rows: its name, the group of each row, and the names of the groups."""

    name: str
    codes: CodeArray
    labels: tuple[Any, ...]


def levels_of(by: str | pd.Series[Any] | None, data: pd.DataFrame, argument: str) -> list[Level]:
    """All rows together, then the groups of `by`; rows without a group are a group, last.

    Raises
    ------
    ArgumentError
        As `groups_of`; or if `by` names several columns.
    """
    levels = [Level("all", np.zeros(len(data), dtype=np.intp), (None,))]
    if by is None:
        return levels
    groups = groups_of(by, data, argument)
    if groups.shape[1] != 1:
        raise ArgumentError(
            f"by names {groups.shape[1]} columns; name one, or join them in a Series of labels"
        )
    codes, keys = group_keys(groups)
    name = str(groups.columns[0])
    series = groups.iloc[:, 0]
    labels = [key[0] for key in keys]
    if isinstance(series.dtype, pd.CategoricalDtype):  # groups without rows have theirs
        every = [*series.cat.categories.tolist(), *([None] if None in labels else [])]
        place = {label: at for at, label in enumerate(every)}
        codes = np.array([place[label] for label in labels], dtype=np.intp)[codes]
        labels = every
    return [*levels, Level(name, codes, tuple(labels))]


def person_counts(
    persons: bool | str | pd.Series[Any] | None, data: pd.DataFrame, argument: str
) -> FloatArray | None:
    """Persons of each household; None where households are counted."""
    if persons is None or persons is False:
        return None
    sizes = "household_size" if persons is True else persons
    column = values_of(sizes, data, argument, "persons").rename("household_size")
    return household_sizes(column.to_frame()).astype(np.float64)
