"""How the tables that a function takes are handed to it: read once, here, for all functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.identity import check_ids_meet, match, one_spelling
from multidim_poverty.language import alphabetical_key
from multidim_poverty.schema.fault_table import Fault, report
from multidim_poverty.schema.tables import Tables

__all__ = [
    "By",
    "TablesLike",
    "as_frame",
    "as_households",
    "as_tables",
    "distinct_groups",
    "distinct_rows",
    "group_keys",
    "grouping",
    "groups_of",
    "values_of",
]


Numbers = npt.NDArray[np.int64]
SMALL = 1 << 17  # numbers that a table by number holds at once
TablesLike = pd.DataFrame | Tables
By = str | Sequence[str] | pd.Series


def as_frame(table: Any, argument: str, *, repeated: bool = False) -> pd.DataFrame:
    """The table that an argument is, if it is a pandas one; else says how to make it one.

    Unless columns may be `repeated`, because a check of the table names them, each that stands more
    than once is named in an `InvalidDataError`.
    """
    if not isinstance(table, pd.DataFrame):
        raise ArgumentError(f"{argument} {_what(table)}; {_advice(table)}")
    if not repeated and not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()].unique()
        faults = [Fault(argument, str(name), "duplicate_column") for name in twice]
        raise InvalidDataError(report(faults, {argument: table}))
    return table


def as_households(households: Any) -> pd.DataFrame:
    """The households table that an argument is or holds."""
    if isinstance(households, Tables):
        households = households.households
    return as_frame(households, "households")


def as_tables(
    households: Any, members: Any = None, *, repeated: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Both tables: one by one, or as `Tables` in place of the first."""
    if not isinstance(households, Tables):
        listed = None if members is None else as_frame(members, "members", repeated=repeated)
        return as_frame(households, "households", repeated=repeated), listed
    if members is not None:
        raise ArgumentError(
            "members are given twice: as part of households and by themselves; pass the Tables "
            "alone, or their .households and .members"
        )
    return as_tables(households.households, households.members, repeated=repeated)


def _what(value: Any) -> str:
    if value is None:
        return "is None"
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    return f"is a {kind.__name__}" if package == "builtins" else f"is a {package} {kind.__name__}"


def _advice(value: Any) -> str:
    """What to pass in place of something that is no pandas table."""
    package = type(value).__module__.partition(".")[0]
    if package in ("polars", "pyarrow"):
        return "pass a pandas.DataFrame: convert it with .to_pandas()"
    if isinstance(value, str | Path):
        return "pass a pandas.DataFrame: read the file first, such as with pandas.read_parquet"
    if isinstance(value, Mapping):
        return "pass a pandas.DataFrame: make one with pandas.DataFrame(...)"
    if isinstance(value, Tables):
        return "pass one of its tables, .households or .members"
    if isinstance(value, tuple):
        return "pass its tables one by one, each as a pandas.DataFrame"
    return "pass a pandas.DataFrame"


# -- groups ----------------------------------------------------------------------------------


def groups_of(by: Any, data: pd.DataFrame, argument: str = "result") -> pd.DataFrame:
    """The groups that `by` names, one column per level.

    Parameters
    ----------
    by : str, sequence of str, pandas.Series or None
        A column of `data`, several (the largest units first), or the group of each row as a
        Series on the same index (it may hold more); None for no groups.
    data : pandas.DataFrame
    argument : str
        Name of the argument that `data` is, for the message.

    Returns
    -------
    pandas.DataFrame
        Index as `data`; missing where the group of a row is not known. Names of one key are in
        the spelling that comes first, with a warning that names both. The labels of a Series
        without a name are no names of units: each value is a group.

    Raises
    ------
    ArgumentError
        If `by` is something else, repeats a column, or names one that is absent or stands twice;
        or if a Series lacks rows of `data` or repeats an id.
    """
    frame, levels = grouping(by, data, argument)
    if isinstance(by, pd.Series) and by.name is None:
        return frame
    return one_spelling([frame], levels)[0]


def distinct_groups(
    by: Any, data: pd.DataFrame, argument: str = "result"
) -> tuple[pd.DataFrame, Numbers]:
    """The distinct groups that `by` names, in the order in which they come, and that of each row.

    They are as `groups_of` gives them: a group that is spelt in two ways stands there twice, in one
    spelling. On a RangeIndex.
    """
    frame, levels = grouping(by, data, argument)
    groups, at = distinct_rows(frame, levels)
    if not (isinstance(by, pd.Series) and by.name is None):
        groups = one_spelling([groups], levels)[0]
    return groups[levels], at


