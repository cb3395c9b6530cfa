"""Who in a country is entitled to which benefit."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import partial
from typing import Any

import dask.dataframe as dd
import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.language import Language, check_language
from multidim_poverty.programmes import eligible as eligible_of
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
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

__all__ = ["eligible"]


def eligible(
    current: DaskLike,
    members: DaskLike | None = None,
    *,
    on: DayLike,
    households: DaskLike | None = None,
    history: DaskLike | None = None,
    rules: RulesLike = None,
    places: pd.DataFrame | None = None,
    unit_costs: Mapping[str, Any] | None = None,
    include: Iterable[str] = (),
    all: bool = False,
    language: Language = "en",
    shuffle: str | None = None,
    progress: bool = False,
) -> dd.DataFrame:
    """Who is entitled to which benefit, as `multidim_poverty.programmes.eligible` says it.

    Parameters
    ----------
    current : dask.dataframe.DataFrame
        As for `multidim_poverty.programmes.eligible`; in any partitions, as the other tables.
        Rows of one household that are not in one partition are brought together.
    members : dask.dataframe.DataFrame, optional
        As for `multidim_poverty.programmes.eligible`.
    on : str or datetime.date
        The day on which the benefits are asked for.
    households, history : dask.dataframe.DataFrame, optional
        As for `multidim_poverty.programmes.eligible`.
    rules : RuleSet, str or a sequence of these, optional
        As for `multidim_poverty.programmes.eligible`.
    places : pandas.DataFrame, optional
        As for `multidim_poverty.programmes.eligible`.
    unit_costs : mapping of str to number, optional
        As for `multidim_poverty.programmes.eligible`.
    include : iterable of str
        As for `multidim_poverty.programmes.eligible`.
    all : bool
        As for `multidim_poverty.programmes.eligible`.
    language : {"en", "vi"}
        Language of ``reason`` and ``citation``.
    shuffle : {"tasks", "disk", "p2p"}, optional
        As for `co_locate`.
    progress : bool
        Whether to show a progress bar of the checks.

    Returns
    -------
    dask.dataframe.DataFrame
        The rows that `multidim_poverty.programmes.eligible` gives for all households at once,
        partition by partition, and within each rule by rule.

    Raises
    ------
    InvalidDataError, UnknownNameError, ArgumentError
        As for `multidim_poverty.programmes.eligible`, with the partitions.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> current = pd.DataFrame({"poverty_class": ["poor", "average"]}, index=["a", "b"])
    >>> entitled = mdp.scale.eligible(current, on="2024-06-01").compute()
    >>> set(entitled.loc[entitled["eligible"].fillna(False), "household_id"])
    {'a'}
    """
    check_language(language)
    tables: dict[str, tuple[dd.DataFrame, str | None]] = {
        "current": (as_dask(current, "current"), None)
    }
    n = tables["current"][0].npartitions
    for name, table, column in (
        ("members", members, "household_id"),
        ("history", history, "household_id"),
        ("households", households, None),
    ):
        if table is not None:
            tables[name] = as_dask(table, name, n), column
    placed = with_their_ids([*tables.values()], shuffle=shuffle, progress=progress)
    function = partial(
        _entitled,
        tuple(tables),
        rules=as_rules(rules),
        places=places,
        unit_costs=unit_costs,
        on=as_date(on),
        include=[include] if isinstance(include, str) else list(include),
        all=all,
        language=language,
    )
    checked_values(partial(nothing, function), *placed, progress=progress)
    of_tables = {
        name: (table, column)
        for (name, (_, column)), table in zip(tables.items(), placed, strict=True)
    }
    check_looks(of_tables, _pairs(tables), progress)
    meta = function(*(table._meta for table in placed))
    return lazily(partial(quietly, function), *placed, meta=meta, keep_divisions=False)


def _pairs(names: Container[str]) -> list[IdPair]:
    """Which ids `programmes.eligible` compares."""
    pairs = []
    homes: tuple[str, ...] = ("current",)
    if "households" in names:
        pairs.append(IdPair(("current", "households"), ("current",), ("households",)))
        homes = "current", "households"
    if "history" in names:
        pairs.append(IdPair(("history", "current"), ("history",), homes))
    return pairs


def _entitled(names: tuple[str, ...], *frames: pd.DataFrame, **options: Any) -> pd.DataFrame:
    tables: dict[str, Any] = dict(zip(names, frames, strict=True))
    return eligible_of(**tables, **options)
