"""The main job in one call: from the two tables to the class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.income import income_of_sizes
from multidim_poverty.assessment.indicators import matrix_of
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.identity import Match, lasting_mark
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import standard_columns
from multidim_poverty.schema.arguments import TablesLike, as_tables
from multidim_poverty.schema.checks import matched_members, warn_of_doubts
from multidim_poverty.schema.reading import codes_of, numbers_of
from multidim_poverty.schema.records import Household, to_frames
from multidim_poverty.schema.tables import Tables
from multidim_poverty.vocabulary import Area

__all__ = ["assess", "assess_checked", "assess_many", "assessed"]


def assess(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> pd.DataFrame:
    """Deprivations and legal class of every household, from the two tables of a survey.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``; ``area``, income, housing, water, latrine and device columns.
    members : pandas.DataFrame, optional
        One row per person.
    standard : Standard or str
        From `standard_on` or `standard`.
    on : str or datetime.date, optional
        Day of the survey; needed where ages come from ``birth_date`` or ``birth_year``.

    Returns
    -------
    pandas.DataFrame
        Index as `households`. One column per indicator (see `deprivations`), then
        ``income_band``, ``deprivation_count``, ``deprivations_unknown``, ``poverty_class``,
        ``class_at_worst``, ``class_at_best`` (see `classify`), then what was computed on the way:

        - ``income_per_capita`` (float64) [VND/person/month]: the income that was classified, as
          stated, else ``income_12m`` / (12 x ``household_size``); NaN where neither is known;
        - ``household_size`` (Int64) [persons]: as stated, else the members counted; NA where
          neither is known;

        and last ``standard``, ``standard_hash`` (category; see `classify`): what takes a result
        and a standard refuses that of another standard. A column ``id_from_row`` of `households`
        is handed on behind them: such ids are not compared with those of another file.

        `explain`, `reasons`, `nearest_changes` and `classify` take the whole table as their
        `deprivations`, and read the income there.

    Raises
    ------
    InvalidDataError
        If the tables have any fault; its ``violations`` names them all. Part the good rows
        with `split_valid`, or mend the data.
    ArgumentError
        If a table is no DataFrame, `on` is no day, or there is no such standard.

    Warns
    -----
    DataWarning
        Once, if what the tables say is possible and hardly true (no head, incomes that look like
        thousands of VND, ...), with the count of each rule; `violations` lists the rows.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-06-30"))
    >>> result.columns[-4:].tolist()
    ['income_per_capita', 'household_size', 'standard', 'standard_hash']
    """
    return assessed(Tables(*as_tables(households, members)), as_standard(standard), on).table()


@dataclass(frozen=True)
class Assessment:
    """What `assess` found of the households of a survey, before it is one table."""

    standard: Standard
    households: pd.DataFrame
    inputs: ClassificationInputs
    classes: pd.DataFrame
    size: npt.NDArray[np.float64]

    def table(self) -> pd.DataFrame:
        """The table that `assess` returns."""
        tables = (self.inputs.matrix, self.classes)
        columns: dict[Any, Any] = {
            name: values.array for table in tables for name, values in table.items()
        }
        columns["income_per_capita"] = self.inputs.income.copy()  # may be that of the input
        columns["household_size"] = _persons(self.size)
        columns |= standard_columns(self.standard, len(self.classes))
        columns |= lasting_mark(self.households)
        return pd.DataFrame(columns, index=self.households.index, copy=False)


def assessed(tables: Tables, standard: Standard, on: DayLike | None) -> Assessment:
    """What `assess` finds; a warning points at the caller of the function that calls this."""
    households, members, day = tables.households, tables.members, optional_date(on)
    standard.check_sound()
    matched = matched_members(households, members, on=day, standard=standard)
    warn_of_doubts(households, members, matched, day, standard)
    return _assessment(households, members, matched, standard, day)


def assess_checked(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    matched: Match | None,
    standard: Standard,
    day: dt.date | None,
) -> pd.DataFrame:
    """The table of `assess`, from tables that are checked; `matched` is of `match_members`."""
    return _assessment(households, members, matched, standard, day).table()


def _assessment(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    matched: Match | None,
    standard: Standard,
    day: dt.date | None,
) -> Assessment:
    """What `assess` finds of tables that are checked."""
    home = None if matched is None else matched.home  # so that ids are not compared again
    size = _sizes(households, matched)
    inputs = ClassificationInputs(
        index=households.index,
        area=codes_of(households["area"], Area.codes()),
        income=income_of_sizes(households, size),
        matrix=matrix_of(households, members, standard, day, home),
    )
    classes = classify_inputs(inputs, standard)
    return Assessment(standard, households, inputs, classes, size)


def assess_many(
    records: Iterable[Household],
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> pd.DataFrame:
    """Deprivations and legal class of many households, from their records.

    For a service that holds records: one call for all of them costs little more than one call for
    one. `assess_one` says more of one household, `assess` takes tables.

    Parameters
    ----------
    records : iterable of Household
        One record per household: each with its members, or all without.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    on : str or datetime.date, optional
        Day of the survey; needed where ages come from ``birth_date`` or ``birth_year``.

    Returns
    -------
    pandas.DataFrame
        What `assess` gives the same households in tables (`to_frames`), in the order of the
        records.

    Raises
    ------
    ArgumentError
        If one of them is no `Household`.
    InvalidDataError
        If answers do not agree with each other, an id repeats, or some records alone have members;
        its ``violations`` names all.

    Warns
    -----
    DataWarning
        As for `assess`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> records = [
    ...     mdp.Household(household_id=name, area="rural", income_per_capita=income)
    ...     for name, income in (("a", 1_600_000), ("b", 3_000_000))]
    >>> mdp.assess_many(records, standard="decree_07_2021")["poverty_class"].to_dict()
    {'a': 'average', 'b': 'above_average'}
    """
    law = as_standard(standard)
    return assessed(to_frames(records), law, on).table()


def _sizes(households: pd.DataFrame, matched: Match | None) -> npt.NDArray[np.float64]:
    """Members of each household: as stated, else as counted; NaN where neither is known."""
    size = np.full(len(households), np.nan)
    if "household_size" in households.columns:
        size = numbers_of(households["household_size"])
    unknown = np.isnan(size)
    if matched is not None and unknown.any():
        counted = np.bincount(matched.home, minlength=len(households))
        size = np.where(unknown, np.where(counted > 0, counted, np.nan), size)
    return size


def _persons(size: npt.NDArray[np.float64]) -> pd.arrays.IntegerArray:
    """Sizes as whole numbers; NA where unknown."""
    unknown = np.isnan(size)
    return pd.arrays.IntegerArray(np.where(unknown, 0, size).astype(np.int64), unknown)
