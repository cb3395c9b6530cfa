"""A measure of all partitions, from the sums that each hands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.measures import Design
from multidim_poverty.measures.design import design_columns
from multidim_poverty.measures.merging import PartSums, merged_measure, sums_of_part, unit_rows
from multidim_poverty.scale.arguments import Place, dask_arguments, in_partition
from multidim_poverty.scale.partitions import (
    DaskLike,
    as_dask,
    checked_values,
    joined_faults,
    run_on,
    values_of,
)

__all__ = ["merged_table"]

SCOPE = ("by", "persons", "design")
OF_INTERVAL = ("interval", "confidence")


def merged_table(
    in_memory: Callable[..., pd.DataFrame],
    in_scope: Callable[..., pd.DataFrame],
    table: DaskLike,
    name: str,
    arguments: dict[str, Any],
    progress: bool,
) -> pd.DataFrame:
    """The measure of all partitions; ``in_scope`` is the one in memory within a given scope."""
    data = as_dask(table, name)
    parted = dask_arguments(arguments, data, name)
    places, tables = list(parted), list(parted.values())
    of_no_rows = in_partition(arguments, places, [each._meta for each in tables])
    in_memory(data._meta, **of_no_rows)  # says what is wrong with the arguments
    of_partitions = {key: arguments[key] for key in arguments if key not in OF_INTERVAL}
    function = partial(_sums, in_scope, name, of_partitions, places)
    parts: list[PartSums] = checked_values(function, data, *tables, progress=progress, stacklevel=5)
    options = {key: of_no_rows[key] for key in of_no_rows if key not in (*SCOPE, *OF_INTERVAL)}
    scope = {key: of_no_rows[key] for key in (*SCOPE, *OF_INTERVAL)}
    measure = partial(in_scope, **options)
    try:
        return merged_measure(measure, data._meta, parts, name, **scope)
    except InvalidDataError as error:
        faults = _by_partition(error.violations, parts)
        units = dd.from_map(_itself, faults, meta=error.violations.iloc[:0])
        named = run_on(partial(_of_rows, name, arguments["design"], places), data, units, *tables)
        raise InvalidDataError(joined_faults(dict(enumerate(values_of(named))))) from None


def _sums(
    in_scope: Callable[..., pd.DataFrame],
    name: str,
    arguments: dict[str, Any],
    places: Sequence[Place],
    data: pd.DataFrame,
    *parts: Any,
) -> PartSums:
    """What a partition hands on."""
    of_partition = in_partition(arguments, places, parts)
    scope = {key: of_partition.pop(key) for key in SCOPE}
    return sums_of_part(partial(in_scope, **of_partition), data, name, **scope)


def _by_partition(faults: pd.DataFrame, parts: Sequence[PartSums]) -> list[pd.DataFrame]:
    """The faults of the units of all partitions by partition, with the number of the unit in it."""
    ends = np.cumsum([0 if part.units is None else len(part.units) for part in parts])
    at = faults["household_id"].to_numpy(np.int64)
    of_part = np.searchsorted(ends, at, side="right")
    starts = np.concatenate([[0], ends[:-1]])
    return [
        faults[of_part == n].assign(household_id=at[of_part == n] - starts[n])
        for n in range(len(parts))
    ]


def _itself(table: pd.DataFrame) -> pd.DataFrame:
    return table


def _of_rows(
    name: str,
    design: Design,
    places: Sequence[Place],
    data: pd.DataFrame,
    faults: pd.DataFrame,
    *parts: Any,
) -> pd.DataFrame:
    """The faults of some units of a partition, household by household."""
    of_design = [(at, part) for at, part in zip(places, parts, strict=True) if at[0] == "design"]
    chosen = in_partition({"design": design}, *zip(*of_design, strict=True)) if of_design else {}
    columns, _ = design_columns(chosen.get("design", design), data, name)
    _, unit = unit_rows(columns, chosen.get("design", design))
    at = pd.Index(unit)
    rows = [np.flatnonzero(at == number) for number in faults["household_id"]]
    named = faults.take(np.repeat(np.arange(len(faults)), [len(each) for each in rows]))
    order = np.concatenate([*rows, np.empty(0, dtype=np.intp)]).astype(np.intp)
    named = named.assign(household_id=data.index[order].astype(object))
    return named.take(np.argsort(order, kind="stable")).reset_index(drop=True)
