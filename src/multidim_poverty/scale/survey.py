"""From the two tables to the class, partition by partition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

import dask.dataframe as dd
import numpy as np
import pandas as pd

from multidim_poverty.assessment import classify as classify_table
from multidim_poverty.assessment import deprivations as deprivation_matrix
from multidim_poverty.assessment.indicators import matrix_of
from multidim_poverty.assessment.pipeline import assess_checked
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import InvalidDataError
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.scale.checks import checked_pass, has_errors, survey_pass
from multidim_poverty.scale.colocation import CoLocated, as_co_located
from multidim_poverty.scale.partitions import (
    DaskLike,
    as_dask,
    checked_values,
    lazily,
    nothing,
    quietly,
    same_partitions,
)
from multidim_poverty.schema import violations as violations_of
from multidim_poverty.schema.ages import check_day_of_ages
from multidim_poverty.schema.checks import doubt_counts, matched_members, warn_of_counts
from multidim_poverty.schema.survey_faults import match_members

__all__ = ["assess", "classify", "deprivations", "violations"]


def violations(
    households: DaskLike | CoLocated,
    members: DaskLike | None = None,
    *,
    standard: StandardLike | None = None,
    on: DayLike | None = None,
    language: Language = "en",
    progress: bool = False,
) -> pd.DataFrame:
    """Every fault in the two tables, as `multidim_poverty.violations` names it, with its partition.

    Parameters
    ----------
    households : dask.dataframe.DataFrame or CoLocated
        As for `assess`.
    members : dask.dataframe.DataFrame, optional
        As for `assess`; as many partitions as `households`.
    standard : Standard or str, optional
        As for `multidim_poverty.violations`.
    on : str or datetime.date, optional
        As for `multidim_poverty.violations`.
    language : {"en", "vi"}
        Language of the messages.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The columns of `multidim_poverty.violations` and, behind ``table``, ``partition`` (Int64;
        NA for a fault of a column that all partitions have, and of ids none of which meet).
        Households before members,
        partition by partition. Besides the faults of each partition stand those of all together:
        a household in two partitions (``duplicate_id``), ids of another type than those of the
        other partitions (``id_types_differ``), a member whose household is in another partition
        (``household_in_another_partition``), a partition without households
        (``empty_partition``, a warning), persons listed in several partitions
        (``citizen_id_twice``, ``member_of_two_households``). What judges most of a column
        (incomes that look like thousands) judges each partition by itself.

    Raises
    ------
    ArgumentError
        If the two tables have different numbers of partitions, or an option is none there is.
    UnknownNameError
        If no standard has the name.
    InvalidDataError
        If a table has two columns of one name that the ids are read from.

    Notes
    -----
    Household ids and citizen ids are compared across partitions as hashes, which the partitions
    exchange by their remainder: no machine holds more than those of some 2 million rows at once,
    8 bytes each. The rows that share one are then read; those, and the table of faults, are held
    by the machine that calls.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> broken = sample.households.assign(floor_area=sample.households["floor_area"] * -1)
    >>> survey = mdp.scale.co_locate(broken.head(4), sample.members.head(12), npartitions=2)
    >>> mdp.scale.violations(survey)[["rule", "partition", "household_id"]].head(2).values.tolist()
    [['negative', 0, 'SYN-0001'], ['negative', 0, 'SYN-0002']]
    """
    check_language(language)
    homes, persons = as_co_located(households, members)
    law = None if standard is None else as_standard(standard)
    function = partial(violations_of, standard=law, on=optional_date(on), language=language)
    looked_at = survey_pass(
        function, homes, persons, progress, language, gives_faults=True, with_doubts=True
    )
    assert looked_at.faults is not None
    return looked_at.faults


def deprivations(
    households: DaskLike | CoLocated,
    members: DaskLike | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
    progress: bool = False,
) -> dd.DataFrame:
    """The deprivation matrix of `multidim_poverty.deprivations`, as a Dask table.

    Parameters
    ----------
    households : dask.dataframe.DataFrame or CoLocated
        As for `assess`.
    members : dask.dataframe.DataFrame, optional
        As for `assess`.
    standard : Standard or str
        As for `assess`.
    on : str or datetime.date, optional
        As for `assess`.
    progress : bool
        As for `assess`.

    Returns
    -------
    dask.dataframe.DataFrame
        Divisions as `households`; the columns and dtypes of `multidim_poverty.deprivations` on
        all households.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `assess`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> matrix = mdp.scale.deprivations(survey, standard="decree_07_2021")
    >>> int(matrix["water"].sum().compute())
    67
    """
    homes, persons = as_co_located(households, members)
    law, day = as_standard(standard), optional_date(on)
    check_day_of_ages(None if persons is None else persons._meta, day)
    function = partial(_open_indicators_of_matrix, standard=law, day=day)
    looked_at = checked_pass(function, homes, persons, progress)
    kernel = partial(_matrix, standard=law, day=day, open_=_union(looked_at.values))
    return lazily(kernel, homes, persons, meta=kernel(*_metas(homes, persons)))


def assess(
    households: DaskLike | CoLocated,
    members: DaskLike | None = None,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
    progress: bool = False,
) -> dd.DataFrame:
    """Deprivations and class of every household, as `multidim_poverty.assess` gives them.

    Parameters
    ----------
    households : dask.dataframe.DataFrame or CoLocated
        Index ``household_id``, columns as for `multidim_poverty.assess`; or what `co_locate`
        gives.
    members : dask.dataframe.DataFrame, optional
        One row per person, in the partition of the household (see `co_locate`).
    standard : Standard or str
        From `standard_on` or `standard`.
    on : str or datetime.date, optional
        Day of the survey; needed where ages come from ``birth_date`` or ``birth_year``.
    progress : bool
        Whether to show a progress bar of the checks.

    Returns
    -------
    dask.dataframe.DataFrame
        One row per household, divisions as `households`. Columns, dtypes and categories are those
        that `multidim_poverty.assess` gives for all households at once.

    Raises
    ------
    InvalidDataError
        If the tables have any fault; its ``violations`` has the faults of all partitions, each
        with its ``partition``, see `violations`.
    ArgumentError
        If the two tables have different numbers of partitions.

    Warns
    -----
    DataWarning
        Once, with the count of each warning in all partitions.

    Notes
    -----
    The call looks at every partition, for checks and dtypes; the classes are worked out when the
    result is computed or written, partition by partition. Tables that come out of a shuffle are
    worked out each time: write them to Parquet before, or call ``.persist()``.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> result = mdp.scale.assess(survey, standard="decree_07_2021")
    >>> result.compute().equals(
    ...     mdp.assess(sample.households, sample.members, standard="decree_07_2021"))
    True
    """
    homes, persons = as_co_located(households, members)
    law, day = as_standard(standard), optional_date(on)
    law.check_sound()
    function = partial(_looked_at, standard=law, day=day)
    looked_at = survey_pass(function, homes, persons, progress, with_doubts=True)
    if has_errors(looked_at.faults):
        raise InvalidDataError(violations(homes, persons, standard=law, on=day, progress=progress))
    counts: dict[str, int] = {}
    for of_partition, _ in looked_at.values:
        for rule, count in of_partition.items():
            counts[rule] = counts.get(rule, 0) + count
    if looked_at.faults is not None:
        for rule, count in looked_at.faults["rule"].value_counts(sort=False).items():
            counts[str(rule)] = counts.get(str(rule), 0) + int(count)
    for rule, count in looked_at.replaced.items():
        counts[rule] = counts.get(rule, 0) - count
    warn_of_counts({rule: count for rule, count in counts.items() if count})
    open_ = _union(names for _, names in looked_at.values)
    kernel = partial(_assessed, standard=law, day=day, open_=open_)
    return lazily(kernel, homes, persons, meta=kernel(*_metas(homes, persons)))


def classify(
    households: DaskLike,
    deprivations: DaskLike,
    *,
    standard: StandardLike,
    progress: bool = False,
) -> dd.DataFrame:
    """The class that the standard gives each household, as `multidim_poverty.classify` does.

    Parameters
    ----------
    households : dask.dataframe.DataFrame
        As for `multidim_poverty.classify`.
    deprivations : dask.dataframe.DataFrame
        From `deprivations` or `assess`: the same households in the same partitions.
    standard : Standard or str
        The law that is applied.
    progress : bool
        Whether to show a progress bar of the checks.

    Returns
    -------
    dask.dataframe.DataFrame
        Divisions as `households`; the columns of `multidim_poverty.classify`.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `multidim_poverty.classify`, with the partitions.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> matrix = mdp.scale.deprivations(survey, standard="decree_07_2021")
    >>> classes = mdp.scale.classify(survey.households, matrix, standard="decree_07_2021")
    >>> int((classes["poverty_class"] == "poor").sum().compute())
    96
    """
    homes = as_dask(households, "households")
    matrix = as_dask(deprivations, "deprivations", homes.npartitions)
    same_partitions(
        {"households": homes, "deprivations": matrix}, "take scale.deprivations of these households"
    )
    kernel = partial(classify_table, standard=as_standard(standard))
    checked_values(partial(nothing, kernel), homes, matrix, progress=progress)
    return lazily(partial(quietly, kernel), homes, matrix, meta=kernel(homes._meta, matrix._meta))


# -- on one partition ------------------------------------------------------------------------


def _looked_at(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    *,
    standard: Standard,
    day: dt.date | None,
) -> tuple[dict[str, int], tuple[str, ...]]:
    """The checks of `assess`: how many warnings there are, and which indicators are not known."""
    matched = matched_members(households, members, on=day, standard=standard)
    counts = doubt_counts(households, members, matched, day, standard)
    if members is not None and matched is not None:
        households = households.set_axis(pd.RangeIndex(len(households)), axis=0)
        members = members.assign(household_id=matched.home)
    return counts, _open_indicators(matrix_of(households, members, standard, day))


def _open_indicators_of_matrix(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    *,
    standard: Standard,
    day: dt.date | None,
) -> tuple[str, ...]:
    return _open_indicators(deprivation_matrix(households, members, standard=standard, on=day))


def _open_indicators(matrix: pd.DataFrame) -> tuple[str, ...]:
    """Indicators that are not known of some household: these are nullable."""
    return tuple(str(name) for name in matrix.columns if matrix[name].dtype != np.dtype(bool))


def _matrix(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    standard: Standard,
    day: dt.date | None,
    open_: frozenset[str],
) -> pd.DataFrame:
    return _with_dtypes(matrix_of(households, members, standard, day), open_)


def _assessed(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    standard: Standard,
    day: dt.date | None,
    open_: frozenset[str],
) -> pd.DataFrame:
    matched = match_members(households, members)
    return _with_dtypes(assess_checked(households, members, matched, standard, day), open_)


def _with_dtypes(table: pd.DataFrame, open_: frozenset[str]) -> pd.DataFrame:
    return table.astype({name: "boolean" for name in table.columns if name in open_})


def _union(names: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(name for some in names for name in some)


def _metas(homes: dd.DataFrame, persons: dd.DataFrame | None) -> list[pd.DataFrame]:
    return [homes._meta] if persons is None else [homes._meta, persons._meta]
