"""Two years of a country: households of both brought together by id, and their flows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import dask.dataframe as dd
import pandas as pd

from multidim_poverty.dates import DayLike, as_timestamp
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.measures.merging import one_below
from multidim_poverty.movement import flows as flows_of
from multidim_poverty.movement.history import decisions_of, earlier_than
from multidim_poverty.scale.colocation import with_their_ids
from multidim_poverty.scale.counts import level_names
from multidim_poverty.scale.look_alikes import IdPair, check_looks
from multidim_poverty.scale.partitions import (
    DaskLike,
    as_dask,
    first_rows,
    lazily,
    quietly,
    run_on,
    values_of,
    warn_again,
)
from multidim_poverty.schema.arguments import as_frame

__all__ = ["flows"]

NO_LINKS = pd.DataFrame({"kind": [], "start_id": [], "end_id": []}, dtype=object)


def flows(
    start: DaskLike,
    end: DaskLike,
    *,
    history: DaskLike | None = None,
    links: pd.DataFrame | None = None,
    start_on: DayLike | None = None,
    end_on: DayLike | None = None,
    by: str | Sequence[str] = (),
    relapse: Literal["same_list", "any_list"] = "same_list",
    shuffle: str | None = None,
    progress: bool = False,
) -> dd.DataFrame:
    """How every household moved between two years, as `multidim_poverty.movement.flows` tells it.

    Parameters
    ----------
    start, end : dask.dataframe.DataFrame
        As for `multidim_poverty.movement.flows`; in any partitions. Households that are not in
        the same partition in both years are brought together by their id.
    history : dask.dataframe.DataFrame or pandas.DataFrame, optional
        As for `multidim_poverty.movement.flows`.
    links : pandas.DataFrame, optional
        As for `multidim_poverty.movement.flows`. Households that are linked are looked at
        together, in the last partition.
    start_on, end_on : str or datetime.date, optional
        As for `multidim_poverty.movement.flows`.
    by : str or sequence of str
        Columns of the administrative units.
    relapse : {"same_list", "any_list"}
        As for `multidim_poverty.movement.flows`.
    shuffle : {"tasks", "disk", "p2p"}, optional
        As for `co_locate`.
    progress : bool
        Whether to show a progress bar of the checks.

    Returns
    -------
    dask.dataframe.DataFrame
        The rows that `multidim_poverty.movement.flows` gives for all households at once, in the
        order of the partitions; numbered within each.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.movement.flows`, with the partitions.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> start = pd.DataFrame(
    ...     {"poverty_class": ["poor", "poor"], "household_size": [4, 2]}, index=["a", "b"])
    >>> end = pd.DataFrame(
    ...     {"poverty_class": ["near_poor", "poor"], "household_size": [4, 5]}, index=["a", "c"])
    >>> moved = mdp.scale.flows(start, end).compute()
    >>> moved[["start_id", "end_id", "poor_flow"]].fillna("").values.tolist()
    [['a', 'a', 'to_near_poor'], ['b', '', 'unlinked_decrease'], ['', 'c', 'unlinked_increase']]
    """
    levels = level_names(by)
    tables: list[tuple[dd.DataFrame, str | None]] = [
        (as_dask(start, "start"), None),
        (as_dask(end, "end"), None),
    ]
    if history is not None:
        tables.append((as_dask(history, "history"), "household_id"))
        if "household_id" not in tables[-1][0].columns:
            raise ArgumentError(
                "history has no column household_id; name the household of each row"
            )
    links = None if links is None else as_frame(links, "links")
    linked = None if links is None or not len(links) else _linked_ids(links)
    placed = with_their_ids(tables, linked=linked, shuffle=shuffle, progress=progress)
    first, last, *rest = placed
    of_links = NO_LINKS if links is None else links
    make = partial(_links_of, links=of_links, last=first.npartitions - 1)
    split_links = dd.from_map(make, range(first.npartitions), meta=of_links.iloc[:0])
    function = partial(
        _flows_of_partition,
        start_on=start_on,
        end_on=end_on,
        by=tuple(levels),
        relapse=relapse,
    )
    tables_of_years = (first, last, split_links, *rest)
    outcomes = run_on(partial(_units_seen, function, levels), *tables_of_years, progress=progress)
    day = None if start_on is None else as_timestamp(start_on, "start_on")
    compared = _read_ids(first, last, None if links is None else split_links, *rest, day=day)
    try:
        units = one_below(values_of(outcomes)).dtypes.to_dict()
    except InvalidDataError as error:
        if (error.violations["table"] == "links").all():
            check_looks(*compared, progress)
        raise
    warn_again(outcomes)
    check_looks(*compared, progress)
    kernel = partial(_with_units, function, units)
    meta = kernel(*(table._meta for table in tables_of_years))
    return lazily(partial(quietly, kernel), *tables_of_years, meta=meta, keep_divisions=False)


def _linked_ids(links: pd.DataFrame) -> pd.Series[Any]:
    named = [links[name] for name in ("start_id", "end_id") if name in links.columns]
    return pd.concat(named, ignore_index=True).dropna().astype(object)


def _links_of(partition: int, *, links: pd.DataFrame, last: int) -> pd.DataFrame:
    """All links in the last partition, where the households that they name are."""
    return links if partition == last else links.iloc[:0]


def _flows_of_partition(
    start: pd.DataFrame,
    end: pd.DataFrame,
    links: pd.DataFrame,
    history: pd.DataFrame | None = None,
    **options: Any,
) -> pd.DataFrame:
    return flows_of(start, end, links=links, history=history, **options)


def _units_seen(function: Any, levels: list[str], *frames: pd.DataFrame) -> pd.DataFrame:
    """A row of the units, for the dtypes that they have where there are rows."""
    table: pd.DataFrame = function(*frames)[levels]
    return first_rows(table, 1)


def _with_units(function: Any, dtypes: Any, *frames: pd.DataFrame) -> pd.DataFrame:
    table: pd.DataFrame = function(*frames).astype(dtypes)
    return table


def _ids_before(start_on: pd.Timestamp | None, history: pd.DataFrame) -> pd.DataFrame:
    """The ids of the entries that count, which are those before the start."""
    return earlier_than(decisions_of(history), start_on)[["household_id"]]


def _read_ids(
    start: dd.DataFrame,
    end: dd.DataFrame,
    links: dd.DataFrame | None,
    history: dd.DataFrame | None = None,
    *,
    day: pd.Timestamp | None,
) -> tuple[dict[str, tuple[dd.DataFrame, str | None]], list[IdPair]]:
    """The ids of all tables, and which of them `movement.flows` compares."""
    tables: dict[str, tuple[dd.DataFrame, str | None]] = {
        "start": (start[["poverty_class"]], None),
        "end": (end[["poverty_class"]], None),
    }
    pairs = []
    if links is None:
        pairs.append(IdPair(("start", "end"), ("start",), ("end",), must_meet=True))
    if history is not None:
        earlier = partial(_ids_before, day)
        ids = lazily(earlier, history, meta=history._meta[["household_id"]], keep_divisions=False)
        tables["history"] = ids, "household_id"
        pairs += [IdPair(("history", year), ("history",), (year,)) for year in ("start", "end")]
    if links is not None:
        tables |= {"start_id": (links, "start_id"), "end_id": (links, "end_id")}
        compared = {"start": "start_id", "end": "end_id", "history": "start_id"}
        pairs += [
            IdPair(("links", table), (column,), (table,))
            for table, column in compared.items()
            if table in tables
        ]
    return tables, pairs
