"""The main job in one call: from the two tables to the class."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.income import income_known
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
from multidim_poverty.vocabulary import Area

__all__ = ["assess", "assess_checked"]


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
    households, members = as_tables(households, members)
    standard, day = as_standard(standard), optional_date(on)
    standard.check_sound()
    matched = matched_members(households, members, on=day, standard=standard)
    warn_of_doubts(households, members, matched, day, standard)
    return assess_checked(households, members, matched, standard, day)


def assess_checked(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    matched: Match | None,
    standard: Standard,
    day: dt.date | None,
) -> pd.DataFrame:
    """The table of `assess`, from tables that are checked; `matched` is of `match_members`."""
    index = households.index
    if members is not None and matched is not None:
        # From here on the ids are positions, so that they are not compared again.
        households = households.set_axis(pd.RangeIndex(len(index)), axis=0)
        members = members.assign(household_id=matched.home)
    size = _sizes(households, matched)
    inputs = ClassificationInputs(
        index=households.index,
        area=codes_of(households["area"], Area.codes()),
        income=income_known(households.assign(household_size=size)),
        matrix=matrix_of(households, members, standard, day),
    )
    classes = classify_inputs(inputs, standard)
    classes["income_per_capita"], classes["household_size"] = inputs.income, size
    columns = standard_columns(standard, len(index)) | lasting_mark(households)
    for name, values in columns.items():
        classes[name] = values
    return pd.concat([inputs.matrix, classes], axis=1).set_axis(index, axis=0)


def _sizes(households: pd.DataFrame, matched: Match | None) -> pd.arrays.IntegerArray:
    """Members of each household: as stated, else as counted."""
    size = np.full(len(households), np.nan)
    if "household_size" in households.columns:
        size = numbers_of(households["household_size"])
    unknown = np.isnan(size)
    if matched is not None and unknown.any():
        counted = np.bincount(matched.home, minlength=len(households))
        size = np.where(unknown, counted, size)
        unknown &= counted == 0
    return pd.arrays.IntegerArray(np.where(unknown, 0, size).astype(np.int64), unknown)
