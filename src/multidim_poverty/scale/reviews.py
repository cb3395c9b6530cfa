"""The review of a country: the events of each case brought together, and folded."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import dask.dataframe as dd
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review import fold as fold_of
from multidim_poverty.scale.colocation import with_their_ids
from multidim_poverty.scale.look_alikes import IdPair, check_looks
from multidim_poverty.scale.partitions import (
    DaskLike,
    as_dask,
    checked_values,
    lazily,
    nothing,
    quietly,
)

__all__ = ["fold"]


def fold(
    events: DaskLike,
    *,
    procedure: ProcedureLike | None = None,
    on_violation: Literal["raise", "keep"] = "raise",
    after: DaskLike | None = None,
    shuffle: str | None = None,
    progress: bool = False,
) -> dd.DataFrame:
    """The state of every case, as `multidim_poverty.review.fold` gives it.

    Parameters
    ----------
    events : dask.dataframe.DataFrame
        As for `multidim_poverty.review.fold`; in any partitions. Where a household has events in
        several, they are brought together by its id, in the order in which they stand.
    procedure : Procedure or str, optional
        As for `multidim_poverty.review.fold`.
    on_violation : {"raise", "keep"}
        As for `multidim_poverty.review.fold`.
    after : dask.dataframe.DataFrame, optional
        A result of this function, to go on from.
    shuffle : {"tasks", "disk", "p2p"}, optional
        As for `co_locate`.
    progress : bool
        Whether to show a progress bar of the checks.

    Returns
    -------
    dask.dataframe.DataFrame
        One row per case, as `multidim_poverty.review.fold` gives it for all events at once, in
        the order of the partitions.

    Raises
    ------
    InvalidDataError
        If a table has two columns of one name.
    ReviewError, ArgumentError
        As for `multidim_poverty.review.fold`; its ``violations`` has the faults of all
        partitions, each with its ``partition`` and the ``row`` within it.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> events = pd.DataFrame({
    ...     "household_id": "a", "process": "periodic", "event": ["listed", "surveyed"],
    ...     "on": pd.to_datetime(["2023-09-05", "2023-09-20"]), "assessed_class": [None, "poor"]})
    >>> state = mdp.scale.fold(events, procedure=mdp.procedure_on("2023-09-01")).compute()
    >>> state.loc["a", ["state", "assessed_class"]].tolist()
    ['surveyed', 'poor']
    """
    law = None if procedure is None else as_procedure(procedure)
    log = as_dask(events, "events")
    if "household_id" not in log.columns:
        fold_of(log._meta)  # says which columns are needed
        raise ArgumentError("events have no column household_id")
    tables: list[tuple[dd.DataFrame, str | None]] = [(log, "household_id")]
    if after is not None:
        tables.append((as_dask(after, "after", log.npartitions), None))
    placed = with_their_ids(tables, shuffle=shuffle, progress=progress)
    function = partial(_folded, procedure=law, on_violation=on_violation)
    checked_values(partial(nothing, function), *placed, progress=progress)
    if after is not None:
        pair = IdPair(("events", "after"), ("events",), ("after",))
        ids = {"events": (placed[0], "household_id"), "after": (placed[1], None)}
        check_looks(ids, [pair], progress)
    meta = function(*(table._meta for table in placed))
    return lazily(partial(quietly, function), *placed, meta=meta, keep_divisions=False)


def _folded(
    events: pd.DataFrame, after: pd.DataFrame | None = None, **options: Any
) -> pd.DataFrame:
    return fold_of(events, after=after, **options)
