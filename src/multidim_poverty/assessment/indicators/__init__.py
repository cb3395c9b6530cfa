"""Indicators of deprivation: one module per basic service, each a clause of the annex.

Every indicator is a function of the survey and of its rule in the standard's file. It gives
a three-valued truth: deprived where an answer proves it, not deprived where all answers
needed are there, unknown otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.indicators import (
    education,
    employment,
    health,
    housing,
    information,
    water_sanitation,
)
from multidim_poverty.assessment.indicators.survey import Survey
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.kleene import Truth
from multidim_poverty.law import Standard, rules
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.ages import check_day_of_ages
from multidim_poverty.schema.arguments import TablesLike, as_tables
from multidim_poverty.schema.checks import check_columns

__all__ = ["deprivations", "matrix_of"]

MECHANICS: dict[type[rules.Rule], Callable[[Survey, Any], Truth]] = {
    rules.EmploymentRule: employment.employment,
    rules.DependentsRule: employment.dependents,
    rules.NutritionRule: health.nutrition,
    rules.HealthInsuranceRule: health.health_insurance,
    rules.MedicalAccessRule: health.medical_access,
    rules.AdultEducationRule: education.adult_education,
    rules.ChildSchoolingRule: education.child_schooling,
    rules.HousingQualityRule: housing.housing_quality,
    rules.HousingAreaRule: housing.housing_area,
    rules.PersonsPerRoomRule: housing.persons_per_room,
    rules.WaterRule: water_sanitation.water,
    rules.ToiletRule: water_sanitation.toilet,
    rules.WasteRule: water_sanitation.waste,
    rules.TelecomRule: information.telecom,
    rules.DevicesRule: information.information_devices,
    rules.UnknownRule: lambda survey, _: Truth.unknown(len(survey.households)),
}


def deprivations(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
) -> pd.DataFrame:
    """The deprivation matrix: which household is deprived in which indicator.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``, unique. Columns as on the page of columns; one that is absent
        is unknown for every household.
    members : pandas.DataFrame, optional
        One row per person, ``household_id`` and further columns. Without it, the indicators
        that read members are unknown.
    standard : Standard or str
        Gives the indicators, their order and their thresholds.
    on : str or datetime.date, optional
        Day of the survey. Needed where ages come from ``birth_date`` or ``birth_year``; it also
        settles the retirement age and the years of birth that some rules ask for.

    Returns
    -------
    pandas.DataFrame
        Index as `households`. One column per indicator in legal order: ``bool`` where the
        answer is known for every household, else nullable ``boolean`` with NA.

    Raises
    ------
    InvalidDataError
        If a value that is read breaks the schema, a member has no household, or household ids
        repeat. Names every bad row.
    ArgumentError
        If there are dates or years of birth, no ages, and no `on`.

    Notes
    -----
    A household with nobody in the scope of an indicator (no child, nobody of 16 to 30) is not
    deprived in it. A household without members in the table, or with fewer than its
    ``household_size``, may have a member whom nobody asked: then "no member lacks it" is not
    known.

    With ``birth_year`` alone, a member is of one of two ages (of one on 31 December): what holds
    at both is known.

    Under Decree 07/2021 (annex) several thresholds are unconfirmed and some are readings of
    this library; ``standard.provisions()`` says which. Elderly is 60 completed years or more.
    A child, or an adult of 16 to 30, at a level above the proper one counts as schooled. Floor
    area per head divides by ``household_size``, else by the members counted.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"floor_area": [40.0, 39.9, None]}, index=["a", "b", "c"])
    >>> members = pd.DataFrame({
    ...     "household_id": ["a"] * 5 + ["b"] * 5 + ["c"], "member_id": range(11),
    ...     "age": 40, "has_health_insurance": [True] * 10 + [False]})
    >>> matrix = mdp.deprivations(
    ...     households, members, standard=mdp.standard("decree_07_2021"))
    >>> matrix[["health_insurance", "housing_area"]]
       health_insurance  housing_area
    a             False         False
    b             False          True
    c              True          <NA>
    """
    households, members = as_tables(households, members)
    standard = as_standard(standard)
    day = optional_date(on)
    check_day_of_ages(members, day)
    read = {pair for indicator in standard.indicators for pair in indicator.rule.reads()}
    check_columns(households, members, read | {("households", "household_size")})
    return matrix_of(households, members, standard, day)


def matrix_of(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    standard: Standard,
    day: dt.date | None,
    home: npt.NDArray[np.int32] | None = None,
) -> pd.DataFrame:
    """The table of `deprivations`, from tables whose values are checked.

    ``home`` is the position of the household of each member, where they are matched already.
    """
    check_day_of_ages(members, day)
    years = (
        (standard.periods[0].first.year, standard.periods[-1].last.year)
        if day is None
        else (day.year, day.year)
    )
    survey = Survey.of(households, members, day, years, home)
    columns = {
        indicator.id: _column(MECHANICS[type(indicator.rule)](survey, indicator.rule))
        for indicator in standard.indicators
    }
    return pd.DataFrame(columns, index=households.index, copy=False)


def _column(truth: Truth) -> Any:
    if truth.complete:
        return truth.certain
    unknown = truth.possible & ~truth.certain
    if not unknown.any():
        return truth.certain
    return pd.arrays.BooleanArray(truth.certain, unknown)
