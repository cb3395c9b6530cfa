"""Dask tables as arguments, and a function run on each partition of them."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import dask
import dask.dataframe as dd
import distributed
import numpy as np
import pandas as pd
from dask.diagnostics import ProgressBar

from multidim_poverty.errors import ArgumentError, PovertyError

__all__ = [
    "DaskLike",
    "PartOutcome",
    "as_dask",
    "checked_values",
    "computed",
    "first_rows",
    "index_of",
    "joined_faults",
    "keep_texts",
    "lazily",
    "named",
    "nothing",
    "outcome_of",
    "placed",
    "quietly",
    "raise_errors",
    "run_on",
    "same_partitions",
    "values_of",
    "warn_again",
]

DaskLike = pd.DataFrame | dd.DataFrame
Rows = TypeVar("Rows", pd.DataFrame, "pd.Series[Any]")
ROWS_PER_PARTITION = 250_000
SHOWN = 5  # partitions in a message
# What is warned of is kept per process; threads that record warnings take turns.
RECORDING = threading.Lock()


@contextmanager
def keep_texts() -> Iterator[None]:
    """Context in which Dask takes texts as they are, and not as Arrow strings."""
    with dask.config.set({"dataframe.convert-string": False}):
        yield


def as_dask(table: Any, argument: str, npartitions: int | None = None) -> dd.DataFrame:
    """The Dask table that an argument is; a pandas one is cut into partitions."""
    if isinstance(table, dd.DataFrame):
        return table
    if not isinstance(table, pd.DataFrame):
        kind = type(table).__name__
        raise ArgumentError(
            f"{argument} is a {kind}; pass a dask.dataframe.DataFrame, such as from "
            "dask.dataframe.read_parquet, or a pandas.DataFrame"
        )
    if npartitions is None:
        npartitions = max(1, math.ceil(len(table) / ROWS_PER_PARTITION))
    index = table.index
    in_order = index.nlevels == 1 and not index.hasnans and index.is_monotonic_increasing
    with keep_texts():
        return dd.from_pandas(table, npartitions=npartitions, sort=bool(in_order))


def index_of(table: dd.DataFrame) -> dd.DataFrame:
    """The table with one column alone, to read its index."""
    return table[[table.columns[0]]] if len(table.columns) else table


def first_rows(table: Rows, n: int) -> Rows:
    """Some rows as a table of their own: a part of a table would keep all of it in memory."""
    return table.take(np.arange(min(n, len(table))))


def same_partitions(tables: dict[str, dd.DataFrame], advice: str) -> None:
    """Raise `ArgumentError` if tables have different numbers of partitions."""
    counts = {name: table.npartitions for name, table in tables.items()}
    if len(set(counts.values())) > 1:
        listed = " and ".join(f"{name} {count}" for name, count in counts.items())
        raise ArgumentError(f"the tables have different numbers of partitions ({listed}); {advice}")


@dataclass(frozen=True, eq=False)
class PartOutcome:
    """What a function gave on one partition: its value, or the error that it ended in.

    Attributes
    ----------
    value : object
    error : PovertyError or None
    warned : tuple of (type, str)
    """

    value: Any
    error: PovertyError | None
    warned: tuple[tuple[type[Warning], str], ...]


def outcome_of(function: Callable[..., Any], *frames: pd.DataFrame) -> PartOutcome:
    """What a function gives on some tables, with what it warns of."""
    value, error = None, None
    with _recorded() as caught:
        try:
            value = function(*frames)
        except PovertyError as stop:
            error = stop.with_traceback(None)
    warned = tuple((warning.category, str(warning.message)) for warning in caught)
    return PartOutcome(value, error, warned)


@contextmanager
def _recorded() -> Iterator[list[warnings.WarningMessage]]:
    with RECORDING, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def nothing(function: Callable[..., Any], *frames: pd.DataFrame) -> None:
    """Run a function for its checks alone."""
    function(*frames)


def quietly(function: Callable[..., Any], *frames: pd.DataFrame) -> Any:
    """The value of a function that was run before, and has warned then."""
    with _recorded():
        return function(*frames)


def run_on(
    function: Callable[..., Any], *tables: dd.DataFrame | None, progress: bool = False
) -> list[PartOutcome]:
    """The outcome of a function on each partition, in their order.

    A table that is None is handed on as None.
    """
    count = next(table.npartitions for table in tables if table is not None)
    columns = [[None] * count if table is None else table.to_delayed() for table in tables]
    guarded = dask.delayed(outcome_of, pure=False)
    shared = dask.delayed(function, pure=False, traverse=False)  # a worker holds it once
    return computed([guarded(shared, *parts) for parts in zip(*columns, strict=True)], progress)


def computed(tasks: Sequence[Any], progress: bool = False) -> list[Any]:
    """The results of tasks, on the cluster of the current client where there is one."""
    if not progress:
        return list(dask.compute(*tasks))
    try:
        client = distributed.default_client()
    except ValueError:
        with ProgressBar():
            return list(dask.compute(*tasks))
    futures = client.compute(list(tasks))
    distributed.progress(futures, notebook=False)
    return list(client.gather(futures))


def values_of(outcomes: Sequence[PartOutcome]) -> list[Any]:
    """The values of all partitions.

    Raises
    ------
    PovertyError
        As `raise_errors`.
    """
    raise_errors(outcomes)
    return [outcome.value for outcome in outcomes]


def raise_errors(outcomes: Sequence[PartOutcome]) -> None:
    """Raise the error that a function ended in, as in memory, with the partitions that it is of.

    Raises
    ------
    PovertyError
        The first one that has no table of faults, with the partitions of all such errors; else,
        where errors have faults, one of the kind of the first with the faults of all partitions.
    """
    errors = {n: outcome.error for n, outcome in enumerate(outcomes) if outcome.error is not None}
    tables = {n: error.violations for n, error in errors.items() if hasattr(error, "violations")}
    if plain := {n: error for n, error in errors.items() if n not in tables}:
        raise _with_partitions(next(iter(plain.values())), named(list(plain)))
    if tables:
        raise _with_faults(errors[next(iter(tables))], joined_faults(tables))


def _with_faults(error: PovertyError, faults: pd.DataFrame) -> PovertyError:
    """An error of the same kind, with these faults."""
    kind: Any = type(error)
    joined: PovertyError = kind(faults)
    return joined


def _with_partitions(error: PovertyError, where: str) -> PovertyError:
    """The error, with the partitions that it is of."""
    if type(error) is ArgumentError:
        return ArgumentError(f"{error} ({where})")
    error.add_note(f"in {where}")
    return error


def named(partitions: Sequence[int]) -> str:
    """Some partitions as a message names them."""
    shown = ", ".join(map(str, partitions[:SHOWN]))
    more = len(partitions) - SHOWN
    rest = f" and {more} more" if more > 0 else ""
    return f"partition{'s' * (len(partitions) > 1)} {shown}{rest}"


def joined_faults(tables: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """The tables of faults of several partitions, each row with its ``partition``."""
    parts = [placed(table, partition) for partition, table in tables.items()]
    with_rows = [part for part in parts if len(part)]
    return pd.concat(with_rows, ignore_index=True) if with_rows else parts[0]


def placed(faults: pd.DataFrame, partition: int | None) -> pd.DataFrame:
    """A table of faults with the partition that they are in, behind ``table``; None for all."""
    number = pd.NA if partition is None else partition
    numbers = pd.Series(number, index=faults.index, dtype="Int64")
    faults = faults.copy(deep=False)
    faults.insert(list(faults.columns).index("table") + 1, "partition", numbers)
    return faults


def warn_again(outcomes: Sequence[PartOutcome], stacklevel: int = 3) -> None:
    """Warn of what was warned of on the workers: each text once, with its partitions."""
    partitions: dict[tuple[type[Warning], str], list[int]] = {}
    for partition, outcome in enumerate(outcomes):
        for warned in outcome.warned:
            partitions.setdefault(warned, []).append(partition)
    for (category, text), where in partitions.items():
        warnings.warn(f"{text} ({named(where)})", category, stacklevel=stacklevel)


def checked_values(
    function: Callable[..., Any],
    *tables: dd.DataFrame | None,
    progress: bool = False,
    stacklevel: int = 4,
) -> list[Any]:
    """The values of a function on all partitions, warned of here what it warned of there.

    Raises
    ------
    PovertyError
        As `raise_errors`.
    """
    outcomes = run_on(function, *tables, progress=progress)
    values = values_of(outcomes)
    warn_again(outcomes, stacklevel)
    return values


def lazily(
    function: Callable[..., pd.DataFrame],
    *tables: dd.DataFrame | None,
    meta: pd.DataFrame,
    keep_divisions: bool = True,
) -> dd.DataFrame:
    """A function of partitions as a Dask table; ``meta`` says its columns, dtypes and index."""
    first, *rest = tables
    assert first is not None
    return first.map_partitions(
        function,
        *rest,
        meta=meta,
        align_dataframes=False,
        transform_divisions=False,
        clear_divisions=not keep_divisions,
    )
