"""Tables 1, 12 and 13: the official result, and the result by ethnic group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import Interval
from multidim_poverty.reports.assembly import ZeroBase, finished
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import layout
from multidim_poverty.reports.population import Population, base_cells, population_table
from multidim_poverty.reports.tallies import Tallies
from multidim_poverty.reports.unit_tally import CLASSES, Listed
from multidim_poverty.schema.arguments import By, as_frame

__all__ = ["fill_1", "fill_by_ethnic_group", "table_1", "table_12", "table_13"]

FARM = "average_living_standard"


def table_1(
    result: pd.DataFrame,
    *,
    by: By = (),
    population: Population = None,
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    zero_base: ZeroBase | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Table 1: poor, near-poor, and farm households with average living standard.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household: the households with the result of `assess`, see `wide`. Index
        ``household_id``, unique. Read here: ``poverty_class`` (NA where undetermined),
        ``household_size`` [persons], the columns of `by`, and, if it is there, the boolean
        ``average_living_standard`` of farm households.
    by : str, sequence of str or pandas.Series
        Columns that name the administrative units, the largest first, such as ``["district",
        "commune"]``; none for the total alone. A name belongs to the unit above it: two
        districts may have communes of one name. Codes serve as well as names.
    population : pandas.DataFrame, "counted" or None
        What the rates divide by. A table with the columns of `by`, ``households`` and
        ``persons``, one row per unit of the last level: the resident population, which is
        entered separately. ``"counted"``: the rows of `result`, right only where it holds all
        households and not those reviewed alone. None: missing, and so are the rates.
    units : pandas.DataFrame, optional
        All units there are (columns of `by`), in the order to show them; those without a
        household get a row of zeros. Without it, categories without rows get one too, as far
        as their place is known, and the order is that of the categories, else sorted.
    names : mapping, optional
        Code -> name, to write in ``unit``.
    total : bool
        Whether the first row is the total.
    labels : {"vi", "en"}, optional
        Give the headers and numbers of the form in place of ids; see `labelled`.
    zero_base : {"zero", "blank"}, optional
        What a rate is where its base is 0; as the form prints it if not given (``"zero"`` in
        table 1, ``"blank"`` in tables 5 and 7).
    identity : mapping, optional
        From `reports.identity`; worked out for the data of this table if not given.
    design : Design or "census", optional
        How the households were drawn, where the table is of a sample: its numbers are then
        estimates, which no form takes. "census" says that all are there, and changes nothing.
    interval : {"logit", "t", "normal"}, optional
        Of the rates of a sample; "logit" by default, as for `measures.headcount`, and "t" in its
        place where the base was entered.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per unit, parents before their children. ``number`` (string, ``"1.1"``; empty
        for the total), ``level`` (category), ``unit`` (string), the columns of `by`, then those
        of ``reports.layout(1)``: counts as Int64, rates as Float64 [percent, two decimals; see
        `rates`]. Beside the form stand ``undetermined``, the households without a class, which
        are counted in no class, and ``unknown``, the answers that were needed and are missing:
        the counts that rest on them are lower bounds. Persons are NA where a
        ``household_size`` that they need is missing. ``attrs`` hold ``table``, ``identity`` and
        ``sources``.

        With a `measures.Design`, counts are weighted (Float64) and rates not rounded, missing
        where nobody is in the base unless `zero_base` is "zero"; the rates are followed, at the
        end, by ``<rate>_se`` [percentage points], ``<rate>_lower`` and ``<rate>_upper`` [%], all
        Float64. ``unknown`` still counts the answers of the sample. ``attrs["design"]`` holds the
        interval.

    Raises
    ------
    InvalidDataError
        If a column is absent, a value breaks the schema, a unit is missing or not in ``units``,
        or household ids repeat; or as `measures.Design` says; names every household.
    ArgumentError
        If ``by``, ``population`` or an option does not fit, or an interval is asked for without
        a sample.
    MissingExtraError
        If there is a sample and scipy is not installed (extra ``measures``).

    Notes
    -----
    Layout: appendix VII of Circular 07/2021/TT-BLDTBXH, as exports of the review software show
    it.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> table = reports.table_1(result, by=["area"], population="counted")
    >>> table[["number", "households", "poor_households", "poor_households_rate"]].head(3)
      number  households  poor_households  poor_households_rate
    0                500               96                  19.2
    1      1         356               73                 20.51
    2      2         144               23                 15.97
    >>> drawn = reports.table_1(result, population="counted", design=mdp.measures.Design())
    >>> rate = "poor_households_rate"
    >>> drawn[[rate, f"{rate}_lower", f"{rate}_upper"]].round(1).values.tolist()
    [[19.2, 16.0, 22.9]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    tallies = Tallies(
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fill_1(tallies, population, labels, zero_base, identity)


def fill_1(
    tallies: Tallies,
    population: Population,
    labels: Language | None,
    zero_base: ZeroBase | None,
    identity: Mapping[str, str] | None,
) -> pd.DataFrame:
    """`table_1` of a result that has been read."""
    result = tallies.frame
    farm = [FARM] if FARM in result.columns else []
    tally = tallies.tally(
        needed=["household_size"], booleans=farm, population=population_table(population)
    )
    cells = base_cells(tally, population)
    for name in CLASSES:
        cells |= {f"{name}_{unit}": counts for unit, counts in tally.headcounts(name).items()}
    if farm:
        average = tally.flag(FARM)
        cells["farm_average_households"] = tally.households(average.certain)
        cells["farm_average_persons"] = tally.persons(average.certain)
        cells["unknown"] = tally.answers(np.ones(len(result), dtype=bool), average)
    else:
        cells["unknown"] = tally.answers(np.zeros(len(result), dtype=bool))
    cells["undetermined"] = tally.households(tally.undetermined)
    return finished(
        layout(1),
        tally.units.rows,
        cells,
        sources=identity_of(result, population=population) if identity is None else identity,
        labels=labels,
        zero_base=zero_base,
    )


def table_12(
    result: pd.DataFrame,
    *,
    by: By = (),
    population: Population = None,
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    zero_base: ZeroBase | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Table 12: poor households and persons by ethnic group, with their rates.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`; read here: ``poverty_class``, ``household_size``,
        ``ethnic_minority``, ``local_minority``, ``member_of_merit``, ``no_labour_capacity``,
        ``female_head``, and ``ethnic_group`` where a minority flag is missing.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    population : pandas.DataFrame, "counted" or None
        As for `table_1`; a table may hold ``minority_households``, ``minority_persons``,
        ``local_minority_households`` and ``local_minority_persons`` too. Kinh are the rest.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    zero_base : {"zero", "blank"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        As for `table_1`.
    interval : {"logit", "t", "normal"}, optional
        As for `table_1`.
    confidence : float
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_1`, with the columns of ``reports.layout(12)``. The rate of minorities (column
        21) divides by minority households, that of local minorities by theirs.

    Raises
    ------
    InvalidDataError, ArgumentError, MissingExtraError
        As for `table_1`; also where ``ethnic_group`` contradicts ``ethnic_minority``, or a
        household is of a local minority and not of a minority.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> table = reports.table_12(result, population="counted")
    >>> table[["minority_households", "poor_minority_households"]].iloc[0].tolist()
    [147, 41]
    >>> float(table["poor_minority_households_rate"].iloc[0])
    27.89
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    tallies = Tallies(
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fill_by_ethnic_group(12, "poor", tallies, population, labels, zero_base, identity)


def table_13(
    result: pd.DataFrame,
    *,
    by: By = (),
    population: Population = None,
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    zero_base: ZeroBase | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Table 13: near-poor households and persons by ethnic group, with their rates.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_12`.
    by : str, sequence of str or pandas.Series
        As for `table_12`.
    population : pandas.DataFrame, "counted" or None, optional
        As for `table_12`.
    units : pandas.DataFrame, optional
        As for `table_12`.
    names : mapping, optional
        As for `table_12`.
    total : bool
        As for `table_12`.
    labels : {"vi", "en"}, optional
        As for `table_12`.
    zero_base : {"zero", "blank"}, optional
        As for `table_12`.
    identity : mapping, optional
        As for `table_12`.
    design : Design or "census", optional
        As for `table_1`.
    interval : {"logit", "t", "normal"}, optional
        As for `table_1`.
    confidence : float
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_12`, for near-poor households.

    Raises
    ------
    InvalidDataError, ArgumentError, MissingExtraError
        As for `table_12`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> int(reports.table_13(result)["near_poor_households"].iloc[0])
    76
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    tallies = Tallies(
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fill_by_ethnic_group(13, "near_poor", tallies, population, labels, zero_base, identity)


def fill_by_ethnic_group(
    number: int,
    listed: Listed,
    tallies: Tallies,
    population: Population,
    labels: Language | None,
    zero_base: ZeroBase | None,
    identity: Mapping[str, str] | None,
) -> pd.DataFrame:
    """`table_12`, or `table_13`, of a result that has been read."""
    result = tallies.frame
    flags = ["member_of_merit", "no_labour_capacity", "female_head"]
    tally = tallies.tally(
        needed=["household_size", "ethnic_minority", "local_minority", *flags],
        population=population_table(population),
    )
    cells = base_cells(tally, population, groups=True)
    on_list = tally.listed(listed)
    groups = {
        "": None,
        "kinh_": ~tally.minority.possible,
        "minority_": tally.minority.certain,
        "local_minority_": tally.local.certain,
    }
    for prefix, among in groups.items():
        for unit, counts in tally.headcounts(listed, among).items():
            cells[f"{listed}_{prefix}{unit}"] = counts
    for flag in flags:
        cells[f"{listed}_{flag}"] = tally.households(tally.flag(flag).certain, listed)
    questions = [tally.minority, tally.local, *(tally.flag(flag) for flag in flags)]
    cells["unknown"] = tally.answers(on_list, *questions)
    cells["undetermined"] = tally.households(tally.undetermined)
    return finished(
        layout(number),
        tally.units.rows,
        cells,
        sources=identity_of(result, population=population) if identity is None else identity,
        labels=labels,
        zero_base=zero_base,
    )