def distinct_rows(table: pd.DataFrame, levels: Sequence[str]) -> tuple[pd.DataFrame, Numbers]:
    """The distinct rows of some columns in the order in which they come, and which one each row is.

    Columns of the codes of names, which tell units apart, are kept beside those of the names.
    """
    codes = [f"{level}_code" for level in levels]
    names = [*levels, *(name for name in codes if (table.columns == name).sum() == 1)]
    number, span = np.zeros(len(table), dtype=np.int64), 1
    for name in dict.fromkeys(names):
        values, size = _numbered(table[name])
        number, span = number * size + values, span * size
        if span > 4 * len(table) + SMALL:
            number, distinct = pd.factorize(number)
            span = len(distinct)
    first = np.full(span, len(table), dtype=np.int64)
    first[number[::-1]] = np.arange(len(table))[::-1]
    rows = np.sort(first[first < len(table)])
    place = np.empty(span, dtype=np.int64)
    place[number[rows]] = np.arange(len(rows))
    distinct_names = list(dict.fromkeys(names))
    return table[distinct_names].take(rows).reset_index(drop=True), place[number]


def _numbered(values: pd.Series[Any]) -> tuple[Numbers, int]:
    """A number for each value, equal ones the same, 0 where missing; and how many there can be."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.array.codes.astype(np.int64) + 1, len(values.cat.categories) + 1
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "i" and len(values):
        whole = values.to_numpy()
        low, high = int(whole.min()), int(whole.max())
        if high - low < len(values):
            return whole.astype(np.int64) - low, high - low + 1
    codes, distinct = pd.factorize(values)
    return codes.astype(np.int64) + 1, len(distinct) + 1


def grouping(
    by: Any, data: pd.DataFrame, argument: str, name: str = "by"
) -> tuple[pd.DataFrame, list[str]]:
    """The table that holds the groups as they are spelt, and its columns that `by` names."""
    if isinstance(by, pd.Series):
        groups = _aligned(by, data, argument, name).to_frame()
        return groups, list(groups.columns)
    names = [] if by is None else [by] if isinstance(by, str) else by
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise ArgumentError(
            f"{name} {_what(by)}; pass a column name, several, or a pandas.Series on the index of "
            f"{argument}"
        )
    if len(set(names)) < len(names):
        raise ArgumentError(f"{name} repeats a column: {list(names)}; name each once")
    absent = [name for name in names if (data.columns == name).sum() != 1]
    if absent:
        raise ArgumentError(
            f"{argument} has no column {', '.join(map(repr, absent))} that {name} names "
            f"(each stands once in it); join it first, or pass {name} as a pandas.Series on the "
            f"index of {argument}"
        )
    return data, list(names)


def values_of(
    values: str | pd.Series[Any], data: pd.DataFrame, argument: str, name: str
) -> pd.Series[Any]:
    """A value for each row of `data`: the column that is named, or a Series on the same ids.

    Raises
    ------
    ArgumentError
        As `groups_of`, of the argument `name`.
    """
    table, names = grouping(values, data, argument, name)
    if len(names) != 1:
        raise ArgumentError(f"{name} names {len(names)} columns of {argument}; name one")
    return table[names[0]]


def group_keys(groups: pd.DataFrame) -> tuple[npt.NDArray[np.intp], list[tuple[Any, ...]]]:
    """The number of the group of each row, and what the groups are: one value per level.

    Groups are in the order of their values, those of a category in its order, texts in that of the
    Vietnamese alphabet, numbers in them as numbers; None, and last, where a level is not known.
    Only groups that have rows are there.
    """
    distinct, at = distinct_rows(groups, list(groups.columns))
    orders = [_order(distinct[name]) for name in groups.columns]
    if not orders or not len(groups):
        return np.zeros(len(groups), dtype=np.intp), [()] * bool(len(groups))
    rows = [*zip(*(places.tolist() for places, _ in orders), strict=True)]
    number = {row: n for n, row in enumerate(sorted({*rows}))}
    keys = [
        tuple(values[code] for code, (_, values) in zip(row, orders, strict=True)) for row in number
    ]
    return np.array([number[row] for row in rows], dtype=np.intp)[at], keys


def _order(series: pd.Series[Any]) -> tuple[npt.NDArray[np.intp], list[Any]]:
    """Where each value stands in the order of the values; what is missing stands last."""
    ordered = pd.Categorical(series)
    names = ordered.categories.tolist()
    if not isinstance(series.dtype, pd.CategoricalDtype) and all(
        isinstance(name, str) for name in names
    ):
        ordered = ordered.reorder_categories(sorted(names, key=alphabetical_key))
    values = ordered.categories.tolist()
    return np.where(ordered.codes < 0, len(values), ordered.codes), [*values, None]


def _aligned(
    by: pd.Series[Any], data: pd.DataFrame, argument: str, argument_name: str
) -> pd.Series[Any]:
    name = "group" if by.name is None else str(by.name)
    if by.index.equals(data.index):
        return by.set_axis(data.index).rename(name)
    check_ids_meet(by.index, data.index, (argument_name, argument))
    at = match(data.index.to_series(), by.index).home
    absent_ids = data.index[at < 0]
    if len(absent_ids) or not by.index.is_unique:
        cause = f"rows not in it: {len(absent_ids)}, such as {absent_ids[:5].tolist()}"
        raise ArgumentError(
            f"{argument_name} is not on the index of {argument}: "
            f"{cause if len(absent_ids) else 'ids repeat'}; give each row one "
            f"value, missing where it is not known"
        )
    return by.take(at).set_axis(data.index).rename(name)
