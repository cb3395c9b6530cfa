"""Arguments that are Dask tables or Series, beside those that are the same in all partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import dask.dataframe as dd
import pandas as pd

from multidim_poverty.measures import Design
from multidim_poverty.scale.partitions import same_partitions

__all__ = ["Place", "SeriesLike", "dask_arguments", "in_partition"]

SeriesLike = pd.Series | dd.Series
Place = tuple[str, str]  # an argument, and the part of the design that it is, or ""


def dask_arguments(
    arguments: Mapping[str, Any], table: dd.DataFrame, name: str
) -> dict[Place, dd.DataFrame | dd.Series]:
    """The arguments that are Dask tables or Series, parts of a `measures.Design` among them.

    Raises
    ------
    ArgumentError
        If one of them has another number of partitions than the table of the `name`.
    """
    values: dict[Place, Any] = {}
    for argument, value in arguments.items():
        values[argument, ""] = value
        if isinstance(value, Design):
            values |= {(argument, part.name): getattr(value, part.name) for part in fields(value)}
    parted = {at: each for at, each in values.items() if isinstance(each, dd.DataFrame | dd.Series)}
    for (argument, part), value in parted.items():
        same_partitions(
            {name: table, part or argument: value}, f"take it from the partitions of {name}"
        )
    return parted


def in_partition(
    arguments: Mapping[str, Any], places: Sequence[Place], parts: Sequence[Any]
) -> dict[str, Any]:
    """The arguments of one partition, with its parts of the Dask tables or Series."""
    changed = dict(arguments)
    for (argument, part_of_design), part in zip(places, parts, strict=True):
        if part_of_design:
            part = replace(changed[argument], **{part_of_design: part})
        changed[argument] = part
    return changed
