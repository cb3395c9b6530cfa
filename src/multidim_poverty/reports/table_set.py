"""All the tables at once, and the wide table that they are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import match_same
from multidim_poverty.language import Language, check_language
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.measures.design import Design, DesignLike
from multidim_poverty.measures.inference import Interval
from multidim_poverty.reports.children import OF_CHILDREN, fill_11
from multidim_poverty.reports.deprived import fill_deprived
from multidim_poverty.reports.groups import fill_8, fill_9, fill_10
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import NUMBERS, ListItem, items_of
from multidim_poverty.reports.member_lists import table_14, table_15
from multidim_poverty.reports.movement import NUMBER_OF, fill_movement, flow_rows
from multidim_poverty.reports.official import fill_1, fill_by_ethnic_group
from multidim_poverty.reports.population import Population
from multidim_poverty.reports.tallies import Tallies
from multidim_poverty.schema.arguments import By, TablesLike, as_frame, as_households

__all__ = ["lacking", "tables", "wide"]

ETHNIC = ("ethnic_minority", "local_minority")
# The tables that a sample estimates by one design of the result, and why the others are none.
OF_SAMPLES = (1, *range(4, 14))
NO_SAMPLES = {
    **dict.fromkeys(
        (2, 3), "counts flows, which have a design of their own; call table_2 or table_3"
    ),
    **dict.fromkeys((14, 15), "lists persons, which a sample does not"),
}
FLAGS = ("member_of_merit", "no_labour_capacity")


def wide(households: TablesLike, result: pd.DataFrame) -> pd.DataFrame:
    """Households with their result: the one table that reports are made from.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``, unique.
    result : pandas.DataFrame
        From `assess`, on the same households.

    Returns
    -------
    pandas.DataFrame
        Index as `households`; the columns of both. Where both have one, it is that of the
        result: ``toilet`` is then the deprivation and no longer the kind of latrine.

    Raises
    ------
    ArgumentError
        If the two are not of the same households.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> int(result.loc[result["poverty_class"] == "poor", "toilet"].sum())
    65
    """
    households = as_households(households)
    result = as_frame(result, "result")
    if not (households.index.is_unique and result.index.is_unique):
        raise ArgumentError("households and result are not of the same households: ids repeat")
    at = match_same(households.index, result.index, ("households", "result"))
    both = households.columns.intersection(result.columns)
    own = result.take(at).set_axis(households.index)
    return pd.concat([households.drop(columns=both), own], axis=1)


def lacking(
    result: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    flows: pd.DataFrame | None = None,
    standard: StandardLike | None = None,
) -> dict[int, list[str]]:
    """What each table needs that is not there.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `tables`.
    members, flows : pandas.DataFrame, optional
        As for `tables`.
    standard : Standard or str, optional
        As for `tables`.

    Returns
    -------
    dict
        Number of the table -> columns and sources that are absent; tables that lack nothing are
        not in it.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample, standard = mdp.load_sample(), mdp.standard_on("2023-10-01")
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=standard))
    >>> reports.lacking(result, members=sample.members, standard=standard)[2]
    ['flows']
    """
    result = as_frame(result, "result")
    members = None if members is None else as_frame(members, "members")
    flows = None if flows is None else as_frame(flows, "flows")
    standard = None if standard is None else as_standard(standard)
    indicators = [item.id for item in items_of("indicators")]
    if standard is not None:
        indicators = list(standard.indicator_ids)
    of_children = standard is not None and set(OF_CHILDREN) <= set(indicators)
    by_group = ["household_size", *ETHNIC, *FLAGS, "female_head"]
    people = [] if members is not None else ["members"]
    moved = [] if flows is not None else ["flows"]
    columns: dict[int, Sequence[str]] = {
        1: ["household_size"],
        8: ["household_size", ETHNIC[0], *FLAGS],
        9: ["ethnic_group", ETHNIC[0]],
        10: [f"reason_{item.id}" for item in items_of("reasons")],
        **dict.fromkeys((4, 5, 6, 7), indicators),
        12: by_group,
        13: by_group,
    }
    sources = {
        **dict.fromkeys((2, 3), moved),
        11: [*people, *([] if of_children else ["standard with indicators of children"])],
        **dict.fromkeys((14, 15), people),
    }
    absent_by_table = {}
    for number in NUMBERS:
        absent = [name for name in columns.get(number, ()) if name not in result.columns]
        if absent := [*sources.get(number, ()), *absent]:
            absent_by_table[number] = absent
    return absent_by_table


def tables(
    result: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    flows: pd.DataFrame | None = None,
    standard: StandardLike | None = None,
    on: DayLike | None = None,
    by: By = (),
    population: Population = None,
    groups: Sequence[ListItem] | None = None,
    numbers: Sequence[int] | None = None,
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> dict[int, pd.DataFrame]:
    """The official tables of one data set, all with the same identity.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`.
    members : pandas.DataFrame, optional
        For tables 11, 14 and 15.
    flows : pandas.DataFrame, optional
        For tables 2 and 3, as for `table_2`; also marks the households of tables 14 and 15.
    standard : Standard or str, optional
        For table 11; tables 4 to 7 take their indicators from it.
    on : str or datetime.date, optional
        Day of the survey, as for `table_11`.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    population : pandas.DataFrame, "counted" or None, optional
        As for `table_1`.
    groups : sequence of ListItem, optional
        Ethnic groups of table 9.
    numbers : sequence of int, optional
        Which tables; if not given, all that the data have what it takes for. `lacking` says
        what the others need.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        As for `table_1`. Of a sample, the tables are 1 and 4 to 13: the flows of tables 2 and 3
        have a design of their own, and tables 14 and 15 are lists of persons.
    interval : {"logit", "t", "normal"}, optional
        As for `table_1`.
    confidence : float
        As for `table_1`.

    Returns
    -------
    dict
        Number of the table -> table, in the order of the numbers.

    Raises
    ------
    InvalidDataError, ArgumentError, NotCoveredError, MissingExtraError
        As for the tables; also if one of ``numbers`` lacks what it needs, or is none of a sample
        where there is a `design`, or `result` names another standard than `standard`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample, standard = mdp.load_sample(), mdp.standard_on("2023-10-01")
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=standard))
    >>> made = reports.tables(result, by=["area"], members=sample.members,
    ...                       population="counted", standard=standard)
    >>> sorted(made), len({table.attrs["identity"] for table in made.values()})
    ([1, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15], 1)
    """
    result = as_frame(result, "result")
    members = None if members is None else as_frame(members, "members")
    flows = None if flows is None else as_frame(flows, "flows")
    units = None if units is None else as_frame(units, "units")
    standard = None if standard is None else as_standard(standard)
    if standard is not None:
        check_standard(result, standard)
    day = optional_date(on)
    if labels is not None:
        check_language(labels)
    absent = lacking(result, members=members, flows=flows, standard=standard)
    possible = OF_SAMPLES if isinstance(design, Design) else NUMBERS
    table_numbers = (
        [n for n in possible if n not in absent] if numbers is None else sorted(set(numbers))
    )
    if unknown := [number for number in table_numbers if number not in NUMBERS]:
        raise ArgumentError(f"there are no tables {unknown}; there are 1 to {NUMBERS[-1]}")
    if uncounted := [number for number in table_numbers if number not in possible]:
        raise ArgumentError(
            f"tables {uncounted} take no design of the result: "
            + "; ".join(f"table {number} {NO_SAMPLES[number]}" for number in uncounted)
            + f"; those of a sample are {', '.join(map(str, OF_SAMPLES))}"
        )
    if short := [f"table {n} lacks {', '.join(absent[n])}" for n in table_numbers if n in absent]:
        raise ArgumentError("; ".join(short))
    if identity is None:
        identity = identity_of(result, members=members, flows=flows, population=population)
    common: dict[str, Any] = dict(by=by, names=names, labels=labels, identity=identity)
    tallies = Tallies(  # of all, read once
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    shown = (labels, identity)
    lists = [listed for listed, number in NUMBER_OF.items() if number in table_numbers]
    moved = None
    if lists:
        moved = flow_rows(_present(flows), by, lists, units=units, names=names, total=total)
    rated = (labels, None, identity)
    make: dict[int, Callable[[], pd.DataFrame]] = {
        1: lambda: fill_1(tallies, population, *rated),
        2: lambda: fill_movement(2, "poor", _present(flows), _present(moved), *shown, None),
        3: lambda: fill_movement(3, "near_poor", _present(flows), _present(moved), *shown, None),
        4: lambda: fill_deprived(4, "poor", tallies, standard, *rated),
        5: lambda: fill_deprived(5, "poor", tallies, standard, *rated),
        6: lambda: fill_deprived(6, "near_poor", tallies, standard, *rated),
        7: lambda: fill_deprived(7, "near_poor", tallies, standard, *rated),
        8: lambda: fill_8(tallies, *shown),
        9: lambda: fill_9(tallies, groups, *shown),
        10: lambda: fill_10(tallies, *shown),
        11: lambda: fill_11(tallies, _present(members), _present(standard), day, *shown),
        12: lambda: fill_by_ethnic_group(12, "poor", tallies, population, *rated),
        13: lambda: fill_by_ethnic_group(13, "near_poor", tallies, population, *rated),
        14: lambda: table_14(result, members=_present(members), flows=flows, **common),
        15: lambda: table_15(result, members=_present(members), flows=flows, **common),
    }
    return {number: make[number]() for number in table_numbers}


def _present(value: Any) -> Any:
    assert value is not None  # `lacking` has seen to it
    return value
