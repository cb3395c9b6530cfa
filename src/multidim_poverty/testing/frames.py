"""Households and members to try an implementation on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.tables import Tables
from multidim_poverty.testing.decoding import (
    HOUSEHOLD_COLUMNS,
    MEMBER_COLUMNS,
    Backend,
    Ids,
    check_options,
    homes_and_people,
    household_columns,
    household_table,
    ids_of,
    member_table,
    rows,
    truth,
)
from multidim_poverty.vocabulary import Sex

__all__ = ["households", "members", "rosters"]


def households(
    *,
    standard: StandardLike | None = None,
    missing: bool = False,
    min_size: int = 1,
    max_size: int = 10,
    columns: Iterable[str] | None = None,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[pd.DataFrame]:
    """Tables of households without any fault.

    Half of the incomes are at a line, or one VND beside it. Stated income, income of 12 months
    and size agree; so do ethnic group and minority.

    Parameters
    ----------
    standard : Standard or str, optional
        Whose lines the incomes are near; all shipped ones by default.
    missing : bool
        Whether answers may be missing, the area too.
    min_size, max_size : int
        Number of households. Where `max_size` is over 64, the table comes from one drawn seed.
    columns : iterable of str, optional
        Columns wanted; all by default.
    backend : {"numpy", "nullable", "pyarrow"}
        Dtypes: numpy ones and categories (nullable ones where an answer is missing); the
        nullable dtypes of pandas; or these, with texts held by pyarrow.
    ids : {"text", "int"}
        Kind of the household ids.

    Returns
    -------
    hypothesis strategy of pandas.DataFrame
        One DataFrame for each drawn example.

    Raises
    ------
    ArgumentError
        If `backend` or `ids` is no such kind, or there is no such column or standard.
    MissingExtraError
        If pyarrow is asked for and not installed.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> table = find(testing.households(columns=["area", "income_per_capita"]),
    ...              lambda table: len(table) == 2)
    >>> table["area"].tolist(), table["income_per_capita"].tolist()
    (['rural', 'rural'], [0.0, 0.0])
    """
    standard = None if standard is None else as_standard(standard)
    check_options(backend, ids)
    names = household_columns(columns)
    return _households(min_size, max_size, names, backend, ids, missing, standard)


@st.composite
def _households(
    draw: st.DrawFn,
    min_size: int,
    max_size: int,
    names: list[str],
    backend: Backend,
    ids: Ids,
    missing: bool,
    standard: Standard | None,
) -> pd.DataFrame:
    raw = rows(draw, len(names) + 3, min_size, max_size)
    return household_table(raw, names, ids_of(len(raw), ids), backend, missing, standard)


def rosters(
    *,
    standard: StandardLike | None = None,
    on: DayLike | None = None,
    missing: bool = False,
    min_size: int = 1,
    max_size: int = 5,
    max_members: int = 5,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[Tables]:
    """Both tables of a survey, which agree with each other.

    Every household has its stated number of members, one head, who is its first member, and
    ages that fit the relations; ``female_head`` is the sex of the head.

    Parameters
    ----------
    standard : Standard or str, optional
        As for `households`.
    on : str or datetime.date, optional
        Day of the survey; with it, members have ``birth_date`` and ``birth_year`` that agree with
        their age.
    missing : bool
        As for `households`.
    min_size, max_size : int
        Number of households. Where all members together could be more than 64, the tables come
        from one drawn seed.
    max_members : int
        The most members that a household has.
    backend : {"numpy", "nullable", "pyarrow"}
        As for `households`.
    ids : {"text", "int"}
        As for `households`.

    Returns
    -------
    hypothesis strategy of multidim_poverty.schema.Tables
        One Tables for each drawn example.

    Raises
    ------
    ArgumentError
        If `backend` or `ids` is no such kind, or there is no such standard.
    MissingExtraError
        If pyarrow is asked for and not installed.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> tables = find(testing.rosters(), lambda tables: len(tables.members) == 3)
    >>> tables.members["relation"].tolist()[0]
    'head'
    """
    standard = None if standard is None else as_standard(standard)
    check_options(backend, ids)
    day = optional_date(on)
    return _rosters(min_size, max_size, max_members, backend, ids, missing, day, standard)


@st.composite
def _rosters(
    draw: st.DrawFn,
    min_size: int,
    max_size: int,
    max_members: int,
    backend: Backend,
    ids: Ids,
    missing: bool,
    on: dt.date | None,
    standard: Standard | None,
) -> Tables:
    names, of_members = list(HOUSEHOLD_COLUMNS), list(MEMBER_COLUMNS)
    raw, raw_members, sizes = homes_and_people(
        draw, len(names) + 3, len(of_members) + 4, min_size, max_size, max_members
    )
    index = ids_of(len(raw), ids)
    size = sizes.astype(np.float64)
    homes = household_table(raw, names, index, backend, missing, standard, size)
    table = member_table(raw_members, sizes, of_members, index, backend, missing, on)
    if "sex" in table.columns:
        heads = table["sex"].iloc[np.cumsum(sizes) - sizes]
        unknown = heads.isna().to_numpy(dtype=bool)
        female = [isinstance(sex, str) and sex == str(Sex.FEMALE) for sex in heads.tolist()]
        homes["female_head"] = truth(np.array(female, dtype=bool), unknown, backend)
    return Tables(homes, table)


def members(
    *,
    on: DayLike | None = None,
    missing: bool = False,
    min_size: int = 1,
    max_size: int = 5,
    max_members: int = 5,
    backend: Backend = "numpy",
    ids: Ids = "text",
) -> st.SearchStrategy[pd.DataFrame]:
    """Tables of members, household after household.

    Parameters
    ----------
    on : str or datetime.date, optional
        As for `rosters`.
    missing : bool
        As for `rosters`.
    min_size, max_size : int
        Number of households that the members belong to.
    max_members : int
        As for `rosters`.
    backend : {"numpy", "nullable", "pyarrow"}
        As for `rosters`.
    ids : {"text", "int"}
        As for `rosters`.

    Returns
    -------
    hypothesis strategy of pandas.DataFrame
        One DataFrame for each drawn example.

    Raises
    ------
    ArgumentError
        If `backend` or `ids` is no such kind, or `on` is no day.
    MissingExtraError
        If pyarrow is asked for and not installed.

    Examples
    --------
    >>> from hypothesis import find
    >>> from multidim_poverty import testing
    >>> find(testing.members(), lambda table: len(table) == 2)["member_id"].tolist()
    [1, 2]
    """
    check_options(backend, ids)
    day = optional_date(on)
    return _members(min_size, max_size, max_members, backend, ids, missing, day)


@st.composite
def _members(
    draw: st.DrawFn,
    min_size: int,
    max_size: int,
    max_members: int,
    backend: Backend,
    ids: Ids,
    missing: bool,
    on: dt.date | None,
) -> pd.DataFrame:
    names = list(MEMBER_COLUMNS)
    _, raw, sizes = homes_and_people(draw, 0, len(names) + 4, min_size, max_size, max_members)
    return member_table(raw, sizes, names, ids_of(len(sizes), ids), backend, missing, on)
