"""The official tables of a whole country: counts by lowest unit, added up over the partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import dask.dataframe as dd
import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures.merging import one_below
from multidim_poverty.reports import lacking
from multidim_poverty.reports import tables as tables_of
from multidim_poverty.reports import wide as wide_of
from multidim_poverty.reports.assembly import COUNTED, finished, stacked
from multidim_poverty.reports.identities import as_sources
from multidim_poverty.reports.layouts import NUMBERS, Layout, ListItem, layout, own_items
from multidim_poverty.reports.population import Population, base_cells, population_table
from multidim_poverty.reports.unit_tally import UnitTally, counts_array
from multidim_poverty.reports.units import Units, plain_values, units_of
from multidim_poverty.scale.arguments import SeriesLike
from multidim_poverty.scale.counts import level_names
from multidim_poverty.scale.look_alikes import IdPair, check_looks
from multidim_poverty.scale.partitions import (
    DaskLike,
    as_dask,
    checked_values,
    first_rows,
    lazily,
    run_on,
    same_partitions,
    values_of,
)
from multidim_poverty.schema.arguments import By, as_frame, distinct_rows, grouping

__all__ = ["tables", "wide"]

LEAF = "number_of_lowest_unit"
OF_UNITS = tuple(range(1, 14))
OF_FLOWS = (2, 3)
OF_INDICATORS, OF_GROUPS = (4, 5, 6, 7), 9
WITH_BASE = {1: False, 12: True, 13: True}  # table -> whether it has bases of groups
Counts = tuple[pd.DataFrame, dict[str, Any]]


def tables(
    result: DaskLike,
    *,
    members: DaskLike | None = None,
    flows: DaskLike | None = None,
    standard: StandardLike | None = None,
    on: DayLike | None = None,
    by: str | Sequence[str] | SeriesLike = (),
    population: Population = None,
    groups: Sequence[ListItem] | None = None,
    numbers: Sequence[int] | None = None,
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    progress: bool = False,
) -> dict[int, pd.DataFrame]:
    """The official tables 1 to 13, as `multidim_poverty.reports.tables` makes them.

    Parameters
    ----------
    result : dask.dataframe.DataFrame
        The households with their result: `multidim_poverty.reports.wide` on each partition, see
        `wide`.
    members : dask.dataframe.DataFrame, optional
        For table 11; in the partition of their household.
    flows : dask.dataframe.DataFrame, optional
        For tables 2 and 3; in any partitions.
    standard : Standard or str, optional
        As for `multidim_poverty.reports.tables`.
    on : str or datetime.date, optional
        As for `multidim_poverty.reports.tables`.
    by : str, sequence of str, dask.dataframe.Series or pandas.Series
        Columns that name the administrative units, the largest first; or the unit of each
        household: a Dask Series in the partitions of `result`, or a pandas Series of all
        households.
    population : pandas.DataFrame, "counted" or None
        As for `multidim_poverty.reports.table_1`.
    groups : sequence of ListItem, optional
        Ethnic groups of table 9.
    numbers : sequence of int, optional
        Which tables; if not given, all of 1 to 13 that the data have what it takes for.
    units : pandas.DataFrame, optional
        As for `multidim_poverty.reports.table_1`.
    names : mapping, optional
        As for `multidim_poverty.reports.table_1`.
    total : bool
        As for `multidim_poverty.reports.table_1`.
    labels : {"vi", "en"}, optional
        As for `multidim_poverty.reports.table_1`.
    identity : mapping, optional
        What the tables came from, by source, such as the hash of the manifest of a data set; it
        is not worked out here.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    dict
        Number of the table -> pandas.DataFrame, cell for cell what
        `multidim_poverty.reports.tables` gives for all households at once.

    Raises
    ------
    InvalidDataError, ArgumentError, NotCoveredError
        As for `multidim_poverty.reports.tables`, with the partitions; ArgumentError too if table 14
        or 15 is asked for.

    Notes
    -----
    Tables 14 and 15 are lists of persons, and no sums: write them commune by commune with
    `multidim_poverty.reports.tables`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> result = mdp.scale.assess(survey, standard="decree_07_2021")
    >>> full = mdp.scale.wide(survey.households, result)
    >>> table = mdp.scale.tables(full, by="area", population="counted", numbers=[1])[1]
    >>> table[["number", "households", "poor_households", "poor_households_rate"]]
      number  households  poor_households  poor_households_rate
    0                500               96                  19.2
    1      1         356               73                 20.51
    2      2         144               23                 15.97
    """
    homes = as_dask(result, "result")
    persons = None if members is None else as_dask(members, "members", homes.npartitions)
    moved = None if flows is None else as_dask(flows, "flows")
    if persons is not None:
        same_partitions({"result": homes, "members": persons}, "bring them together by co_locate")
    law = None if standard is None else as_standard(standard)
    units = None if units is None else as_frame(units, "units")
    by = by if isinstance(by, SeriesLike) else level_names(by)
    sources = {} if identity is None else as_sources(identity)
    if labels is not None:
        check_language(labels)
    population_table(population)
    metas = [None if table is None else table._meta for table in (persons, moved)]
    absent = lacking(homes._meta, members=metas[0], flows=metas[1], standard=law)
    wanted = [n for n in OF_UNITS if n not in absent] if numbers is None else sorted(set(numbers))
    if unknown := [number for number in wanted if number not in NUMBERS]:
        raise ArgumentError(f"there are no tables {unknown}; there are 1 to {OF_UNITS[-1]}")
    if lists := [number for number in wanted if number not in OF_UNITS]:
        raise ArgumentError(
            f"tables {lists} are not added up, as they list persons; compute the rows of one "
            "commune at a time, and pass them to reports.tables"
        )
    if short := [f"table {n} lacks {', '.join(absent[n])}" for n in wanted if n in absent]:
        raise ArgumentError("; ".join(short))
    forms = {number: layout(number, standard=law, groups=groups) for number in wanted}
    counting = _Counting(by, population, units, names, total, progress)
    options = {"standard": law, "on": optional_date(on), "groups": groups}
    counts: dict[int, Counts] = {}
    if of_result := {n: form for n, form in forms.items() if n not in OF_FLOWS}:
        counts |= counting.counts_of(of_result, homes, persons, options)
    if of_flows := {n: form for n, form in forms.items() if n in OF_FLOWS}:
        assert moved is not None
        counts |= counting.counts_of(of_flows, moved, None, None)
    return {
        number: finished(
            form,
            *counts[number],
            sources=sources,
            labels=labels,
            own=_own(number, law, groups),
        )
        for number, form in forms.items()
    }


def _own(
    number: int, standard: Standard | None, groups: Sequence[ListItem] | None
) -> dict[str, tuple[ListItem, ...]]:
    """The lists of a table that take the place of those of its form."""
    if number in OF_INDICATORS:
        return own_items(standard, None)
    return own_items(None, groups) if number == OF_GROUPS else {}


def wide(households: DaskLike, result: DaskLike) -> dd.DataFrame:
    """Households with their result, as `multidim_poverty.reports.wide` joins them.

    Parameters
    ----------
    households : dask.dataframe.DataFrame
        Index ``household_id``.
    result : dask.dataframe.DataFrame
        From `assess`, on the same households in the same partitions.

    Returns
    -------
    dask.dataframe.DataFrame
        Divisions as `households`; the columns of both, those of the result where both have one.

    Raises
    ------
    InvalidDataError
        If a table has two columns of one name.
    ArgumentError
        When it is computed, if a partition of the two has other households.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> result = mdp.scale.assess(survey, standard="decree_07_2021")
    >>> full = mdp.scale.wide(survey.households, result)
    >>> full["commune"].nunique().compute().item(), "poverty_class" in full.columns
    (3, True)
    """
    homes = as_dask(households, "households")
    of_homes = as_dask(result, "result", homes.npartitions)
    same_partitions(
        {"households": homes, "result": of_homes}, "take scale.assess of these households"
    )
    return lazily(wide_of, homes, of_homes, meta=wide_of(homes._meta, of_homes._meta))


@dataclass(frozen=True, eq=False)
class _Counting:
    """What the rows of the tables are."""

    by: list[str] | SeriesLike
    population: Population
    units: pd.DataFrame | None
    names: Mapping[Any, str] | None
    total: bool
    progress: bool

    def counts_of(
        self,
        forms: Mapping[int, Layout],
        data: dd.DataFrame,
        persons: dd.DataFrame | None,
        options: Mapping[str, Any] | None,
    ) -> dict[int, Counts]:
        """The rows and the counts of some tables, added up over the partitions.

        ``options`` are those of tables of a result; None for tables of flows.
        """
        as_flows = options is None
        parted = self.by if isinstance(self.by, dd.Series) else None
        if parted is not None:
            table = "flows" if as_flows else "result"
            same_partitions({table: data, "by": parted}, f"take it from the partitions of {table}")
        by = None if parted is not None else self.by
        parts = values_of(run_on(partial(_distinct_units, by, as_flows), data, parted))
        distinct = one_below(parts)
        levels = list(distinct.columns)
        rows = units_of(
            distinct,
            levels,
            table="flows" if as_flows else "households",
            units=self.units,
            population=None if as_flows else population_table(self.population),
            total=self.total,
            names=self.names,
        )
        leaf_of = dict(zip(_keys(distinct, levels), rows.of_data.tolist(), strict=True))
        leaves = [np.array([leaf_of[key] for key in _keys(part, levels)]) for part in parts]
        function = partial(
            _counts_by_unit,
            numbers=tuple(forms),
            by=by,
            counted=isinstance(self.population, str),
            options=options,
        )
        try:
            of_parts = checked_values(
                function, data, persons, parted, progress=self.progress, stacklevel=5
            )
        except InvalidDataError as error:
            if persons is not None and (error.violations["rule"] == "unknown_household").any():
                ids = {"members": (persons, "household_id"), "result": (data, None)}
                check_looks(ids, [IdPair(("members", "result"), ("members",), ("result",))])
            raise
        of_parts = [_with_leaves(*pair) for pair in zip(of_parts, leaves, strict=True)]
        counts: dict[int, Counts] = {}
        for number, form in forms.items():
            tables = [part[number] for part in of_parts if number in part]
            by_kind = _summed(tables, rows, form)
            if number in WITH_BASE and not isinstance(self.population, str):
                tally = UnitTally(distinct, rows)
                bases = base_cells(tally, self.population, groups=WITH_BASE[number])
                by_kind = {kind: {**values, **bases} for kind, values in by_kind.items()}
            in_one = rows.rows, by_kind[COUNTED[0]]
            counts[number] = in_one if len(by_kind) == 1 else stacked(rows.rows, by_kind)
        return counts


# -- on one partition ------------------------------------------------------------------------


def _groups(
    by: By | None, as_flows: bool, data: pd.DataFrame, parted: pd.Series[Any] | None
) -> tuple[pd.DataFrame, list[str]]:
    """The table that holds the units of a partition, and its columns that name them."""
    chosen = by if parted is None else parted
    return grouping(chosen, data, "flows" if as_flows else "result")


def _distinct_units(
    by: By | None, as_flows: bool, data: pd.DataFrame, parted: pd.Series[Any] | None
) -> pd.DataFrame:
    """A row of each unit, in the order in which they come."""
    groups, levels = _groups(by, as_flows, data, parted)
    return distinct_rows(groups[levels], levels)[0] if levels else first_rows(data, 1)[[]]


def _keys(data: pd.DataFrame, levels: list[str]) -> list[tuple[Any, ...]]:
    if not levels:
        return [()] * len(data)
    return list(zip(*(plain_values(data[name]) for name in levels), strict=True))


def _counts_by_unit(
    data: pd.DataFrame,
    persons: pd.DataFrame | None,
    parted: pd.Series[Any] | None,
    *,
    numbers: Sequence[int],
    by: By | None,
    counted: bool,
    options: Mapping[str, Any] | None,
) -> dict[int, pd.DataFrame]:
    """The tables of a partition with one row, or two, for each lowest unit that it has.

    The units are numbered in the order in which they come, as `_distinct_units` has them.
    """
    if not len(data):
        return {}
    as_flows = options is None
    groups, levels = _groups(by, as_flows, data, parted)
    if levels:
        data = data.assign(**{LEAF: distinct_rows(groups[levels], levels)[1]})
    else:
        data = data.assign(**{LEAF: 0})
    made = tables_of(
        pd.DataFrame({"poverty_class": []}, dtype=object) if as_flows else data,
        members=persons,
        flows=data if as_flows else None,
        by=LEAF,
        total=False,
        population="counted" if counted and not as_flows else None,
        numbers=numbers,
        identity={},
        **(options or {}),
    )
    leading = ["number", "level", "unit"]
    return {number: table.drop(columns=leading) for number, table in made.items()}


def _with_leaves(
    tables: dict[int, pd.DataFrame], leaves: npt.NDArray[np.int64]
) -> dict[int, pd.DataFrame]:
    """The tables of a partition with the numbers that its units have among all."""
    return {
        number: table.assign(**{LEAF: leaves[table[LEAF].to_numpy(np.int64)]})
        for number, table in tables.items()
    }


# -- all partitions --------------------------------------------------------------------------


def _summed(tables: Sequence[pd.DataFrame], rows: Units, form: Layout) -> dict[str, dict[str, Any]]:
    """The counts by row of the table; missing where one that it needs is."""
    kinds = list(COUNTED) if form.rows_per_unit > 1 else [COUNTED[0]]
    names = [] if not tables else [n for n in tables[0].columns if n not in (LEAF, "count_of")]
    cells: dict[str, dict[str, Any]] = {kind: {} for kind in kinds}
    for kind in kinds:
        of_kind = [t if len(kinds) == 1 else t[t["count_of"] == kind] for t in tables]
        at = [part[LEAF].to_numpy(np.int64) for part in of_kind]
        for name in names:
            if pd.api.types.is_integer_dtype(tables[0][name].dtype):
                columns = [part[name] for part in of_kind]
                cells[kind][name] = _sum_of(columns, at, rows)
    return cells


def _sum_of(columns: Sequence[pd.Series[Any]], at: Sequence[npt.NDArray[Any]], rows: Units) -> Any:
    values, lacking_ = np.zeros(rows.n, dtype=np.int64), np.zeros(rows.n, dtype=np.int64)
    for column, places in zip(columns, at, strict=True):
        np.add.at(values, places, column.fillna(0).to_numpy(np.int64))
        np.add.at(lacking_, places, column.isna().to_numpy(np.int64))
    return counts_array(rows.sums(values), rows.sums(lacking_) > 0)
