"""The main job in one call: from the two tables to the class."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from multidim_poverty.assessment.classification import classify
from multidim_poverty.assessment.indicators import deprivations
from multidim_poverty.law import Standard
from multidim_poverty.schema.checks import validate
from multidim_poverty.schema.definitions import numbers_of

__all__ = ["assess"]


def assess(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    standard: Standard,
    on: str | dt.date | None = None,
) -> pd.DataFrame:
    """Deprivations and legal class of every household, from the two tables of a survey.

    Parameters
    ----------
    households : pandas.DataFrame
        Index ``household_id``; ``area``, income, housing, water, latrine and device columns.
    members : pandas.DataFrame, optional
        One row per person.
    standard : Standard
        From `standard_on` or `standard`.
    on : str or datetime.date, optional
        Day of the survey; needed where ages come from ``birth_date``.

    Returns
    -------
    pandas.DataFrame
        Index as `households`: one column per indicator (see `deprivations`), then
        ``income_band``, ``deprivation_count``, ``deprivations_unknown``, ``poverty_class``,
        ``class_at_worst``, ``class_at_best`` (see `classify`).

    Raises
    ------
    InvalidDataError
        If the tables have any fault; its ``violations`` names them all. Part the good rows
        with `split_valid`, or mend the data.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-06-30"))
    >>> result.shape[1]
    18
    """
    validate(households, members, on=on)
    matrix = deprivations(households, members, standard=standard, on=on)
    if members is not None:
        # Where no size is stated, the income of 12 months is shared by the members counted.
        counted = members["household_id"].value_counts().reindex(households.index)
        stated = numbers_of(households.get("household_size", counted))
        sizes = np.where(np.isnan(stated), counted, stated)
        households = households.assign(household_size=sizes)
    return pd.concat([matrix, classify(households, matrix, standard=standard)], axis=1)
